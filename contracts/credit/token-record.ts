// Owns the one record of a hash, from mint to tombstone, kept for ever; leaves what may become of it to the rules.

import { encode } from 'near-sdk-js/lib/utils.js';
import { type ErrorCode, panic } from './errors.ts';
import type { SerialRange } from './event-types.ts';
import { KEY, readText, writeBytes, writeText } from './storage.ts';

/** One letter each. The first two are live. */
export const STATUS = {
  active: 'a',
  /** Flagged itself; an origin's flag lies in `origin_flag` of the origin's record. */
  impaired: 'i',
  retired: 'r',
  invalidated: 'x',
  divided: 'd',
  merged: 'm',
  redeemed: 'e',
  cancelled: 'c',
  expired: 'z',
} as const;
export type Status = (typeof STATUS)[keyof typeof STATUS];

/** Texts are empty where they are absent; numbers are whole. */
export interface TokenRecord {
  status: Status;
  /** The last owner, once the token is gone. */
  owner_id: string;
  /** Counts changes of owner, so that a resolver knows whether the token came back by another way. */
  nonce: number;
  /** Where it stands in its owner's list and in the list of all. */
  owner_page: number;
  live_page: number;
  /** See approvals.ts. */
  approvals: string;
  /** The minted hash; of a minted token, its own. */
  origin: string;
  /** Of an origin: '1' while the whole origin is impaired. */
  origin_flag: string;
  /** Of a divided origin: its live parts, see its rules. */
  parts: string;
  registry: string;
  project_id: string;
  methodology: string;
  tonnage: string;
  unit: string;
  namespace: string;
  serial_start: string;
  serial_end: string;
  vintage_year: string;
  issued_on: string;
  expires_on: string;
  consent_ref: string;
  buffer_tonnage: string;
  replaces: string;
  reference: string;
  reference_hash: string;
  minter_id: string;
  born_at_ns: string;
  /** Of a part: the hashes it was made of, parted by ','. */
  parents: string;
  /** Of a divided or merged token: the hashes it became, parted by ','. */
  children: string;
  /** What is said of its end: JSON, or empty. */
  end: string;
}

export function findToken(hash: string): TokenRecord | undefined {
  const text = readText(KEY.token + hash);
  return text === undefined ? undefined : decodeToken(text);
}

/** Of a token that is there and not gone. */
export function getLiveToken(hash: string): TokenRecord {
  const token = findToken(hash);
  if (token === undefined || !isLive(token)) panic('NOT_LIVE', `there is no live credit ${hash}`);
  return token;
}

export function isLive({ status }: TokenRecord): boolean {
  return status === STATUS.active || status === STATUS.impaired;
}

/** A hash that was ever used has a record. Writing tells, so nothing is read first: a panic undoes the write.
 * Returns how many bytes the record has, for its price. */
export function createToken(
  hash: string,
  token: TokenRecord,
  used: Extract<ErrorCode, 'HASH_USED' | 'HASH_COLLISION'>,
): number {
  const bytes = encode(encodeToken(token));
  if (writeBytes(KEY.token + hash, bytes)) panic(used, `${hash} was used before`);
  return bytes.length;
}

export function saveToken(hash: string, token: TokenRecord): void {
  writeText(KEY.token + hash, encodeToken(token));
}

export function serialOf({ namespace, serial_start, serial_end }: TokenRecord): SerialRange | undefined {
  return namespace === '' ? undefined : { namespace, start: serial_start, end: serial_end };
}

// Texts have no control characters, so that '\n' parts them.
export function encodeToken(t: TokenRecord): string {
  return `${t.status}\n${t.owner_id}\n${t.nonce}\n${t.owner_page}\n${t.live_page}\n${t.approvals}\n${t.origin}\n${t.origin_flag}\n${t.parts}\n${t.registry}\n${t.project_id}\n${t.methodology}\n${t.tonnage}\n${t.unit}\n${t.namespace}\n${t.serial_start}\n${t.serial_end}\n${t.vintage_year}\n${t.issued_on}\n${t.expires_on}\n${t.consent_ref}\n${t.buffer_tonnage}\n${t.replaces}\n${t.reference}\n${t.reference_hash}\n${t.minter_id}\n${t.born_at_ns}\n${t.parents}\n${t.children}\n${t.end}`;
}

export function decodeToken(text: string): TokenRecord {
  const fields = text.split('\n') as Fields;
  return {
    status: fields[0] as Status,
    owner_id: fields[1],
    nonce: Number(fields[2]),
    owner_page: Number(fields[3]),
    live_page: Number(fields[4]),
    approvals: fields[5],
    origin: fields[6],
    origin_flag: fields[7],
    parts: fields[8],
    registry: fields[9],
    project_id: fields[10],
    methodology: fields[11],
    tonnage: fields[12],
    unit: fields[13],
    namespace: fields[14],
    serial_start: fields[15],
    serial_end: fields[16],
    vintage_year: fields[17],
    issued_on: fields[18],
    expires_on: fields[19],
    consent_ref: fields[20],
    buffer_tonnage: fields[21],
    replaces: fields[22],
    reference: fields[23],
    reference_hash: fields[24],
    minter_id: fields[25],
    born_at_ns: fields[26],
    parents: fields[27],
    children: fields[28],
    end: fields[29],
  };
}

// biome-ignore format: thirty fields.
type Fields = [
  string, string, string, string, string, string, string, string, string, string,
  string, string, string, string, string, string, string, string, string, string,
  string, string, string, string, string, string, string, string, string, string,
];
