// Owns reading a login's rights from the catalogue, in the words of GRANT; leaves what they should be to the specs.

import type pg from 'pg';

/** Table to rights, such as `SELECT, UPDATE (status)`; a right on all columns that a table has stands alone. */
export type Rights = Readonly<Record<string, string>>;

// Rights given to everybody count for the login as well.
const RIGHTS = `with given as (
  select c.oid as table_oid, g.privilege_type as verb, g.grantee, null::name as column_name, 0 as position
  from pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) g
  union all
  select a.attrelid, g.privilege_type, g.grantee, a.attname, a.attnum
  from pg_attribute a, aclexplode(a.attacl) g)
select n.nspname || '.' || c.relname as table, verb,
  array_agg(column_name::text order by position) filter (where column_name is not null) as columns,
  bool_or(column_name is null) as is_whole
from given join pg_class c on c.oid = table_oid join pg_namespace n on n.oid = c.relnamespace
where grantee in (0, (select oid from pg_roles where rolname = $1))
  and n.nspname not in ('pg_catalog', 'information_schema') and c.relkind in ('r', 'p', 'v', 'm', 'f')
group by 1, 2
order by 1, array_position(array['SELECT', 'INSERT', 'UPDATE', 'DELETE'], verb), verb`;

type Row = { table: string; verb: string; columns: string[] | null; is_whole: boolean };

export async function readRights(client: pg.ClientBase, role: string): Promise<Rights> {
  const { rows } = await client.query<Row>(RIGHTS, [role]);
  const rights: Record<string, string> = {};
  for (const { table, verb, columns, is_whole } of rows) {
    const right = is_whole ? verb : `${verb} (${(columns ?? []).join(', ')})`;
    rights[table] = table in rights ? `${rights[table]}, ${right}` : right;
  }
  return rights;
}

/** Functions of ours that the login may call, those for everybody left out. */
export async function readCallable(client: pg.ClientBase, role: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select p.oid::regprocedure::text as name from pg_proc p, aclexplode(p.proacl) g
     where g.grantee = (select oid from pg_roles where rolname = $1)
       and p.pronamespace::regnamespace::text not in ('pg_catalog', 'information_schema') order by 1`,
    [role],
  );
  return rows.map(({ name }) => name);
}
