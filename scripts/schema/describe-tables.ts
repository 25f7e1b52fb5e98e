// Owns the SQL of tables, their columns and partitions; leaves keys, indexes and triggers to describe-parts.ts.

import type { Catalogue } from './catalogue.ts';
import type { Definition } from './describe-definitions.ts';

export async function describeTables({ read, tables }: Catalogue): Promise<Definition[]> {
  const rows = await read<TableRow>(TABLES, tables);
  const columns = Map.groupBy(await read<ColumnRow>(COLUMNS, tables), ({ table_oid }) => table_oid);
  return rows.map(({ oid, name, checks, partition_key, storage }) => {
    const lines = [
      ...(columns.get(oid) ?? []).map(describeColumn),
      ...checks.map((check) => `CONSTRAINT ${check}`),
    ];
    const ending = [
      partition_key === null ? '' : `\nPARTITION BY ${partition_key}`,
      storage.length === 0 ? '' : `\nWITH (${storage.join(', ')})`,
    ];
    const statement = `CREATE TABLE ${name} (\n    ${lines.join(',\n    ')}\n)${ending.join('')};`;
    return { key: `pg_class/${oid}`, statement };
  });
}

/** Only the default ones: a month's partition is made by the database itself. */
export async function describePartitions({ read, tables }: Catalogue): Promise<string[]> {
  const rows = await read<{ name: string; parent: string; bound: string }>(PARTITIONS, tables);
  return rows.map(({ name, parent, bound }) => `CREATE TABLE ${name} PARTITION OF ${parent} ${bound};`);
}

type TableRow = {
  oid: number;
  name: string;
  checks: string[];
  partition_key: string | null;
  storage: string[];
};

type ColumnRow = {
  table_oid: number;
  name: string;
  type: string;
  collation: string | null;
  expression: string | null;
  generated: '' | 's' | 'v';
  identity: '' | 'a' | 'd';
  not_null: string | null;
};

const IDENTITIES = { a: 'ALWAYS', d: 'BY DEFAULT' } as const;

function describeColumn(column: ColumnRow): string {
  const { name, type, collation, expression, generated, identity, not_null } = column;
  const parts = [name, type];
  if (collation !== null) parts.push(`COLLATE ${collation}`);
  if (expression !== null) {
    const kind = generated === 's' ? 'STORED' : 'VIRTUAL';
    parts.push(generated === '' ? `DEFAULT ${expression}` : `GENERATED ALWAYS AS (${expression}) ${kind}`);
  }
  if (not_null !== null) parts.push(not_null);
  if (identity !== '') parts.push(`GENERATED ${IDENTITIES[identity]} AS IDENTITY`);
  return parts.join(' ');
}

const TABLES = `
  SELECT oid, oid::regclass::text COLLATE "C" AS name,
    ARRAY(SELECT quote_ident(conname) || ' ' || pg_get_constraintdef(k.oid) FROM pg_constraint k
      WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.convalidated ORDER BY conname) AS checks,
    pg_get_partkeydef(oid) AS partition_key,
    ARRAY(SELECT quote_ident(option_name) || '=' || quote_literal(option_value)
      FROM pg_options_to_table(reloptions) ORDER BY option_name COLLATE "C") AS storage
  FROM pg_class c WHERE oid = ANY ($1) AND NOT relispartition
  ORDER BY name`;

// A NOT NULL keeps its name where that is not the one PostgreSQL would choose.
const COLUMNS = `
  SELECT a.attrelid AS table_oid, quote_ident(attname) AS name, format_type(atttypid, atttypmod) AS type,
    CASE WHEN attcollation <> typcollation THEN attcollation::regcollation::text END AS collation,
    pg_get_expr(adbin, adrelid) AS expression, attgenerated AS generated, attidentity AS identity,
    CASE WHEN k.conname = relname || '_' || attname || '_not_null' THEN 'NOT NULL'
      WHEN k.conname IS NOT NULL THEN 'CONSTRAINT ' || quote_ident(k.conname) || ' NOT NULL' END AS not_null
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = attrelid
  JOIN pg_type t ON t.oid = atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = attrelid AND d.adnum = attnum
  LEFT JOIN pg_constraint k ON k.conrelid = attrelid AND k.contype = 'n' AND k.conkey = ARRAY[attnum]
  WHERE attrelid = ANY ($1) AND attnum > 0 AND NOT attisdropped
  ORDER BY attrelid, attnum`;

const PARTITIONS = `
  SELECT c.oid::regclass::text COLLATE "C" AS name, inhparent::regclass::text AS parent,
    pg_get_expr(relpartbound, c.oid) AS bound
  FROM pg_class c JOIN pg_inherits ON inhrelid = c.oid
  WHERE c.oid = ANY ($1) AND relispartition
  ORDER BY name`;
