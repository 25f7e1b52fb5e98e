// Owns how a rule is tried: what it must refuse, by name, beside what it must accept; leaves the rules to cases-*.ts.

import type { ExecutionContext } from 'ava';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import type { DB } from '../../core/db/types.ts';
import type { Random } from '../support/random.ts';
import { createWorld, type Draft, type Row, type Table, type World } from '../support/world.ts';

export type Given<T extends Table> = Partial<Draft<T>>;

export type Case = {
  table: Table;
  constraint: string;
  rule: string;
  run(t: ExecutionContext, world: World): Promise<void>;
};

type Rows<T extends Table> = Given<T>[] | ((world: World) => Promise<Given<T>[]> | Given<T>[]);

export type RowCase<T extends Table> = {
  table: T;
  constraint: string;
  rule: string;
  accepted: Rows<T>;
  refused: Rows<T>;
};

/** A rule over one row. */
export function rowCase<T extends Table>(about: RowCase<T>): Case {
  const { table } = about;
  return {
    ...about,
    async run(t, world) {
      const [accepted, refused] = await Promise.all(
        [about.accepted, about.refused].map((r) => list(r, world)),
      );
      await tryRows(t, world, { ...about, table, accepted: accepted ?? [], refused: refused ?? [] });
    },
  };
}

type Beside<T extends Table> = (first: Row<T>, world: World) => Promise<Given<T>[]> | Given<T>[];

export type PairCase<T extends Table> = {
  table: T;
  constraint: string;
  rule: string;
  /** What matters of the row that stands already. */
  first?: Given<T> | ((world: World) => Promise<Given<T>>);
  accepted: Beside<T>;
  refused: Beside<T>;
};

/** A rule between a row that stands already and one that is added. */
export function pairCase<T extends Table>(about: PairCase<T>): Case {
  const { table } = about;
  return {
    ...about,
    async run(t, world) {
      const given = typeof about.first === 'function' ? await about.first(world) : about.first;
      const first = await world.make(table, given);
      const accepted = await about.accepted(first, world);
      const refused = await about.refused(first, world);
      await tryRows(t, world, { ...about, table, accepted, refused });
    },
  };
}

/** Each row on its own: what the last one left is undone before the next is tried. */
async function tryRows<T extends Table>(
  t: ExecutionContext,
  world: World,
  about: { table: T; constraint: string; accepted: Given<T>[]; refused: Given<T>[] },
): Promise<void> {
  const { table, constraint, accepted, refused } = about;
  t.true(accepted.length > 0 && refused.length > 0, 'a refusal stands beside a success');
  for (const given of accepted) {
    t.deepEqual(await attempt(world.db, () => world.make(table, given)), ACCEPTED, describe(table, given));
  }
  for (const given of refused) {
    const outcome = await attempt(world.db, () => world.make(table, given));
    t.is(outcome.constraint, constraint, describe(table, given));
    t.true(RULE_STATES.has(outcome.sqlstate ?? ''), `SQLSTATE ${outcome.sqlstate}`);
  }
}

// unique, check, exclusion, foreign key and restrict violations.
const RULE_STATES: ReadonlySet<string> = new Set(['23505', '23514', '23P01', '23503', '23001']);

export type Outcome = { accepted: boolean; sqlstate?: string | undefined; constraint?: string | undefined };

export const ACCEPTED: Outcome = { accepted: true };

/** Tries the work in a savepoint and undoes it. Anything but the database's own refusal is thrown on. */
export async function attempt(db: Kysely<DB>, work: () => Promise<unknown>): Promise<Outcome> {
  await sql`savepoint attempt`.execute(db);
  try {
    await work();
    return ACCEPTED;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    return { accepted: false, sqlstate: error.code, constraint: error.constraint };
  } finally {
    await sql`rollback to savepoint attempt`.execute(db);
  }
}

/** Gives the work a world whose rows are all undone at the end. */
export async function inUndoneWorld(
  about: { db: Kysely<DB>; random: Random },
  work: (world: World) => Promise<void>,
): Promise<void> {
  const trx = await about.db.startTransaction().execute();
  try {
    await work(createWorld({ db: trx, random: about.random }));
  } finally {
    await trx.rollback().execute();
  }
}

/** Takes away, inside an undone transaction, rules that would speak before the one that is tried. */
export async function dropRules(db: Kysely<DB>, table: Table, constraints: readonly string[]): Promise<void> {
  for (const name of constraints) {
    await sql`alter table ${sql.table(table)} drop constraint ${sql.id(name)} cascade`.execute(db);
  }
}

async function list<T extends Table>(rows: Rows<T>, world: World): Promise<Given<T>[]> {
  return typeof rows === 'function' ? rows(world) : rows;
}

export function describe(table: Table, given: object): string {
  return `${table} ${JSON.stringify(given)}`;
}
