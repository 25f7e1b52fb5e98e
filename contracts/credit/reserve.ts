// Owns how much storage a token may ever need, which its mint or split pays; leaves taking the money to deposits.ts.
import { encode } from 'near-sdk-js/lib/utils.js';
import { costOfBytes, RECORD_BYTES } from './deposits.ts';
import { encodeToken, type TokenRecord } from './token-record.ts';

/** Of a token's `end`, escapes of JSON counted: what a retirement may say. */
export const END_BYTES = 1_600;

const KEY_BYTES = 65;
const ACCOUNT_BYTES = 64;
const HASH_BYTES = 64;
const NUMBER_BYTES = 17;
/** Fourteen numbers and their spaces. */
const SUPPLY_BYTES = 14 * NUMBER_BYTES + 14;

/** Beside the bytes its record has when it is made. Approvals need less than its end, and are gone by then. */
export const GROWTH_BYTES =
  // In its own record: a longer owner, numbers, the flag and parts of an origin, its end.
  ACCOUNT_BYTES +
  3 * NUMBER_BYTES +
  1 +
  4 * NUMBER_BYTES +
  END_BYTES +
  // Its place in the two lists, with an eighth of a page's key, and an owner's record of its own.
  2 * (HASH_BYTES + 16) +
  RECORD_BYTES +
  1 +
  ACCOUNT_BYTES +
  2 * NUMBER_BYTES +
  // Four records of its retirement: in order, by account, by beneficiary, and that one's count.
  4 * (RECORD_BYTES + 1 + ACCOUNT_BYTES + 1 + NUMBER_BYTES + HASH_BYTES) +
  // A vintage and a project that it is the first of.
  SUPPLY_BYTES +
  6 +
  RECORD_BYTES +
  136 +
  SUPPLY_BYTES +
  // Totals that grow by some digits.
  HASH_BYTES;

/** Of each token, beside its record's own bytes. */
const PRICED_BYTES = RECORD_BYTES + KEY_BYTES + GROWTH_BYTES;

/**
 * How many bytes a token whose record now has so many is to pay for. The digits of its places do not count, as their
 * growth does: its price is the same wherever it comes to stand, so that it can be told before.
 */
export function pricedBytesOf({ owner_page, live_page }: TokenRecord, record_bytes: number): number {
  return record_bytes + PRICED_BYTES - `${owner_page}${live_page}`.length;
}

/** The deposit that a token keeps for ever. */
export function priceOfToken(token: TokenRecord): bigint {
  return costOfBytes(pricedBytesOf(token, encode(encodeToken(token)).length));
}
