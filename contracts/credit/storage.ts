// Owns where each kind of record lies; leaves what a record says to its own file.
import * as near from 'near-sdk-js/lib/api.js';
import { encode } from 'near-sdk-js/lib/utils.js';

/**
 * One letter before each kind of key, so that kinds never meet. Hashes stay 64 characters: turning one into 32 bytes
 * costs more operations than it saves in fees. Account ids and registry ids have no '/', so parts of a key never meet.
 */
export const KEY = {
  /** The global record, see global-record.ts. */
  global: 'g',
  metadata: 'm',
  /** + hash: a token for ever, see token-record.ts. */
  token: 't',
  /** + page: the list of all live tokens, see paged-list.ts. */
  live_page: 'l',
  /** + account: see owner-record.ts. */
  owner: 'o',
  /** + account + '/' + page: an owner's tokens. */
  owner_page: 'p',
  /** The ids of all registries, in the order in which they came. */
  registries: 'R',
  /** + registry: see registry-record.ts. */
  registry: 'r',
  /** + registry + '/' + project: its totals. */
  project: 'j',
  /** + registry + '/' + reference: see consent-record.ts. */
  consent: 'c',
  /** + number: the hash of a retirement, in order. */
  retirement: 'q',
  /** + account + '/' + number: the same, by account. */
  account_retirement: 'a',
  /** + beneficiary's id: the number of its retirements. */
  beneficiary: 'B',
  /** + beneficiary's id + '/' + number: the same, by beneficiary. */
  beneficiary_retirement: 'b',
  /** + hash: what the registry says of a retirement. */
  confirmation: 'k',
} as const;

export function readText(key: string): string | undefined {
  return near.storageRead(key) ?? undefined;
}

/** Whether there was a text before. */
export function writeText(key: string, text: string): boolean {
  return near.storageWrite(key, text);
}

export function writeBytes(key: string, bytes: Uint8Array): boolean {
  return near.storageWriteRaw(encode(key), bytes);
}

export function removeText(key: string): void {
  near.storageRemove(key);
}

export function hasText(key: string): boolean {
  return near.storageHasKey(key);
}
