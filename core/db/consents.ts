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
