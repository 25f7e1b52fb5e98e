// Owns the rows of a statement on their way in: written in their order, then judged against each other; leaves the statement's
// own row to statements.ts.

import { sql, type Transaction } from 'kysely';
import { oneOf } from './list-page.ts';
import type { DB } from './types.ts';
import { type ArrayType, encodeArray } from './upsert.ts';

export type IntakeRow = {
  line_number: number;
  kind: string;
  row_sha256: string;
  /** JSON, without personal data. */
  raw: string;
  row_key: string | null;
  registry_serial: string | null;
  serial_namespace: string | null;
  serial_range: string | null;
  tonnage_co2e: string | null;
  registry_project_id: string | null;
  registry_retirement_id: string | null;
  happened_on: string | null;
  error: string | null;
};

const COLUMNS = {
  line_number: 'int4',
  kind: 'text',
  row_sha256: 'text',
  raw: 'jsonb_text',
  row_key: 'text',
  registry_serial: 'text',
  serial_namespace: 'text',
  serial_range: 'numrange',
  tonnage_co2e: 'numeric',
  registry_project_id: 'text',
  registry_retirement_id: 'text',
  happened_on: 'date',
  error: 'text',
} as const satisfies Record<keyof IntakeRow, ArrayType>;

/** Of a statement of the tenant whose identity it is. */
export async function insertStatementRows(
  trx: Transaction<DB>,
  { statement_id, rows }: { statement_id: string; rows: readonly IntakeRow[] },
): Promise<void> {
  const columns = Object.entries(COLUMNS) as [keyof IntakeRow, (typeof COLUMNS)[keyof IntakeRow]][];
  const names = columns.map(([name]) => sql.ref(name));
  const arrays = columns.map(([name, type]) => {
    const values = rows.map((row) => row[name]);
    return sql`${encodeArray(values, type)}::${sql.raw(type === 'jsonb_text' ? 'jsonb' : type)}[]`;
  });
  await sql`insert into registry.statement_rows (tenant_id, statement_id, ${sql.join(names)})
    select app.current_tenant_id(), ${statement_id}::uuid, u.*
    from unnest(${sql.join(arrays)}) as u (${sql.join(names)})`.execute(trx);
}

/**
 * Once all rows are there, and in their transaction. A row that says what an earlier one said already, or whose numbers are
 * also another row's of the same kind, is given an error: counted twice it would make units that are not there.
 */
export async function judgeRepeats(trx: Transaction<DB>, statement_id: string): Promise<void> {
  // Rows of this transaction are in no statistics: to the planner they are one, and it would compare each of a large file with
  // each other one.
  await sql`select set_config('enable_nestloop', 'off', true)`.execute(trx);
  // In the order of their numbers, each row against the one before that reaches furthest. All ends of a unit are one kind: it
  // ends once.
  await sql`update registry.statement_rows r set error = j.error
    from (
      select n.statement_row_id, case when n.same_line < n.line_number then 'the same row stands on line ' || n.same_line
          when n.reach[1] > lower(n.serial_range)
            then 'some of its numbers are also those of line ' || trim_scale(n.reach[2]) end as error
      from (
        select i.statement_row_id, i.line_number, i.serial_range,
          min(i.line_number) over (partition by i.row_sha256) as same_line,
          max(array[upper(i.serial_range), i.line_number]) over (partition by i.serial_namespace,
            case when i.kind in ('issuance', 'holding') then i.kind else 'ended' end
            order by lower(i.serial_range), i.line_number rows between unbounded preceding and 1 preceding) as reach
        from registry.statement_rows i where i.statement_id = ${statement_id}::uuid and i.error is null) as n) as j
    where j.error is not null and r.statement_id = ${statement_id}::uuid
      and r.statement_row_id = j.statement_row_id`.execute(trx);
  await sql`select set_config('enable_nestloop', 'on', true)`.execute(trx);
}

export async function countStatement(
  trx: Transaction<DB>,
  statement_id: string,
): Promise<{ row_count: number; error_count: number }> {
  return oneOf(
    trx,
    sql<{ row_count: number; error_count: number }>`update registry.statements s
      set row_count = n.row_count, error_count = n.error_count
      from (select count(*)::int as row_count, count(error)::int as error_count from registry.statement_rows
        where statement_id = ${statement_id}::uuid) as n
      where s.statement_id = ${statement_id}::uuid returning s.row_count, s.error_count`,
  );
}
