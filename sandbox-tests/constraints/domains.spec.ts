// Shows that a kind of value (a hash, an account, an amount, a registry) keeps its rule in every column that has it.

import test from 'ava';
import { sql } from 'kysely';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type OpenWorld, openWorld, type Table } from '../support/world.ts';
import { attempt, type Given, inUndoneWorld } from './case.ts';
import { DOMAIN_CASES, LISTED_DOMAINS } from './cases-domains.ts';
import { listDomainColumns, listRules } from './catalogue.ts';
import { readSimpleRule } from './simple-rules.ts';

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

for (const [domain, { constraint, accepted }] of Object.entries(DOMAIN_CASES)) {
  test.serial(`${domain} takes what has its form (${constraint})`, async (t) => {
    for (const value of accepted) t.is(await castTo(domain, value), value);
  });
}

for (const [domain, { constraint, refused }] of Object.entries(DOMAIN_CASES)) {
  test.serial(`${domain} refuses any other form in each of its columns (${constraint})`, async (t) => {
    t.deepEqual(await findLeaks({ domain, constraint, refused }), []);
  });
}

for (const domain of LISTED_DOMAINS) {
  test.serial(`${domain} takes what is listed and nothing else, in each of its columns`, async (t) => {
    const rule = (await listRules(world.db)).find(({ owner }) => owner === domain);
    const simple = readSimpleRule(rule?.definition ?? '');
    t.true((simple?.accepted.length ?? 0) > 1);
    for (const value of simple?.accepted ?? []) t.is(await castTo(domain, value), value);
    const { name: constraint = '' } = rule ?? {};
    t.deepEqual(await findLeaks({ domain, constraint, refused: simple?.refused ?? [] }), []);
  });
}

async function castTo(domain: string, value: string): Promise<string | undefined> {
  const [schema = '', name = ''] = domain.split('.');
  const { rows } = await sql<{ value: string }>`
    select cast(${value}::text as ${sql.id(schema, name)})::text as value`.execute(world.db);
  return rows[0]?.value;
}

/** Columns of the domain that take a value they must refuse, or refuse it for another reason. */
async function findLeaks(about: {
  domain: string;
  constraint: string;
  refused: string[];
}): Promise<string[]> {
  const columns = (await listDomainColumns(world.db)).filter(({ domain }) => domain === about.domain);
  if (columns.length === 0 || about.refused.length === 0) return [`${about.domain} guards no column.`];
  const leaks: string[] = [];
  for (const { table, column } of columns) {
    await inUndoneWorld(world, async (undone) => {
      const row = await undone.draft(table as Table);
      for (const value of about.refused) {
        const given = { ...row, [column]: value } as Given<Table>;
        const outcome = await attempt(undone.db, () => undone.make(table as Table, given));
        if (outcome.constraint !== about.constraint) {
          leaks.push(
            `${table}.${column}: ${JSON.stringify(value)} gave ${outcome.constraint ?? outcome.sqlstate}`,
          );
        }
      }
    });
  }
  return leaks;
}
