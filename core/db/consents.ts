// Owns the rows of registries' consents as the platform notes them; leaves what the chain debits to the indexer.

import { sql, type Transaction } from 'kysely';
import { firstOf, given, listPage, oneOf, type Page, type PageAsked } from './list-page.ts';
import type { DB } from './types.ts';

export type Consent = {
  consent_id: string;
  tenant_id: string;
  registry_type: string;
  registry_name: string | null;
  consent_ref: string;
  mrv_hash: string | null;
  tonnage_co2e: string;
  debited_co2e: string;
  unit: string;
  serial_namespace: string | null;
  serial_start: string | null;
  document_sha256: string;
  immobilised_on: string;
  valid_to: string | null;
  /** When the chain had it; the same for its withdrawal. */
  recorded_at: string | null;
  withdrawn_at: string | null;
  created_at: string;
  updated_at: string;
};

const COLUMNS = sql`consent_id, tenant_id, registry_type, registry_name, consent_ref, mrv_hash,
  trim_scale(tonnage_co2e)::text as tonnage_co2e, trim_scale(debited_co2e)::text as debited_co2e,
  trim_scale(unit)::text as unit, serial_namespace, serial_start::text as serial_start, document_sha256, immobilised_on,
  valid_to, recorded_at, withdrawn_at, created_at, updated_at`;

export type NewConsent = {
  registry_type: string;
  registry_name?: string | undefined;
  consent_ref: string;
  mrv_hash?: string | undefined;
  tonnage_co2e: string;
  unit: string;
  serial?: { namespace: string; start: string } | undefined;
  document_sha256: string;
  immobilised_on: string;
  valid_to?: string | undefined;
};

export async function insertConsent(trx: Transaction<DB>, made: NewConsent): Promise<Consent> {
  const { consent_id } = await oneOf(
    trx,
    sql<{
      consent_id: string;
    }>`insert into registry.consents (tenant_id, registry_type, registry_name, consent_ref,
        mrv_hash, tonnage_co2e, unit, serial_namespace, serial_start, document_sha256, immobilised_on, valid_to)
      values (app.current_tenant_id(), ${made.registry_type}, ${made.registry_name ?? null}, ${made.consent_ref},
        ${made.mrv_hash ?? null}, ${made.tonnage_co2e}::numeric, ${made.unit}::numeric, ${made.serial?.namespace ?? null},
        ${made.serial?.start ?? null}::numeric, ${made.document_sha256}, ${made.immobilised_on},
        ${made.valid_to ?? null})
      returning consent_id`,
  );
  // Read again: what the chain has of it already was filled in by a trigger.
  return oneOf(trx, sql<Consent>`select ${COLUMNS} from registry.consents where consent_id = ${consent_id}`);
}

export async function findConsent(trx: Transaction<DB>, consent_id: string): Promise<Consent | undefined> {
  return firstOf(
    trx,
    sql<Consent>`select ${COLUMNS} from registry.consents where consent_id = ${consent_id}`,
  );
}

export async function listConsents(
  trx: Transaction<DB>,
  about: {
    filters: { registry?: readonly string[] | undefined; mrv_hash?: string | undefined };
    page: PageAsked;
  },
): Promise<Page<Consent>> {
  const { filters, page } = about;
  return listPage(trx, {
    columns: COLUMNS,
    from: sql`registry.consents`,
    where: [
      ...given(filters.registry, (values) => sql`registry_type = any(${[...values]}::text[])`),
      ...given(filters.mrv_hash, (value) => sql`mrv_hash = ${value}`),
    ],
    at: sql`created_at`,
    id: sql`consent_id`,
    page,
  });
}

/**
 * One that covers the mint, as far as we know: of those for this very hash first, then of those that the chain has. What is
 * under way counts only once it is indexed; the contract has the last word.
 */
export async function findUsableConsent(
  trx: Transaction<DB>,
  about: {
    registry_type: string;
    registry_name: string | null;
    mrv_hash: string;
    tonnage_co2e: string;
    unit: string;
    /** The day of the mint. */
    on: string;
  },
): Promise<Consent | undefined> {
  return firstOf(
    trx,
    sql<Consent>`select ${COLUMNS} from registry.consents
      where tenant_id = app.current_tenant_id() and registry_type = ${about.registry_type}
        and registry_name is not distinct from ${about.registry_name}
        and (mrv_hash is null or mrv_hash = ${about.mrv_hash}) and unit = ${about.unit}::numeric
        and tonnage_co2e - debited_co2e >= ${about.tonnage_co2e}::numeric and withdrawn_at is null
        and immobilised_on <= ${about.on}::date and (valid_to is null or valid_to >= ${about.on}::date)
        and (serial_namespace is null or exists (select from registry.serial_blocks b
          where b.mrv_hash = ${about.mrv_hash} and b.namespace = serial_namespace
            and lower(b.serial_range) = serial_start + debited_co2e / unit))
      order by mrv_hash is null, recorded_at is null, created_at, consent_id limit 1`,
  );
}
