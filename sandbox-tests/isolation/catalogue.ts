// Owns what the database's catalogue says of tables, keys and policies; leaves the verdict to protection.ts.

import type pg from 'pg';

export type TenantTable = {
  name: string;
  // A partition is reached through its parent alone.
  is_partition: boolean;
  is_forced: boolean;
  primary_key: string[];
  columns: Column[];
};

export type Column = {
  name: string;
  type: string;
  is_generated: boolean;
  app_selects: boolean;
  app_inserts: boolean;
  app_updates: boolean;
};

export type Key = {
  name: string;
  child: string;
  parent: string;
  child_columns: string[];
  parent_columns: string[];
};

export type Policy = {
  table: string;
  name: string;
  roles: string[];
  command: string;
  is_permissive: boolean;
  sees: string | null;
  writes: string | null;
};

// Every table from which keys lead to core.tenants, however far; partitions follow their parents.
const REACHABLE = `with recursive reachable (oid) as (
  select 'core.tenants'::regclass::oid
  union
  select next.oid from reachable r cross join lateral (
    select k.conrelid as oid from pg_constraint k where k.contype = 'f' and k.confrelid = r.oid
    union all
    select i.inhrelid from pg_inherits i where i.inhparent = r.oid) next)`;

const TABLES = `${REACHABLE}
select n.nspname || '.' || c.relname as name, c.relispartition as is_partition,
  c.relrowsecurity and c.relforcerowsecurity as is_forced,
  coalesce((select array_agg(a.attname::text order by k.o)
    from pg_constraint p, unnest(p.conkey) with ordinality k (n, o), pg_attribute a
    where p.conrelid = c.oid and p.contype = 'p' and a.attrelid = c.oid and a.attnum = k.n), '{}') as primary_key,
  (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'is_generated', a.attgenerated <> '' or a.attidentity = 'a',
      'app_selects', has_column_privilege('dmrv_app', c.oid, a.attnum, 'select'),
      'app_inserts', has_column_privilege('dmrv_app', c.oid, a.attnum, 'insert'),
      'app_updates', has_column_privilege('dmrv_app', c.oid, a.attnum, 'update')) order by a.attnum)
    from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.oid in (select oid from reachable) order by 1`;

export async function listTenantTables(client: pg.ClientBase): Promise<TenantTable[]> {
  return (await client.query<TenantTable>(TABLES)).rows;
}

export type OtherTable = { name: string; has_tenant_column: boolean };

/** Tables, and all else that holds rows or shows them, from which no key leads to core.tenants. */
export async function listOtherTables(client: pg.ClientBase): Promise<OtherTable[]> {
  const { rows } = await client.query<OtherTable>(`${REACHABLE}
    select n.nspname || '.' || c.relname as name, exists (select from pg_attribute a
      where a.attrelid = c.oid and a.attname like '%tenant_id' and not a.attisdropped) as has_tenant_column
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      and c.oid not in (select oid from reachable) order by 1`);
  return rows;
}

/** The keys between two tables of tenants, those to core.tenants itself left out. */
export async function listTenantKeys(client: pg.ClientBase): Promise<Key[]> {
  const { rows } = await client.query<Key>(`${REACHABLE}
    select k.conname as name, k.conrelid::regclass::text as child, k.confrelid::regclass::text as parent,
      (select array_agg(a.attname::text order by o) from unnest(k.conkey) with ordinality u (n, o)
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.n) as child_columns,
      (select array_agg(a.attname::text order by o) from unnest(k.confkey) with ordinality u (n, o)
        join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.n) as parent_columns
    from pg_constraint k
    where k.contype = 'f' and k.conparentid = 0 and k.confrelid <> 'core.tenants'::regclass
      and k.conrelid in (select oid from reachable) and k.confrelid in (select oid from reachable)
    order by child, name`);
  return rows;
}

export async function listPolicies(client: pg.ClientBase): Promise<Policy[]> {
  const { rows } = await client.query<Policy>(`
    select p.polrelid::regclass::text as table, p.polname as name, p.polpermissive as is_permissive,
      (select array_agg(case r when 0 then 'public' else pg_get_userbyid(r)::text end) from unnest(p.polroles) r) as roles,
      case p.polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
        else 'delete' end as command,
      pg_get_expr(p.polqual, p.polrelid) as sees, pg_get_expr(p.polwithcheck, p.polrelid) as writes
    from pg_policy p order by 1, 2`);
  return rows;
}

export type Definer = { name: string; owner: string; settings: string[]; is_public: boolean };

/** Functions that run with their owner's rights. */
export async function listDefiners(client: pg.ClientBase): Promise<Definer[]> {
  const { rows } = await client.query<Definer>(`
    select p.oid::regprocedure::text as name, pg_get_userbyid(p.proowner)::text as owner,
      coalesce(p.proconfig, '{}') as settings,
      exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g
        where g.grantee = 0) as is_public
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prosecdef and n.nspname <> 'pg_catalog' order by 1`);
  return rows;
}
