// Owns the one way to refuse; leaves the codes to error-codes.ts and when to refuse to the rules.
import * as near from 'near-sdk-js/lib/api.js';
import { encode } from 'near-sdk-js/lib/utils.js';
import type { ErrorCode } from './error-codes.ts';

export type { ErrorCode };

/** Ends the call: NEAR undoes its changes and returns the deposit. */
export function panic(code: ErrorCode, message: string): never {
  near.panicUtf8(encode(`${code}: ${message}`));
}
