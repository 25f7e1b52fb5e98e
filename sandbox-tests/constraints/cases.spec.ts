// Shows that the database refuses what each rule forbids, by the rule's name, and accepts what lies beside it.

import test from 'ava';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type OpenWorld, openWorld } from '../support/world.ts';
import { inUndoneWorld } from './case.ts';
import { CASES } from './cases.ts';

let database: TestDatabase;
let world: OpenWorld;

test.before(async (t) => {
  database = await createTestDatabase();
  world = openWorld({ url: database.admin_url, log: t.log });
});

test.after.always(async () => {
  await world?.close();
  await database?.drop();
});

for (const { table, constraint, rule, run } of CASES) {
  test.serial(`${table}: ${rule} (${constraint})`, (t) => inUndoneWorld(world, (undone) => run(t, undone)));
}
