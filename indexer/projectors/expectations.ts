// Owns whether a row is what an event expects, in words where it is not; leaves throwing to the fold.

import { formatTonnage } from '../../core/credit/tonnage.ts';
import type { ConsentDebit, RetirementExpectation, SerialRange, TokenExpectation } from './changes.ts';
import { registryId } from './registry-id.ts';
import type { ConsentRow, RetirementRow, TokenRow, TokenStatus } from './rows.ts';
import { isSameSerial } from './serial-range.ts';
import { unitsOf } from './units.ts';

export interface Unmet {
  expectation: string;
  found: string;
}

const LIVE: readonly TokenStatus[] = ['active', 'impaired'];

export function isLive({ status }: Pick<TokenRow, 'status'>): boolean {
  return LIVE.includes(status);
}

/** The first thing that does not hold; null where all does. */
export function findUnmet(token: Readonly<TokenRow>, expect: TokenExpectation): Unmet | null {
  const { token_id, status } = token;
  const unmet = (expectation: string, found: string): Unmet => {
    return { expectation: `token ${token_id} ${expectation}`, found };
  };
  if (expect.is_live !== undefined && isLive(token) !== expect.is_live) {
    return unmet(expect.is_live ? 'live' : 'ended', status);
  }
  if (expect.is_free === true && (token.is_impaired || token.origin_is_impaired)) {
    return unmet('free of flags', flagsOf(token));
  }
  if (expect.is_impaired !== undefined && token.is_impaired !== expect.is_impaired) {
    return unmet(expect.is_impaired ? 'with its own flag' : 'without its own flag', flagsOf(token));
  }
  if (expect.status !== undefined && status !== expect.status) return unmet(expect.status, status);
  if (expect.owner_account_id !== undefined && token.owner_account_id !== expect.owner_account_id) {
    return unmet(`of ${expect.owner_account_id}`, `one of ${token.owner_account_id}`);
  }
  if (expect.origin !== undefined && token.origin !== expect.origin) {
    return unmet(`of the origin ${expect.origin}`, `one of ${token.origin}`);
  }
  if (expect.registry !== undefined && registryId(token) !== expect.registry) {
    return unmet(`of ${expect.registry}`, `one of ${registryId(token)}`);
  }
  if (expect.units !== undefined && unitsOf(token.tonnage_co2e) !== expect.units) {
    return unmet(`of ${formatTonnage(expect.units)} t`, `${token.tonnage_co2e} t`);
  }
  if (expect.serial !== undefined && !isSameSerial(serialOf(token), expect.serial)) {
    return unmet(`with the serials ${serialWords(expect.serial)}`, serialWords(serialOf(token)));
  }
  if (expect.born_by !== undefined && !token.minted_identity.startsWith(`${expect.born_by}:`)) {
    return unmet(`born by receipt ${expect.born_by}`, `its birth in ${token.minted_identity}`);
  }
  if (expect.ended_at !== undefined && token.ended_at !== expect.ended_at) {
    return unmet(`ended at ${expect.ended_at}`, `its end at ${token.ended_at}`);
  }
  return null;
}

export function findUnmetRetirement(
  row: Readonly<RetirementRow>,
  expect: RetirementExpectation,
): Unmet | null {
  const { token_id, registry_outcome, amendment } = row;
  const name = `retirement of ${token_id}`;
  if (expect.outcomes !== undefined && !expect.outcomes.includes(registry_outcome)) {
    return { expectation: `${name} ${expect.outcomes.join(' or ')}`, found: registry_outcome };
  }
  if (expect.amendment !== undefined && amendment !== expect.amendment) {
    return { expectation: `${name} at amendment ${expect.amendment}`, found: `${amendment}` };
  }
  if (expect.is_hidden === true) {
    const { beneficiary, beneficiary_commitment } = row;
    if (beneficiary_commitment === null) return { expectation: `${name} with a commitment`, found: 'none' };
    if (beneficiary !== null)
      return { expectation: `${name} with a hidden beneficiary`, found: 'a shown one' };
  }
  return null;
}

/** What the contract asks of a consent before it mints; whether its last day has passed was judged there. */
export function findUnmetConsent(row: Readonly<ConsentRow>, debit: ConsentDebit): Unmet | null {
  const name = `consent ${row.consent_ref} of ${registryId(row)}`;
  const debited = unitsOf(row.debited_co2e);
  const left = unitsOf(row.tonnage_co2e) - debited;
  if (row.withdrawn_at !== null) {
    return { expectation: `${name} open`, found: `withdrawn at ${row.withdrawn_at}` };
  }
  if (row.mrv_hash !== null && row.mrv_hash !== debit.mrv_hash) {
    return { expectation: `${name} for ${debit.mrv_hash}`, found: `one for ${row.mrv_hash}` };
  }
  if (unitsOf(row.unit) !== debit.unit) {
    return { expectation: `${name} of the unit ${formatTonnage(debit.unit)}`, found: row.unit };
  }
  if (left < debit.units) {
    return { expectation: `${name} with ${formatTonnage(debit.units)} t left`, found: formatTonnage(left) };
  }
  if (row.serial_namespace === null || row.serial_start === null) return null;
  const next = BigInt(row.serial_start) + debited / debit.unit;
  const asked = debit.serial;
  if (asked?.namespace === row.serial_namespace && asked.start === next) return null;
  return {
    expectation: `${name} to go on at ${row.serial_namespace} ${next}`,
    found: asked === null ? 'no serials' : `${asked.namespace} ${asked.start}`,
  };
}

export function serialOf({ serial_namespace, serial_range }: Readonly<TokenRow>): SerialRange | null {
  if (serial_namespace === null || serial_range === null) return null;
  return { namespace: serial_namespace, range: serial_range };
}

function flagsOf({ is_impaired, origin_is_impaired }: Readonly<TokenRow>): string {
  return `own flag ${is_impaired ? 'set' : 'not set'}, flag of its origin ${origin_is_impaired ? 'set' : 'not set'}`;
}

export function serialWords(serial: SerialRange | null): string {
  return serial === null ? 'none' : `${serial.namespace} ${serial.range}`;
}
