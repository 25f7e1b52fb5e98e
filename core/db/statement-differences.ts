// Owns what a statement says otherwise than the one it replaces, row by row; leaves the statements themselves to statements.ts.

import { sql, type Transaction } from 'kysely';
import type { DB } from './types.ts';

export type StatementSide = {
  line_number: number;
  kind: string;
  tonnage_co2e: string | null;
  registry_serial: string | null;
  registry_retirement_id: string | null;
  happened_on: string | null;
  error: string | null;
};

export type StatementDifference = {
  change: 'added' | 'removed' | 'changed';
  row_key: string | null;
  before: StatementSide | null;
  after: StatementSide | null;
};

export type StatementDifferences = {
  counts: { added: number; removed: number; changed: number };
  rows: StatementDifference[];
};

const SIDE = (side: 'o' | 'n') => {
  const column = (name: string) => sql.ref(`${side}.${name}`);
  return sql`case when ${column('line_number')} is not null then jsonb_build_object('line_number', ${column('line_number')},
    'kind', ${column('kind')}, 'tonnage_co2e', trim_scale(${column('tonnage_co2e')})::text,
    'registry_serial', ${column('registry_serial')}, 'registry_retirement_id', ${column('registry_retirement_id')},
    'happened_on', ${column('happened_on')}, 'error', ${column('error')}) end`;
};

/**
 * Rows that are the same in both are passed over, wherever they stand. Of the others two of one name at the registry are one
 * row that was changed; what is left was added or removed. Rows without a name, which could not be read, are never paired.
 */
export async function compareStatements(
  trx: Transaction<DB>,
  about: { before: string; after: string; offset: number; limit: number },
): Promise<StatementDifferences> {
  const { before, after, offset, limit } = about;
  // What a row says of itself and what was found of it: the same words may be a repetition in one file and not in the other.
  const side = (statement_id: string) => sql`select r.*, row_number() over (
      partition by r.row_sha256, r.error order by r.line_number) as nth_same
    from registry.statement_rows r where r.statement_id = ${statement_id}::uuid`;
  const left = (one: string, other: string) => sql`select a.*, row_number() over (
      partition by a.row_key order by a.line_number) as nth_of_key
    from ${sql.ref(one)} a where not exists (select from ${sql.ref(other)} b where b.row_sha256 = a.row_sha256
      and b.error is not distinct from a.error and b.nth_same = a.nth_same)`;
  const { rows } = await sql<StatementDifference & { added: number; removed: number; changed: number }>`with
      all_old as materialized (${side(before)}), all_new as materialized (${side(after)}),
      o as (${left('all_old', 'all_new')}), n as (${left('all_new', 'all_old')}),
      pairs as (select case when o.line_number is null then 'added' when n.line_number is null then 'removed'
            else 'changed' end as change, coalesce(n.row_key, o.row_key) as row_key, ${SIDE('o')} as before,
          ${SIDE('n')} as after, n.line_number as new_line, o.line_number as old_line
        from o full join n on n.row_key = o.row_key and n.nth_of_key = o.nth_of_key),
      counts as (select count(*) filter (where change = 'added')::int as added,
        count(*) filter (where change = 'removed')::int as removed,
        count(*) filter (where change = 'changed')::int as changed from pairs)
    select c.added, c.removed, c.changed, p.change, p.row_key, p.before, p.after from counts c
      left join (select * from pairs order by coalesce(new_line, old_line), new_line nulls last, old_line
        offset ${offset} limit ${limit}) as p on true
      order by coalesce(p.new_line, p.old_line), p.new_line nulls last, p.old_line`.execute(trx);
  const [first] = rows;
  const { added = 0, removed = 0, changed = 0 } = first ?? {};
  return {
    counts: { added, removed, changed },
    rows: rows
      .filter((row) => row.change !== null)
      .map(({ change, row_key, before: was, after: is }) => ({ change, row_key, before: was, after: is })),
  };
}
