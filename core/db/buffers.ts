// Owns buffer pools and their ledger of contributions, cancellations and releases; leaves the pools' sums to the database.

import { sql, type Transaction } from 'kysely';
import { tellEvent } from './domain-events.ts';
import { firstOf, given, listPage, oneOf, type Page, type PageAsked } from './list-page.ts';
import type { BufferKind } from './statuses.ts';
import type { DB } from './types.ts';

export type BufferPool = {
  buffer_pool_id: string;
  tenant_id: string;
  scope: 'project' | 'registry';
  project_id: string | null;
  registry_type: string | null;
  registry_name: string | null;
  buffer_rate: string;
  total_contributed_tco2e: string;
  available_tco2e: string;
  used_for_reversals_tco2e: string;
  released_tco2e: string;
  created_at: string;
  updated_at: string;
};

export type BufferEntry = {
  buffer_entry_id: string;
  buffer_pool_id: string;
  kind: BufferKind;
  amount_tco2e: string;
  credit_id: string | null;
  reversal_event_id: string | null;
  event_identity: string | null;
  occurred_at: string;
  created_at: string;
};

const COLUMNS = sql`buffer_pool_id, tenant_id, scope, project_id, registry_type, registry_name,
  trim_scale(buffer_rate)::text as buffer_rate, trim_scale(total_contributed_tco2e)::text as total_contributed_tco2e,
  trim_scale(available_tco2e)::text as available_tco2e,
  trim_scale(used_for_reversals_tco2e)::text as used_for_reversals_tco2e,
  trim_scale(released_tco2e)::text as released_tco2e, created_at, updated_at`;
const ENTRY_COLUMNS = sql`buffer_entry_id, buffer_pool_id, kind, trim_scale(amount_tco2e)::text as amount_tco2e, credit_id,
  reversal_event_id, event_identity, occurred_at, created_at`;

export type NewBufferPool = {
  scope: 'project' | 'registry';
  project_id?: string | undefined;
  registry_type?: string | undefined;
  registry_name?: string | undefined;
  buffer_rate: string;
};

export async function insertBufferPool(trx: Transaction<DB>, made: NewBufferPool): Promise<BufferPool> {
  const pool = await oneOf(
    trx,
    sql<BufferPool>`insert into credit.buffer_pools (tenant_id, scope, project_id, registry_type, registry_name,
        buffer_rate)
      values (app.current_tenant_id(), ${made.scope}, ${made.project_id ?? null}, ${made.registry_type ?? null},
        ${made.registry_name ?? null}, ${made.buffer_rate}::numeric)
      returning ${COLUMNS}`,
  );
  const { buffer_pool_id } = pool;
  const payload = { buffer_pool_id, scope: pool.scope, project_id: pool.project_id };
  await tellEvent(trx, { event_type: 'buffer.pool_created.v1', aggregate_id: buffer_pool_id, payload });
  return pool;
}

export async function findBufferPool(trx: Transaction<DB>, id: string): Promise<BufferPool | undefined> {
  return firstOf(
    trx,
    sql<BufferPool>`select ${COLUMNS} from credit.buffer_pools where buffer_pool_id = ${id}`,
  );
}

/** Held to the end of the transaction, so that two that take from a pool do so one after the other. */
export async function lockBufferPool(trx: Transaction<DB>, id: string): Promise<BufferPool | undefined> {
  return firstOf(
    trx,
    sql<BufferPool>`select ${COLUMNS} from credit.buffer_pools where buffer_pool_id = ${id} for update`,
  );
}

/** The pools that answer for a project, in the order in which they pay: its own, then its registry's. */
export async function lockPoolsOfProject(
  trx: Transaction<DB>,
  about: { project_id: string; registry_type: string | null; registry_name: string | null },
): Promise<BufferPool[]> {
  const { rows } = await sql<BufferPool>`select ${COLUMNS} from credit.buffer_pools
    where project_id = ${about.project_id} or (scope = 'registry' and registry_type = ${about.registry_type}::text
      and registry_name is not distinct from ${about.registry_name}::text)
    order by scope, buffer_pool_id for update`.execute(trx);
  return rows;
}

export async function listBufferPools(
  trx: Transaction<DB>,
  about: { filters: { scope?: string | undefined; project_id?: string | undefined }; page: PageAsked },
): Promise<Page<BufferPool>> {
  const { filters, page } = about;
  return listPage(trx, {
    columns: COLUMNS,
    from: sql`credit.buffer_pools`,
    where: [
      ...given(filters.scope, (value) => sql`scope = ${value}`),
      ...given(filters.project_id, (value) => sql`project_id = ${value}`),
    ],
    at: sql`created_at`,
    id: sql`buffer_pool_id`,
    page,
  });
}

export async function listBufferEntries(
  trx: Transaction<DB>,
  about: { buffer_pool_id: string; kind: readonly string[] | undefined; page: PageAsked },
): Promise<Page<BufferEntry>> {
  return listPage(trx, {
    columns: ENTRY_COLUMNS,
    from: sql`credit.buffer_entries`,
    where: [
      sql`buffer_pool_id = ${about.buffer_pool_id}`,
      ...given(about.kind, (values) => sql`kind = any(${[...values]}::text[])`),
    ],
    at: sql`occurred_at`,
    id: sql`buffer_entry_id`,
    page: about.page,
  });
}

export async function listEntriesOfReversal(trx: Transaction<DB>, id: string): Promise<BufferEntry[]> {
  const { rows } = await sql<BufferEntry>`select ${ENTRY_COLUMNS} from credit.buffer_entries
    where reversal_event_id = ${id} order by buffer_entry_id`.execute(trx);
  return rows;
}

const EVENTS = {
  contribution: 'buffer.contributed.v1',
  cancellation: 'buffer.cancelled.v1',
  release: 'buffer.released.v1',
} as const;

export type NewBufferEntry = {
  buffer_pool_id: string;
  kind: BufferKind;
  /** Without a sign: contributions add it, the others take it away. */
  tonnes: string;
  credit_id?: string | undefined;
  reversal_event_id?: string | undefined;
  occurred_at: string | Date;
};

/** The pool is locked already. A trigger changes its sums. */
export async function insertBufferEntry(trx: Transaction<DB>, made: NewBufferEntry): Promise<BufferEntry> {
  const { buffer_pool_id, kind } = made;
  const amount = kind === 'contribution' ? made.tonnes : `-${made.tonnes}`;
  const entry = await oneOf(
    trx,
    sql<BufferEntry>`insert into credit.buffer_entries (tenant_id, buffer_pool_id, kind, amount_tco2e, credit_id,
        reversal_event_id, occurred_at)
      values (app.current_tenant_id(), ${buffer_pool_id}, ${kind}, ${amount}::numeric, ${made.credit_id ?? null},
        ${made.reversal_event_id ?? null}, ${made.occurred_at})
      returning ${ENTRY_COLUMNS}`,
  );
  const { buffer_entry_id, amount_tco2e, reversal_event_id } = entry;
  await tellEvent(trx, {
    event_type: EVENTS[kind],
    aggregate_id: buffer_pool_id,
    payload: { buffer_pool_id, buffer_entry_id, amount_tco2e, reversal_event_id },
  });
  return entry;
}
