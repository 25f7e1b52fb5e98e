// Owns whether one action of a receipt may run, and handing it to its file; leaves what it does to that file.
import { accountKind } from '../../core/near/account-id.ts';
import type { Action } from '../../core/near/transaction.ts';
import type { AccountRecord } from '../state/records.ts';
import { type ActionResult, type ReceiptScope, resultOf } from './action-result.ts';
import { createAccount } from './actions/create-account.ts';
import { applyDelegate } from './actions/delegate.ts';
import { deleteAccount } from './actions/delete-account.ts';
import { deployContract } from './actions/deploy-contract.ts';
import { callFunction } from './actions/function-call.ts';
import { addKey, deleteKey } from './actions/keys.ts';
import { transfer } from './actions/transfer.ts';
import type { ActionErrorKind } from './errors.ts';
import { execFee } from './fees.ts';
import { SYSTEM_ID } from './limits.ts';
import { unsupported } from './validate-actions.ts';

export function applyAction(scope: ReceiptScope, action: Action, index: number): ActionResult {
  const { receipt, chunk } = scope;
  const result = resultOf(execFee(chunk.parameters, action, receipt.receiver_id));
  const error = refuseByExistence(scope, action) ?? refuseByActor(scope, action);
  if (error !== null) return { ...result, error };
  switch (action.kind) {
    case 'create_account':
      return { ...result, error: createAccount(scope) };
    case 'transfer':
      return { ...result, error: transfer(scope, action.deposit) };
    case 'stake':
      return { ...result, error: refuseUnsupported(scope, 'Stake') };
    case 'delegate':
      return applyDelegate(scope, action, result);
    default:
      return applyToAccount(scope, action, { index, result, account: existing(scope) });
  }
}

function applyToAccount(
  scope: ReceiptScope,
  action: Exclude<Action, { kind: 'create_account' | 'transfer' | 'stake' | 'delegate' }>,
  at: { index: number; result: ActionResult; account: AccountRecord },
): ActionResult {
  const { index, result, account } = at;
  switch (action.kind) {
    case 'deploy_contract':
      deployContract(scope, account, action.code);
      return result;
    case 'function_call':
      return callFunction(scope, { action, index, account, result });
    case 'add_key':
      return { ...result, error: addKey(scope, account, action) };
    case 'delete_key':
      return { ...result, error: deleteKey(scope, account, action) };
    case 'delete_account':
      return deleteAccount(scope, account, { beneficiary_id: action.beneficiary_id, result });
  }
}

/** Only a lone transfer that is no refund brings an implicit account into being. */
function refuseByExistence(scope: ReceiptScope, action: Action): ActionErrorKind | null {
  const { receipt, account } = scope;
  const account_id = receipt.receiver_id;
  const implicit = accountKind(account_id) !== 'named';
  if (action.kind === 'create_account') {
    if (account !== null) return { AccountAlreadyExists: { account_id } };
    return implicit ? { OnlyImplicitAccountCreationAllowed: { account_id } } : null;
  }
  if (account !== null) return null;
  const alone = receipt.body.actions.length === 1 && receipt.predecessor_id !== SYSTEM_ID;
  if (action.kind === 'transfer' && implicit && alone) {
    // Such an account holds a contract that is global, which this chain has not.
    return accountKind(account_id) === 'eth_implicit'
      ? refuseUnsupported(scope, 'EthImplicitAccounts')
      : null;
  }
  return { AccountDoesNotExist: { account_id } };
}

const OWNERS_ACTIONS: readonly Action['kind'][] = [
  'deploy_contract',
  'stake',
  'add_key',
  'delete_key',
  'delete_account',
];

function refuseByActor(scope: ReceiptScope, action: Action): ActionErrorKind | null {
  const account_id = scope.receipt.receiver_id;
  const { actor_id, account } = scope;
  if (!OWNERS_ACTIONS.includes(action.kind)) return null;
  if (actor_id !== account_id) return { ActorNoPermission: { account_id, actor_id } };
  const staking = action.kind === 'delete_account' && account !== null && account.locked > 0n;
  return staking ? { DeleteAccountStaking: { account_id } } : null;
}

function refuseUnsupported(scope: ReceiptScope, feature: string): ActionErrorKind {
  const error = unsupported(feature, scope.chunk.parameters);
  return { NewReceiptValidationError: { ActionsValidation: error } };
}

function existing(scope: ReceiptScope): AccountRecord {
  if (scope.account === null)
    throw new Error(`${scope.receipt.receiver_id} is gone, though it was just there`);
  return scope.account;
}
