// Owns the question that each unique rule answers, made from the catalogue; leaves the other indexes to the lists.

import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely';
import type pg from 'pg';
import type { CatalogueIndex } from './catalogue.ts';

/** "The row with this key", for a key that is there. */
export async function askByKey(
  admin: pg.Client,
  index: CatalogueIndex,
): Promise<{ sql: string; values: readonly unknown[] }> {
  const table = sql.table(`${index.schema}.${index.table}`);
  const predicate = index.predicate === null ? sql`true` : sql.raw<boolean>(index.predicate);
  // As text: a Date would lose the microseconds of a time.
  const columns = index.columns.map((column) => sql`${sql.ref(column)}::text`);
  const [first = ''] = index.columns;
  // In a key of several columns null may be a value; alone it names nothing.
  const is_named = index.columns.length > 1 ? sql`true` : sql`${sql.ref(first)} is not null`;
  const sample = compile(
    sql`select ${sql.join(columns)} from ${table} where ${predicate} and ${is_named} limit 1`,
  );
  const { rows } = await admin.query<(string | null)[]>({
    text: sample.sql,
    values: [...sample.values],
    rowMode: 'array',
  });
  const key = rows[0];
  if (key === undefined) throw new Error(`The filled database has no row for ${index.schema}.${index.name}.`);
  const conditions = index.columns.map((column, place) => {
    const value = key[place] ?? null;
    return value === null ? sql`${sql.ref(column)} is null` : sql`${sql.ref(column)} = ${value}`;
  });
  return compile(sql`select 1 from ${table} where ${sql.join(conditions, sql` and `)} and ${predicate}`);
}

const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

function compile(query: RawBuilder<unknown>): { sql: string; values: readonly unknown[] } {
  const compiled = query.compile(compiler);
  return { sql: compiled.sql, values: compiled.parameters };
}
