// Owns calling another contract with all gas that is left; leaves reading its answer to promise-result.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { encode, str } from 'near-sdk-js/lib/utils.js';

/** The promise's number. */
export function askWithRestOfGas(account_id: string, method: string, args: object) {
  const promise = near.promiseBatchCreate(account_id);
  // Of this function alone the SDK takes arguments as a string whose characters are the bytes, against its own type:
  // of a Uint8Array it would send the numbers, parted by commas.
  const bytes = str(encode(JSON.stringify(args))) as unknown as Uint8Array;
  near.promiseBatchActionFunctionCallWeightRaw(promise, method, bytes, 0n, 0n, 1n);
  return promise;
}
