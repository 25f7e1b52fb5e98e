// Owns changing known tokens: their owner, their flags, their end; leaves bearing them to apply-birth.ts.

import type { ChainEvent } from '../types.ts';
import type { AppliedEvent, ChangeOf } from './applied-event.ts';
import { type BatchBook, tokenKey } from './batch-book.ts';
import { findUnmet, isLive } from './expectations.ts';
import { ProjectionError } from './projection-error.ts';
import type { TokenRow } from './rows.ts';
import { getToken, record } from './token-history.ts';

export function changeToken(book: BatchBook, applied: AppliedEvent, change: ChangeOf<'change_token'>): void {
  const { event, time } = applied;
  const { token_id, expect, set, move } = change;
  const before = getToken(book, event, token_id);
  const unmet = findUnmet(before, expect);
  if (unmet !== null) throw new ProjectionError(event, unmet);
  if (expect.born_by !== undefined) tellOnce(event, book.minted, { token_id, told: 'minted' });
  if (expect.ended_at !== undefined) tellOnce(event, book.burnt, { token_id, told: 'burnt' });
  const row = book.tokens.change(tokenKey(event.contract_id, token_id));
  const was_live = isLive(row);
  Object.assign(row, set);
  if (was_live && !isLive(row)) row.ended_at = time;
  row.status = statusOf(row);
  record(book, event, row, move);
}

export function flagOrigin(book: BatchBook, { event }: AppliedEvent, change: ChangeOf<'flag_origin'>): void {
  const { origin, registry, is_impaired } = change;
  let count = 0;
  for (const key of book.by_origin.get(tokenKey(event.contract_id, origin)) ?? []) {
    const token = book.tokens.find(key);
    if (token === undefined || !isLive(token)) continue;
    const unmet = findUnmet(token, { registry });
    if (unmet !== null) throw new ProjectionError(event, unmet);
    if (token.origin_is_impaired === is_impaired) {
      throw new ProjectionError(event, {
        expectation: `the origin ${origin} ${is_impaired ? 'without' : 'with'} its flag`,
        found: `token ${token.token_id} ${is_impaired ? 'with' : 'without'} it`,
      });
    }
    const row = book.tokens.change(key);
    row.origin_is_impaired = is_impaired;
    row.status = statusOf(row);
    record(book, event, row);
    count += 1;
  }
  if (count === 0)
    throw new ProjectionError(event, { expectation: `live tokens of the origin ${origin}`, found: 'none' });
}

/** Of a live token it follows from its two flags. */
function statusOf(row: TokenRow): TokenRow['status'] {
  if (!isLive(row)) return row.status;
  return row.is_impaired || row.origin_is_impaired ? 'impaired' : 'active';
}

function tellOnce(
  event: ChainEvent,
  told_before: Set<string>,
  { token_id, told }: { token_id: string; told: string },
): void {
  const key = tokenKey(event.contract_id, token_id);
  if (told_before.has(key)) {
    throw new ProjectionError(event, {
      expectation: `token ${token_id} told as ${told} once`,
      found: 'twice',
    });
  }
  told_before.add(key);
}
