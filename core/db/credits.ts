// Owns reading the rows of credits: ownership, transfers, lineage, retirements; leaves writing them to the indexer and the
// past to credit-history.ts.

import { sql, type Transaction } from 'kysely';
import type { Ask } from './ask.ts';
import { askPage, firstOf, given, isAnyOf, listPage, type Page, type PageAsked } from './list-page.ts';
import type { CreditStatus, VoidCause } from './statuses.ts';
import type { DB } from './types.ts';

export type Credit = {
  credit_id: string;
  mrv_hash: string;
  registry_type: string;
  registry_name: string | null;
  registry_serial: string | null;
  token_id: string | null;
  near_contract_id: string | null;
  tonnage_co2e: string;
  unit: string;
  vintage_year: number;
  issuance_date: string;
  expires_on: string | null;
  status: CreditStatus;
  void_cause: VoidCause | null;
  minted_at: string | null;
  retired_at: string | null;
  created_at: string;
  updated_at: string;
  /** Not shown to holders and registries. */
  tenant_id?: string;
  project_id?: string;
  mrv_submission_id?: string;
  serial_block?: string | null;
  near_minter_account_id?: string | null;
  metadata?: Record<string, unknown>;
};

/** Tenants and operators see whole rows; holders and registries what 0012_readers.up.sql grants to both. */
export type CreditEyes = 'full' | 'narrow';

export function creditColumns(eyes: CreditEyes) {
  return eyes === 'full' ? FULL : SHARED;
}

const SHARED = sql`c.credit_id, c.mrv_hash, c.registry_type, c.registry_name, c.registry_serial, c.token_id,
  c.near_contract_id, trim_scale(c.tonnage_co2e)::text as tonnage_co2e, trim_scale(c.unit)::text as unit, c.vintage_year,
  c.issuance_date, c.expires_on, c.status, c.void_cause, c.minted_at, c.retired_at, c.created_at, c.updated_at`;
const FULL = sql`${SHARED}, c.tenant_id, c.project_id, c.mrv_submission_id, c.serial_block, c.near_minter_account_id,
  c.metadata`;

export async function findCredit(
  trx: Transaction<DB>,
  { credit_id, eyes }: { credit_id: string; eyes: CreditEyes },
): Promise<Credit | undefined> {
  return firstOf(
    trx,
    sql<Credit>`select ${creditColumns(eyes)} from credit.credits c where c.credit_id = ${credit_id}`,
  );
}

/** Once it has its token. */
export async function findCreditByHash(trx: Transaction<DB>, mrv_hash: string): Promise<Credit | undefined> {
  return firstOf(
    trx,
    sql<Credit>`select ${creditColumns('full')} from credit.credits c
      where c.mrv_hash = ${mrv_hash} and c.token_id is not null`,
  );
}

/** What the platform's own account holds for the tenant. */
export async function putCustodialPosition(
  trx: Transaction<DB>,
  about: { credit_id: string; custodian_account_id: string; tonnage_co2e: string },
): Promise<void> {
  await sql`insert into credit.custodial_positions (tenant_id, credit_id, custodian_account_id, holder_ref, tonnage_co2e)
    values (app.current_tenant_id(), ${about.credit_id}, ${about.custodian_account_id}, 'tenant',
      ${about.tonnage_co2e}::numeric)
    on conflict (credit_id, holder_ref) do nothing`.execute(trx);
}

/**
 * What the platform's account owes the tenant follows what became of a credit that ended: the rest of a divided one, which the
 * account still has, is owed under its own name, and the ended one no more.
 */
export async function followCustody(trx: Transaction<DB>, credit_id: string): Promise<void> {
  await sql`insert into credit.custodial_positions (tenant_id, credit_id, custodian_account_id, holder_ref, tonnage_co2e)
    select p.tenant_id, c.credit_id, p.custodian_account_id, p.holder_ref, c.tonnage_co2e
    from credit.custodial_positions p
      join credit.credit_lineage l on l.parent_credit_id = p.credit_id and l.lineage_type = 'split'
      join credit.credits c on c.credit_id = l.credit_id and c.status in ('active', 'impaired')
      join credit.credit_ownership o on o.credit_id = c.credit_id and o.owner_account_id = p.custodian_account_id
    where p.credit_id = ${credit_id} and p.holder_ref = 'tenant' and p.tonnage_co2e > 0
    on conflict (credit_id, holder_ref) do nothing`.execute(trx);
  await sql`update credit.custodial_positions p set tonnage_co2e = 0
    from credit.credits c
    where p.credit_id = ${credit_id} and c.credit_id = p.credit_id and c.status not in ('active', 'impaired')`.execute(
    trx,
  );
}

export async function findCredits(
  trx: Transaction<DB>,
  { ids, eyes }: { ids: readonly string[]; eyes: CreditEyes },
): Promise<Credit[]> {
  const { rows } = await sql<Credit>`select ${creditColumns(eyes)} from credit.credits c
    where c.credit_id = any(${[...ids]}::uuid[])`.execute(trx);
  return rows;
}

export type CreditFilters = {
  status?: readonly string[] | undefined;
  registry?: readonly string[] | undefined;
  vintage?: readonly number[] | undefined;
  /** For tenants and operators alone. */
  project_id?: string | undefined;
  owner_account_id?: string | undefined;
};

export async function listCredits(
  ask: Ask,
  about: { filters: CreditFilters; eyes: CreditEyes; page: PageAsked },
): Promise<Page<Credit>> {
  const { filters, eyes, page } = about;
  return askPage(ask, {
    columns: creditColumns(eyes),
    from: sql`credit.credits c`,
    where: creditConditions(filters),
    at: sql`c.created_at`,
    id: sql`c.credit_id`,
    page,
  });
}

export function creditConditions(filters: CreditFilters) {
  return [
    ...given(filters.status, (values) => isAnyOf(sql`c.status`, values, sql`text`)),
    ...given(filters.registry, (values) => isAnyOf(sql`c.registry_type`, values, sql`text`)),
    ...given(filters.vintage, (values) => isAnyOf(sql`c.vintage_year`, values, sql`int`)),
    ...given(filters.project_id, (value) => sql`c.project_id = ${value}`),
    ...given(
      filters.owner_account_id,
      (value) => sql`c.credit_id in (select o.credit_id from credit.credit_ownership o
        where o.owner_account_id = ${value} and o.ended_at is null)`,
    ),
  ];
}

export type Ownership = {
  credit_id: string;
  owner_account_id: string;
  owner_type: 'near' | 'custodial' | 'internal';
  ended_at: string | null;
  updated_at: string;
};

export async function findOwnership(trx: Transaction<DB>, credit_id: string): Promise<Ownership | undefined> {
  return firstOf(
    trx,
    sql<Ownership>`select credit_id, owner_account_id, owner_type, ended_at, updated_at from credit.credit_ownership
      where credit_id = ${credit_id}`,
  );
}

export type Transfer = {
  transfer_id: string;
  credit_id: string;
  event_identity: string | null;
  leg: 'mint' | 'transfer' | 'revert' | 'split' | 'merge' | 'burn';
  from_account_id: string;
  to_account_id: string;
  tonnage_co2e: string;
  blockchain_tx_hash: string | null;
  blockchain_block_height: string | null;
  transfer_reason: string | null;
  transferred_at: string;
};

export const TRANSFER_COLUMNS = sql`transfer_id, credit_id, event_identity, leg, from_account_id, to_account_id,
  trim_scale(tonnage_co2e)::text as tonnage_co2e, blockchain_tx_hash,
  blockchain_block_height::text as blockchain_block_height, transfer_reason, transferred_at`;

/** A credit is shown with its newest transfers; the whole list has pages. */
export const SHOWN_TRANSFERS = 50;

export async function listTransfers(
  trx: Transaction<DB>,
  about: { credit_id: string; page: PageAsked },
): Promise<Page<Transfer>> {
  return listPage(trx, {
    columns: TRANSFER_COLUMNS,
    from: sql`credit.credit_transfers`,
    where: [sql`credit_id = ${about.credit_id}`],
    at: sql`transferred_at`,
    id: sql`transfer_id`,
    page: about.page,
  });
}

export type Retirement = {
  retirement_id: string;
  credit_id: string;
  token_id: string;
  tonnage_co2e: string;
  beneficiary: string;
  beneficiary_kind: 'organisation' | 'individual';
  beneficiary_commitment: string | null;
  retirement_reason: string | null;
  certificate_uri: string | null;
  registry_confirmed: boolean;
  registry_confirmed_at: string | null;
  registry_retirement_id: string | null;
  registry_retired_on: string | null;
  attested_by: 'registry' | 'registry_agent' | null;
  registry_refused_at: string | null;
  registry_refusal_reason: string | null;
  event_identity: string | null;
  blockchain_tx_hash: string | null;
  blockchain_receipt_id: string | null;
  blockchain_block_height: string | null;
  retired_at: string;
  created_at: string;
};

export const RETIREMENT_COLUMNS = sql`r.retirement_id, r.credit_id, r.token_id, trim_scale(r.tonnage_co2e)::text as
  tonnage_co2e, r.beneficiary, r.beneficiary_kind, r.beneficiary_commitment, r.retirement_reason, r.certificate_uri,
  r.registry_confirmed, r.registry_confirmed_at, r.registry_retirement_id, r.registry_retired_on, r.attested_by,
  r.registry_refused_at, r.registry_refusal_reason, r.event_identity, r.blockchain_tx_hash, r.blockchain_receipt_id,
  r.blockchain_block_height::text as blockchain_block_height, r.retired_at, r.created_at`;

export async function findRetirementOf(
  trx: Transaction<DB>,
  credit_id: string,
): Promise<Retirement | undefined> {
  return firstOf(
    trx,
    sql<Retirement>`select ${RETIREMENT_COLUMNS} from credit.retirements r where r.credit_id = ${credit_id}`,
  );
}

/** Of the credit or a part of it, by the transaction that burnt it. */
export async function findRetirementByBurn(
  trx: Transaction<DB>,
  { credit_id, transaction_hash }: { credit_id: string; transaction_hash: string },
): Promise<Retirement | undefined> {
  return firstOf(
    trx,
    sql<Retirement>`select ${RETIREMENT_COLUMNS} from credit.retirements r
      where r.blockchain_tx_hash = ${transaction_hash} and (r.credit_id = ${credit_id} or r.credit_id in (
        select l.credit_id from credit.credit_lineage l where l.parent_credit_id = ${credit_id}))`,
  );
}

export async function setCertificate(
  trx: Transaction<DB>,
  { retirement_id, certificate_uri }: { retirement_id: string; certificate_uri: string },
): Promise<void> {
  await sql`update credit.retirements set certificate_uri = ${certificate_uri}
    where retirement_id = ${retirement_id} and tenant_id = app.current_tenant_id()`.execute(trx);
}

export async function findTenantOfCredit(
  trx: Transaction<DB>,
  credit_id: string,
): Promise<{ tenant_id: string } | undefined> {
  return firstOf(
    trx,
    sql<{ tenant_id: string }>`select tenant_id from credit.credits where credit_id = ${credit_id}`,
  );
}

export async function findTenantOfRetirement(
  trx: Transaction<DB>,
  retirement_id: string,
): Promise<{ tenant_id: string } | undefined> {
  return firstOf(
    trx,
    sql<{
      tenant_id: string;
    }>`select tenant_id from credit.retirements where retirement_id = ${retirement_id}`,
  );
}

export async function findRetirement(
  trx: Transaction<DB>,
  retirement_id: string,
): Promise<Retirement | undefined> {
  return firstOf(
    trx,
    sql<Retirement>`select ${RETIREMENT_COLUMNS} from credit.retirements r where r.retirement_id = ${retirement_id}`,
  );
}

export type RetirementFilters = {
  registry_outcome?: 'pending' | 'confirmed' | 'refused' | undefined;
};

export async function listRetirements(
  trx: Transaction<DB>,
  about: { filters: RetirementFilters; page: PageAsked },
): Promise<Page<Retirement>> {
  const { filters, page } = about;
  return listPage(trx, {
    columns: RETIREMENT_COLUMNS,
    from: sql`credit.retirements r`,
    where: [
      ...given(filters.registry_outcome, (outcome) => {
        if (outcome === 'confirmed') return sql`r.registry_confirmed`;
        return outcome === 'refused'
          ? sql`r.registry_refused_at is not null`
          : sql`not r.registry_confirmed and r.registry_refused_at is null`;
      }),
    ],
    at: sql`r.retired_at`,
    id: sql`r.retirement_id`,
    page,
  });
}

export type LineageEdge = {
  credit_id: string;
  parent_credit_id: string | null;
  lineage_type: 'split' | 'merge' | 'correction' | 'reissuance';
  depth: number;
};

/** Deeper than this a family is asked for from one of its members. */
export const MAX_LINEAGE_DEPTH = 32;
export const MAX_LINEAGE_EDGES = 1_000;

/** Where the credit came from and what came of it, step by step, as far as the caller may see. */
export async function findLineage(
  trx: Transaction<DB>,
  credit_id: string,
): Promise<{ ancestors: LineageEdge[]; descendants: LineageEdge[] }> {
  const up = sql<LineageEdge>`with recursive line as (
      select l.credit_id, l.parent_credit_id, l.lineage_type, 1 as depth from credit.credit_lineage l
      where l.credit_id = ${credit_id}
      union all
      select l.credit_id, l.parent_credit_id, l.lineage_type, line.depth + 1
      from line join credit.credit_lineage l on l.credit_id = line.parent_credit_id
      where line.depth < ${MAX_LINEAGE_DEPTH})
    select distinct * from line order by depth, credit_id, parent_credit_id limit ${MAX_LINEAGE_EDGES}`;
  const down = sql<LineageEdge>`with recursive line as (
      select l.credit_id, l.parent_credit_id, l.lineage_type, 1 as depth from credit.credit_lineage l
      where l.parent_credit_id = ${credit_id}
      union all
      select l.credit_id, l.parent_credit_id, l.lineage_type, line.depth + 1
      from line join credit.credit_lineage l on l.parent_credit_id = line.credit_id
      where line.depth < ${MAX_LINEAGE_DEPTH})
    select distinct * from line order by depth, credit_id, parent_credit_id limit ${MAX_LINEAGE_EDGES}`;
  const [ancestors, descendants] = await Promise.all([up.execute(trx), down.execute(trx)]);
  return { ancestors: ancestors.rows, descendants: descendants.rows };
}
