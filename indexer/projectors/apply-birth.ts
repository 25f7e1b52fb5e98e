// Owns bearing tokens, issued ones and parts of known ones; leaves changing and ending them to apply-token.ts.

import { formatTonnage } from '../../core/credit/tonnage.ts';
import type { ChainEvent } from '../types.ts';
import type { AppliedEvent } from './applied-event.ts';
import { type BatchBook, enterOrigin, tokenKey } from './batch-book.ts';
import type { BornPart } from './changes.ts';
import { serialOf, serialWords } from './expectations.ts';
import { ProjectionError } from './projection-error.ts';
import type { TokenRow } from './rows.ts';
import { isSameSerial, joinSerials } from './serial-range.ts';
import { getToken, record } from './token-history.ts';
import { unitsOf } from './units.ts';

type NewToken = Omit<
  TokenRow,
  | 'near_contract_id'
  | 'status'
  | 'is_impaired'
  | 'minted_at'
  | 'minted_identity'
  | 'ended_at'
  | 'last_position'
  | 'token_version'
>;

export function bear(book: BatchBook, applied: AppliedEvent, token: NewToken): void {
  const { event, time } = applied;
  const key = tokenKey(event.contract_id, token.token_id);
  const known = book.tokens.find(key);
  if (known !== undefined) {
    throw new ProjectionError(event, {
      expectation: `the hash ${token.token_id} never used`,
      found: `a token born in ${known.minted_identity}`,
    });
  }
  const row: TokenRow = {
    near_contract_id: event.contract_id,
    ...token,
    status: token.origin_is_impaired ? 'impaired' : 'active',
    is_impaired: false,
    minted_at: time,
    minted_identity: event.identity,
    ended_at: null,
    last_position: event.position,
    token_version: 0,
  };
  book.tokens.insert(key, row);
  enterOrigin(book, row);
  record(book, event, row);
}

export function bearPart(book: BatchBook, applied: AppliedEvent, part: BornPart): void {
  const { event } = applied;
  const parents = part.parents.map((parent_id) => getToken(book, event, parent_id));
  const [first] = parents;
  if (first === undefined)
    throw new ProjectionError(event, { expectation: 'a part to have a parent', found: 'none' });
  if (part.birth === 'merge') requireWhole(event, parents, part);
  const { near_contract_id: _, ...facts } = first;
  bear(book, applied, {
    ...facts,
    token_id: part.token_id,
    birth: part.birth,
    tonnage_co2e: formatTonnage(part.units),
    serial_namespace: part.serial?.namespace ?? null,
    serial_range: part.serial?.range ?? null,
    // What was set aside and what was replaced were the minted credit's.
    buffer_tonnage_co2e: null,
    replaces: null,
  });
  for (const [index, parent] of parents.entries()) {
    book.lineage.push({
      near_contract_id: event.contract_id,
      token_id: part.token_id,
      parent_token_id: parent.token_id,
      lineage_type: part.birth,
      ordinal: part.birth === 'merge' ? index : part.ordinal,
      event_identity: event.identity,
    });
  }
}

/** A merged credit has all tonnes and all serials of its parents, in their order. */
function requireWhole(event: ChainEvent, parents: readonly Readonly<TokenRow>[], part: BornPart): void {
  const units = parents.reduce((sum, parent) => sum + unitsOf(parent.tonnage_co2e), 0n);
  if (units !== part.units) {
    throw new ProjectionError(event, {
      expectation: `parents of ${formatTonnage(part.units)} t together`,
      found: `${formatTonnage(units)} t`,
    });
  }
  const joined = joinSerials(parents.map(serialOf));
  if (joined !== undefined && isSameSerial(joined, part.serial)) return;
  throw new ProjectionError(event, {
    expectation: `parents with the serials ${serialWords(part.serial)} together`,
    found: parents.map((parent) => serialWords(serialOf(parent))).join(', '),
  });
}
