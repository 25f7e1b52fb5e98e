// Owns the list of rules that the database holds, read from its own catalogue; leaves their cases to cases-*.ts.

import { type Kysely, sql } from 'kysely';
import type { DB } from '../../core/db/types.ts';

export type RuleKind = 'check' | 'domain' | 'unique' | 'exclusion' | 'foreign_key';

export type Rule = {
  kind: RuleKind;
  /** The table, or the domain, with its schema. */
  owner: string;
  name: string;
  /** As PostgreSQL spells it. */
  definition: string;
  columns: string[];
};

/** Every rule of ours but primary keys and NOT NULL; a partition's belong to its parent. */
export async function listRules(db: Kysely<DB>): Promise<Rule[]> {
  const { rows } = await sql<Rule>`
    with ours as (
      select oid, nspname from pg_namespace
      where not starts_with(nspname, 'pg_') and nspname not in ('information_schema', 'public', 'migration', 'pgboss'))
    select case c.contype when 'u' then 'unique' when 'x' then 'exclusion' when 'f' then 'foreign_key'
        else 'check' end as kind,
      n.nspname || '.' || t.relname as owner, c.conname as name, pg_get_constraintdef(c.oid) as definition,
      ${columnNames(sql`c.conrelid`, sql`c.conkey`)} as columns
    from pg_constraint c join pg_class t on t.oid = c.conrelid join ours n on n.oid = t.relnamespace
    where c.contype in ('c', 'u', 'x', 'f') and not t.relispartition and c.conparentid = 0
    union all
    select 'domain', n.nspname || '.' || d.typname, c.conname, pg_get_constraintdef(c.oid), array[]::text[]
    from pg_constraint c join pg_type d on d.oid = c.contypid join ours n on n.oid = d.typnamespace
    where c.contype = 'c'
    union all
    select 'unique', n.nspname || '.' || t.relname, x.relname, pg_get_indexdef(i.indexrelid),
      ${columnNames(sql`i.indrelid`, sql`i.indkey::int2[]`)}
    from pg_index i join pg_class t on t.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
      join ours n on n.oid = t.relnamespace
    where i.indisunique and not t.relispartition
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
    order by 2, 3`.execute(db);
  return rows;
}

/** Columns whose values a domain guards, of tables that can be written to. */
export async function listDomainColumns(
  db: Kysely<DB>,
): Promise<{ domain: string; table: string; column: string }[]> {
  const { rows } = await sql<{ domain: string; table: string; column: string }>`
    select dn.nspname || '.' || d.typname as domain, n.nspname || '.' || t.relname as table, a.attname as column
    from pg_attribute a join pg_class t on t.oid = a.attrelid join pg_namespace n on n.oid = t.relnamespace
      join pg_type d on d.oid = a.atttypid join pg_namespace dn on dn.oid = d.typnamespace
    where d.typtype = 'd' and t.relkind in ('r', 'p') and not t.relispartition and a.attnum > 0
      and a.attgenerated = '' and not starts_with(n.nspname, 'pg_') and n.nspname <> 'information_schema'
    order by 1, 2, 3`.execute(db);
  return rows;
}

export async function listPrimaryKeys(
  db: Kysely<DB>,
): Promise<Map<string, { name: string; columns: string[] }>> {
  const { rows } = await sql<{ owner: string; name: string; columns: string[] }>`
    select n.nspname || '.' || t.relname as owner, c.conname as name,
      ${columnNames(sql`c.conrelid`, sql`c.conkey`)} as columns
    from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
    where c.contype = 'p' and not t.relispartition`.execute(db);
  return new Map(rows.map(({ owner, name, columns }) => [owner, { name, columns }]));
}

function columnNames(table: ReturnType<typeof sql>, numbers: ReturnType<typeof sql>): ReturnType<typeof sql> {
  return sql`array(select a.attname::text from unnest(${numbers}) with ordinality as k (number, place)
    join pg_attribute a on a.attrelid = ${table} and a.attnum = k.number order by k.place)`;
}
