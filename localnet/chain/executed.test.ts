// Owns that what the runtime executes ends in headers and proofs; leaves execution to localnet/runtime, plans to chain.test.ts.
import test from 'ava';
import { advanceHead, pinHead } from '../../core/proofs/light-client.ts';
import { verifyOutcomeProof } from '../../core/proofs/outcome-proof.ts';
import { contract, NEAR, TestChain, type TestTransaction } from '../../sandbox-tests/support/near-runtime.ts';
import { Chain } from './chain.ts';
import { summarizeChunk } from './chunk-header.ts';
import { rotatingProducers } from './epochs.ts';
import { proveExecution } from './execution-proof.ts';
import { boundaryLayout } from './layout.ts';
import { lightClientBlock, nextLightClientBlock } from './light-client-block.ts';
import { makeValidator } from './signer.ts';

const SHARD_IDS = [5n, 2n];
const ACCOUNTS = {
  'alice.near': 100n * NEAR,
  'bob.near': 50n * NEAR,
  'shop.near': 10n * NEAR,
  'zoe.near': 5n * NEAR,
};
const layout = boundaryLayout({ boundaries: ['c'], shard_ids: SHARD_IDS });
const SECOND = 1_000_000_000n;

test('executed transactions and receipts of two shards are proven to a light client, and the supply adds up', (t) => {
  const { runtime, chain } = start();
  const call = (method_name: string): TestTransaction => ({
    from: 'alice.near',
    to: 'shop.near',
    actions: [
      { kind: 'function_call', method_name, args: new Uint8Array(0), gas: 30n * 10n ** 12n, deposit: 1n },
    ],
  });
  const pay = (from: string, to: string): TestTransaction => ({
    from,
    to,
    actions: [{ kind: 'transfer', deposit: NEAR }],
  });
  const waves = [
    [pay('alice.near', 'zoe.near'), pay('zoe.near', 'bob.near')],
    [call('write')],
    [call('fail')],
    [pay('bob.near', 'nobody.near')],
  ];
  for (const wave of waves) {
    step({ runtime, chain, wave });
    for (let quiet = 0; quiet < 8; quiet++) step({ runtime, chain, wave: [] });
  }
  const kinds = new Set(runtime.outcomes.map((outcome) => outcome.status.kind));
  t.deepEqual([...kinds].sort(), ['failure', 'receipt', 'value']);

  const head = follow(chain);
  const trusted = chain.getBlock(head.hash);
  const answers = runtime.outcomes.map((outcome) => ({
    outcome,
    answer: proveExecution(chain, { id: outcome.id, outcome, head: trusted }),
  }));
  for (const { outcome, answer } of answers) {
    if (!answer.ok) {
      t.fail(answer.reason);
      continue;
    }
    const verdict = verifyOutcomeProof({
      proof: answer.proof,
      receipt_id: outcome.id,
      head: head.header,
      trusted_hash: head.hash,
    });
    t.true(verdict.ok && verdict.value.succeeded === (outcome.status.kind !== 'failure'));
    t.deepEqual(verdict.ok ? verdict.value.logs : null, outcome.logs);
  }
  t.true(answers.length >= 12);

  const held = Object.keys(ACCOUNTS).reduce((sum, id) => sum + runtime.account(id).amount, 0n);
  t.is(runtime.in_flight.length, 0);
  t.is(chain.head.header.inner_rest.total_supply, held);
});

test('the state that a header commits to is the one that the next chunk starts from', (t) => {
  const { runtime, chain } = start();
  step({
    runtime,
    chain,
    wave: [{ from: 'alice.near', to: 'zoe.near', actions: [{ kind: 'transfer', deposit: 1n }] }],
  });
  const roots = runtime.states.map((state) => state.root);
  step({ runtime, chain, wave: [] });
  const [left, right] = chain.head.chunks;
  t.deepEqual([left?.inner.prev_state_root, right?.inner.prev_state_root], roots);
  // Meanwhile the transfer has arrived there.
  t.notDeepEqual(right?.inner.prev_state_root, runtime.states[1]?.root);
});

function start(): { runtime: TestChain; chain: Chain } {
  const shardOf = (account_id: string) => SHARD_IDS.indexOf(layout.shardOf(account_id));
  const runtime = new TestChain({ accounts: ACCOUNTS, shards: 2, shardOf });
  runtime.deploy('shop.near', contract({ write: writeText('ok'), fail: '(call $panic)' }, { 0: 'ok' }));
  const validators = Array.from({ length: 5 }, (_, index) =>
    makeValidator({ seed: new Uint8Array(32), index, stake: NEAR }),
  );
  const chain = new Chain({
    rules: {
      epoch_length: 6n,
      producersOf: rotatingProducers({ validators, seats: 4 }),
      gas_price: {
        min: runtime.gas_price,
        max: 10n ** 10n,
        adjustment: { numerator: 1n, denominator: 100n },
      },
      gas_limit: runtime.gas_limit,
      protocol_version: runtime.parameters.protocol_version,
    },
    layout,
    height: runtime.height - 1n,
    timestamp: SECOND,
    total_supply: Object.values(ACCOUNTS).reduce((sum, amount) => sum + amount, 0n),
    state_roots: new Map(
      SHARD_IDS.map((shard_id, index) => [shard_id, runtime.states[index]?.root ?? new Uint8Array(32)]),
    ),
  });
  return { runtime, chain };
}

function writeText(text: string): string {
  const length = `(i64.const ${text.length})`;
  return `(call $log_utf8 ${length} (i64.const 0)) (call $value_return ${length} (i64.const 0))`;
}

/** One block of both: the header is made first, then its chunks are executed. */
function step(options: { runtime: TestChain; chain: Chain; wave: TestTransaction[] }): void {
  const { runtime, chain } = options;
  const signed = options.wave.map((transaction) => runtime.sign(transaction));
  const transactions = new Map(
    SHARD_IDS.map((shard_id) => [
      shard_id,
      signed.filter(({ transaction }) => layout.shardOf(transaction.signer_id) === shard_id),
    ]),
  );
  const { height } = runtime;
  const block = chain.prepare({ height, timestamp: height * SECOND, transactions });
  const outputs = runtime.block(signed);
  const results = outputs.map((output, index) => {
    const { outcomes, outgoing, gas_used, burnt } = output;
    const state_root = runtime.states[index]?.root ?? new Uint8Array(32);
    const balance_burnt = burnt.fees + burnt.lost_refunds - burnt.subsidized;
    const result = summarizeChunk({ state_root, outcomes, outgoing, gas_used, balance_burnt, layout });
    return [SHARD_IDS[index] ?? 0n, result] as const;
  });
  chain.append(block, new Map(results));
}

function follow(chain: Chain) {
  const pinned = pinHead({ block: lightClientBlock(chain, chain.genesis), trusted_hash: chain.genesis.hash });
  if (!pinned.ok) throw new Error(pinned.reason);
  let head = pinned.value;
  for (;;) {
    const next = nextLightClientBlock(chain, chain.getBlock(head.hash));
    if (next === null) return head;
    const verdict = advanceHead(head, next);
    if (!verdict.ok) throw new Error(`${verdict.step}: ${verdict.reason}`);
    head = verdict.value;
  }
}
