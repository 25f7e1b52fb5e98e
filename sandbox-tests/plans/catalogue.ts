// Owns what the database itself says of its indexes and of the size of its tables; leaves judging to plans.spec.ts.

import type pg from 'pg';

export type CatalogueIndex = {
  schema: string;
  table: string;
  name: string;
  columns: string[];
  kind: 'primary' | 'unique' | 'exclusion' | 'plain';
  /** Of a partial index. */
  predicate: string | null;
};

export async function listIndexes(admin: pg.Client): Promise<CatalogueIndex[]> {
  const { rows } = await admin.query<CatalogueIndex>(`
    select n.nspname as schema, t.relname as "table", c.relname as name,
      array(select pg_get_indexdef(i.indexrelid, k, true) from generate_series(1, i.indnkeyatts) as k) as columns,
      case when i.indisprimary then 'primary' when i.indisexclusion then 'exclusion'
        when i.indisunique then 'unique' else 'plain' end as kind,
      pg_get_expr(i.indpred, i.indrelid) as predicate
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
      join pg_namespace n on n.oid = t.relnamespace
    where not t.relispartition and n.nspname not in ('migration', 'pgboss', 'information_schema') and n.nspname !~ '^pg_'
    order by 1, 2, 3`);
  return rows;
}

/** The parent's name for each index of a partition, the index's own for all others. */
export async function readIndexNames(admin: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await admin.query<{ name: string; whole: string }>(`
    select c.relnamespace::regnamespace::text || '.' || c.relname as name,
      p.relnamespace::regnamespace::text || '.' || p.relname as whole
    from pg_class c left join pg_inherits h on h.inhrelid = c.oid
      join pg_class p on p.oid = coalesce(h.inhparent, c.oid)
    where c.relkind in ('i', 'I') and p.relnamespace::regnamespace::text !~ '^pg_'`);
  return new Map(rows.map(({ name, whole }) => [name, whole]));
}

/** Pages by table, partitions under their own name. */
export async function readPages(admin: pg.Client): Promise<ReadonlyMap<string, number>> {
  const { rows } = await admin.query<{ name: string; pages: number }>(
    `select relnamespace::regnamespace::text || '.' || relname as name, relpages as pages
     from pg_class where relkind = 'r' and relnamespace::regnamespace::text !~ '^pg_'`,
  );
  return new Map(rows.map(({ name, pages }) => [name, pages]));
}

/** Who may ask for these columns: the app before the logins that work for everyone, and these before the owner. */
export async function chooseLogin(
  admin: pg.Client,
  { schema, table, columns }: CatalogueIndex,
): Promise<'app' | 'reconciler' | 'indexer' | 'owner'> {
  for (const login of ['app', 'reconciler', 'indexer', 'owner'] as const) {
    const { rows } = await admin.query<{ may: boolean }>(
      'select bool_and(has_column_privilege($1, $2::regclass, name, $3)) as may from unnest($4::text[]) as name',
      [`dmrv_${login}`, `${schema}.${table}`, 'select', columns],
    );
    if (rows[0]?.may === true) return login;
  }
  throw new Error(`Nobody may read ${columns.join(', ')} of ${schema}.${table}, so nobody needs its index.`);
}
