// Owns the history of a token while a batch is folded: one line for each item that names it; leaves what the item changes to apply-*.ts.

import type { ChainEvent } from '../types.ts';
import { type BatchBook, tokenKey } from './batch-book.ts';
import type { Move } from './changes.ts';
import { ProjectionError } from './projection-error.ts';
import type { Leg, TokenRow } from './rows.ts';

/** Each token that an item names has one line of history, numbered without a gap. */
export function record(book: BatchBook, event: ChainEvent, row: TokenRow, move?: Move): void {
  const { near_contract_id, token_id } = row;
  row.token_version += 1;
  row.last_position = event.position;
  book.token_events.push({
    near_contract_id,
    token_id,
    token_version: row.token_version,
    event_identity: event.identity,
    event_position: event.position,
    event: event.event,
    leg: move === undefined ? null : legOf(row, move),
    from_account_id: move?.from_account_id ?? null,
    to_account_id: move?.to_account_id ?? null,
  });
  const key = tokenKey(near_contract_id, token_id);
  if (!book.touched.has(key)) book.touched.set(key, { near_contract_id, token_id });
}

export function getToken(book: BatchBook, event: ChainEvent, token_id: string): Readonly<TokenRow> {
  const token = book.tokens.find(tokenKey(event.contract_id, token_id));
  if (token === undefined)
    throw new ProjectionError(event, { expectation: `the token ${token_id}`, found: 'none' });
  return token;
}

function legOf({ birth, status }: TokenRow, { leg }: Move): Leg {
  if (leg === 'by birth') return birth === 'issue' ? 'mint' : birth;
  if (leg !== 'by end') return leg;
  if (status === 'divided') return 'split';
  return status === 'merged' ? 'merge' : 'burn';
}
