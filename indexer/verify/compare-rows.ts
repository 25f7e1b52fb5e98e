// Owns what each row must say so that it says what the contract's views say; leaves asking them to verify-contract.ts.

import { formatTonnage } from '../../core/credit/tonnage.ts';
import { blockTime } from '../projectors/block-time.ts';
import { isLive, serialOf } from '../projectors/expectations.ts';
import { registryId } from '../projectors/registry-id.ts';
import type { ConsentRow, RetirementRow, TokenRow } from '../projectors/rows.ts';
import { unitsOf } from '../projectors/units.ts';
import { type Difference, type Fields, findDifferences, textOf } from './compare.ts';

const VOID = new Set(['divided', 'merged', 'redeemed', 'cancelled']);

type Answer = Record<string, unknown>;

export function compareToken(row: TokenRow, said: unknown): Difference[] {
  const what = `token ${row.token_id}`;
  if (!isObject(said)) return [{ what, field: 'credit', table: row.status, contract: textOf(said) }];
  return findDifferences(what, tokenFields(row), creditFields(said, isLive(row)));
}

function tokenFields(row: TokenRow): Fields {
  const is_void = VOID.has(row.status);
  const serial = serialOf(row);
  return {
    status: is_void ? 'void' : row.status,
    cause: is_void ? row.status : null,
    owner: row.owner_account_id,
    origin: row.origin,
    registry: registryId(row),
    project_id: row.registry_project_id,
    methodology: row.methodology,
    tonnage: amount(row.tonnage_co2e),
    unit: amount(row.unit),
    serial: serial === null ? null : `${serial.namespace} ${serial.range}`,
    vintage_year: `${row.vintage_year}`,
    issued_on: row.issued_on,
    expires_on: row.expires_on,
    consent_ref: row.consent_ref,
    buffer_tonnage: row.buffer_tonnage_co2e === null ? null : amount(row.buffer_tonnage_co2e),
    replaces: row.replaces,
    reference: row.reference,
    reference_hash: row.reference_hash,
    minter_id: row.minter_account_id,
    born_at: row.minted_at,
  };
}

const SAME_NAMES = [
  'status',
  'cause',
  'origin',
  'registry',
  'project_id',
  'methodology',
  'tonnage',
  'unit',
  'vintage_year',
  'issued_on',
  'expires_on',
  'consent_ref',
  'buffer_tonnage',
  'replaces',
  'reference',
  'reference_hash',
  'minter_id',
] as const;

function creditFields(said: Answer, is_live: boolean): Fields {
  const same = Object.fromEntries(SAME_NAMES.map((name) => [name, textOf(said[name])]));
  return {
    ...same,
    owner: textOf(is_live ? said.owner_id : said.last_owner_id),
    serial: serialText(said.serial),
    born_at: timeText(said.born_at_ns),
  };
}

export function compareRetirement(row: RetirementRow, said: unknown): Difference[] {
  const what = `retirement ${row.token_id}`;
  if (!isObject(said)) return [{ what, field: 'retirement', table: 'retired', contract: textOf(said) }];
  const statements = Array.isArray(said.statements) ? (said.statements as Answer[]) : [];
  const confirmations = statements.filter(({ kind }) => kind === 'confirmed');
  const last = confirmations[confirmations.length - 1];
  const refusal = statements.find(({ kind }) => kind === 'refused');
  const names = [
    'account_id',
    'authorized_id',
    'beneficiary',
    'beneficiary_commitment',
    'beneficiary_kind',
    'beneficiary_id',
    'reason',
    'purpose',
    'jurisdiction',
    'consumption_period',
  ] as const;
  const table: Fields = {
    ...Object.fromEntries(names.map((name) => [name, row[name]])),
    tonnage: amount(row.tonnage_co2e),
    retired_at: row.retired_at,
    registry_outcome: row.registry_outcome,
    registry_retirement_id: row.registry_retirement_id,
    registry_retired_on: row.registry_retired_on,
    evidence_sha256: row.evidence_sha256,
    amendment: row.amendment === null ? null : `${row.amendment}`,
    refusal_reason: row.refusal_reason,
    attested_by: row.attested_by,
    is_revealed: `${row.revealed_at !== null}`,
    confirmed_at: row.confirmed_at,
    refused_at: row.refused_at,
  };
  return findDifferences(what, table, {
    ...Object.fromEntries(names.map((name) => [name, textOf(said[name])])),
    tonnage: textOf(said.tonnage),
    retired_at: timeText(said.retired_at_ns),
    registry_outcome: textOf(said.registry_status),
    registry_retirement_id: textOf(last?.registry_retirement_id),
    registry_retired_on: textOf(last?.registry_retired_on),
    evidence_sha256: textOf(last?.evidence_sha256),
    amendment: last === undefined ? null : `${confirmations.length - 1}`,
    refusal_reason: textOf(refusal?.reason),
    attested_by: textOf(statements[statements.length - 1]?.attested_by),
    is_revealed: `${said.salt !== undefined}`,
    confirmed_at: timeText(confirmations[0]?.at_ns),
    refused_at: timeText(refusal?.at_ns),
  });
}

export function compareConsent(row: ConsentRow, said: unknown): Difference[] {
  const what = `consent ${registryId(row)}/${row.consent_ref}`;
  if (!isObject(said)) return [{ what, field: 'consent', table: 'recorded', contract: textOf(said) }];
  const serial = isObject(said.serial) ? said.serial : {};
  const table: Fields = {
    mrv_hash: row.mrv_hash,
    tonnage: amount(row.tonnage_co2e),
    remaining: formatTonnage(unitsOf(row.tonnage_co2e) - unitsOf(row.debited_co2e)),
    unit: amount(row.unit),
    serial_namespace: row.serial_namespace,
    serial_start: row.serial_start,
    document_sha256: row.document_sha256,
    immobilised_on: row.immobilised_on,
    valid_to: row.valid_to,
    account_id: row.account_id,
    attested_by: row.attested_by,
    status: row.withdrawn_at === null ? 'open' : 'withdrawn',
    recorded_at: row.recorded_at,
  };
  return findDifferences(what, table, {
    ...Object.fromEntries(Object.keys(table).map((name) => [name, textOf(said[name])])),
    serial_namespace: textOf(serial.namespace),
    serial_start: textOf(serial.start),
    recorded_at: timeText(said.recorded_at_ns),
  });
}

function amount(text: string): string {
  return formatTonnage(unitsOf(text));
}

function serialText(serial: unknown): string | null {
  if (!isObject(serial)) return null;
  return `${serial.namespace} [${serial.start},${BigInt(String(serial.end)) + 1n})`;
}

function timeText(ns: unknown): string | null {
  return ns === undefined ? null : blockTime(BigInt(String(ns)));
}

function isObject(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
