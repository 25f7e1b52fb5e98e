// Owns host functions that make, join and return promises and read results; leaves actions on them to actions.ts.
import { HostError } from '../failure.ts';
import { act, answer } from './define.ts';
import type { Host, PromiseRef } from './host.ts';

const INDEX_BYTES = 8n;
const NOT_READY = 0n;
const SUCCESSFUL = 1n;
const FAILED = 2n;
const MAX_U64 = 2n ** 64n - 1n;

export const promiseFunctions = {
  promise_batch_create: answer('II>I', promiseBatchCreate),
  promise_batch_then: answer('III>I', promiseBatchThen),
  promise_and: answer('II>I', promiseAnd),
  promise_set_refund_to: act('III>', (host, promise_index = 0n, length = 0n, pointer = 0n) => {
    host.pay('base');
    host.forbidInView('promise_set_refund_to');
    const account_id = host.readAccountId(length, pointer);
    const promise = promiseAt(host, promise_index);
    if (promise.joint) throw new HostError('CannotSetRefundToOnJointPromise');
    const receipt = host.receipts[promise.receipt];
    if (receipt !== undefined) receipt.refund_to = account_id;
  }),
  promise_return: act('I>', (host, promise_index = 0n) => {
    host.pay('base');
    host.pay('promise_return');
    host.forbidInView('promise_return');
    const promise = promiseAt(host, promise_index);
    if (promise.joint) throw new HostError('CannotReturnJointPromise');
    host.return_data = { kind: 'receipt', receipt_index: promise.receipt };
  }),
  promise_results_count: answer('>I', (host) => {
    host.pay('base');
    host.forbidInView('promise_results_count');
    return BigInt(host.context.promise_results.length);
  }),
  promise_result: answer('II>I', (host, result_index = 0n, register_id = 0n) => {
    host.pay('base');
    host.forbidInView('promise_result');
    const result = host.context.promise_results[Number(result_index)];
    if (result === undefined) throw new HostError('InvalidPromiseResultIndex', result_index);
    if (result.kind === 'not_ready') return NOT_READY;
    if (result.kind === 'failed') return FAILED;
    host.writeRegisterFlat(register_id, result.value);
    return SUCCESSFUL;
  }),
};

export function promiseBatchCreate(host: Host, length = 0n, pointer = 0n): bigint {
  host.pay('base');
  host.forbidInView('promise_batch_create');
  const receiver_id = host.readAccountId(length, pointer);
  return newReceipt(host, receiver_id, []);
}

export function promiseBatchThen(host: Host, promise_index = 0n, length = 0n, pointer = 0n): bigint {
  host.pay('base');
  host.forbidInView('promise_batch_then');
  const receiver_id = host.readAccountId(length, pointer);
  const promise = promiseAt(host, promise_index);
  return newReceipt(host, receiver_id, promise.joint ? promise.receipts : [promise.receipt]);
}

/** Its argument is charged per byte, in spite of the parameter's name. */
function promiseAnd(host: Host, pointer = 0n, count = 0n): bigint {
  host.pay('base');
  host.forbidInView('promise_and');
  host.pay('promise_and_base');
  const bytes = count * INDEX_BYTES;
  if (bytes > MAX_U64) throw new HostError('IntegerOverflow');
  host.payPer('promise_and_per_promise', bytes);
  const memory = host.readMemory(pointer, bytes);
  const view = new DataView(memory.buffer, memory.byteOffset);
  const { max_input_data_dependencies } = host.parameters.limits;
  const receipts: number[] = [];
  for (let at = 0; at < memory.length; at += Number(INDEX_BYTES)) {
    const promise = promiseAt(host, view.getBigUint64(at, true));
    if (promise.joint) receipts.push(...promise.receipts);
    else receipts.push(promise.receipt);
    if (receipts.length > max_input_data_dependencies) {
      throw new HostError(
        'NumberInputDataDependenciesExceeded',
        receipts.length,
        max_input_data_dependencies,
      );
    }
  }
  return pushPromise(host, { joint: true, receipts });
}

/** The receipt and one data receipt for each result it waits for; sending and executing those is burnt at once. */
function newReceipt(host: Host, receiver_id: string, depends_on: readonly number[]): bigint {
  const fee = host.gas.actionFee('new_action_receipt', receiver_id === host.context.current_account_id);
  const data = depends_on.reduce((sum, index) => {
    const sir = host.receipts[index]?.receiver_id === receiver_id;
    return sum + host.gas.actionFee('new_data_receipt_base', sir).use;
  }, 0n);
  host.gas.deductFor('new_action_receipt', { burn: fee.burn + data, use: fee.use + data });
  host.receipts.push({ receiver_id, depends_on: [...depends_on], actions: [], refund_to: null });
  return pushPromise(host, { joint: false, receipt: host.receipts.length - 1 });
}

function pushPromise(host: Host, promise: PromiseRef): bigint {
  host.promises.push(promise);
  const { max_promises_per_call } = host.parameters.limits;
  if (host.promises.length > max_promises_per_call) {
    throw new HostError('NumberPromisesExceeded', host.promises.length, max_promises_per_call);
  }
  return BigInt(host.promises.length - 1);
}

export function promiseAt(host: Host, index: bigint): PromiseRef {
  const promise = index < BigInt(host.promises.length) ? host.promises[Number(index)] : undefined;
  if (promise === undefined) throw new HostError('InvalidPromiseIndex', index);
  return promise;
}
