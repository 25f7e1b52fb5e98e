// Owns writing many rows of one table in one statement; leaves which rows, and their transaction, to the caller.
import { type Insertable, type Kysely, sql } from 'kysely';
import { compileSql } from './compile-sql.ts';
import type { DB } from './types.ts';

/** What a column's values are sent as. A domain's columns take its base type: the table checks the domain. */
export type ArrayType =
  | 'text'
  | 'uuid'
  | 'int4'
  | 'int8'
  | 'numeric'
  | 'timestamptz'
  | 'date'
  | 'bool'
  | 'jsonb'
  /** The same, given as the text of a JSON that was made already. */
  | 'jsonb_text'
  | 'numrange';

/** jsonb takes anything that JSON can say; numeric, int8 and times are strings here as everywhere. */
export type UpsertValue = string | bigint | number | boolean | null | object;

export type UpsertTarget<T extends keyof DB> = {
  table: T;
  /** Every column that is written. The others keep their defaults. */
  columns: Readonly<Partial<Record<keyof Insertable<DB[T]>, ArrayType>>>;
  /** The unique rule that tells a row which stands already. */
  unique_by: readonly (keyof Insertable<DB[T]>)[];
  /** Columns to overwrite in such a row. With none, it stays as it is. */
  overwrite?: readonly (keyof Insertable<DB[T]>)[];
  /** Another schema's table of the same form; left out, it is the table's own. */
  schema?: string;
};

export type UpsertRow<T extends keyof DB> = Readonly<
  Partial<Record<keyof Insertable<DB[T]>, UpsertValue | undefined>>
>;

/** Longer lists gain no speed (docs/performance.md) and hold a larger message in memory. */
export const ROWS_PER_STATEMENT = 1000;

/** Returns how many rows were written; a row that stood already and was not overwritten is none. */
export async function upsertRows<T extends keyof DB>(
  db: Kysely<DB>,
  target: UpsertTarget<T>,
  rows: readonly UpsertRow<T>[],
): Promise<bigint> {
  let written = 0n;
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const result = await buildUpsert(target, rows.slice(start, start + ROWS_PER_STATEMENT)).execute(db);
    written += result.numAffectedRows ?? 0n;
  }
  return written;
}

/** One text for any number of rows, and a row list's values for it: for a connection that is spoken to directly. */
export type PreparedRows<T extends keyof DB> = {
  text: string;
  valuesOf(rows: readonly UpsertRow<T>[]): string[];
};

export function prepareUpsert<T extends keyof DB>(target: UpsertTarget<T>): PreparedRows<T> {
  const columns = columnsOf(target.columns);
  return {
    text: compileSql(buildUpsert(target, [])),
    valuesOf: (rows) => encodeColumns(columns, rows),
  };
}

export type UpdateTarget<T extends keyof DB> = Pick<UpsertTarget<T>, 'table' | 'columns' | 'schema'> & {
  /** What tells a row; of several columns none may be null. */
  key: readonly (keyof Insertable<DB[T]>)[];
  /** A column that must still be what it was when the row was read. */
  expect: keyof Insertable<DB[T]>;
};

/** Each row has what it becomes; beside it stands what the expected column was. */
export function prepareUpdate<T extends keyof DB>(
  target: UpdateTarget<T>,
): { text: string; valuesOf(rows: readonly { row: UpsertRow<T>; expected: string }[]): string[] } {
  const columns = columnsOf(target.columns);
  const expect = sql.ref(String(target.expect));
  const set = columns
    .filter(({ name }) => !target.key.includes(name))
    .map(({ name }) => sql`${sql.ref(name)} = n.${sql.ref(name)}`);
  const same = target.key.map((name) => sql`o.${sql.ref(String(name))} = n.${sql.ref(String(name))}`);
  const arrays = [...columns.map(({ type }) => type), 'text' as const].map(
    (type) => sql`${''}::${sqlType(type)}[]`,
  );
  const names = [...columns.map(({ name }) => sql.ref(name)), sql.ref('expected')];
  const text = compileSql(sql`update ${tableOf(target)} as o set ${sql.join(set)}
    from unnest(${sql.join(arrays)}) as n (${sql.join(names)})
    where ${sql.join(same, sql` and `)} and o.${expect} = n.expected`);
  return {
    text,
    valuesOf: (rows) => [
      ...encodeColumns(
        columns,
        rows.map(({ row }) => row),
      ),
      encodeArray(
        rows.map(({ expected }) => expected),
        'text',
      ),
    ],
  };
}

type Column<T extends keyof DB> = { name: keyof Insertable<DB[T]> & string; type: ArrayType };

function columnsOf<T extends keyof DB>(columns: UpsertTarget<T>['columns']): Column<T>[] {
  return Object.entries<ArrayType | undefined>(columns).flatMap(([name, type]) =>
    type === undefined ? [] : [{ name: name as keyof Insertable<DB[T]> & string, type }],
  );
}

function encodeColumns<T extends keyof DB>(columns: Column<T>[], rows: readonly UpsertRow<T>[]): string[] {
  return columns.map(({ name, type }) =>
    encodeArray(
      rows.map((row) => row[name]),
      type,
    ),
  );
}

function sqlType(type: ArrayType) {
  return sql.raw(type === 'jsonb_text' ? 'jsonb' : type);
}

function tableOf<T extends keyof DB>({ table, schema }: Pick<UpsertTarget<T>, 'table' | 'schema'>) {
  return schema === undefined ? sql.table(table) : sql.id(schema, table.slice(table.indexOf('.') + 1));
}

// One array a column: the statement's text does not depend on the number of rows, and no row is a list of
// parameters of its own.
function buildUpsert<T extends keyof DB>(target: UpsertTarget<T>, rows: readonly UpsertRow<T>[]) {
  const columns = columnsOf(target.columns);
  const names = sql.join(columns.map(({ name }) => sql.ref(name)));
  const values = encodeColumns(columns, rows);
  const arrays = columns.map(({ type }, place) => sql`${values[place]}::${sqlType(type)}[]`);
  const key = sql.join(target.unique_by.map((name) => sql.ref(String(name))));
  const overwritten = (target.overwrite ?? []).map((name) => {
    const column = sql.ref(String(name));
    return sql`${column} = excluded.${column}`;
  });
  const action = overwritten.length === 0 ? sql`nothing` : sql`update set ${sql.join(overwritten)}`;
  return sql`insert into ${tableOf(target)} (${names})
    select * from unnest(${sql.join(arrays)}) on conflict (${key}) do ${action}`;
}

/** PostgreSQL's own spelling of an array: quicker to make and to read than one parameter a value. */
export function encodeArray(values: readonly (UpsertValue | undefined)[], type: ArrayType): string {
  return `{${values.map((value) => encodeValue(value, type)).join(',')}}`;
}

function encodeValue(value: UpsertValue | undefined, type: ArrayType): string {
  if (value === null || value === undefined) return 'NULL';
  if (type === 'jsonb') return quote(JSON.stringify(value));
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new TypeError(`A row has the number ${value} for a column of type ${type}; give it as a string.`);
  }
  if (typeof value === 'object') {
    throw new TypeError(`A row has an object for a column of type ${type}; give it as a string.`);
  }
  return String(value);
}

function quote(text: string): string {
  return `"${/["\\]/.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text}"`;
}
