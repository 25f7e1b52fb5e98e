// Owns the rows of registries' statements: taking them in whole, showing them; leaves comparing two of them to
// statement-differences.ts and reading files to api/registries.

import { sql, type Transaction } from 'kysely';
import { firstOf, given, listPage, MAX_COUNTED, oneOf, type Page, type PageAsked } from './list-page.ts';
import type { DB } from './types.ts';

export type Statement = {
  statement_id: string;
  tenant_id: string;
  registry_type: string;
  registry_name: string | null;
  account: string;
  kinds: string[];
  period_start_on: string | null;
  period_end_on: string | null;
  as_of: string;
  is_complete: boolean;
  layout: string | null;
  file_name: string;
  file_sha256: string;
  replaces_statement_id: string | null;
  /** Where one is named, this statement does not count any more. */
  replaced_by_statement_id: string | null;
  row_count: number;
  error_count: number;
  imported_at: string;
};

const COLUMNS = sql`s.statement_id, s.tenant_id, s.registry_type, s.registry_name, s.account, s.kinds, s.period_start_on,
  s.period_end_on, s.as_of, s.is_complete, s.layout, s.file_name, s.file_sha256, s.replaces_statement_id,
  (select r.statement_id from registry.statements r where r.replaces_statement_id = s.statement_id)
    as replaced_by_statement_id, s.row_count, s.error_count, s.imported_at`;

export type NewStatement = Pick<
  Statement,
  | 'registry_type'
  | 'registry_name'
  | 'account'
  | 'period_start_on'
  | 'period_end_on'
  | 'is_complete'
  | 'file_name'
  | 'file_sha256'
  | 'replaces_statement_id'
> & { kinds: readonly string[]; as_of: Date; layout: string };

/** The statement of this very file, for this account and as this correction, if there is one. */
export async function findStatementOfFile(
  trx: Transaction<DB>,
  about: Pick<
    NewStatement,
    'registry_type' | 'registry_name' | 'account' | 'file_sha256' | 'replaces_statement_id'
  >,
): Promise<Statement | undefined> {
  return firstOf(
    trx,
    sql<Statement>`select ${COLUMNS} from registry.statements s
      where s.tenant_id = app.current_tenant_id() and s.registry_type = ${about.registry_type}
        and s.registry_name is not distinct from ${about.registry_name} and s.account = ${about.account}
        and s.file_sha256 = ${about.file_sha256}
        and s.replaces_statement_id is not distinct from ${about.replaces_statement_id}::uuid`,
  );
}

/** Undefined where another transaction brought the same file first; it is waited for until it ends. */
export async function insertStatement(trx: Transaction<DB>, made: NewStatement): Promise<string | undefined> {
  const found = await firstOf(
    trx,
    sql<{
      statement_id: string;
    }>`insert into registry.statements (tenant_id, registry_type, registry_name, account, kinds,
        period_start_on, period_end_on, as_of, is_complete, layout, file_name, file_sha256, replaces_statement_id)
      values (app.current_tenant_id(), ${made.registry_type}, ${made.registry_name}, ${made.account},
        ${[...made.kinds]}::text[], ${made.period_start_on}::date, ${made.period_end_on}::date,
        ${made.as_of.toISOString()}::timestamptz, ${made.is_complete}, ${made.layout}, ${made.file_name},
        ${made.file_sha256}, ${made.replaces_statement_id}::uuid)
      on conflict on constraint statements_file_once do nothing returning statement_id`,
  );
  return found?.statement_id;
}

export async function findStatement(
  trx: Transaction<DB>,
  statement_id: string,
): Promise<Statement | undefined> {
  return firstOf(
    trx,
    sql<Statement>`select ${COLUMNS} from registry.statements s where s.statement_id = ${statement_id}`,
  );
}

export async function getStatement(trx: Transaction<DB>, statement_id: string): Promise<Statement> {
  return oneOf(
    trx,
    sql<Statement>`select ${COLUMNS} from registry.statements s where s.statement_id = ${statement_id}`,
  );
}

export async function listStatements(
  trx: Transaction<DB>,
  about: {
    filters: {
      registry?: readonly string[] | undefined;
      account?: string | undefined;
      kind?: readonly string[] | undefined;
      is_current?: boolean | undefined;
    };
    page: PageAsked;
  },
): Promise<Page<Statement>> {
  const { filters, page } = about;
  const is_replaced = sql`exists (select from registry.statements r where r.replaces_statement_id = s.statement_id)`;
  return listPage(trx, {
    columns: COLUMNS,
    from: sql`registry.statements s`,
    where: [
      ...given(filters.registry, (values) => sql`s.registry_type = any(${[...values]}::text[])`),
      ...given(filters.account, (value) => sql`s.account = ${value}`),
      ...given(filters.kind, (values) => sql`s.kinds && ${[...values]}::text[]`),
      ...given(filters.is_current, (value) => (value ? sql`not ${is_replaced}` : is_replaced)),
    ],
    at: sql`s.imported_at`,
    id: sql`s.statement_id`,
    page,
  });
}

export type StatementTotal = { kind: string; row_count: number; error_count: number; tonnage_co2e: string };

/** Of the rows that could be read; those with an error count beside them. */
export async function totalStatement(trx: Transaction<DB>, statement_id: string): Promise<StatementTotal[]> {
  const { rows } =
    await sql<StatementTotal>`select kind, count(*)::int as row_count, count(error)::int as error_count,
      trim_scale(coalesce(sum(tonnage_co2e) filter (where error is null), 0))::text as tonnage_co2e
    from registry.statement_rows where statement_id = ${statement_id} group by kind order by kind`.execute(
      trx,
    );
  return rows;
}

export type StatementRow = {
  statement_row_id: string;
  line_number: number;
  kind: string;
  row_sha256: string;
  row_key: string | null;
  registry_serial: string | null;
  serial_namespace: string | null;
  serial_start: string | null;
  serial_end: string | null;
  tonnage_co2e: string | null;
  registry_project_id: string | null;
  registry_retirement_id: string | null;
  happened_on: string | null;
  error: string | null;
  raw?: unknown;
};

const ROW_COLUMNS = sql`r.statement_row_id, r.line_number, r.kind, r.row_sha256, r.row_key, r.registry_serial,
  r.serial_namespace, lower(r.serial_range)::text as serial_start, (upper(r.serial_range) - 1)::text as serial_end,
  trim_scale(r.tonnage_co2e)::text as tonnage_co2e, r.registry_project_id, r.registry_retirement_id, r.happened_on, r.error`;

export type RowFilters = {
  kind?: readonly string[] | undefined;
  has_error?: boolean | undefined;
  is_ours?: boolean | undefined;
};

/** In the order of their lines, those behind `after`. One more than asked for tells whether there are more. */
export async function listStatementRows(
  trx: Transaction<DB>,
  about: {
    statement_id: string;
    filters: RowFilters;
    /** Operators see what was read, not the registry's own words. */
    with_raw: boolean;
    after: number;
    offset: number;
    limit: number;
  },
): Promise<StatementRow[]> {
  const { with_raw, after, offset, limit } = about;
  const { rows } = await sql<StatementRow>`select ${ROW_COLUMNS}${with_raw ? sql`, r.raw` : sql``}
    from registry.statement_rows r where ${whereRows(about)} and r.line_number > ${after}
    order by r.line_number offset ${offset} limit ${limit}`.execute(trx);
  return rows;
}

export async function countStatementRows(
  trx: Transaction<DB>,
  about: { statement_id: string; filters: RowFilters },
): Promise<number> {
  const { total } = await oneOf(
    trx,
    sql<{ total: number }>`select count(*)::int as total from (select from registry.statement_rows r
      where ${whereRows(about)} limit ${MAX_COUNTED}) as counted`,
  );
  return total;
}

function whereRows(about: { statement_id: string; filters: RowFilters }) {
  const { statement_id, filters } = about;
  // Of blocks that the asker may see: a tenant's own.
  const is_ours = sql`exists (select from registry.statements s join registry.serial_blocks b
      on b.registry_type = s.registry_type and b.registry_name is not distinct from s.registry_name
    where s.statement_id = r.statement_id and b.namespace = r.serial_namespace and b.serial_range && r.serial_range)`;
  const conditions = [
    sql`r.statement_id = ${statement_id}`,
    ...given(filters.kind, (values) => sql`r.kind = any(${[...values]}::text[])`),
    ...given(filters.has_error, (value) => (value ? sql`r.error is not null` : sql`r.error is null`)),
    ...given(filters.is_ours, (value) => (value ? is_ours : sql`not ${is_ours}`)),
  ];
  return sql.join(conditions, sql` and `);
}
