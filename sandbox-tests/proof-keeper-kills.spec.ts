// Shows that whichever step a keeper of proofs is killed in, the next one goes on, that of two one works, and that every retirement
// ends with one file that verifies.

import { fileURLToPath } from 'node:url';
import test from 'ava';
import { keepProofs } from '../api/proofs/keep-proofs.ts';
import type { KeeperDeps } from '../api/proofs/keeper-deps.ts';
import { createPool } from '../core/db/pool.ts';
import type { RetirementProof } from '../core/proofs/bundle-schema.ts';
import { verifyRetirementProof } from '../core/proofs/verify-retirement.ts';
import { startChild } from './support/child.ts';
import { CONTRACT_ID } from './support/contract-chain.ts';
import { createTestDatabase } from './support/database.ts';
import { query, waitUntil } from './support/launcher.ts';
import { PROJECT } from './support/product.ts';
import { pinOf } from './support/proof-fixtures.ts';
import { playProofStory } from './support/proof-story.ts';

const CHILD = fileURLToPath(new URL('support/mortal-prover.ts', import.meta.url));
const RETIREMENTS = 7;

/** Where it dies, and what there is then. */
const DEATHS: [point: string, left: Partial<Kept>][] = [
  ['receipts:kept', { proven: 0, bundles: 0 }],
  ['outcome:written', { proven: 0 }],
  ['outcome:kept', { proven: 1 }],
  ['file:written', { pending: 0, bundles: 0, tasks: RETIREMENTS }],
  ['file:kept', { bundles: 1, tasks: RETIREMENTS - 1 }],
];

type Kept = { noted: number; proven: number; pending: number; tasks: number; bundles: number };

const COUNT = `select (select count(*)::int from chain.outcome_proofs) as noted,
  (select count(*)::int from chain.outcome_proofs where status = 'proven') as proven,
  (select count(*)::int from chain.outcome_proofs where status <> 'proven') as pending,
  (select count(*)::int from chain.proof_tasks) as tasks, (select count(*)::int from chain.proof_bundles) as bundles`;

test('a keeper that is killed at any of its steps is followed by one that goes on, to one file of each retirement', async (t) => {
  t.timeout(240_000);
  const story = await playProofStory(t);
  const { rpc_url } = story.chain;
  const database = await createTestDatabase(t);
  const indexer = startChild({
    file: `${PROJECT}/scripts/indexer.ts`,
    args: ['backfill', '--to', `${story.world.chain.node.chain.head.height - 4n}`],
    env: { ...story.chain.envFor(database), DMRV_LOG_LEVEL: 'warn' },
    cwd: PROJECT,
  });
  t.is((await indexer.end).code, 0, indexer.output());
  const url = database.urlFor('prover');
  const count = async () => (await query<Kept>(database.admin_url, COUNT))[0];

  for (const [point, left] of DEATHS) {
    const keeper = startChild({ file: CHILD, args: [url, rpc_url, point] });
    t.teardown(() => void keeper.process.kill('SIGKILL'));
    // In the first blocks of an epoch nodes have no head for light clients.
    const blocks = setInterval(() => story.finish(), 200);
    const { signal } = await keeper.end;
    clearInterval(blocks);
    t.is(signal, 'SIGKILL', `${point}: ${keeper.output()}`);
    t.like(await count(), left, point);
  }

  const heirs = [1, 2].map(() => startChild({ file: CHILD, args: [url, rpc_url] }));
  for (const heir of heirs) t.teardown(() => void heir.process.kill('SIGKILL'));
  await waitUntil('every retirement has its file', async () => (await count())?.bundles === RETIREMENTS);
  for (const heir of heirs) heir.process.kill('SIGKILL');
  t.like(await count(), { pending: 0, tasks: 0, bundles: RETIREMENTS });
  const files = await query<{ token_id: string; revision: number; bundle: RetirementProof }>(
    database.admin_url,
    'select token_id, revision, bundle from chain.proof_bundles',
  );
  const { batch, whole, part, merged, hidden, revealed } = story.retired;
  t.deepEqual(
    files.map(({ token_id }) => token_id).sort(),
    [...batch, whole, part, merged, hidden, revealed].sort(),
  );
  for (const { token_id, revision, bundle } of files) {
    const verdict = verifyRetirementProof(bundle, { trusted_head: pinOf(bundle) });
    t.true(verdict.is_trusted, verdict.failed?.reason);
    t.is(verdict.shown?.token_id, token_id);
    t.is(revision, 1, 'made once');
  }
  // What each process said of its own work: no file was made twice.
  const said = heirs.map((heir) => heir.output()).join('');
  t.is(said.match(/^The proof of [0-9a-f]{64} is kept\.$/gm)?.length, RETIREMENTS - 1, said);
  t.notRegex(said, /Error/);
});

test('of two keepers at once one works, and the other leaves it at that', async (t) => {
  const database = await createTestDatabase(t);
  await query(
    database.admin_url,
    `insert into chain.outcome_proofs (near_contract_id, receipt_id, block_height, next_try_at)
     values ('${CONTRACT_ID}', '${'1'.repeat(43)}', 1, '2026-01-01T00:00:00Z')`,
  );
  let letGo = (): void => undefined;
  const held = new Promise<never>((_resolve, reject) => {
    letGo = () => reject(new Error('the node went'));
  });
  let asked = 0;
  const keeper = (ask: KeeperDeps['chain']['ask']): KeeperDeps => {
    const pool = createPool({ url: database.urlFor('prover'), max: 2, on_idle_error: () => undefined });
    t.teardown(() => pool.end());
    const chain = { network: 'localnet', contract_account_id: CONTRACT_ID, ask };
    return { pool, chain, now: () => new Date(), log: () => undefined };
  };
  const { signal } = new AbortController();
  const asking = () => {
    asked += 1;
    return held;
  };
  const first = t.throwsAsync(keepProofs(keeper(asking), signal), { message: 'the node went' });
  await waitUntil('the first one asks', () => asked === 1);
  t.is(await keepProofs(keeper(asking), signal), undefined);
  t.is(asked, 1, 'the second one asks nothing');
  letGo();
  await first;
  // The lock goes with the work, however it ended.
  await t.throwsAsync(keepProofs(keeper(asking), signal), { message: 'the node went' });
});
