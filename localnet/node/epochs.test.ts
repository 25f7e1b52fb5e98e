// Owns the rule that a light client follows a running node over epochs and believes its proofs; leaves headers to localnet/chain.
import test from 'ava';
import { equalBytes, toHex } from '../../core/near/bytes.ts';
import { advanceHead, type LightClientHead, pinHead } from '../../core/proofs/light-client.ts';
import { verifyOutcomeProof } from '../../core/proofs/outcome-proof.ts';
import { callOf, signFor, startTestNode } from '../../sandbox-tests/support/near-node.ts';
import { proveExecution } from '../chain/execution-proof.ts';
import { lightClientBlock, nextLightClientBlock } from '../chain/light-client-block.ts';
import type { ExecutionOutcome } from '../runtime/types.ts';
import type { LocalnetNode } from './types.ts';

const MOST_STEPS = 100;

function pin(node: LocalnetNode): LightClientHead {
  const { genesis } = node.chain;
  const pinned = pinHead({ block: lightClientBlock(node.chain, genesis), trusted_hash: genesis.hash });
  if (!pinned.ok) throw new Error(`${pinned.step}: ${pinned.reason}`);
  return pinned.value;
}

function follow(node: LocalnetNode, from: LightClientHead): LightClientHead[] {
  const path = [from];
  for (let head = from; path.length <= MOST_STEPS; ) {
    const last = node.chain.getHeader(head.hash);
    const next = nextLightClientBlock(node.chain, last);
    if (next === null) return path;
    const advanced = advanceHead(head, next);
    if (!advanced.ok) throw new Error(`${advanced.step}: ${advanced.reason}`);
    head = advanced.value;
    path.push(head);
  }
  throw new Error(`the light client did not arrive in ${MOST_STEPS} steps`);
}

test('producers change with epochs, and a light client advances over each change', (t) => {
  const layout = { shard_ids: [3n, 1n], boundaries: ['bob.near'] };
  const node = startTestNode(t, {
    epoch_length: 6n,
    validators: 6,
    seats: 4,
    layout,
    history_blocks: 1_000,
  });
  const producers = new Set<string>();
  node.onBlock(({ block }) => {
    producers.add(
      node
        .producersAt(block)
        .map(({ account_id }) => account_id)
        .join(),
    );
  });
  const outcomes: ExecutionOutcome[] = [];
  node.onBlock(({ shards }) => {
    for (const { chunk } of shards) outcomes.push(...(chunk?.outcomes ?? []).map(({ outcome }) => outcome));
  });
  for (let block = 0; block < 60; block++) {
    if (block % 7 === 0)
      node.submit(signFor(node, { from: 'user.near', to: 'alice.near', actions: [callOf('ask_fail')] }));
    node.produceBlocks({ skipped: block % 11 === 0 ? 1n : 0n });
  }
  t.true(producers.size > 4, `${producers.size} sets of producers`);
  const path = follow(node, pin(node));
  t.true(path.length > 8);
  const newest = path.at(-1);
  const head = newest === undefined ? undefined : node.chain.findBlock(newest.hash);
  if (newest === undefined || head === undefined) return t.fail();
  t.true(head.height + 10n > node.chain.head.height);
  t.true(outcomes.length > 20);
  let proven = 0;
  for (const outcome of outcomes) {
    const answer = proveExecution(node.chain, { id: outcome.id, outcome, head });
    if (!answer.ok) {
      t.true(['beyond_head', 'not_committed_yet'].includes(answer.refusal), answer.refusal);
      continue;
    }
    const verdict = verifyOutcomeProof({
      proof: answer.proof,
      receipt_id: outcome.id,
      head: newest.header,
      trusted_hash: head.hash,
    });
    t.true(verdict.ok, verdict.ok ? '' : `${toHex(outcome.id)}: ${verdict.step}`);
    proven += 1;
  }
  return t.true(proven > 20);
});

test('a proof stays good over the split of a shard', (t) => {
  const layout = { shard_ids: [3n, 1n], boundaries: ['bob.near'] };
  const split = { shard_ids: [3n, 8n, 9n], boundaries: ['bob.near', 'carol.near'] };
  const node = startTestNode(t, {
    epoch_length: 6n,
    layout,
    reshardings: [{ height: 8n, layout: split }],
  });
  const outcomes: ExecutionOutcome[] = [];
  node.onBlock(({ shards }) => {
    for (const { chunk } of shards) outcomes.push(...(chunk?.outcomes ?? []).map(({ outcome }) => outcome));
  });
  for (let block = 0; block < 30; block++) {
    node.submit(signFor(node, { from: 'user.near', to: 'alice.near', actions: [callOf('ask')] }));
    node.produceBlocks();
  }
  t.is(node.layout.shard_ids.length, 3);
  const newest = follow(node, pin(node)).at(-1);
  if (newest === undefined) return t.fail();
  const head = node.chain.getBlock(newest.hash);
  for (const outcome of outcomes) {
    const placed = node.findOutcome(outcome.id);
    if (placed === undefined || placed.block.height + 1n >= head.height) continue;
    const answer = proveExecution(node.chain, { id: outcome.id, outcome, head });
    if (!answer.ok) return t.fail(`${answer.refusal} at block ${placed.block.height}: ${answer.reason}`);
    const { proof } = answer;
    const verdict = verifyOutcomeProof({
      proof,
      receipt_id: outcome.id,
      head: newest.header,
      trusted_hash: newest.hash,
    });
    t.true(verdict.ok, verdict.ok ? '' : `block ${placed.block.height}: ${verdict.step}`);
    t.false(equalBytes(proof.outcome_proof.block_hash, head.hash));
  }
  return t.true(outcomes.length > 40);
});

test('behind genesis a block must carry the producers of the epoch after it', (t) => {
  const node = startTestNode(t);
  node.produceBlocks({ count: 5 });
  const genesis = pin(node);
  const next = nextLightClientBlock(node.chain, node.chain.genesis);
  if (next === null) return t.fail('there is a final block above genesis');
  t.true(advanceHead(genesis, next).ok);
  t.like(advanceHead(genesis, { ...next, next_bps: null }), { ok: false, step: 'producers' });
});

test('a light client that begins at genesis follows over epochs whose blocks are forgotten', (t) => {
  const node = startTestNode(t, { epoch_length: 6n, validators: 6, seats: 4, history_blocks: 10 });
  node.produceBlocks({ count: 100 });
  t.is(node.chain.findBlockAt(50n), undefined);
  const path = follow(node, pin(node));
  t.true(path.length > 12, `${path.length} heads`);
  t.is(path.at(-1)?.header.inner_lite.height, 98n);
});
