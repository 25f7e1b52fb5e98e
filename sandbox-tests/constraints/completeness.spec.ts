// Shows that no rule of the database is without a case, and that a rule added without one is named.

import test from 'ava';
import { sql } from 'kysely';
import { createTestDatabase } from '../support/database.ts';
import { openWorld } from '../support/world.ts';
import { inUndoneWorld } from './case.ts';
import { listDomainColumns, listRules } from './catalogue.ts';
import { COMPANIONS, SPEAK_FIRST } from './companions.ts';
import { findCasesWithoutRule, findRulesWithoutCase } from './completeness.ts';

// Few enough rules would mean that the catalogue was not read; the first release has 435.
const FEWEST_RULES = 400;

test('each rule of the database has a case, and each case a rule', async (t) => {
  const database = await createTestDatabase(t);
  const world = openWorld({ url: database.admin_url, log: t.log });
  try {
    const rules = await listRules(world.db);
    t.true(rules.length >= FEWEST_RULES, `${rules.length} rules`);
    t.log(`${rules.length} rules are tried`);
    t.deepEqual(await findRulesWithoutCase(world.db), []);
    t.deepEqual(await findCasesWithoutRule(world.db), []);
  } finally {
    await world.close();
  }
});

test('a companion belongs to a column or a rule that stands', async (t) => {
  const database = await createTestDatabase(t);
  const world = openWorld({ url: database.admin_url, log: t.log });
  try {
    const rules = await listRules(world.db);
    const tried = new Set(
      rules.flatMap(({ owner, columns }) => columns.map((column) => `${owner}.${column}`)),
    );
    t.deepEqual(
      Object.keys(COMPANIONS).filter((column) => !tried.has(column)),
      [],
    );
    const names = new Set(rules.map(({ name }) => name));
    const mentioned = Object.entries(SPEAK_FIRST).flatMap(([name, others]) => [name, ...others]);
    t.deepEqual(
      mentioned.filter((name) => !names.has(name)),
      [],
    );
  } finally {
    await world.close();
  }
});

test('a rule that is added without a case is named, whatever its kind', async (t) => {
  const database = await createTestDatabase(t);
  const world = openWorld({ url: database.admin_url, log: t.log });
  try {
    await inUndoneWorld(world, async ({ db }) => {
      await sql`alter table credit.credits
        add constraint new_check check (tonnage_co2e < 1000000 or vintage_year > 2000),
        add constraint new_unique unique (project_id, minted_at),
        add constraint new_exclusion exclude using gist (credit_id with =, tenant_id with <>)`.execute(db);
      await sql`create unique index new_index on iam.sessions (refresh_token_hash)`.execute(db);
      await sql`create domain app.new_kind as text constraint new_form check (value ~ '^x')`.execute(db);
      await sql`create domain app.new_list as text constraint new_values check (value in ('a', 'b'))`.execute(
        db,
      );
      await sql`create table core.new_table (new_id int primary key, state text check (state in ('a', 'b')),
        tenant_id uuid references core.tenants)`.execute(db);
      await sql`create function core.new_guard() returns trigger language plpgsql as
        'begin raise exception ''no''; end'`.execute(db);
      await sql`create trigger guard before delete on core.tenants execute function core.new_guard()`.execute(
        db,
      );
      await sql`create trigger refuse_change before update on registry.consents
        for each row execute function app.refuse_change()`.execute(db);
      t.deepEqual(await findRulesWithoutCase(db), [
        'app.new_kind: new_form',
        'app.new_list: new_values',
        'app.refuse_change on registry.consents',
        'core.new_guard on core.tenants',
        'core.new_table: new_table_state_check',
        'core.new_table: new_table_tenant_id_fkey',
        'credit.credits: new_check',
        'credit.credits: new_exclusion',
        'credit.credits: new_unique',
        'iam.sessions: new_index',
      ]);
    });
  } finally {
    await world.close();
  }
});

test('each kind of value guards a column', async (t) => {
  const database = await createTestDatabase(t);
  const world = openWorld({ url: database.admin_url, log: t.log });
  try {
    const guarded = new Set((await listDomainColumns(world.db)).map(({ domain }) => domain));
    const domains = (await listRules(world.db))
      .filter(({ kind }) => kind === 'domain')
      .map(({ owner }) => owner);
    t.true(domains.length > 0);
    t.deepEqual(
      domains.filter((domain) => !guarded.has(domain)),
      [],
    );
  } finally {
    await world.close();
  }
});
