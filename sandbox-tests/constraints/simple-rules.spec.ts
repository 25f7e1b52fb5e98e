// Shows that each list, length, range and kind of JSON in the catalogue takes what it names and nothing beside it;
// leaves rules with a meaning of their own to cases.spec.ts.

import test from 'ava';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type OpenWorld, openWorld, type Table, WORLD_TABLES, type World } from '../support/world.ts';
import { attempt, dropRules, type Given, inUndoneWorld } from './case.ts';
import { listRules, type Rule } from './catalogue.ts';
import { COMPANIONS, SPEAK_FIRST } from './companions.ts';
import { readSimpleRule, type SimpleRule } from './simple-rules.ts';

let database: TestDatabase;
let world: OpenWorld;
let rules: Rule[];

test.before(async (t) => {
  database = await createTestDatabase();
  world = openWorld({ url: database.admin_url, log: t.log });
  rules = await listRules(world.db);
});

test.after.always(async () => {
  await world?.close();
  await database?.drop();
});

for (const table of WORLD_TABLES) {
  test.serial(`${table}: each list, length, range and kind of JSON is kept`, async (t) => {
    const findings: string[] = [];
    for (const { name, definition } of rules.filter(
      ({ owner, kind }) => owner === table && kind === 'check',
    )) {
      const simple = readSimpleRule(definition);
      if (simple === undefined) continue;
      await inUndoneWorld(world, async (undone) => {
        await dropRules(undone.db, table, SPEAK_FIRST[name] ?? []);
        findings.push(...(await tryRule(undone, { table, name, simple })));
      });
    }
    t.deepEqual(findings, []);
  });
}

const CHECK_VIOLATION = '23514';

async function tryRule(
  undone: World,
  about: { table: Table; name: string; simple: SimpleRule },
): Promise<string[]> {
  const { table, name, simple } = about;
  const { column } = simple;
  const findings: string[] = [];
  for (const [values, expected] of [
    [simple.accepted, 'accepted'],
    [simple.refused, name],
  ] as const) {
    for (const value of values) {
      const companions = await COMPANIONS[`${table}.${column}`]?.(value, undone);
      const given = { ...companions, [column]: value } as Given<Table>;
      const { accepted, sqlstate, constraint } = await attempt(undone.db, () => undone.make(table, given));
      const outcome = accepted ? 'accepted' : sqlstate === CHECK_VIOLATION ? constraint : sqlstate;
      if (outcome !== expected)
        findings.push(`${name}: ${JSON.stringify(value)} gave ${outcome}, not ${expected}`);
    }
  }
  return findings;
}
