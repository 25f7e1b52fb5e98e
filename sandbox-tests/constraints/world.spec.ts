// Shows that the row builder makes a valid row of every table; leaves what the database refuses to its neighbours.

import test from 'ava';
import { createTestDatabase } from '../support/database.ts';
import { openWorld, WORLD_TABLES } from '../support/world.ts';

/** A database is bound to one chain. */
const MADE_ONCE: readonly string[] = ['chain.binding'];

test('a valid row of each table can be made, twice unless it is the only one', async (t) => {
  const database = await createTestDatabase(t);
  const world = openWorld({ url: database.admin_url, log: t.log });
  for (const table of WORLD_TABLES) {
    await t.notThrowsAsync(world.make(table), table);
    if (!MADE_ONCE.includes(table)) await t.notThrowsAsync(world.make(table), table);
  }
  await world.close();
});
