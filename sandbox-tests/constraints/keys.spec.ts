// Shows that keys refuse: those that other tables point at, and every pointer at a row that is not there.

import test from 'ava';
import { type Kysely, sql } from 'kysely';
import type { DB } from '../../core/db/types.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  type Draft,
  insertRow,
  type OpenWorld,
  openWorld,
  type Table,
  WORLD_TABLES,
  type World,
} from '../support/world.ts';
import { attempt, dropRules, type Given, inUndoneWorld, type Outcome } from './case.ts';
import { listPrimaryKeys, listRules, type Rule } from './catalogue.ts';
import { isKeyTarget } from './completeness.ts';

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

let database: TestDatabase;
let world: OpenWorld;
let rules: Rule[];
let primary: Map<string, { name: string; columns: string[] }>;

test.before(async (t) => {
  database = await createTestDatabase();
  world = openWorld({ url: database.admin_url, log: t.log });
  rules = await listRules(world.db);
  primary = await listPrimaryKeys(world.db);
});

test.after.always(async () => {
  await world?.close();
  await database?.drop();
});

test.serial(
  'a key that holds the primary key refuses a second row by itself, and is pointed at',
  async (t) => {
    const targets = rules.filter(
      ({ kind, owner, columns }) =>
        kind === 'unique' && isKeyTarget({ columns, primary_key: primary.get(owner)?.columns ?? [] }),
    );
    t.true(targets.length > 0);
    for (const { owner, name, columns } of targets) {
      const table = owner as Table;
      const shadows = [...targets.filter((other) => other.owner === owner).map((other) => other.name)];
      shadows.push(primary.get(owner)?.name ?? '');
      t.true(await isPointedAt(world.db, name), `${name} is pointed at`);
      await inUndoneWorld(world, async (undone) => {
        const first: Record<string, unknown> = await undone.make(table);
        const same = Object.fromEntries(columns.map((column) => [column, first[column]])) as Given<Table>;
        await dropRules(
          undone.db,
          table,
          shadows.filter((shadow) => shadow !== name),
        );
        const outcome = await attempt(undone.db, () => undone.make(table, same));
        t.deepEqual(outcome, { accepted: false, sqlstate: UNIQUE_VIOLATION, constraint: name });
        t.true((await attempt(undone.db, () => undone.make(table))).accepted, `another row of ${owner}`);
      });
    }
  },
);

for (const table of WORLD_TABLES) {
  test.serial(`${table}: a row cannot point at what is not there`, async (t) => {
    const findings: string[] = [];
    for (const rule of rules.filter(({ owner, kind }) => owner === table && kind === 'foreign_key')) {
      await inUndoneWorld(world, async (undone) => {
        const outcome = await pointNowhere(undone, table, rule);
        if (outcome.sqlstate === FOREIGN_KEY_VIOLATION && outcome.constraint === rule.name) return;
        findings.push(
          `${rule.name}: gave ${outcome.accepted ? 'accepted' : (outcome.constraint ?? outcome.sqlstate)}`,
        );
      });
    }
    t.deepEqual(findings, []);
  });
}

test.serial('a row that others point at cannot be deleted', async (t) => {
  const tried = new Set<string>();
  const pointers = rules.filter(({ kind }) => kind === 'foreign_key');
  for (const { owner, name, columns, definition } of pointers) {
    const target = readTarget(definition);
    await inUndoneWorld(world, async (undone) => {
      const row = await makePointing(undone, { table: owner as Table, name, columns, target });
      // A row that points at itself holds nothing back.
      if (target.table === owner && isSame(columns, target, row)) return;
      const outcome = await attempt(undone.db, () => deleteRow(undone.db, { target, row, columns }));
      t.is(outcome.sqlstate, FOREIGN_KEY_VIOLATION, `${target.table} of ${owner} by ${name}`);
      tried.add(target.table);
    });
  }
  const targets = new Set(pointers.map(({ definition }) => readTarget(definition).table));
  t.deepEqual([...tried].sort(), [...targets].sort());
});

// Its last column is what is particular to a key: the one before it is the tenant's.
async function pointNowhere(undone: World, table: Table, rule: Rule): Promise<Outcome> {
  const column = rule.columns.at(-1) ?? '';
  const row: Record<string, unknown> = await undone.draft(table);
  const others = rules.filter(
    ({ kind, owner, name, columns }) =>
      kind === 'foreign_key' && owner === table && name !== rule.name && columns.includes(column),
  );
  await dropRules(
    undone.db,
    table,
    others.map(({ name }) => name),
  );
  // Events take their key first, whose own pointer would speak.
  if (table === 'eventing.event_store')
    await dropRules(undone.db, 'eventing.event_keys', ['event_keys_tenant_id_fkey']);
  const nowhere = NOWHERE[column] ?? (HASHES.has(column) ? undone.random.hash() : undone.random.uuid());
  if (column === 'role_key') await sql`delete from iam.roles`.execute(undone.db);
  const broken = { ...row, ...BESIDE[rule.name], [column]: nowhere } as Draft<Table>;
  return attempt(undone.db, () => insertRow(undone.db, table, broken));
}

const NOWHERE: Readonly<Record<string, string>> = {
  methodology_version: '0.0',
  feature_key: 'no_such_feature',
  // A known role: the list would refuse any other before the key is asked.
  role_key: 'viewer',
  event_identity: `${'N'.repeat(44)}:0:0`,
};

const HASHES: ReadonlySet<string> = new Set(['mrv_hash', 'origin', 'token_id', 'parent_token_id']);

/** What else a row needs when it points there. */
const BESIDE: Readonly<Record<string, object>> = {
  buffer_entries_tenant_id_reversal_event_id_fkey: { kind: 'cancellation', amount_tco2e: '-1' },
};

type Target = { table: string; columns: string[] };

function readTarget(definition: string): Target {
  const [, table = '', columns = ''] = /REFERENCES ([a-z_.0-9]+)\(([^)]*)\)/.exec(definition) ?? [];
  return { table, columns: columns.split(', ') };
}

/** A row whose pointer is set, also where it usually is not. */
async function makePointing(
  undone: World,
  about: { table: Table; name: string; columns: string[]; target: Target },
): Promise<Record<string, unknown>> {
  const { table, name, columns, target } = about;
  const row: Record<string, unknown> = { ...(await undone.draft(table)), ...BESIDE[name] };
  const column = columns.at(-1) ?? '';
  if (row[column] === undefined || row[column] === null) {
    // The column before the last is the tenant's, on both sides.
    const same = columns.slice(0, -1).map((name, i) => [target.columns[i], row[name]]);
    const given = Object.fromEntries(same) as Given<Table>;
    const parent: Record<string, unknown> = await undone.make(target.table as Table, given);
    row[column] = parent[target.columns.at(-1) ?? ''];
  }
  return insertRow(undone.db, table, row as Draft<Table>);
}

function isSame(columns: string[], target: Target, row: Record<string, unknown>): boolean {
  return columns.every((column, i) => row[column] === row[target.columns[i] ?? '']);
}

async function deleteRow(
  db: Kysely<DB>,
  about: { target: Target; row: Record<string, unknown>; columns: string[] },
): Promise<void> {
  const { target, row, columns } = about;
  const same = target.columns.map((column, i) => sql`${sql.ref(column)} = ${row[columns[i] ?? '']}`);
  await sql`delete from ${sql.table(target.table)} where ${sql.join(same, sql` and `)}`.execute(db);
}

async function isPointedAt(db: Kysely<DB>, key: string): Promise<boolean> {
  const { rows } = await sql`select from pg_constraint f join pg_class i on i.oid = f.conindid
    where f.contype = 'f' and i.relname = ${key}`.execute(db);
  return rows.length > 0;
}
