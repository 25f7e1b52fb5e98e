// Owns the views of one hash, live or gone; leaves lists of them to enumeration.ts and to retirements.
import * as near from 'near-sdk-js/lib/api.js';
import { asHash, readArgs } from './args.ts';
import { creditOf, statusOf } from './token-json.ts';
import { findToken, isLive } from './token-record.ts';
import { isImpaired } from './usable.ts';

/** All that is known of the hash; null where it was never used. */
export function credit(): void {
  const mrv_hash = asHash(readArgs().mrv_hash, 'mrv_hash');
  const token = findToken(mrv_hash);
  if (token === undefined) {
    near.valueReturn('null');
    return;
  }
  const is_impaired = isLive(token) && isImpaired(mrv_hash, token);
  near.valueReturn(creditOf(mrv_hash, token, { is_impaired }));
}

export function mrv_hash_status(): void {
  const mrv_hash = asHash(readArgs().mrv_hash, 'mrv_hash');
  const token = findToken(mrv_hash);
  if (token === undefined) {
    near.valueReturn(`{"mrv_hash":"${mrv_hash}","status":"not_minted"}`);
    return;
  }
  const is_impaired = isLive(token) && isImpaired(mrv_hash, token);
  const status = statusOf(token, { is_impaired });
  near.valueReturn(`{"mrv_hash":"${mrv_hash}",${status},"origin":"${token.origin}"}`);
}
