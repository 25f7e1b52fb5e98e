// Owns the rules of the chain as a light client sees it, on random plans; leaves the verifier's own rules to core/proofs.
import test from 'ava';
import fc from 'fast-check';
import { equalBytes, toHex } from '../../core/near/bytes.ts';
import { hashBlockProducers } from '../../core/near/validators.ts';
import { advanceHead, type LightClientHead, pinHead } from '../../core/proofs/light-client.ts';
import { verifyOutcomeProof } from '../../core/proofs/outcome-proof.ts';
import {
  type BlockPlan,
  buildChain,
  type ChainPlan,
  growChain,
  layoutOf,
  type MadeUpChain,
  startChain,
} from '../../sandbox-tests/support/made-up-chain.ts';
import type { Block } from './block-header.ts';
import type { Chain } from './chain.ts';
import { MIN_EPOCH_LENGTH } from './epochs.ts';
import { proveExecution } from './execution-proof.ts';
import { lightClientBlock, nextLightClientBlock } from './light-client-block.ts';

const RUNS = process.env.DMRV_TEST_LONG === undefined ? 40 : 1_000;
/** Not contiguous, and not in the order of their numbers, as NEAR's are. */
const SHARDS = [10n, 1n, 7n, 4n];

const block: fc.Arbitrary<BlockPlan> = fc.record({
  skipped: fc.oneof(
    { weight: 9, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) },
  ),
  outcomes: fc.array(fc.option(fc.nat(5), { freq: 5 }), { minLength: 4, maxLength: 4 }),
  absent: fc.option(fc.nat(3)),
});
const plan: fc.Arbitrary<ChainPlan> = fc
  .record({
    seed: fc.nat(1_000),
    validators: fc.integer({ min: 5, max: 8 }),
    seats: fc.integer({ min: 4, max: 5 }),
    epoch_length: fc.integer({ min: Number(MIN_EPOCH_LENGTH), max: 9 }),
    shards: fc.integer({ min: 1, max: 4 }),
    blocks: fc.array(block, { minLength: 3, maxLength: 45 }),
  })
  .map(({ shards, ...rest }) => ({ ...rest, shard_ids: SHARDS.slice(0, shards) }));
const QUIET: BlockPlan = { skipped: 0, outcomes: [1, 2, 0, 1], absent: null };
const STEADY: ChainPlan = {
  seed: 1,
  validators: 6,
  seats: 4,
  epoch_length: 5,
  shard_ids: SHARDS,
  blocks: Array.from({ length: 34 }, () => QUIET),
};

test('a light client that pins genesis is led to the newest final block, over every change of epoch', (t) => {
  fc.assert(
    fc.property(plan, (given) => {
      const { chain } = buildChain(given);
      const path = followFrom(chain);
      if (path === null) return true;
      const last = path.at(-1);
      const final = chain.last_final;
      if (last === undefined || final === null) return path.length === 1;
      // Near an epoch's end the newest final block may not be provable yet; the epoch's earlier one is.
      return last.header.inner_lite.height <= final.height && nextFor(chain, last) === null;
    }),
    { numRuns: RUNS },
  );
  t.pass();
});

test('a client that comes seldom is led epoch by epoch, one that comes always to the newest final block', (t) => {
  const { chain } = buildChain(STEADY);
  const heads = followFrom(chain) ?? [];
  const length = BigInt(STEADY.epoch_length);
  // The last final block of each epoch that its own producers confirm stands three below the next epoch.
  const ends = [1n, 2n, 3n, 4n, 5n, 6n].map((epoch) => chain.genesis.height + 1n + epoch * length - 3n);
  t.deepEqual(
    heads.map((head) => head.header.inner_lite.height),
    [chain.genesis.height, ...ends, chain.head.height - 2n],
  );
  const always: bigint[] = [];
  for (let count = 3; count <= STEADY.blocks.length; count++) {
    const { chain: shorter } = buildChain({ ...STEADY, blocks: STEADY.blocks.slice(0, count) });
    always.push((followFrom(shorter)?.at(-1)?.header.inner_lite.height ?? 0n) - shorter.head.height);
  }
  // Two behind the head; three and four where two behind would be confirmed by the next epoch's producers.
  t.deepEqual(new Set(always), new Set([-2n, -3n, -4n]));
});

test('every outcome that a head covers is proven to it, and no other outcome with the same proof', (t) => {
  let proven = 0;
  fc.assert(
    fc.property(plan, (given) => {
      const made = buildChain(given);
      const head = followFrom(made.chain)?.at(-1);
      if (head === undefined) return true;
      const trusted = made.chain.getBlock(head.hash);
      return made.outcomes.every((item) => {
        const answer = proveExecution(made.chain, { ...item, head: trusted });
        if (!answer.ok) return answer.refusal !== 'unknown_outcome' && answer.refusal !== 'shard_is_gone';
        proven += 1;
        const { proof } = answer;
        const given_head = { head: head.header, trusted_hash: head.hash };
        const forged = { ...item.outcome, gas_burnt: item.outcome.gas_burnt + 1n };
        const other = { ...proof, outcome_proof: { ...proof.outcome_proof, outcome: forged } };
        return (
          verifyOutcomeProof({ proof, receipt_id: item.id, ...given_head }).ok &&
          !verifyOutcomeProof({ proof: other, receipt_id: item.id, ...given_head }).ok
        );
      });
    }),
    { numRuns: RUNS },
  );
  t.true(proven > RUNS, `${proven} outcomes were proven`);
});

test('an outcome is proven to each head from the second block after its own on', (t) => {
  const { chain, outcomes } = buildChain(STEADY);
  const [first] = outcomes;
  if (first === undefined) throw new Error('the plan has outcomes');
  const { block_hash } = chain.findOutcome(first.id) ?? {};
  const executed = chain.getBlock(block_hash ?? new Uint8Array());
  for (let head: Block | undefined = chain.genesis; head !== undefined; head = chain.findFollower(head)) {
    const answer = proveExecution(chain, { ...first, head });
    t.is(answer.ok, head.height >= executed.height + 2n, `head ${head.height}`);
  }
  const unknown = proveExecution(chain, { ...first, id: new Uint8Array(32), head: chain.head });
  t.like(unknown, { ok: false, refusal: 'unknown_outcome' });
});

test('an outcome of the head is not committed yet', (t) => {
  const { chain, outcomes } = buildChain(STEADY);
  const last = outcomes.at(-1);
  if (last === undefined) throw new Error('the plan has outcomes');
  t.like(proveExecution(chain, { ...last, head: chain.head }), { ok: false, refusal: 'not_committed_yet' });
});

test('the same seed gives the same blocks, another seed others', (t) => {
  const hashes = (given: ChainPlan) => blocksOf(buildChain(given)).map((item) => toHex(item.hash));
  t.deepEqual(hashes(STEADY), hashes(STEADY));
  const other = new Set(hashes({ ...STEADY, seed: 2 }));
  t.true(hashes(STEADY).every((hash) => !other.has(hash)));
});

test('an epoch has its length, is named by the last block two epochs before, and changes its producers', (t) => {
  const made = buildChain(STEADY);
  const blocks = blocksOf(made);
  const { rules } = made.chain;
  for (const item of blocks) {
    const { inner_lite } = item.header;
    t.deepEqual(inner_lite.next_bp_hash, hashBlockProducers(rules.producersOf(item.epoch.epoch_height + 1n)));
    t.deepEqual(
      [inner_lite.epoch_id, inner_lite.next_epoch_id],
      [item.epoch.epoch_id, item.epoch.next_epoch_id],
    );
  }
  const heights = blocks.slice(1).map((item) => Number(item.epoch.epoch_height));
  t.deepEqual(
    heights,
    heights.map((_, index) => 1 + Math.floor(index / STEADY.epoch_length)),
  );
  const ends = blocks.filter(
    (item, index) => blocks[index + 1]?.epoch.epoch_height !== item.epoch.epoch_height,
  );
  for (const item of blocks) {
    const named = ends[Number(item.epoch.epoch_height) - 2];
    if (named !== undefined) t.deepEqual(item.epoch.epoch_id, named.hash);
  }
  t.notDeepEqual(rules.producersOf(3n), rules.producersOf(4n));
});

test('in the last blocks of an epoch the next producers approve too, behind the epoch’s own', (t) => {
  const made = buildChain(STEADY);
  const counts = blocksOf(made).map((item) => item.header.inner_rest.approvals.length);
  const { epoch_length, seats } = STEADY;
  // From the third epoch on its successor has one producer that it has not itself.
  const third = counts.slice(1 + 2 * epoch_length, 1 + 3 * epoch_length);
  t.deepEqual(third, [seats, seats, seats, seats + 1, seats + 1]);
});

test('a block is final when the two heights above it have blocks', (t) => {
  const skip = { ...QUIET, skipped: 2 };
  const { chain } = buildChain({ ...STEADY, blocks: [QUIET, QUIET, skip, QUIET, QUIET] });
  const finals = blocksOf({ chain, outcomes: [] }).map((item) => item.last_final_height);
  t.deepEqual(finals, [null, null, 1_000n, 1_000n, 1_000n, 1_005n]);
});

test('a shard without a new chunk repeats its last one, and the block says so', (t) => {
  const { chain } = buildChain({ ...STEADY, blocks: [QUIET, { ...QUIET, outcomes: [1, null, 1, 1] }] });
  const { head } = chain;
  t.deepEqual(head.header.inner_rest.chunk_mask, [true, false, true, true]);
  t.is(head.chunks[1], chain.findBlockAt(head.height - 1n)?.chunks[1]);
  t.deepEqual(
    head.chunks.map((chunk) => chunk.inner.shard_id),
    SHARDS,
  );
});

test('burnt tokens leave the supply with the block that commits to their chunk', (t) => {
  const { chain } = buildChain({ ...STEADY, blocks: [QUIET, QUIET, QUIET] });
  const supplies = blocksOf({ chain, outcomes: [] }).map((item) => item.header.inner_rest.total_supply);
  const [genesis = 0n] = supplies;
  t.deepEqual(supplies, [genesis, genesis, genesis - 4n, genesis - 8n]);
});

test('a block at or below the head, one that follows another, and results that do not fit are refused', (t) => {
  const { chain } = buildChain({ ...STEADY, blocks: [QUIET] });
  const { height } = chain.head;
  const none = new Map();
  t.throws(() => chain.prepare({ height, timestamp: 0n, transactions: none }), {
    message: /does not stand above/,
  });
  const stale = chain.prepare({ height: height + 1n, timestamp: 0n, transactions: none });
  const full = chain.prepare({ height: height + 1n, timestamp: 0n, transactions: new Map([[10n, []]]) });
  t.throws(() => chain.append(full, none), { message: /new chunk that was not executed for shard 10/ });
  chain.append(stale, none);
  t.throws(() => chain.append(stale, none), { message: /does not follow the head/ });
});

test('outcomes stay provable when their shard is split, and what it burnt counts for each child', (t) => {
  const { chain, outcomes } = buildChain({ ...STEADY, blocks: [QUIET, QUIET] });
  const supply = chain.head.header.inner_rest.total_supply;
  const [first, parent_id, ...rest] = SHARDS;
  if (first === undefined || parent_id === undefined) throw new Error('the plan has shards');
  const split = [20n, 21n].map((shard_id) => ({
    shard_id,
    parent_id,
    state_root: new Uint8Array(32).fill(1),
  }));
  chain.changeLayout(layoutOf([first, 20n, 21n, ...rest]), split);
  let { height } = chain.head;
  t.throws(() => chain.prepare({ height: height + 1n, timestamp: 0n, transactions: new Map() }), {
    message: /shard 20 is new and has no chunk yet/,
  });
  const wide = { ...QUIET, outcomes: [1, 1, 1, 1, 1] };
  for (let count = 0; count < 4; count++) growChain({ chain, outcomes, block: wide, height: ++height });
  t.deepEqual(
    chain.head.chunks.map((chunk) => chunk.inner.shard_id),
    [first, 20n, 21n, ...rest],
  );
  t.is(
    chain.findBlockAt(height - 3n)?.header.inner_rest.total_supply,
    supply - 6n,
    'two of them by the parent',
  );
  const { head } = chain;
  const trust = { head: liteOf(head), trusted_hash: head.hash };
  for (const item of outcomes.filter(({ id }) => chain.findOutcome(id)?.shard_id === parent_id)) {
    const answer = proveExecution(chain, { ...item, head });
    t.true(answer.ok && verifyOutcomeProof({ proof: answer.proof, receipt_id: item.id, ...trust }).ok);
  }
});

test('an outcome of a shard that ended without children cannot be proven', (t) => {
  const { chain, outcomes } = buildChain({ ...STEADY, blocks: [QUIET] });
  const gone = outcomes.find(({ id }) => chain.findOutcome(id)?.shard_id === SHARDS[0]);
  if (gone === undefined) throw new Error('the plan has outcomes in the first shard');
  chain.changeLayout(layoutOf(SHARDS.slice(1)), []);
  for (const height of [chain.head.height + 1n, chain.head.height + 2n])
    growChain({ chain, outcomes, block: QUIET, height });
  t.like(proveExecution(chain, { ...gone, head: chain.head }), { ok: false, refusal: 'shard_is_gone' });
});

test('an epoch too short for a block of it to become final is refused', (t) => {
  t.throws(() => startChain({ ...STEADY, epoch_length: 3 }), { message: /choose at least 4/ });
});

test('time never stands still between blocks', (t) => {
  const { chain } = buildChain({ ...STEADY, blocks: [QUIET] });
  const { height, header } = chain.head;
  const next = chain.prepare({ height: height + 1n, timestamp: 5n, transactions: new Map() });
  t.is(next.header.inner_lite.timestamp, header.inner_lite.timestamp + 1n);
});

/** Heads from genesis on; null before there is a block that could follow it. */
function followFrom(chain: Chain): LightClientHead[] | null {
  if (
    chain.findBlockAt(chain.genesis.height + 2n) === undefined &&
    blocksOf({ chain, outcomes: [] }).length < 3
  )
    return null;
  const pinned = pinHead({ block: lightClientBlock(chain, chain.genesis), trusted_hash: chain.genesis.hash });
  if (!pinned.ok) throw new Error(pinned.reason);
  const heads: LightClientHead[] = [pinned.value];
  for (let head = heads[0]; head !== undefined; ) {
    const next = nextFor(chain, head);
    if (next === null) return heads;
    const verdict = advanceHead(head, next);
    if (!verdict.ok)
      throw new Error(`${verdict.step} at ${next.header.inner_lite.height}: ${verdict.reason}`);
    if (
      !equalBytes(
        verdict.value.hash,
        chain.findBlockAt(next.header.inner_lite.height)?.hash ?? new Uint8Array(),
      )
    )
      return [];
    head = verdict.value;
    heads.push(head);
  }
  return heads;
}

function liteOf({ header }: Block) {
  return {
    inner_lite: header.inner_lite,
    inner_rest_hash: header.inner_rest_hash,
    prev_block_hash: header.prev_hash,
  };
}

function nextFor(chain: Chain, head: LightClientHead) {
  return nextLightClientBlock(chain, chain.getBlock(head.hash));
}

function blocksOf({ chain }: MadeUpChain): Block[] {
  const blocks = [chain.genesis];
  for (let next = chain.findFollower(chain.genesis); next !== undefined; next = chain.findFollower(next))
    blocks.push(next);
  return blocks;
}
