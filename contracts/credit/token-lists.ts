// Owns entering tokens into the list of all and into their owners', and taking them out; leaves their records to the caller.

import { panic } from './errors.ts';
import type { GlobalRecord } from './global-record.ts';
import { loadOwner, type OwnerRecord, ownerPageKey, saveOwner } from './owner-record.ts';
import { appendToList, removeFromList } from './paged-list.ts';
import { KEY } from './storage.ts';
import { findToken, saveToken, type TokenRecord } from './token-record.ts';

// Each changes the record it is given; saving token and global record is the caller's, after all lists.

export function enterLive(global: GlobalRecord, hash: string, token: TokenRecord): void {
  token.live_page = appendToList(global.live, KEY.live_page, hash);
}

export function leaveLive(global: GlobalRecord, hash: string, token: TokenRecord): void {
  const moved = removeFromList(global.live, { page_key: KEY.live_page, page: token.live_page, hash });
  if (moved === undefined) return;
  const other = getMoved(moved.moved);
  other.live_page = moved.page;
  saveToken(moved.moved, other);
}

/** Several tokens of one owner may enter and leave before the owner's record is saved. */
export function enterOwner(owner: OwnerRecord, hash: string, token: TokenRecord): void {
  token.owner_id = owner.account_id;
  token.owner_page = appendToList(owner.tokens, ownerPageKey(owner.account_id), hash);
}

export function leaveOwner(owner: OwnerRecord, hash: string, token: TokenRecord): void {
  const page_key = ownerPageKey(owner.account_id);
  const moved = removeFromList(owner.tokens, { page_key, page: token.owner_page, hash });
  if (moved === undefined) return;
  const other = getMoved(moved.moved);
  other.owner_page = moved.page;
  saveToken(moved.moved, other);
}

/** To another owner, approvals gone: what every change of owner does. */
export function moveToOwner(hash: string, token: TokenRecord, receiver_id: string): void {
  const from = loadOwner(token.owner_id);
  leaveOwner(from, hash, token);
  saveOwner(from);
  const to = loadOwner(receiver_id);
  enterOwner(to, hash, token);
  saveOwner(to);
  token.nonce += 1;
}

function getMoved(hash: string): TokenRecord {
  const token = findToken(hash);
  if (token === undefined) panic('INTERNAL', `${hash} is listed and has no record`);
  return token;
}
