// Shows that a registry sees exactly what concerns it, of all tenants, and that registries named "other" stay apart.

import test from 'ava';
import { sql } from 'kysely';
import { type Identity, runAs } from '../../core/db/identity.ts';
import { openTwoTenants } from './two-tenants.ts';

const here = await openTwoTenants();
const { a, b, world } = here;
const pool = here.poolOf('registry_reader');

type Registry = { registry_type: 'verra' | 'puro' | 'isometric' | 'other'; registry_name?: string };

const REGISTRIES: readonly Registry[] = [
  { registry_type: 'puro' },
  { registry_type: 'isometric' },
  { registry_type: 'other', registry_name: 'One' },
  { registry_type: 'other', registry_name: 'Two' },
];

// The key by which each table's rows are told apart.
const KEYS = {
  'registry.registry_submissions': 'registry_submission_id',
  'registry.serial_blocks': 'serial_block_id',
  'registry.consents': 'consent_id',
  'registry.statements': 'statement_id',
  'registry.statement_rows': 'statement_row_id',
  'credit.credits': 'credit_id',
  'credit.retirements': 'retirement_id',
} as const;
type ReadTable = keyof typeof KEYS;
const READ_TABLES = Object.keys(KEYS) as ReadTable[];

type Ids = Record<ReadTable, string[]>;

// One row of everything at one registry, for both tenants.
async function enroll(registry: Registry): Promise<Ids> {
  const ids: Ids[] = [];
  for (const { tenant_id } of [a, b]) {
    const given = { ...registry, tenant_id };
    const { registry_submission_id } = await world.make('registry.registry_submissions', given);
    const { serial_block_id } = await world.make('registry.serial_blocks', given);
    const { consent_id } = await world.make('registry.consents', given);
    const { statement_id } = await world.make('registry.statements', given);
    const { statement_row_id } = await world.make('registry.statement_rows', { tenant_id, statement_id });
    const { credit_id } = await world.make('credit.credits', given);
    const { retirement_id } = await world.make('credit.retirements', { tenant_id, credit_id });
    ids.push({
      'registry.registry_submissions': [registry_submission_id],
      'registry.serial_blocks': [serial_block_id],
      'registry.consents': [consent_id],
      'registry.statements': [statement_id],
      'registry.statement_rows': [statement_row_id],
      'credit.credits': [credit_id],
      'credit.retirements': [retirement_id],
    });
  }
  return byTable((table) => ids.flatMap((one) => one[table]).sort());
}

const enrolled: { registry: Registry; ids: Ids }[] = [];
for (const registry of REGISTRIES) enrolled.push({ registry, ids: await enroll(registry) });

test.after.always(() => here.close());

for (const { registry, ids } of enrolled) {
  const name = [registry.registry_type, registry.registry_name].filter(Boolean).join(' ');
  test(`the registry ${name} sees its own rows of both tenants and nothing else`, async (t) => {
    t.deepEqual(await see({ kind: 'registry', ...registry }), ids);
    for (const rows of Object.values(ids)) t.is(rows.length, 2);
  });
}

const NOTHING = byTable(() => []);

test('a registry whose type, name or spelling does not match sees nothing', async (t) => {
  const strangers = [
    { registry_type: 'acr' },
    { registry_type: 'other' },
    { registry_type: 'other', registry_name: 'Three' },
    { registry_type: 'other', registry_name: 'one' },
    { registry_type: 'other', registry_name: '%' },
    { registry_type: 'puro', registry_name: 'One' },
    { registry_type: 'PURO' },
    { registry_type: "puro' or true --" },
    { registry_type: '' },
  ];
  for (const stranger of strangers) {
    t.deepEqual(await see({ kind: 'registry', ...stranger }), NOTHING, JSON.stringify(stranger));
  }
});

test("without a registry's identity its login sees nothing, not even with a tenant's or a wallet's", async (t) => {
  t.deepEqual(await see(a.identity), NOTHING);
  t.deepEqual(await see({ kind: 'account', account_id: 'holder.near' }), NOTHING);
  for (const table of READ_TABLES) t.is((await pool.query(`select 1 from ${table}`)).rowCount, 0, table);
});

test('a registry learns of a credit neither the tenant nor what the tenant notes on it', async (t) => {
  for (const column of ['tenant_id', 'project_id', 'metadata']) {
    const query = pool.query(`select ${column} from credit.credits`);
    await t.throwsAsync(query, { code: '42501' }, column);
  }
});

async function see(identity: Identity): Promise<Ids> {
  return runAs(pool, { identity }, async (trx) => {
    const ids = byTable(() => []);
    for (const table of READ_TABLES) {
      const column = sql.ref(KEYS[table]);
      const found = sql<{ id: string }>`select ${column} as id from ${sql.table(table)} order by 1`;
      ids[table] = (await found.execute(trx)).rows.map(({ id }) => id);
    }
    return ids;
  });
}

function byTable(idsOf: (table: ReadTable) => string[]): Ids {
  return Object.fromEntries(READ_TABLES.map((table) => [table, idsOf(table)])) as Ids;
}
