// Shows that money, proofs, Lake and data folder hold when everything comes together: several shards, a split, missing chunks, full chunks, kill -9.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import { toHex } from '../core/near/bytes.ts';
import { advanceHead, type LightClientHead, pinHead } from '../core/proofs/light-client.ts';
import { verifyOutcomeProof } from '../core/proofs/outcome-proof.ts';
import { isLastOfEpoch } from '../localnet/chain/epochs.ts';
import { proveExecution } from '../localnet/chain/execution-proof.ts';
import { lightClientBlock, nextLightClientBlock } from '../localnet/chain/light-client-block.ts';
import type { LocalnetNode } from '../localnet/node/types.ts';
import { readFrames } from '../localnet/state/disk/frames.ts';
import { growStep } from './support/grow-step.ts';
import { assertSameRecords, followFrom } from './support/lake-follower.ts';
import { LAYOUT, newFolder, SPLIT, startLakeNode } from './support/lake-node.ts';
import { randomStream } from './support/lake-stream.ts';
import { watchMoney } from './support/money-watch.ts';
import { GROWN_OPTIONS, startTestNode } from './support/near-node.ts';
import { chooseSeed, createRandom, type Random } from './support/random.ts';

const LONG = process.env.DMRV_TEST_LONG !== undefined;
const STREAMS = LONG ? 60 : 6;
const KILLS = LONG ? 30 : 3;
const CUTS = LONG ? 60 : 5;
const SPLIT_HEIGHT = 14n;
const BUSY_BLOCKS = 36;
/** Enough for what full chunks left behind. */
const DRAIN_BLOCKS = 120;
/** For the last outcomes to be committed to, and for that to become final. */
const QUIET_BLOCKS = 10;
const STEPS_BEHIND = 6;
const MOST_STEPS = 200;
/** Hundreds of requests and several processes, on a machine that may be busy with other tests. */
const TIMEOUT_MS = 300_000;

for (let stream = 0; stream < STREAMS; stream++) {
  test.serial(
    `stream ${stream}: over a split and missing chunks money is kept, every outcome proven, every record replayed`,
    async (t) => {
      t.timeout(TIMEOUT_MS);
      const seed = `${chooseSeed()}/${stream}`;
      t.log(`seed ${seed}`);
      const random = createRandom(seed);
      const { node, s3 } = await startLakeNode(t, {
        node: {
          layout: LAYOUT,
          epoch_length: 7n,
          reshardings: [{ height: SPLIT_HEIGHT, layout: SPLIT }],
          // Small ones leave receipts to later chunks, and some of them to another shard.
          gas_limit: random.pick([10n ** 15n, 6n * 10n ** 12n, 2n * 10n ** 12n]),
        },
      });
      const follower = followFrom(node);
      const executed = watchOutcomes(node);
      growBadly(t, node, random);
      await follower.follow(s3, new Map());
      assertSameRecords(t, { node, records: follower.records, height: follower.height });
      t.is(node.layout.shard_ids.length, SPLIT.shard_ids.length);
      const head = followToHead(node);
      t.true(executed.size > 50, `${executed.size} outcomes`);
      const unproven = [...executed].flatMap(([id, block_height]) => {
        const reason = whyUnproven(node, { id, head });
        return reason === null ? [] : [`${id} of block ${block_height}: ${reason}`];
      });
      t.deepEqual(unproven, []);
    },
  );
}

/** Money is counted after each block. Ends with nothing on its way, and all of it final. */
function growBadly(t: ExecutionContext, node: LocalnetNode, random: Random): void {
  const stream = randomStream(node, random);
  const money = watchMoney(node);
  let missing = 0;
  let quiet = 0;
  for (let block = 0; block < BUSY_BLOCKS + DRAIN_BLOCKS; block++) {
    const busy = block < BUSY_BLOCKS;
    if (busy) stream.send();
    const missing_shards = busy ? chooseMissing(node, random) : [];
    missing += missing_shards.length;
    node.produceBlocks({ skipped: busy && random.below(12) === 0 ? 1n : 0n, missing_shards });
    const { held, stated, on_their_way } = money.count();
    t.is(held, stated, `block ${node.chain.head.height}`);
    if (!busy && on_their_way === 0) quiet += 1;
    if (quiet > QUIET_BLOCKS) break;
  }
  t.true(missing > 5, `${missing} chunks were missing`);
  t.true(quiet > QUIET_BLOCKS, 'receipts are still on their way');
}

/** A third of the blocks lack a chunk, some all of them; a shard that begins cannot. */
function chooseMissing(node: LocalnetNode, random: Random): bigint[] {
  const { chain } = node;
  if (isLastOfEpoch(chain.head, chain.rules) || random.below(3) > 0) return [];
  return node.layout.shard_ids.filter(() => random.below(2) === 0);
}

/** The height at which each transaction and receipt ran; running one twice is a fault. */
function watchOutcomes(node: LocalnetNode): Map<string, bigint> {
  const executed = new Map<string, bigint>();
  node.onBlock(({ block, shards }) => {
    for (const { chunk } of shards) {
      for (const { outcome } of chunk?.outcomes ?? []) {
        const id = toHex(outcome.id);
        const before = executed.get(id);
        if (before !== undefined)
          throw new Error(`${id} ran in block ${before} and again in ${block.height}`);
        executed.set(id, block.height);
      }
    }
  });
  return executed;
}

function followToHead(node: LocalnetNode): LightClientHead {
  const { chain } = node;
  const pinned = pinHead({ block: lightClientBlock(chain, chain.genesis), trusted_hash: chain.genesis.hash });
  if (!pinned.ok) throw new Error(pinned.reason);
  let head = pinned.value;
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = nextLightClientBlock(chain, chain.getHeader(head.hash));
    if (next === null) return head;
    const verdict = advanceHead(head, next);
    if (!verdict.ok) throw new Error(`${verdict.step}: ${verdict.reason}`);
    head = verdict.value;
  }
  throw new Error(`${MOST_STEPS} light-client blocks did not lead to the newest`);
}

/** Null where the light client that trusts the head believes the outcome. */
function whyUnproven(node: LocalnetNode, item: { id: string; head: LightClientHead }): string | null {
  const { chain } = node;
  const receipt_id = Uint8Array.from(Buffer.from(item.id, 'hex'));
  const located = node.findOutcome(receipt_id);
  if (located === undefined) return 'it is not found';
  const { hash: trusted_hash, header: head } = item.head;
  const proving = { id: receipt_id, outcome: located.outcome, head: chain.getHeader(trusted_hash) };
  const answer = proveExecution(chain, proving);
  if (!answer.ok) return answer.reason;
  const verdict = verifyOutcomeProof({ proof: answer.proof, receipt_id, head, trusted_hash });
  return verdict.ok ? null : `${verdict.step}: ${verdict.reason}`;
}

test.serial(
  'kill -9 while the block of a split is made leaves the chain before it or behind it, and it goes on alike',
  async (t) => {
    t.timeout(TIMEOUT_MS);
    const split_height = findSplitHeight(t);
    for (let round = 0; round < KILLS; round++) {
      const data_folder = newFolder(t);
      await growUntilKilled(data_folder, split_height - 1n);
      const height = goesOnAsIfNever(t, data_folder);
      t.true(height >= split_height - 1n, `it resumed at ${height}, and had announced ${split_height - 1n}`);
    }
  },
);

test.serial('a folder that ends anywhere inside the block of a split goes on from the block before', (t) => {
  const data_folder = newFolder(t);
  const node = startTestNode(t, { ...GROWN_OPTIONS, data_folder });
  const split_height = findSplitHeight(t);
  for (let step = 0; node.chain.head.height < split_height; step++) growStep(node, step);
  const [log] = readdirSync(data_folder).filter((name) => name.endsWith('.log'));
  if (log === undefined) return t.fail('the folder has no log');
  const { frames } = readFrames(join(data_folder, log));
  const whole = statSync(join(data_folder, log)).size;
  const last = frames.at(-1)?.length ?? 0;
  for (let cut = 0; cut < CUTS; cut++) {
    const copy = newFolder(t);
    cpSync(data_folder, copy, { recursive: true });
    truncateSync(join(copy, log), whole - last + Math.floor((cut * (last - 1)) / (CUTS - 1)));
    t.true(readFileSync(join(copy, log)).length < whole);
    const height = goesOnAsIfNever(t, copy);
    t.true(height < split_height, `it resumed at ${height}`);
  }
});

function findSplitHeight(t: ExecutionContext): bigint {
  const node = startTestNode(t, GROWN_OPTIONS);
  const before = node.layout.shard_ids.length;
  for (let step = 0; step < MOST_STEPS; step++) {
    growStep(node, step);
    if (node.layout.shard_ids.length > before) return node.chain.head.height;
  }
  throw new Error(`no shard split in ${MOST_STEPS} blocks`);
}

/** Compares with a chain in memory that never ended; answers where the folder's one resumed. */
function goesOnAsIfNever(t: ExecutionContext, data_folder: string): bigint {
  const resumed = startTestNode(t, { ...GROWN_OPTIONS, data_folder });
  const { height } = resumed.chain.head;
  const whole = startTestNode(t, GROWN_OPTIONS);
  let step = 0;
  while (whole.chain.head.height < height) growStep(whole, step++);
  for (let more = 0; more < STEPS_BEHIND; more++, step++) {
    t.is(toHex(resumed.chain.head.hash), toHex(whole.chain.head.hash), `at ${whole.chain.head.height}`);
    growStep(whole, step);
    growStep(resumed, step);
  }
  t.deepEqual(resumed.layout.shard_ids, GROWN_OPTIONS.reshardings?.[0]?.layout.shard_ids);
  return height;
}

/** As soon as the process announces the height, so that the next block is under way. */
async function growUntilKilled(data_folder: string, height: bigint): Promise<void> {
  const program = join(import.meta.dirname, 'support/grow-chain.ts');
  const child: ChildProcess = spawn(process.execPath, [program, data_folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<string | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  if (child.stdout === null) throw new Error('the process has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    if (BigInt(line.split(' ')[0] ?? '0') >= height) child.kill('SIGKILL');
  }
  const signal = await ended;
  if (signal !== 'SIGKILL') throw new Error(`the process ended by itself (${signal})`);
}
