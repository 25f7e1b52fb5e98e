// Owns one valid row of any table, with the rows it needs; leaves each table's sensible values to world-*.ts.

import { type Kysely, sql } from 'kysely';
import { createDatabase, createPool } from '../../core/db/pool.ts';
import type { DB } from '../../core/db/types.ts';
import { chooseSeed, createRandom, type Random, SEED_VARIABLE } from './random.ts';
import { callerRecipes } from './world-callers.ts';
import { chainRecipes } from './world-chain.ts';
import { creditRecipes } from './world-credits.ts';
import { evidenceRecipes } from './world-evidence.ts';
import type { Draft, Recipe, Recipes, Row, Table, World } from './world-kit.ts';
import { peopleRecipes } from './world-people.ts';
import { processRecipes } from './world-processes.ts';
import { registryRecipes } from './world-registry.ts';

export type { Draft, Row, Table, World } from './world-kit.ts';

export type OpenWorld = World & { close(): Promise<void> };

const CONNECTIONS = 4;

// A table without a recipe, or a recipe without a needed column, does not pass the type check.
const recipes: Recipes<Table> = {
  ...peopleRecipes,
  ...callerRecipes,
  ...evidenceRecipes,
  ...registryRecipes,
  ...creditRecipes,
  ...processRecipes,
  ...chainRecipes,
};

export const WORLD_TABLES = Object.keys(recipes).sort() as Table[];

/** Takes the superuser's way in: rows are made for any tenant. */
export function openWorld(options: { url: string; seed?: string; log?: (line: string) => void }): OpenWorld {
  const { url, seed = chooseSeed(), log = console.log } = options;
  log(`rows follow from ${SEED_VARIABLE}=${seed}`);
  const pool = createPool({ url, max: CONNECTIONS, on_idle_error: () => undefined });
  const db = createDatabase(pool);
  return { ...createWorld({ db, random: createRandom(seed) }), close: () => db.destroy() };
}

/** On a transaction it makes rows that end with it. */
export function createWorld(about: { db: Kysely<DB>; random: Random }): World {
  const world: World = {
    ...about,
    async draft<T extends Table>(table: T, given: Partial<Draft<T>> = {}): Promise<Draft<T>> {
      const recipe: Recipe<T> = recipes[table];
      return { ...(await recipe(world, given)), ...given };
    },
    async make<T extends Table>(table: T, given: Partial<Draft<T>> = {}): Promise<Row<T>> {
      return insertRow(about.db, table, await world.draft(table, given));
    },
  };
  return world;
}

/** Inserts exactly what it is given, also what the database must refuse. */
export async function insertRow<T extends Table>(db: Kysely<DB>, table: T, row: Draft<T>): Promise<Row<T>> {
  const columns = Object.entries(row).filter(([, value]) => value !== undefined);
  const { rows } = await sql<Row<T>>`insert into ${sql.table(table)}
    (${sql.join(columns.map(([name]) => sql.ref(name)))})
    values (${sql.join(columns.map(([, value]) => value))}) returning *`.execute(db);
  const [inserted] = rows;
  if (inserted === undefined) throw new Error(`${table}: the insert gave no row back.`);
  return inserted;
}
