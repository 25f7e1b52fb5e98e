// Shows that a wallet sees exactly its own credits and what belongs to them, whichever tenant issued them.

import test from 'ava';
import { sql } from 'kysely';
import type pg from 'pg';
import { type Identity, runAs } from '../../core/db/identity.ts';
import { drawIdentity } from '../support/world-chain.ts';
import { openTwoTenants } from './two-tenants.ts';

const here = await openTwoTenants();
const { a, b, world } = here;
const pool = here.poolOf('holder');
const [ALICE, BOB, CAROL] = ['alice.near', 'bob.near', 'carol.near'];

type Owner = { account: string; type?: 'near' | 'custodial' | 'internal'; ended_at?: string };

// A credit with one row in every table that a wallet may look into.
async function issue(tenant_id: string, owner: Owner): Promise<string> {
  const { account, type = 'near', ended_at = null } = owner;
  const { credit_id } = await world.make('credit.credits', { tenant_id });
  await world.make('credit.credit_ownership', {
    tenant_id,
    credit_id,
    owner_account_id: account,
    owner_type: type,
    ended_at,
  });
  await world.make('credit.retirements', { tenant_id, credit_id });
  await world.make('credit.credit_lineage', { tenant_id, credit_id });
  return credit_id;
}

async function transfer(about: {
  tenant_id: string;
  credit_id: string;
  from: string;
  to: string;
  is_on_chain?: boolean;
}): Promise<string> {
  const { tenant_id, credit_id, from, to, is_on_chain = true } = about;
  const chain_facts = {
    event_identity: drawIdentity(world.random),
    blockchain_tx_hash: world.random.nearHash(),
    blockchain_block_height: '1',
  };
  const row = { tenant_id, credit_id, from_account_id: from, to_account_id: to };
  const made = await world.make('credit.credit_transfers', { ...row, ...(is_on_chain ? chain_facts : {}) });
  return made.transfer_id;
}

const of_alice = {
  at_a: await issue(a.tenant_id, { account: ALICE }),
  at_b: await issue(b.tenant_id, { account: ALICE }),
  retired: await issue(a.tenant_id, { account: ALICE, ended_at: '2026-02-01T00:00:00Z' }),
};
const of_bob = await issue(b.tenant_id, { account: BOB });
// An account of the same name in a custodian's or the platform's own books is somebody else.
await issue(a.tenant_id, { account: ALICE, type: 'custodial' });
await issue(b.tenant_id, { account: ALICE, type: 'internal' });

const bought = await transfer({ tenant_id: a.tenant_id, credit_id: of_alice.at_a, from: CAROL, to: ALICE });
const sold = await transfer({ tenant_id: b.tenant_id, credit_id: of_bob, from: ALICE, to: BOB });
const between_others = await transfer({ tenant_id: b.tenant_id, credit_id: of_bob, from: CAROL, to: BOB });
const on_paper = { tenant_id: a.tenant_id, credit_id: of_alice.at_a, from: CAROL, to: ALICE };
await transfer({ ...on_paper, is_on_chain: false });

test.after.always(() => here.close());

const OF_CREDITS = [
  'credit.credits',
  'credit.credit_ownership',
  'credit.retirements',
  'credit.credit_lineage',
];

test('a wallet sees the credits that it owns or was the last to own, of all tenants, and no others', async (t) => {
  for (const table of OF_CREDITS) {
    t.deepEqual(await see(table, wallet(ALICE)), Object.values(of_alice).sort(), table);
    t.deepEqual(await see(table, wallet(BOB)), [of_bob], table);
    t.deepEqual(await see(table, wallet(CAROL)), [], table);
  }
});

test('a wallet sees the transfers on chain that it sent or received, and no others', async (t) => {
  const table = 'credit.credit_transfers';
  t.deepEqual(await see(table, wallet(ALICE), 'transfer_id'), [bought, sold].sort());
  t.deepEqual(await see(table, wallet(BOB), 'transfer_id'), [sold, between_others].sort());
  t.deepEqual(await see(table, wallet(CAROL), 'transfer_id'), [bought, between_others].sort());
});

test('a credit that changes hands changes who sees it, with all that belongs to it', async (t) => {
  const credit_id = await issue(a.tenant_id, { account: 'dora.near' });
  await here.admin.query('update credit.credit_ownership set owner_account_id = $1 where credit_id = $2', [
    'emil.near',
    credit_id,
  ]);
  for (const table of OF_CREDITS) {
    t.deepEqual(await see(table, wallet('dora.near')), [], table);
    t.deepEqual(await see(table, wallet('emil.near')), [credit_id], table);
  }
});

test('a name that only resembles an account shows nothing', async (t) => {
  for (const name of ['ALICE.near', 'alice.near ', 'alice', '%', 'alice.near,bob.near', "' or true --", '']) {
    t.deepEqual(await see('credit.credits', wallet(name)), [], name);
    t.deepEqual(await see('credit.credit_transfers', wallet(name)), [], name);
  }
});

test("without a wallet's identity the login of wallets sees nothing, not even with a tenant's", async (t) => {
  const others: Identity[] = [a.identity, { kind: 'registry', registry_type: 'verra' }];
  for (const table of [...OF_CREDITS, 'credit.credit_transfers']) {
    for (const identity of others) t.deepEqual(await see(table, identity), [], table);
    t.is((await pool.query(`select 1 from ${table}`)).rowCount, 0, table);
  }
});

test("a wallet's identity on a connection ends with its transaction", async (t) => {
  const single: pg.Pool = here.poolOf('holder', 1);
  t.is((await see('credit.credits', wallet(ALICE), 'credit_id', single)).length, 3);
  t.is((await single.query('select 1 from credit.credits')).rowCount, 0);
});

function wallet(account_id: string): Identity {
  return { kind: 'account', account_id };
}

async function see(
  table: string,
  identity: Identity,
  column = 'credit_id',
  through: pg.Pool = pool,
): Promise<string[]> {
  return runAs(through, { identity }, async (trx) => {
    const found = sql<{ id: string }>`select ${sql.ref(column)} as id from ${sql.table(table)} order by 1`;
    return (await found.execute(trx)).rows.map(({ id }) => id);
  });
}
