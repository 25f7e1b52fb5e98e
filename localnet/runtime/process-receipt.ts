// Owns when a receipt runs: at once, or once its last data has come; leaves running it to apply-receipt.ts.
import {
  type ActionReceipt,
  type DataReceipt,
  decodeReceipt,
  encodeReceipt,
  isActionReceipt,
  type Receipt,
} from '../../core/near/receipt.ts';
import {
  pendingDataCountKey,
  postponedReceiptIdKey,
  postponedReceiptKey,
  receivedDataKey,
} from '../state/keys.ts';
import { decodePendingDataCount, encodePendingDataCount, encodeReceivedData } from '../state/records.ts';
import { type AppliedReceipt, applyReceipt } from './apply-receipt.ts';
import type { ChunkContext } from './types.ts';

/** Null where nothing ran: data came that is not the last, or a receipt began to wait. */
export function processReceipt(chunk: ChunkContext, receipt: Receipt): AppliedReceipt | null {
  return isActionReceipt(receipt)
    ? processAction(chunk, receipt)
    : receiveData(chunk, receipt as Receipt<DataReceipt>);
}

function processAction(chunk: ChunkContext, receipt: Receipt<ActionReceipt>): AppliedReceipt | null {
  const { state } = chunk;
  const { receiver_id, receipt_id, body } = receipt;
  const missing = body.input_data_ids.filter((data_id) => !state.has(receivedDataKey(receiver_id, data_id)));
  if (missing.length === 0) {
    state.setCause({ kind: 'action_receipt_processing_started', receipt_hash: receipt_id });
    return applyReceipt(chunk, receipt);
  }
  state.setCause({ kind: 'postponed_receipt', receipt_hash: receipt_id });
  for (const data_id of missing) state.set(postponedReceiptIdKey(receiver_id, data_id), receipt_id);
  state.set(pendingDataCountKey(receiver_id, receipt_id), encodePendingDataCount(missing.length));
  state.set(postponedReceiptKey(receiver_id, receipt_id), encodeReceipt(receipt));
  return null;
}

function receiveData(chunk: ChunkContext, receipt: Receipt<DataReceipt>): AppliedReceipt | null {
  const { state } = chunk;
  const { receiver_id, body } = receipt;
  const waiting_key = postponedReceiptIdKey(receiver_id, body.data_id);
  const waiting_id = state.get(waiting_key);
  const pending = waiting_id === null ? 0 : findPending(chunk, receiver_id, waiting_id);
  const ready = waiting_id !== null && pending === 1;
  state.setCause(
    ready
      ? { kind: 'action_receipt_processing_started', receipt_hash: waiting_id }
      : { kind: 'postponed_receipt', receipt_hash: receipt.receipt_id },
  );
  state.set(receivedDataKey(receiver_id, body.data_id), encodeReceivedData(body.data));
  if (waiting_id === null) return null;
  state.remove(waiting_key);
  const pending_key = pendingDataCountKey(receiver_id, waiting_id);
  if (!ready) {
    state.set(pending_key, encodePendingDataCount(pending - 1));
    return null;
  }
  state.remove(pending_key);
  return applyReceipt(chunk, takePostponed(chunk, receiver_id, waiting_id));
}

function findPending({ state }: ChunkContext, receiver_id: string, receipt_id: Uint8Array): number {
  const bytes = state.get(pendingDataCountKey(receiver_id, receipt_id));
  if (bytes === null)
    throw new Error(`a receipt to ${receiver_id} waits without a count; the state is damaged`);
  return decodePendingDataCount(bytes);
}

function takePostponed(
  { state }: ChunkContext,
  receiver_id: string,
  receipt_id: Uint8Array,
): Receipt<ActionReceipt> {
  const key = postponedReceiptKey(receiver_id, receipt_id);
  const bytes = state.get(key);
  const receipt = bytes === null ? null : decodeReceipt(bytes);
  if (receipt === null || !isActionReceipt(receipt)) {
    throw new Error(`the receipt to ${receiver_id} that waited for data is gone; the state is damaged`);
  }
  state.remove(key);
  return receipt;
}
