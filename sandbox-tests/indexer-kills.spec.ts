// Shows that kill -9 at any moment, or two indexers at once, leave the very tables of an undisturbed run.
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { withClient } from '../core/db/with-client.ts';
import { startChild } from './support/child.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { type IndexedChain, RandomHistory, serveContractWorld } from './support/indexed-chain.ts';
import { dumpChain, fixedHolder, knowHash } from './support/indexed-tables.ts';
import { PROJECT } from './support/product.ts';
import { chooseSeed, createRandom } from './support/random.ts';
import { openWorld } from './support/world.ts';

const LONG = process.env.DMRV_TEST_LONG === '1';
const KILLS = LONG ? 200 : 6;
const STEPS = LONG ? 3_000 : 300;
const RACES = LONG ? 10 : 1;
const MOST_STARTS = 20 * KILLS;
/** From before it reads its configuration to behind its last batch. */
const LONGEST_LIFE_MS = 1_600;

let history: History;
const ends: (() => unknown)[] = [];

// One history for both: what is written of it, and how that is disturbed, is each test's own.
test.before(async (t) => {
  t.timeout(300_000);
  const seed = chooseSeed();
  t.log(`seed ${seed}`);
  const lasting = { teardown: (end: () => unknown) => void ends.push(end) };
  history = await makeHistory(lasting as ExecutionContext, seed);
});

test.after.always(async () => {
  for (const end of ends.reverse()) await end();
});

test.serial(`${KILLS} times kill -9 loses nothing and doubles nothing`, async (t) => {
  t.timeout(LONG ? 3_600_000 : 300_000);
  const { chain, last, knows, seed, wanted } = history;
  const random = createRandom(`${seed}/kills`);
  t.true(wanted.length > 100 && wanted.some((line) => line.startsWith('credit.retirements')));

  let killed = 0;
  for (let round = 0; killed < KILLS; round++) {
    const database = await createTestDatabase();
    try {
      await knows(database);
      let code: number | null = null;
      for (let starts = 0; code !== 0 && starts < MOST_STARTS; starts++) {
        const indexer = backfill(chain, database, last);
        const life_ms = random.below(LONGEST_LIFE_MS);
        const ended = await Promise.race([indexer.end, sleep(life_ms, null)]);
        if (ended === null) indexer.process.kill('SIGKILL');
        const end = await indexer.end;
        code = end.code;
        if (end.signal === 'SIGKILL') killed += 1;
        else if (code !== 0) throw new Error(`seed ${seed}: ended with ${code}:\n${indexer.output()}`);
        // Enough for this database: let it come to its end.
        if (killed >= KILLS && code !== 0) code = (await backfill(chain, database, last).end).code;
      }
      t.deepEqual(await dumpIndexed(database), wanted, `seed ${seed}, round ${round}`);
    } finally {
      await database.drop();
    }
  }
});

test.serial('two indexers at once leave what one leaves, also when the first is killed', async (t) => {
  t.timeout(LONG ? 3_600_000 : 300_000);
  const { chain, last, knows, seed, wanted } = history;
  const random = createRandom(`${seed}/two`);
  for (let race = 0; race < RACES; race++) {
    const database = await createTestDatabase();
    try {
      await knows(database);
      const pair = [backfill(chain, database, last), backfill(chain, database, last)];
      await sleep(random.below(LONGEST_LIFE_MS));
      const victim = random.pick([pair[0], pair[1]]);
      victim?.process.kill('SIGKILL');
      for (const one of pair) {
        const { code } = await one.end;
        if (one !== victim) t.is(code, 0, one.output());
      }
      t.deepEqual(await dumpIndexed(database), wanted, `seed ${seed}, race ${race}`);
    } finally {
      await database.drop();
    }
  }
});

interface History {
  chain: IndexedChain;
  last: bigint;
  seed: string;
  knows: (database: TestDatabase) => Promise<void>;
  /** What one indexer leaves that nothing disturbs. */
  wanted: string[];
}

async function makeHistory(t: ExecutionContext, seed: string): Promise<History> {
  const chain = await serveContractWorld(t);
  const played = new RandomHistory(chain.world, seed);
  played.play(STEPS);
  if (played.done <= STEPS / 4) throw new Error(`seed ${seed}: only ${played.done} steps were done.`);
  const last = chain.world.chain.node.chain.last_final?.height ?? 0n;
  const hashes = played.mintedHashes();
  // Of the others no tenant knows anything: they stay in chain.* alone.
  const known = hashes.filter((_, index) => index % 3 !== 0);
  const knows = async ({ admin_url }: TestDatabase) => {
    const world = openWorld({ url: admin_url, seed: `${seed}/tenants`, log: () => undefined });
    try {
      for (const held of await fixedHolder(world, known)) await knowHash(world, held);
    } finally {
      await world.close();
    }
  };
  const undisturbed = await createTestDatabase();
  ends.push(() => undisturbed.drop());
  await knows(undisturbed);
  const indexer = backfill(chain, undisturbed, last);
  if ((await indexer.end).code !== 0) throw new Error(`seed ${seed}: ${indexer.output()}`);
  return { chain, last, knows, seed, wanted: await dumpIndexed(undisturbed) };
}

function dumpIndexed({ admin_url }: TestDatabase): Promise<string[]> {
  return withClient(admin_url, dumpChain);
}

function backfill(chain: IndexedChain, database: TestDatabase, to: bigint) {
  return startChild({
    file: `${PROJECT}/scripts/indexer.ts`,
    args: ['backfill', '--to', `${to}`],
    env: { ...chain.envFor(database), DMRV_LOG_LEVEL: 'warn' },
    cwd: PROJECT,
  });
}
