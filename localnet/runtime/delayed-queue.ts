// Owns the queue of receipts for which a chunk had no gas left, as the state keeps it; leaves executing them to the chunk.
import { BorshWriter } from '../../core/near/borsh.ts';
import { BorshReader } from '../../core/near/borsh-reader.ts';
import { encodeReceipt, type Receipt, readReceipt } from '../../core/near/receipt.ts';
import { delayedReceiptIndicesKey, delayedReceiptKey } from '../state/keys.ts';
import {
  type DelayedReceiptIndices,
  decodeDelayedReceiptIndices,
  encodeDelayedReceiptIndices,
} from '../state/records.ts';
import { receiptGas } from './fees.ts';
import type { ChunkContext } from './types.ts';

/** Before the receipt: two bytes that begin no receipt, and the form in which gas and size stand behind it. */
const STORED_MARK = Uint8Array.of(0xff, 0xff, 1);
const NO_INDICES: DelayedReceiptIndices = { first_index: 0n, next_available_index: 0n };

export function pushDelayed({ state, parameters }: ChunkContext, receipt: Receipt): void {
  const { receiver_id, body } = receipt;
  const bytes = encodeReceipt(receipt);
  const gas = body.kind === 'data' ? 0n : receiptGas(parameters, { actions: body.actions, receiver_id });
  const stored = new BorshWriter().fixed(STORED_MARK).fixed(bytes).u64(gas).u64(BigInt(bytes.length));
  const indices = findIndices(state);
  state.setCause({ kind: 'updated_delayed_receipts' });
  state.set(delayedReceiptKey(indices.next_available_index), stored.finish());
  saveIndices(state, { ...indices, next_available_index: indices.next_available_index + 1n });
}

/**
 * The oldest one of this shard. After a split each child holds the whole queue of its parent: receipts to accounts on
 * a sibling are taken out too, but the sibling runs them.
 */
export function popDelayed(chunk: ChunkContext): Receipt | null {
  for (let receipt = popOldest(chunk); receipt !== null; receipt = popOldest(chunk))
    if (chunk.belongs(receipt.receiver_id)) return receipt;
  return null;
}

function popOldest({ state }: ChunkContext): Receipt | null {
  const indices = findIndices(state);
  if (indices.first_index === indices.next_available_index) return null;
  const key = delayedReceiptKey(indices.first_index);
  const bytes = state.get(key);
  if (bytes === null) {
    throw new Error(`delayed receipt ${indices.first_index} is not in the state; the state is damaged`);
  }
  state.setCause({ kind: 'updated_delayed_receipts' });
  state.remove(key);
  saveIndices(state, { ...indices, first_index: indices.first_index + 1n });
  const reader = new BorshReader(bytes);
  reader.fixed(STORED_MARK.length);
  return readReceipt(reader);
}

/** Those of siblings included, as long as they are in the queue. */
export function countDelayed({ state }: Pick<ChunkContext, 'state'>): bigint {
  const { first_index, next_available_index } = findIndices(state);
  return next_available_index - first_index;
}

function findIndices(state: ChunkContext['state']): DelayedReceiptIndices {
  const bytes = state.get(delayedReceiptIndicesKey());
  return bytes === null ? NO_INDICES : decodeDelayedReceiptIndices(bytes);
}

function saveIndices(state: ChunkContext['state'], indices: DelayedReceiptIndices): void {
  state.set(delayedReceiptIndicesKey(), encodeDelayedReceiptIndices(indices));
}
