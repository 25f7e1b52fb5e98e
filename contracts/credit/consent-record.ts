// Owns what is kept of a registry's consent, and debiting it; leaves recording and withdrawing to consents.ts.

import { today } from './block-time.ts';
import { panic } from './errors.ts';
import type { AttestedBy } from './event-types.ts';
import { KEY, readText, writeText } from './storage.ts';
import { formatTonnage } from './tonnage.ts';

/** Texts are empty where they are absent. */
export interface ConsentRecord {
  /** 'o' open, 'w' withdrawn. */
  status: 'o' | 'w';
  /** In units of 1e-8 t. */
  remaining: string;
  /** The number that the next minted credit begins with. */
  next_serial: string;
  mrv_hash: string;
  tonnage: string;
  unit: string;
  namespace: string;
  serial_start: string;
  serial_end: string;
  document_sha256: string;
  immobilised_on: string;
  valid_to: string;
  account_id: string;
  attested_by: AttestedBy;
  recorded_at_ns: string;
}

/** What a mint asks of a consent. */
export interface ConsentDebit {
  registry: string;
  consent_ref: string;
  mrv_hash: string;
  units: bigint;
  unit: string;
  namespace: string;
  serial_start: string;
  serial_end: string;
}

export function findConsent(registry: string, consent_ref: string): ConsentRecord | undefined {
  const text = readText(keyOf(registry, consent_ref));
  if (text === undefined) return undefined;
  const fields = text.split('\n') as Fields;
  return {
    status: fields[0] as ConsentRecord['status'],
    remaining: fields[1],
    next_serial: fields[2],
    mrv_hash: fields[3],
    tonnage: fields[4],
    unit: fields[5],
    namespace: fields[6],
    serial_start: fields[7],
    serial_end: fields[8],
    document_sha256: fields[9],
    immobilised_on: fields[10],
    valid_to: fields[11],
    account_id: fields[12],
    attested_by: fields[13] as AttestedBy,
    recorded_at_ns: fields[14],
  };
}

export function getConsent(registry: string, consent_ref: string): ConsentRecord {
  const record = findConsent(registry, consent_ref);
  if (record === undefined) {
    panic('CONSENT_MISSING', `${registry} has recorded no consent ${consent_ref}`);
  }
  return record;
}

/** How many bytes were written under how long a key. */
export function saveConsent(registry: string, consent_ref: string, c: ConsentRecord): void {
  writeText(keyOf(registry, consent_ref), encodeConsent(c));
}

export function encodeConsent(c: ConsentRecord): string {
  return `${c.status}\n${c.remaining}\n${c.next_serial}\n${c.mrv_hash}\n${c.tonnage}\n${c.unit}\n${c.namespace}\n${c.serial_start}\n${c.serial_end}\n${c.document_sha256}\n${c.immobilised_on}\n${c.valid_to}\n${c.account_id}\n${c.attested_by}\n${c.recorded_at_ns}`;
}

/** Changes the record; saving it is the caller's. */
export function debitConsent(record: ConsentRecord, debit: ConsentDebit): void {
  const name = `consent ${debit.consent_ref} of ${debit.registry}`;
  if (record.status === 'w') panic('CONSENT_WITHDRAWN', `${name} was withdrawn`);
  if (record.valid_to !== '' && record.valid_to < today()) {
    panic('CONSENT_EXPIRED', `${name} was valid to ${record.valid_to}`);
  }
  if (record.mrv_hash !== '' && record.mrv_hash !== debit.mrv_hash) {
    panic('CONSENT_MISMATCH', `${name} is for ${record.mrv_hash}, not for ${debit.mrv_hash}`);
  }
  if (record.unit !== debit.unit) {
    panic('CONSENT_MISMATCH', `${name} has the unit ${record.unit}, not ${debit.unit}`);
  }
  const remaining = BigInt(record.remaining) - debit.units;
  if (remaining < 0n) {
    const left = formatTonnage(BigInt(record.remaining));
    panic('CONSENT_EXHAUSTED', `${name} has ${left} t left, ${formatTonnage(debit.units)} asked`);
  }
  if (record.namespace !== '') debitSerial(record, debit, name);
  record.remaining = `${remaining}`;
}

/** Blocks follow each other, so that no number is minted twice. */
function debitSerial(record: ConsentRecord, debit: ConsentDebit, name: string): void {
  if (record.namespace !== debit.namespace || record.next_serial !== debit.serial_start) {
    const asked = debit.namespace === '' ? 'none' : `${debit.namespace} ${debit.serial_start}`;
    panic(
      'SERIAL_MISMATCH',
      `${name} goes on at ${record.namespace} ${record.next_serial}, asked was ${asked}`,
    );
  }
  record.next_serial = `${BigInt(debit.serial_end) + 1n}`;
}

function keyOf(registry: string, consent_ref: string): string {
  return `${KEY.consent}${registry}/${consent_ref}`;
}

type Fields = [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
