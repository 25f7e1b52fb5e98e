// Shows that a credit whose last day has passed is ended by the platform once, and none before, of nobody else, and not twice.

import test from 'ava';
import { expireDue } from '../api/signing/keep-expiring.ts';
import { createPool } from '../core/db/pool.ts';
import { withClient } from '../core/db/with-client.ts';
import { startChild } from './support/child.ts';
import { CONTRACT_ID } from './support/contract-chain.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { serveContractWorld } from './support/indexed-chain.ts';
import { fixedHolder, knowHash } from './support/indexed-tables.ts';
import { CUSTODY_ID, keepMakingBlocks, servicesOf } from './support/issuance-world.ts';
import { PROJECT } from './support/product.ts';
import { openWorld } from './support/world.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NS_PER_MS = 1_000_000n;

test('a credit is ended after its last day, once, and only where a tenant here has it', async (t) => {
  t.timeout(180_000);
  let time_ms = Date.now();
  const now = () => new Date(time_ms);
  const clock = { now: () => BigInt(time_ms) * NS_PER_MS };
  const chain = await serveContractWorld(t, { node: { genesis_timestamp: clock.now(), clock } });
  const { world } = chain;
  const today = now().toISOString().slice(0, 10);
  const later = new Date(time_ms + 9 * DAY_MS).toISOString().slice(0, 10);
  const [due, unknown, good, lasting] = [
    world.mint({ credit: { expires_on: today } }),
    world.mint({ credit: { expires_on: today } }),
    world.mint({ credit: { expires_on: later } }),
    world.mint(),
  ];
  const database = await createTestDatabase(t);
  await know(database, [due, good, lasting]);
  await index();

  t.teardown(keepMakingBlocks(() => world.chain.node.produceBlocks()));
  const troubles: unknown[] = [];
  const looking = createPool({ url: database.urlFor('reconciler'), max: 1, on_idle_error: () => undefined });
  const signing_pool = createPool({ url: database.urlFor('app'), max: 4, on_idle_error: () => undefined });
  t.teardown(() => Promise.all([looking.end(), signing_pool.end()]));
  const { signing } = servicesOf({ pool: signing_pool, rpc_url: chain.rpc_url });
  const look = () =>
    expireDue({
      pool: looking,
      contract_id: CONTRACT_ID,
      signing,
      now,
      onTrouble: (error) => troubles.push(error),
    });

  t.is(await look(), 0, 'the last day counts to its end');
  time_ms += DAY_MS;
  t.is(await look(), 1);
  t.is(statusOf(due), 'expired');
  t.deepEqual([unknown, good, lasting].map(statusOf), ['active', 'active', 'active']);
  t.is(await look(), 1, 'what succeeded is told again while the index has not seen it');
  await index();
  t.is(await look(), 0);
  t.deepEqual(await sent(), [{ account_id: CUSTODY_ID, method: 'expire', status: 'succeeded', times: '1' }]);

  // Somebody else was first, and the index has not seen it yet.
  time_ms += 9 * DAY_MS;
  world.act('bob.near', 'expire', { token_id: good });
  t.is(await look(), 0);
  t.is(statusOf(good), 'expired');
  t.deepEqual(troubles, []);

  function statusOf(mrv_hash: string): string {
    return (world.chain.view('mrv_hash_status', { mrv_hash }) as { status: string }).status;
  }

  async function index(): Promise<void> {
    world.chain.node.produceBlocks({ count: 3 });
    const last = world.chain.node.chain.last_final?.height;
    const indexer = startChild({
      file: `${PROJECT}/scripts/indexer.ts`,
      args: ['backfill', '--to', `${last}`],
      env: { ...chain.envFor(database), DMRV_LOG_LEVEL: 'warn' },
      cwd: PROJECT,
    });
    t.is((await indexer.end).code, 0, indexer.output());
  }

  function sent(): Promise<unknown[]> {
    return withClient(database.admin_url, async (client) => {
      const text = `select account_id, method, status, count(*)::text as times from signing.transactions
        where args ->> 'token_id' = $1 group by 1, 2, 3`;
      return (await client.query(text, [due])).rows;
    });
  }
});

async function know({ admin_url }: TestDatabase, hashes: readonly string[]): Promise<void> {
  const world = openWorld({ url: admin_url, log: () => undefined });
  try {
    for (const held of await fixedHolder(world, hashes)) await knowHash(world, held);
  } finally {
    await world.close();
  }
}
