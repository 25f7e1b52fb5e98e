// Owns NEP-171's and NEP-181's views of live tokens; leaves gone ones to credit-views.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { type Args, asAccountId, asInteger, isHash, optional, readArgs, refuse } from './args.ts';
import { panic } from './errors.ts';
import { loadGlobal } from './global-record.ts';
import { loadOwner, ownerPageKey } from './owner-record.ts';
import { type PagedList, readFromList } from './paged-list.ts';
import { KEY } from './storage.ts';
import { nftToken } from './token-json.ts';
import { findToken, isLive } from './token-record.ts';

export const DEFAULT_PAGE = 50;
/** So many retirements of long texts take half of what one view may burn; more is given as so many. */
export const MAX_PAGE = 200;
const U128_DIGITS = 39;
const WHOLE_NUMBER = /^(0|[1-9]\d*)$/;

/** NEP-171: null for every text that names no token, also for one that cannot be a hash. */
export function nft_token(): void {
  const token_id = readArgs().token_id;
  if (typeof token_id !== 'string') refuse('token_id', 'must be text');
  const token = isHash(token_id) ? findToken(token_id) : undefined;
  const is_there = token !== undefined && isLive(token);
  near.valueReturn(is_there ? nftToken(token_id, token) : 'null');
}

export function nft_total_supply(): void {
  near.valueReturn(`"${loadGlobal().live.count}"`);
}

export function nft_supply_for_owner(): void {
  const account_id = asAccountId(readArgs().account_id, 'account_id');
  near.valueReturn(`"${loadOwner(account_id).tokens.count}"`);
}

export function nft_tokens(): void {
  const page = readPage(readArgs());
  returnTokens(loadGlobal().live, KEY.live_page, page);
}

export function nft_tokens_for_owner(): void {
  const args = readArgs();
  const account_id = asAccountId(args.account_id, 'account_id');
  returnTokens(loadOwner(account_id).tokens, ownerPageKey(account_id), readPage(args));
}

/** `from_index` is a u128 as a string; a place beyond the end gives nothing. */
export function readPage(args: Args): { from: number; limit: number } {
  const { from_index } = args;
  const limit = optional(args.limit, 'limit', asInteger, { min: 0, max: Number.MAX_SAFE_INTEGER });
  return { from: readIndex(from_index), limit: Math.min(limit ?? DEFAULT_PAGE, MAX_PAGE) };
}

function readIndex(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'string' || value.length > U128_DIGITS || !WHOLE_NUMBER.test(value)) {
    panic('ARGUMENT_INVALID', 'from_index must be a whole number as a string');
  }
  // Beyond 2^53 it is inexact, and beyond the end of every list.
  return Number(value);
}

function returnTokens(
  list: PagedList,
  page_key: string,
  { from, limit }: { from: number; limit: number },
): void {
  let tokens = '';
  for (const token_id of readFromList(list, { page_key, from, limit })) {
    const token = findToken(token_id);
    if (token === undefined) panic('INTERNAL', `${token_id} is listed and has no record`);
    tokens += (tokens === '' ? '' : ',') + nftToken(token_id, token);
  }
  near.valueReturn(`[${tokens}]`);
}
