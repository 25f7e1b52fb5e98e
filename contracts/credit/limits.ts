// Owns how long texts and lists may be; leaves refusing longer ones to args.ts.

// A receipt may log 16,384 bytes, and a token's record is paid for ever: both bound these.
export const MEMO_BYTES = 256;
export const PROJECT_BYTES = 64;
export const METHODOLOGY_BYTES = 64;
export const NAMESPACE_BYTES = 64;
export const REFERENCE_BYTES = 64;
export const REASON_BYTES = 256;
export const SERIAL_DIGITS = 20;
export const LOG_BYTES = 16_384;
/** Each may log 396 bytes and more; the sum is refused by its bytes. */
export const MAX_MINT_BATCH = 34;
/** A retirement of long texts logs 1,500 bytes, a usual one 800. */
export const MAX_RETIRE_BATCH = 20;
/** Of a split or a merge: each part is 260 bytes in the events, and 65 in the record of the whole. */
export const MAX_PARTS = 24;
export const MAX_INVALIDATE_BATCH = 25;

/** As the view `limits` shows them; a batch of long texts may fit fewer. */
export const LIMITS = {
  mint_batch: MAX_MINT_BATCH,
  retire_batch: MAX_RETIRE_BATCH,
  parts: MAX_PARTS,
  invalidate_batch: MAX_INVALIDATE_BATCH,
};
