// Owns reading what another contract answered, whatever it is; leaves judging the answer to the callback.
import * as near from 'near-sdk-js/lib/api.js';

// The `near` functions throw on a failed promise and read an answer of any length, which could burn the callback's
// gas: these two of the same SDK's host functions tell first.
declare const env: {
  promise_result(index: number, register: number): bigint;
  register_len(register: number): bigint;
  read_register(register: number): Uint8Array;
};

const SUCCESSFUL = 1n;

/** Undefined where the promise failed, the answer is longer, or there is not exactly one. */
export function readResultUpTo(max_bytes: number): Uint8Array | undefined {
  if (near.promiseResultsCount() !== 1n) return undefined;
  if (env.promise_result(0, 0) !== SUCCESSFUL) return undefined;
  return env.register_len(0) > BigInt(max_bytes) ? undefined : env.read_register(0);
}
