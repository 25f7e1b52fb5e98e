// Owns how ids of receipts and data follow from what caused them; leaves the counting of causes to the runtime.
import { BorshWriter } from './borsh.ts';
import { sha256 } from './crypto.ts';

/** The block an id is made in: its height today; its hash in blocks of older protocol versions. */
export type IdBlock = bigint | Uint8Array;

const MAX_U64 = 2n ** 64n - 1n;

/** The one rule behind every derived id. */
export function deriveId(options: { base: Uint8Array; block: IdBlock; salt: bigint }): Uint8Array {
  const { base, block, salt } = options;
  const writer = new BorshWriter();
  if (typeof block === 'bigint') writer.u64(block);
  else writer.fixed(block);
  return sha256(base, writer.u64(salt).finish());
}

export function receiptIdOfTransaction(tx_hash: Uint8Array, block: IdBlock): Uint8Array {
  return deriveId({ base: tx_hash, block, salt: 0n });
}

/** `index` counts contract receipts, deposit refund, gas refund and data receipts of the parent, in that order. */
export function receiptIdOfReceipt(options: {
  parent_id: Uint8Array;
  block: IdBlock;
  index: bigint;
}): Uint8Array {
  return deriveId({ base: options.parent_id, block: options.block, salt: options.index });
}

/** Counted from the top of u64, so that it never meets the id of a receipt of the same parent. */
export function actionHash(options: {
  receipt_id: Uint8Array;
  block: IdBlock;
  action_index: bigint;
}): Uint8Array {
  const salt = MAX_U64 - options.action_index;
  return deriveId({ base: options.receipt_id, block: options.block, salt });
}

export function dataId(options: { action_hash: Uint8Array; block: IdBlock; index: bigint }): Uint8Array {
  return deriveId({ base: options.action_hash, block: options.block, salt: options.index });
}
