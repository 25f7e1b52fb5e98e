// Owns host functions that add actions to a promise, with their fees; leaves promises themselves to promises.ts.
import { accountKind } from '../../../core/near/account-id.ts';
import type { Curve, CurveBytes } from '../../../core/near/keys.ts';
import type { PlainAction } from '../../../core/near/transaction.ts';
import type { ReceiptDraft } from '../context.ts';
import { HostError } from '../failure.ts';
import type { ActionCost } from '../params.ts';
import { act, answer } from './define.ts';
import { decodeUtf8, type Host } from './host.ts';
import { promiseAt, promiseBatchCreate, promiseBatchThen } from './promises.ts';

const COMMA = 0x2c;
const KEY_FORMS: Record<number, { curve: Curve; bytes: number }> = {
  0: { curve: 'ed25519', bytes: 32 },
  1: { curve: 'secp256k1', bytes: 64 },
};

export const actionFunctions = {
  promise_create: answer('IIIIIIII>I', (host, id_length = 0n, id_pointer = 0n, ...call) => {
    const promise = promiseBatchCreate(host, id_length, id_pointer);
    functionCall(host, promise, ...call);
    return promise;
  }),
  promise_then: answer('IIIIIIIII>I', (host, before = 0n, id_length = 0n, id_pointer = 0n, ...call) => {
    const promise = promiseBatchThen(host, before, id_length, id_pointer);
    functionCall(host, promise, ...call);
    return promise;
  }),
  promise_batch_action_function_call: act('IIIIIII>', functionCall),
  promise_batch_action_function_call_weight: act('IIIIIIII>', functionCall),
  promise_batch_action_create_account: act('I>', (host, promise_index = 0n) => {
    begin(host, 'promise_batch_action_create_account');
    const target = receiptOf(host, promise_index);
    host.gas.payAction('create_account', target.sir);
    target.receipt.actions.push({ kind: 'create_account' });
  }),
  promise_batch_action_deploy_contract: act('III>', (host, promise_index = 0n, length = 0n, pointer = 0n) => {
    begin(host, 'promise_batch_action_deploy_contract');
    const code = host.readInput(length, pointer);
    const { max_contract_size } = host.parameters.limits;
    if (BigInt(code.length) > max_contract_size) {
      throw new HostError('ContractSizeExceeded', code.length, max_contract_size);
    }
    const target = receiptOf(host, promise_index);
    host.gas.payAction('deploy_contract_base', target.sir);
    host.gas.payAction('deploy_contract_byte', target.sir, BigInt(code.length));
    target.receipt.actions.push({ kind: 'deploy_contract', code });
  }),
  promise_batch_action_transfer: act('II>', transfer),
  promise_batch_action_stake: act(
    'IIII>',
    (host, promise_index = 0n, amount_pointer = 0n, length = 0n, pointer = 0n) => {
      begin(host, 'promise_batch_action_stake');
      const stake = host.readU128(amount_pointer);
      const key = host.readInput(length, pointer);
      addKeyAction(host, promise_index, 'stake', () => ({
        kind: 'stake',
        stake,
        public_key: decodeKey(key),
      }));
    },
  ),
  promise_batch_action_add_key_with_full_access: act(
    'IIII>',
    (host, promise_index = 0n, length = 0n, pointer = 0n, nonce = 0n) => {
      begin(host, 'promise_batch_action_add_key_with_full_access');
      const key = host.readInput(length, pointer);
      addKeyAction(host, promise_index, 'add_full_access_key', () => {
        return { kind: 'add_key', public_key: decodeKey(key), nonce, permission: { kind: 'full' } };
      });
    },
  ),
  promise_batch_action_add_key_with_function_call: act('IIIIIIIII>', addCallKey),
  promise_batch_action_delete_key: act('III>', (host, promise_index = 0n, length = 0n, pointer = 0n) => {
    begin(host, 'promise_batch_action_delete_key');
    const key = host.readInput(length, pointer);
    addKeyAction(host, promise_index, 'delete_key', () => ({
      kind: 'delete_key',
      public_key: decodeKey(key),
    }));
  }),
  promise_batch_action_delete_account: act('III>', (host, promise_index = 0n, length = 0n, pointer = 0n) => {
    begin(host, 'promise_batch_action_delete_account');
    const beneficiary_id = host.readAccountId(length, pointer);
    const target = receiptOf(host, promise_index);
    host.gas.payAction('delete_account', target.sir);
    target.receipt.actions.push({ kind: 'delete_account', beneficiary_id });
  }),
};

function functionCall(
  host: Host,
  promise_index = 0n,
  name_length = 0n,
  name_pointer = 0n,
  args_length = 0n,
  args_pointer = 0n,
  amount_pointer = 0n,
  gas = 0n,
  weight = 0n,
): void {
  begin(host, 'promise_batch_action_function_call');
  const deposit = host.readU128(amount_pointer);
  const name = host.readInput(name_length, name_pointer);
  if (name.length === 0) throw new HostError('EmptyMethodName');
  const args = host.readInput(args_length, args_pointer);
  const { receipt, sir, index } = receiptOf(host, promise_index);
  host.gas.payAction('function_call_base', sir);
  host.gas.payAction('function_call_byte', sir, BigInt(name.length + args.length));
  host.gas.deduct(0n, gas);
  // An account that holds nothing may still attach the one yocto that proves a full-access key; the chain gives it.
  if (deposit === 1n && host.balance === 0n) host.subsidized += 1n;
  else host.deductBalance(deposit);
  const action = receipt.actions.push({
    kind: 'function_call',
    method_name: methodName(name),
    args,
    gas,
    deposit,
  });
  if (weight > 0n) host.weights.push({ receipt: index, action: action - 1, weight });
}

/** Accounts that come into being by a transfer cost their creation, and a full-access key where they get one. */
function transfer(host: Host, promise_index = 0n, amount_pointer = 0n): void {
  begin(host, 'promise_batch_action_transfer');
  const deposit = host.readU128(amount_pointer);
  const { receipt, sir } = receiptOf(host, promise_index);
  const kind = accountKind(receipt.receiver_id);
  const costs: ActionCost[] = ['transfer'];
  if (kind !== 'named') costs.push('create_account');
  if (kind === 'near_implicit') costs.push('add_full_access_key');
  const fees = costs.map((cost) => host.gas.actionFee(cost, sir));
  const burn = fees.reduce((sum, fee) => sum + fee.burn, 0n);
  const use = fees.reduce((sum, fee) => sum + fee.use, 0n);
  host.gas.deductFor('transfer', { burn, use });
  host.deductBalance(deposit);
  receipt.actions.push({ kind: 'transfer', deposit });
}

function addCallKey(
  host: Host,
  promise_index = 0n,
  key_length = 0n,
  key_pointer = 0n,
  nonce = 0n,
  allowance_pointer = 0n,
  receiver_length = 0n,
  receiver_pointer = 0n,
  names_length = 0n,
  names_pointer = 0n,
): void {
  begin(host, 'promise_batch_action_add_key_with_function_call');
  const key = host.readInput(key_length, key_pointer);
  const allowance = host.readU128(allowance_pointer);
  const receiver_id = host.readAccountId(receiver_length, receiver_pointer);
  const names = splitNames(host.readInput(names_length, names_pointer));
  const { receipt, sir } = receiptOf(host, promise_index);
  const bytes = names.reduce((sum, name) => sum + BigInt(name.length) + 1n, 0n);
  host.gas.payAction('add_function_call_key_base', sir);
  host.gas.payAction('add_function_call_key_byte', sir, bytes);
  const public_key = decodeKey(key);
  const method_names = names.map(methodName);
  // An allowance of zero stands for none: the key may spend without bound.
  const permission = {
    kind: 'call' as const,
    allowance: allowance === 0n ? null : allowance,
    receiver_id,
    method_names,
  };
  receipt.actions.push({ kind: 'add_key', public_key, nonce, permission });
}

function begin(host: Host, name: string): void {
  host.pay('base');
  host.forbidInView(name);
}

function receiptOf(
  host: Host,
  promise_index: bigint,
): { receipt: ReceiptDraft; sir: boolean; index: number } {
  const promise = promiseAt(host, promise_index);
  if (promise.joint) throw new HostError('CannotAppendActionToJointPromise');
  const receipt = host.receipts[promise.receipt];
  if (receipt === undefined)
    throw new Error(`promise ${promise_index} names receipt ${promise.receipt}, which is not there`);
  return { receipt, sir: receipt.receiver_id === host.context.current_account_id, index: promise.receipt };
}

/** A key that cannot be read is refused only once the action is paid for. */
function addKeyAction(host: Host, promise_index: bigint, cost: ActionCost, make: () => PlainAction): void {
  const { receipt, sir } = receiptOf(host, promise_index);
  host.gas.payAction(cost, sir);
  receipt.actions.push(make());
}

function decodeKey(bytes: Uint8Array): CurveBytes {
  const form = KEY_FORMS[bytes[0] ?? -1];
  if (form === undefined || bytes.length !== form.bytes + 1) throw new HostError('InvalidPublicKey');
  return { curve: form.curve, bytes: bytes.slice(1) };
}

function splitNames(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length === 0) return [];
  const names: Uint8Array[] = [];
  let from = 0;
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && bytes[at] !== COMMA) continue;
    if (at === from) throw new HostError('EmptyMethodName');
    names.push(bytes.subarray(from, at));
    from = at + 1;
  }
  return names;
}

function methodName(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (error) {
    if (error instanceof HostError) throw new HostError('InvalidMethodName');
    throw error;
  }
}
