// Owns what transactions, receipts and actions cost in gas and balance; leaves charging them to whoever acts.
import { accountKind } from '../../core/near/account-id.ts';
import type { AccessKeyPermission, Action, Transaction } from '../../core/near/transaction.ts';
import type { ActionCost, ProtocolParameters } from '../vm/params.ts';
import { RUNTIME_LIMITS } from './limits.ts';

export interface TransactionCost {
  /** Burnt at once, for sending. */
  gas_burnt: bigint;
  /** Set aside for what follows. */
  gas_remaining: bigint;
  receipt_gas_price: bigint;
  burnt_amount: bigint;
  total_cost: bigint;
}

type Charge = (cost: ActionCost, count?: bigint) => bigint;

const MAX_U64 = 2n ** 64n - 1n;
const MAX_U128 = 2n ** 128n - 1n;

/** Null where a sum leaves its integer, which NEAR calls a cost overflow. */
export function transactionCost(options: {
  parameters: ProtocolParameters;
  transaction: Transaction;
  gas_price: bigint;
}): TransactionCost | null {
  const { parameters, transaction, gas_price } = options;
  const { actions, receiver_id, signer_id } = transaction;
  const sir = signer_id === receiver_id;
  const gas_burnt =
    charge(parameters, sir ? 'send_sir' : 'send_not_sir')('new_action_receipt') +
    totalSendFees(parameters, { actions, sir, receiver_id });
  const gas_remaining = receiptGas(parameters, { actions, receiver_id });
  const receipt_gas_price =
    gas_price > RUNTIME_LIMITS.min_gas_purchase_price ? gas_price : RUNTIME_LIMITS.min_gas_purchase_price;
  const burnt_amount = gas_burnt * gas_price;
  const total_cost = burnt_amount + gas_remaining * receipt_gas_price + totalDeposit(actions);
  if (gas_burnt > MAX_U64 || gas_remaining > MAX_U64 || total_cost > MAX_U128) return null;
  return { gas_burnt, gas_remaining, receipt_gas_price, burnt_amount, total_cost };
}

/** All gas that was bought for a receipt: attached, for executing it, and for sending on what it delegates. */
export function receiptGas(
  parameters: ProtocolParameters,
  receipt: { actions: readonly Action[]; receiver_id: string },
): bigint {
  return (
    totalPrepaidGas(receipt.actions) +
    totalPrepaidSendFees(parameters, receipt.actions) +
    totalExecFees(parameters, receipt) +
    parameters.actions.new_action_receipt.execution
  );
}

/** Gas attached to calls, delegated ones included. */
export function totalPrepaidGas(actions: readonly Action[]): bigint {
  return sum(actions, (action) => {
    if (action.kind === 'delegate') return totalPrepaidGas(action.delegate.actions);
    return action.kind === 'function_call' ? action.gas : 0n;
  });
}

export function totalDeposit(actions: readonly Action[]): bigint {
  return sum(actions, (action) => {
    if (action.kind === 'delegate') return totalDeposit(action.delegate.actions);
    return action.kind === 'function_call' || action.kind === 'transfer' ? action.deposit : 0n;
  });
}

/** A relayer pays for sending the delegated actions on, when it buys the gas. */
export function totalPrepaidSendFees(parameters: ProtocolParameters, actions: readonly Action[]): bigint {
  return sum(actions, (action) => {
    if (action.kind !== 'delegate') return 0n;
    const { sender_id, receiver_id } = action.delegate;
    const sir = sender_id === receiver_id;
    return totalSendFees(parameters, { actions: action.delegate.actions, sir, receiver_id });
  });
}

export function totalSendFees(
  parameters: ProtocolParameters,
  receipt: { actions: readonly Action[]; sir: boolean; receiver_id: string },
): bigint {
  const of = charge(parameters, receipt.sir ? 'send_sir' : 'send_not_sir');
  return sum(receipt.actions, (action) => {
    if (action.kind !== 'delegate') return actionFee(of, action, receipt.receiver_id);
    const { actions, receiver_id } = action.delegate;
    return of('delegate') + totalSendFees(parameters, { actions, sir: receipt.sir, receiver_id });
  });
}

export function totalExecFees(
  parameters: ProtocolParameters,
  receipt: { actions: readonly Action[]; receiver_id: string },
): bigint {
  return sum(receipt.actions, (action) => {
    const own = execFee(parameters, action, receipt.receiver_id);
    if (action.kind !== 'delegate') return own;
    return own + totalExecFees(parameters, action.delegate) + parameters.actions.new_action_receipt.execution;
  });
}

/** Of the action alone: what it delegates is charged where that is executed. */
export function execFee(parameters: ProtocolParameters, action: Action, receiver_id: string): bigint {
  return actionFee(charge(parameters, 'execution'), action, receiver_id);
}

function actionFee(of: Charge, action: Action, receiver_id: string): bigint {
  switch (action.kind) {
    case 'deploy_contract':
      return of('deploy_contract_base') + of('deploy_contract_byte', BigInt(action.code.length));
    case 'function_call':
      return (
        of('function_call_base') +
        of('function_call_byte', textBytes(action.method_name) + BigInt(action.args.length))
      );
    case 'transfer':
      return transferFee(of, receiver_id);
    case 'add_key':
      return permissionFee(of, action.permission);
    default:
      return of(action.kind);
  }
}

/** Whether the receiver exists is not known when the gas is bought, so creating it is always paid for. */
function transferFee(of: Charge, receiver_id: string): bigint {
  const kind = accountKind(receiver_id);
  if (kind === 'named') return of('transfer');
  const account = of('transfer') + of('create_account');
  return kind === 'near_implicit' ? account + of('add_full_access_key') : account;
}

function permissionFee(of: Charge, permission: AccessKeyPermission): bigint {
  if (permission.kind === 'full') return of('add_full_access_key');
  const bytes = sum(permission.method_names, (name) => textBytes(name) + 1n);
  return of('add_function_call_key_base') + of('add_function_call_key_byte', bytes);
}

function charge(parameters: ProtocolParameters, which: 'send_sir' | 'send_not_sir' | 'execution'): Charge {
  return (cost, count = 1n) => parameters.actions[cost][which] * count;
}

export function textBytes(text: string): bigint {
  return BigInt(new TextEncoder().encode(text).length);
}

export function sum<T>(items: readonly T[], of: (item: T) => bigint): bigint {
  return items.reduce((total, item) => total + of(item), 0n);
}
