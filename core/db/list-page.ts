// Owns reading one page of a list, the newest first, by its number or by the place where the page before ended; leaves which
// rows to each aggregate.

import { type RawBuilder, sql, type Transaction } from 'kysely';
import { type Ask, askIn } from './ask.ts';
import { compileQuery } from './compile-sql.ts';
import type { DB } from './types.ts';

/** Rows are counted up to here; whoever wants all of a longer list goes on by its cursor. */
export const MAX_COUNTED = 10_000;

/** Where a page ended, and how many rows were counted at its beginning. */
export type PagePlace = { at: string; id: string; total_count: number };

export type PageAsked = { limit: number; offset: number; after?: PagePlace | undefined };

export type Page<Row> = { rows: Row[]; total_count: number; next: PagePlace | undefined };

export type ListAsked = {
  columns: RawBuilder<unknown>;
  from: RawBuilder<unknown>;
  where: readonly RawBuilder<unknown>[];
  /** The time by which it is ordered, never null, and the row's id. */
  at: RawBuilder<unknown>;
  id: RawBuilder<unknown>;
  page: PageAsked;
};

type Placed = { page_at: string; page_id: string };

/** As a part of a transaction. */
export async function listPage<Row extends object>(
  trx: Transaction<DB>,
  asked: ListAsked,
): Promise<Page<Row>> {
  return askPage(askIn(trx), asked);
}

export async function askPage<Row extends object>(ask: Ask, asked: ListAsked): Promise<Page<Row>> {
  const { columns, from, where, at, id, page } = asked;
  const { after, limit, offset } = page;
  const conditions =
    after === undefined
      ? where
      : [...where, sql`(${at}, ${id}) < (${after.at}::timestamptz, ${after.id}::uuid)`];
  const skipped = after === undefined ? offset : 0;
  // One row more than asked for tells whether there is a page after this one.
  const ordered = sql`select ${columns}, ${at} as page_at, ${id} as page_id from ${from}
    ${whereAll(conditions)} order by ${at} desc, ${id} desc`;
  const query = compileQuery(cutPage(ordered, { offset: skipped, limit: limit + 1 }));
  const count = { ...compileQuery(countRows(asked)), may_be_old: isLarge };
  const [found = [], counted = []] = await ask(after === undefined ? [query, count] : [query]);
  const rows = found as (Row & Placed)[];
  const total_count = after?.total_count ?? totalOf(counted);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const next = last === undefined ? undefined : { at: last.page_at, id: last.page_id, total_count };
  return { rows: rows.slice(0, limit), total_count, next };
}

/**
 * Some rows of an ordered query. The planner of a prepared query takes a limit that is a parameter for a tenth of all rows, and
 * sorts the whole table where it would otherwise read the first rows of an index: seconds instead of a millisecond on a million
 * credits. So it is told a limit that it can see, of few kinds, as each is a query of its own.
 */
export function cutPage<Row>(
  ordered: RawBuilder<Row>,
  { offset = 0, limit }: { offset?: number; limit: number },
): RawBuilder<Row> {
  return sql<Row>`select * from (${ordered} limit ${sql.lit(boundFor(offset + limit))}) as page
    offset ${offset} limit ${limit}`;
}

function boundFor(rows: number): number {
  return Math.max(FEWEST_BOUND, 2 ** Math.ceil(Math.log2(rows)));
}

const FEWEST_BOUND = 32;

/** Nobody sees whether so many are one more or less, and counting them costs more than the page. */
const LARGE = 1_000;

function isLarge(counted: Record<string, unknown>[]): boolean {
  return totalOf(counted) >= LARGE;
}

function totalOf([counted = {}]: Record<string, unknown>[]): number {
  const { total = 0 } = counted;
  return Number(total);
}

function countRows({ from, where }: ListAsked): RawBuilder<unknown> {
  return sql`select count(*)::int as total
    from (select from ${from} ${whereAll(where)} limit ${sql.lit(MAX_COUNTED)}) as counted`;
}

function whereAll(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
}

/** A condition where a filter was given, nothing where not. */
export function given<Value>(
  value: Value | undefined,
  condition: (value: Value) => RawBuilder<unknown>,
): RawBuilder<unknown>[] {
  return value === undefined ? [] : [condition(value)];
}

/** One value alone is asked for as such, because an index keeps its order behind one value and not behind several. */
export function isAnyOf(
  column: RawBuilder<unknown>,
  values: readonly (string | number)[],
  type: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const [only, ...more] = values;
  if (only !== undefined && more.length === 0) return sql`${column} = ${only}::${type}`;
  return sql`${column} = any(${[...values]}::${type}[])`;
}

/** The first row, where a query has at most one. */
export async function firstOf<Row>(trx: Transaction<DB>, query: RawBuilder<Row>): Promise<Row | undefined> {
  return (await query.execute(trx)).rows[0];
}

/** The row of a query that always has one. */
export async function oneOf<Row>(trx: Transaction<DB>, query: RawBuilder<Row>): Promise<Row> {
  const row = await firstOf(trx, query);
  if (row === undefined) throw new Error('A query that always has a row gave none.');
  return row;
}
