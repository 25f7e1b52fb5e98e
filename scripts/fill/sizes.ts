// Owns what a filled database weighs, table by table; leaves saying it to fill.ts.
import pg from 'pg';

export type TableSize = {
  table: string;
  rows: string;
  table_bytes: bigint;
  index_bytes: bigint;
};

/** Exact rows; a partitioned table counts with its partitions. The largest comes first. */
export async function measureSizes(admin_url: string): Promise<{ tables: TableSize[]; total_bytes: bigint }> {
  const client = new pg.Client(admin_url);
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; table_bytes: string; index_bytes: string }>(SIZES);
    const tables: TableSize[] = [];
    for (const { name, table_bytes, index_bytes } of rows) {
      // The name was quoted by the catalogue itself.
      const counted = await client.query<{ rows: string }>(`select count(*) as rows from ${name}`);
      tables.push({
        table: name,
        rows: counted.rows[0]?.rows ?? '0',
        table_bytes: BigInt(table_bytes),
        index_bytes: BigInt(index_bytes),
      });
    }
    const total = await client.query<{ bytes: string }>(
      'select pg_database_size(current_database()) as bytes',
    );
    return { tables, total_bytes: BigInt(total.rows[0]?.bytes ?? '0') };
  } finally {
    await client.end();
  }
}

const SIZES = `
  select format('%I.%I', n.nspname, c.relname) as name,
    sum(pg_table_size(p.relid))::bigint as table_bytes, sum(pg_indexes_size(p.relid))::bigint as index_bytes
  from pg_class c join pg_namespace n on n.oid = c.relnamespace,
    lateral (select relid from pg_partition_tree(c.oid) where isleaf
      union all select c.oid where c.relkind = 'r') as p
  where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('migration', 'pgboss')
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  group by 1 order by sum(pg_total_relation_size(p.relid)) desc, 1`;

const MEBIBYTE = 1024n * 1024n;

/** Rounded to whole mebibytes, upwards, so that nothing seems to weigh nothing. */
export function showBytes(bytes: bigint): string {
  return `${(bytes + MEBIBYTE - 1n) / MEBIBYTE} MiB`;
}

/** The lines of a table in Markdown; tables below the limit are summed up in one line. */
export function renderSizes(options: {
  tables: readonly TableSize[];
  total_bytes: bigint;
  shown: number;
}): string[] {
  const { tables, total_bytes, shown } = options;
  const rest = tables.slice(shown);
  const sum = (sizes: readonly TableSize[], of: 'table_bytes' | 'index_bytes'): bigint =>
    sizes.reduce((total, size) => total + size[of], 0n);
  const line = (name: string, rows: string, table: bigint, indexes: bigint): string =>
    `| ${name} | ${rows} | ${showBytes(table)} | ${showBytes(indexes)} |`;
  return [
    '| table | rows | table | indexes |',
    '|---|---:|---:|---:|',
    ...tables
      .slice(0, shown)
      .map((size) => line(`\`${size.table}\``, size.rows, size.table_bytes, size.index_bytes)),
    ...(rest.length === 0
      ? []
      : [
          line(
            `${rest.length} smaller tables`,
            String(rest.reduce((total, { rows }) => total + BigInt(rows), 0n)),
            sum(rest, 'table_bytes'),
            sum(rest, 'index_bytes'),
          ),
        ]),
    `| whole database | | ${showBytes(total_bytes)} | |`,
  ];
}
