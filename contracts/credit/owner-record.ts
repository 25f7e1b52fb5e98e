// Owns what is kept for an account: the list of its live tokens and how many it retired; leaves tokens to token-record.ts.
import type { PagedList } from './paged-list.ts';
import { KEY, readText, removeText, writeText } from './storage.ts';

export interface OwnerRecord {
  account_id: string;
  retired_count: number;
  tokens: PagedList;
}

/** Of an account without tokens: a record of zeros. */
export function loadOwner(account_id: string): OwnerRecord {
  const text = readText(KEY.owner + account_id);
  if (text === undefined) return { account_id, retired_count: 0, tokens: { count: 0, tail: '' } };
  const [count, retired_count, tail] = text.split('\n') as [string, string, string];
  return { account_id, retired_count: Number(retired_count), tokens: { count: Number(count), tail } };
}

/** A record of zeros is removed, so that passing tokens on leaves nothing behind. */
export function saveOwner({ account_id, retired_count, tokens }: OwnerRecord): void {
  if (tokens.count === 0 && retired_count === 0) removeText(KEY.owner + account_id);
  else writeText(KEY.owner + account_id, `${tokens.count}\n${retired_count}\n${tokens.tail}`);
}

export function ownerPageKey(account_id: string): string {
  return `${KEY.owner_page}${account_id}/`;
}
