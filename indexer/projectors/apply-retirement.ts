// Owns entering retirements and what is said of them; leaves the retired token to apply-token.ts.

import type { AppliedEvent, ChangeOf } from './applied-event.ts';
import { type BatchBook, tokenKey } from './batch-book.ts';
import { findUnmetRetirement } from './expectations.ts';
import { ProjectionError } from './projection-error.ts';

export function retire(
  book: BatchBook,
  { event, time }: AppliedEvent,
  { retirement }: ChangeOf<'retire'>,
): void {
  const key = tokenKey(event.contract_id, retirement.token_id);
  const known = book.retirements.find(key);
  if (known !== undefined) {
    throw new ProjectionError(event, {
      expectation: `no retirement of ${retirement.token_id}`,
      found: `one told in ${known.event_identity}`,
    });
  }
  book.retirements.insert(key, {
    near_contract_id: event.contract_id,
    ...retirement,
    event_identity: event.identity,
    event_position: event.position,
    transaction_hash: event.transaction_hash,
    receipt_id: event.receipt_id,
    block_height: event.block.height,
    retired_at: time,
    registry_outcome: 'pending',
    registry_retirement_id: null,
    registry_retired_on: null,
    evidence_sha256: null,
    amendment: null,
    refusal_reason: null,
    attested_by: null,
    outcome_identity: null,
    revealed_at: null,
    confirmed_at: null,
    refused_at: null,
  });
}

export function changeRetirement(
  book: BatchBook,
  applied: AppliedEvent,
  change: ChangeOf<'change_retirement'>,
): void {
  const { event, time } = applied;
  const key = tokenKey(event.contract_id, change.token_id);
  const known = book.retirements.find(key);
  if (known === undefined) {
    throw new ProjectionError(event, { expectation: `a retirement of ${change.token_id}`, found: 'none' });
  }
  const unmet = findUnmetRetirement(known, change.expect);
  if (unmet !== null) throw new ProjectionError(event, unmet);
  const row = book.retirements.change(key);
  Object.assign(row, change.set);
  row[change.stamp] ??= time;
  if (change.set.registry_outcome !== undefined) row.outcome_identity = event.identity;
}
