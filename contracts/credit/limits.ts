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

/** As the view `limits` shows them; a batch of long texts may fit fewer. */
export const LIMITS = { mint_batch: MAX_MINT_BATCH };
