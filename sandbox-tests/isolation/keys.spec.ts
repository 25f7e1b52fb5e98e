// Shows that no row of one tenant can refer to a row of another, key by key.

import test from 'ava';
import { type Key, listTenantKeys } from './catalogue.ts';
import { attemptAs, insertInto, nameRefusal, type Outcome } from './outcome.ts';
import { holdsTenant } from './protection.ts';
import { draftFor, makeFor, openTwoTenants } from './two-tenants.ts';

const here = await openTwoTenants();
const { a, b, world } = here;
const app = here.poolOf('app');
const all_keys = await listTenantKeys(here.admin);
const keys = all_keys.filter(holdsTenant);
const narrow_keys = all_keys.filter((key) => !holdsTenant(key));

test.after.always(() => here.close());

// What a row must say besides, before its key is looked at.
const BESIDES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  buffer_entries_tenant_id_reversal_event_id_fkey: { kind: 'cancellation', amount_tco2e: '-1' },
};

// The app writes neither; the keys hold for whoever does.
const NOT_WRITTEN_BY_APP: ReadonlySet<string> = new Set([
  'reconciliation.findings',
  'registry.global_artifact_hashes',
]);

test.serial('a row of one tenant cannot refer to a row of another, whichever key it takes', async (t) => {
  const outcomes: Record<string, Outcome> = {};
  const expected: Record<string, Outcome> = {};
  for (const key of keys) {
    const name = `${key.child} ${key.name}`;
    outcomes[name] = await referToOther(key);
    expected[name] = `23503 ${key.name}`;
  }
  t.deepEqual(outcomes, expected);
  t.true(keys.length > 0);
});

test.serial(
  'whether the row that is referred to exists for another or for nobody makes no difference',
  async (t) => {
    const tried = keys.filter(
      ({ child, parent, child_columns }) =>
        child_columns.length === 2 &&
        !NOT_WRITTEN_BY_APP.has(child) &&
        // Rows of the system need a narrow key as well, and its name then tells that an id is nobody's.
        !narrow_keys.some((narrow) => narrow.child === child && narrow.parent === parent),
    );
    t.true(tried.length > 0);
    for (const key of tried) {
      const column = key.child_columns.find((one) => one !== 'tenant_id') ?? '';
      const draft = { ...(await draftFor(world, key.child, a.tenant_id)), ...BESIDES[key.name] };
      const nobody = insertInto(key.child, { ...draft, [column]: world.random.uuid() });
      t.is(await attemptAs(app, a.identity, nobody), `23503 ${key.name}`);
    }
  },
);

test.serial(
  'a comment and an outbox row cannot slip past the tenant by the narrow key beside the wide one',
  async (t) => {
    const finding = await world.make('reconciliation.findings', { tenant_id: b.tenant_id });
    const event = await world.make('eventing.event_store', { tenant_id: b.tenant_id });
    const system = await world.make('eventing.event_store', { tenant_id: null });
    const comment = { author: 'user:test', comment: 'Mine?', finding_id: finding.finding_id };
    const letter = { event_type: 'credit.minted.v1', payload: '{}' };
    const cases = [
      { table: 'reconciliation.finding_comments', row: comment },
      { table: 'eventing.outbox', row: { ...letter, event_id: event.event_id } },
      { table: 'eventing.outbox', row: { ...letter, event_id: system.event_id } },
    ];
    for (const { table, row } of cases) {
      const own = insertInto(table, { ...row, tenant_id: a.tenant_id });
      t.regex(await attemptAs(app, a.identity, own), /^23503 .*_tenant_id_/, table);
      t.is(await attemptAs(app, a.identity, insertInto(table, { ...row, tenant_id: null })), 'row security');
    }
  },
);

// The hash registry is shared on purpose: what one holds, another can name, but not build on.
test.serial('a tenant cannot claim the hash that another tenant holds', async (t) => {
  const held = await world.make('registry.global_hash_registry', { first_seen_tenant_id: b.tenant_id });
  const tables = [
    'hashing.mrv_hashes',
    'registry.registry_submissions',
    'registry.serial_blocks',
    'registry.consents',
    'credit.credits',
  ];
  for (const table of tables) {
    const draft = await draftFor(world, table, a.tenant_id);
    const claim = insertInto(table, { ...draft, mrv_hash: held.mrv_hash });
    t.regex(await attemptAs(app, a.identity, claim), /^23503 /, table);
  }
});

async function referToOther(key: Key): Promise<Outcome> {
  const parent = await makeFor(world, key.parent, b.tenant_id);
  const foreign = Object.fromEntries(
    key.child_columns
      .map((column, index) => [column, parent[key.parent_columns[index] ?? '']])
      .filter(([column]) => column !== 'tenant_id'),
  );
  const draft = await draftFor(world, key.child, a.tenant_id);
  const statement = insertInto(key.child, { ...draft, ...BESIDES[key.name], ...foreign });
  if (!NOT_WRITTEN_BY_APP.has(key.child)) return attemptAs(app, a.identity, statement);
  try {
    const { numAffectedRows } = await statement.execute(world.db);
    return `took ${numAffectedRows}`;
  } catch (error) {
    return nameRefusal(error);
  }
}
