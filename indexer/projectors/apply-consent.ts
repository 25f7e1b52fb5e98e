// Owns recording, debiting and withdrawing consents; leaves whether a debit fits to expectations.ts.

import { formatTonnage } from '../../core/credit/tonnage.ts';
import type { ChainEvent } from '../types.ts';
import type { AppliedEvent, ChangeOf } from './applied-event.ts';
import { type BatchBook, consentKey } from './batch-book.ts';
import { findUnmetConsent } from './expectations.ts';
import { ProjectionError } from './projection-error.ts';
import { registryId } from './registry-id.ts';
import type { ConsentKey, ConsentRow } from './rows.ts';
import { unitsOf } from './units.ts';

export function recordConsent(
  book: BatchBook,
  applied: AppliedEvent,
  { consent }: ChangeOf<'record_consent'>,
): void {
  const { event, time } = applied;
  const key = consentKey(event.contract_id, consent);
  const known = book.consents.find(key);
  if (known !== undefined) {
    throw new ProjectionError(event, {
      expectation: `no consent ${consent.consent_ref} of ${registryId(consent)}`,
      found: `one recorded in ${known.recorded_identity}`,
    });
  }
  book.consents.insert(key, {
    near_contract_id: event.contract_id,
    ...consent,
    debited_co2e: '0',
    recorded_at: time,
    withdrawn_at: null,
    recorded_identity: event.identity,
    last_position: event.position,
  });
}

export function debitConsent(
  book: BatchBook,
  { event }: AppliedEvent,
  { debit }: ChangeOf<'debit_consent'>,
): void {
  const key = consentKey(event.contract_id, debit);
  const consent = getConsent(book, event, debit);
  const unmet = findUnmetConsent(consent, debit);
  if (unmet !== null) throw new ProjectionError(event, unmet);
  const row = book.consents.change(key);
  row.debited_co2e = formatTonnage(unitsOf(row.debited_co2e) + debit.units);
  row.last_position = event.position;
}

export function withdrawConsent(
  book: BatchBook,
  { event, time }: AppliedEvent,
  { consent, remaining }: ChangeOf<'withdraw_consent'>,
): void {
  const known = getConsent(book, event, consent);
  const name = `consent ${consent.consent_ref} of ${registryId(consent)}`;
  if (known.withdrawn_at !== null) {
    throw new ProjectionError(event, {
      expectation: `${name} open`,
      found: `withdrawn at ${known.withdrawn_at}`,
    });
  }
  const left = unitsOf(known.tonnage_co2e) - unitsOf(known.debited_co2e);
  if (left !== remaining) {
    const expectation = `${name} with ${formatTonnage(remaining)} t left`;
    throw new ProjectionError(event, { expectation, found: `${formatTonnage(left)} t` });
  }
  const row = book.consents.change(consentKey(event.contract_id, consent));
  row.withdrawn_at = time;
  row.last_position = event.position;
}

function getConsent(book: BatchBook, event: ChainEvent, key: ConsentKey): Readonly<ConsentRow> {
  const consent = book.consents.find(consentKey(event.contract_id, key));
  if (consent !== undefined) return consent;
  const expectation = `the consent ${key.consent_ref} of ${registryId(key)}`;
  throw new ProjectionError(event, { expectation, found: 'none' });
}
