// Owns the rows of submissions to registries and the serial blocks that they give; leaves the way to api/ways.

import { sql, type Transaction } from 'kysely';
import { firstOf, given, listPage, oneOf, type Page, type PageAsked } from './list-page.ts';
import type { RegistrySubmissionStatus } from './statuses.ts';
import type { DB } from './types.ts';

export type RegistrySubmission = {
  registry_submission_id: string;
  mrv_submission_id: string;
  mrv_hash: string;
  registry_type: string;
  registry_name: string | null;
  status: RegistrySubmissionStatus;
  registry_serial: string | null;
  registry_project_id: string | null;
  request_payload: Record<string, unknown>;
  response_payload: Record<string, unknown> | null;
  submitted_at: string;
  approved_at: string | null;
  rejected_at: string | null;
  updated_at: string;
  /** Not shown to registries. */
  tenant_id?: string;
  last_error?: string | null;
  last_error_at?: string | null;
  created_at?: string;
};

export type RegistryEyes = 'full' | 'registry';

const SHARED = sql`registry_submission_id, mrv_submission_id, mrv_hash, registry_type, registry_name, status,
  registry_serial, registry_project_id, request_payload, response_payload, submitted_at, approved_at, rejected_at,
  updated_at`;
const FULL = sql`${SHARED}, tenant_id, last_error, last_error_at, created_at`;

function columnsFor(eyes: RegistryEyes) {
  return eyes === 'full' ? FULL : SHARED;
}

export type NewRegistrySubmission = Pick<
  RegistrySubmission,
  'mrv_submission_id' | 'mrv_hash' | 'registry_type' | 'registry_name' | 'registry_project_id'
> & { request_payload: Readonly<Record<string, unknown>>; submitted_at: Date };

export async function insertRegistrySubmission(
  trx: Transaction<DB>,
  made: NewRegistrySubmission,
): Promise<RegistrySubmission> {
  return oneOf(
    trx,
    sql<RegistrySubmission>`insert into registry.registry_submissions (tenant_id, mrv_submission_id, mrv_hash,
        registry_type, registry_name, registry_project_id, request_payload, submitted_at)
      values (app.current_tenant_id(), ${made.mrv_submission_id}, ${made.mrv_hash}, ${made.registry_type},
        ${made.registry_name}, ${made.registry_project_id}, ${JSON.stringify(made.request_payload)}::jsonb,
        ${made.submitted_at})
      returning ${FULL}`,
  );
}

export async function findRegistrySubmission(
  trx: Transaction<DB>,
  { id, eyes }: { id: string; eyes: RegistryEyes },
): Promise<RegistrySubmission | undefined> {
  return firstOf(
    trx,
    sql<RegistrySubmission>`select ${columnsFor(eyes)} from registry.registry_submissions
      where registry_submission_id = ${id}`,
  );
}

/** The one at the hash's own registry. A part of a credit has a hash of its own, and so none. */
export async function findRegistrySubmissionOfHash(
  trx: Transaction<DB>,
  about: { mrv_hash: string; registry_type: string; registry_name: string | null },
): Promise<RegistrySubmission | undefined> {
  return firstOf(
    trx,
    sql<RegistrySubmission>`select ${FULL} from registry.registry_submissions
      where mrv_hash = ${about.mrv_hash} and registry_type = ${about.registry_type}
        and registry_name is not distinct from ${about.registry_name}
      order by submitted_at desc limit 1`,
  );
}

export async function findTenantOfRegistrySubmission(
  trx: Transaction<DB>,
  id: string,
): Promise<{ tenant_id: string } | undefined> {
  return firstOf(
    trx,
    sql<{
      tenant_id: string;
    }>`select tenant_id from registry.registry_submissions where registry_submission_id = ${id}`,
  );
}

export async function lockRegistrySubmission(
  trx: Transaction<DB>,
  id: string,
): Promise<RegistrySubmission | undefined> {
  return firstOf(
    trx,
    sql<RegistrySubmission>`select ${FULL} from registry.registry_submissions
      where registry_submission_id = ${id} for update`,
  );
}

/** The newest of a submission, over all registries. */
export async function findRegistrySubmissionOf(
  trx: Transaction<DB>,
  mrv_submission_id: string,
): Promise<RegistrySubmission | undefined> {
  return firstOf(
    trx,
    sql<RegistrySubmission>`select ${FULL} from registry.registry_submissions
      where mrv_submission_id = ${mrv_submission_id} order by submitted_at desc, registry_submission_id desc limit 1`,
  );
}

export type RegistryFilters = {
  status?: readonly string[] | undefined;
  registry?: readonly string[] | undefined;
  mrv_submission_id?: string | undefined;
};

export async function listRegistrySubmissions(
  trx: Transaction<DB>,
  about: { filters: RegistryFilters; eyes: RegistryEyes; page: PageAsked },
): Promise<Page<RegistrySubmission>> {
  const { filters, eyes, page } = about;
  return listPage(trx, {
    columns: columnsFor(eyes),
    from: sql`registry.registry_submissions`,
    where: [
      ...given(filters.status, (values) => sql`status = any(${[...values]}::text[])`),
      ...given(filters.registry, (values) => sql`registry_type = any(${[...values]}::text[])`),
      ...given(filters.mrv_submission_id, (value) => sql`mrv_submission_id = ${value}`),
    ],
    at: sql`submitted_at`,
    id: sql`registry_submission_id`,
    page,
  });
}

export type RegistryChange = Partial<
  Pick<
    RegistrySubmission,
    'status' | 'mrv_submission_id' | 'registry_serial' | 'registry_project_id' | 'last_error'
  >
> & {
  response_payload?: Readonly<Record<string, unknown>> | null;
  request_payload?: Readonly<Record<string, unknown>>;
  last_error_at?: Date | string | null;
  submitted_at?: Date | string;
  approved_at?: Date | string | null;
  rejected_at?: Date | string | null;
};

/** The submission is locked already. What is not named stays. */
export async function updateRegistrySubmission(
  trx: Transaction<DB>,
  { submission, change }: { submission: RegistrySubmission; change: RegistryChange },
): Promise<RegistrySubmission> {
  const next = { ...submission, ...change };
  const response = next.response_payload === null ? null : JSON.stringify(next.response_payload);
  return oneOf(
    trx,
    sql<RegistrySubmission>`update registry.registry_submissions set status = ${next.status},
        mrv_submission_id = ${next.mrv_submission_id}, registry_serial = ${next.registry_serial},
        registry_project_id = ${next.registry_project_id}, request_payload = ${JSON.stringify(next.request_payload)}::jsonb,
        response_payload = ${response}::jsonb, last_error = ${next.last_error ?? null},
        last_error_at = ${next.last_error_at ?? null}, submitted_at = ${next.submitted_at},
        approved_at = ${next.approved_at}, rejected_at = ${next.rejected_at}
      where registry_submission_id = ${submission.registry_submission_id} returning ${FULL}`,
  );
}

export type SerialBlock = {
  serial_block_id: string;
  registry_type: string;
  registry_name: string | null;
  namespace: string;
  serial_start: string;
  serial_end: string;
  unit: string;
  tonnage_co2e: string;
  mrv_hash: string;
  parent_block_id: string | null;
  status: 'live' | 'divided' | 'merged' | 'released';
};

const BLOCK_COLUMNS = sql`serial_block_id, registry_type, registry_name, namespace, lower(serial_range)::text as
  serial_start, (upper(serial_range) - 1)::text as serial_end, trim_scale(unit)::text as unit,
  trim_scale(tonnage_co2e)::text as tonnage_co2e, mrv_hash, parent_block_id, status`;

export type NewSerialBlock = Pick<
  SerialBlock,
  'registry_type' | 'registry_name' | 'namespace' | 'serial_start' | 'serial_end' | 'unit' | 'mrv_hash'
>;

/** A range that touches one of another live block of the registry is refused by the database. */
export async function insertSerialBlock(trx: Transaction<DB>, made: NewSerialBlock): Promise<SerialBlock> {
  return oneOf(
    trx,
    sql<SerialBlock>`insert into registry.serial_blocks (tenant_id, registry_type, registry_name, namespace,
        serial_range, unit, mrv_hash)
      values (app.current_tenant_id(), ${made.registry_type}, ${made.registry_name}, ${made.namespace},
        numrange(${made.serial_start}::numeric, ${made.serial_end}::numeric + 1), ${made.unit}::numeric, ${made.mrv_hash})
      returning ${BLOCK_COLUMNS}`,
  );
}

/** The block that the registry gave for the hash itself, not those of its parts. */
export async function findSerialBlock(
  trx: Transaction<DB>,
  mrv_hash: string,
): Promise<SerialBlock | undefined> {
  return firstOf(
    trx,
    sql<SerialBlock>`select ${BLOCK_COLUMNS} from registry.serial_blocks where mrv_hash = ${mrv_hash}
      order by created_at desc, serial_block_id desc limit 1`,
  );
}

/** A block that no token has taken over is free again. */
export async function releaseSerialBlock(trx: Transaction<DB>, mrv_hash: string): Promise<void> {
  await sql`update registry.serial_blocks b set status = 'released'
    where b.mrv_hash = ${mrv_hash} and b.status = 'live'
      and not exists (select from chain.tokens t where t.origin = b.mrv_hash)`.execute(trx);
}

export type MetBlock = Pick<SerialBlock, 'mrv_hash' | 'namespace' | 'serial_start' | 'serial_end'> & {
  tenant_id: string;
};

/** Live blocks that have a number in common with this range, as far as who asks sees them. */
export async function findBlocksMeeting(
  trx: Transaction<DB>,
  about: Pick<
    NewSerialBlock,
    'registry_type' | 'registry_name' | 'namespace' | 'serial_start' | 'serial_end'
  >,
): Promise<MetBlock[]> {
  const { rows } =
    await sql<MetBlock>`select tenant_id, mrv_hash, namespace, lower(serial_range)::text as serial_start,
      (upper(serial_range) - 1)::text as serial_end
    from registry.serial_blocks
    where status = 'live' and registry_type::text = ${about.registry_type}
      and coalesce(registry_name, '') = ${about.registry_name ?? ''} and namespace = ${about.namespace}
      and serial_range && numrange(${about.serial_start}::numeric, ${about.serial_end}::numeric + 1)
    order by serial_range limit ${MAX_MET}`.execute(trx);
  return rows;
}

const MAX_MET = 10;
