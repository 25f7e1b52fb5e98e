// Owns what blocks hold and when receipts run in them, over several shards, and their paces; leaves single receipts to localnet/runtime.
import test from 'ava';
import { encodeBase58 } from '../../core/near/base58.ts';
import { toHex } from '../../core/near/bytes.ts';
import { sha256 } from '../../core/near/crypto.ts';
import { type Action, hashTransaction, type SignedTransaction } from '../../core/near/transaction.ts';
import { verifyOutcomeProof } from '../../core/proofs/outcome-proof.ts';
import { contract, keyOf, NEAR } from '../../sandbox-tests/support/near-runtime.ts';
import { findAccessKey, findAccount, saveAccessKey, saveAccount } from '../runtime/accounts.ts';
import { type JournaledState, openShardState } from '../state/journal.ts';
import { contractCodeKey } from '../state/keys.ts';
import { parametersFor } from '../vm/params.ts';
import { ContractCache } from '../vm/prepare.ts';
import { Chain } from './chain.ts';
import { rotatingProducers } from './epochs.ts';
import { proveExecution } from './execution-proof.ts';
import { boundaryLayout } from './layout.ts';
import { produceAtInterval, produceWave } from './pace.ts';
import { BlockProducer, type ProducedBlock } from './produce.ts';
import { makeValidator } from './signer.ts';

const TGAS = 10n ** 12n;
const SECOND = 1_000_000_000n;
const GENESIS = 1_000n;
const SUPPLY = 400n * NEAR;
/** alice.near on shard 5, bob.near on 0, carol.near and user.near on 7. */
const layout = boundaryLayout({ boundaries: ['b', 'c'], shard_ids: [5n, 0n, 7n] });
const parameters = parametersFor(86);

const CALLER = contract(
  {
    ask: `(call $promise_return (call $promise_then
      (call $promise_create (i64.const 8) (i64.const 0) (i64.const 4) (i64.const 24) (i64.const 0) (i64.const 0) (i64.const 64) (i64.const ${10n * TGAS}))
      (i64.const 10) (i64.const 8) (i64.const 4) (i64.const 28) (i64.const 0) (i64.const 0) (i64.const 64) (i64.const ${10n * TGAS})))`,
    tell: '(call $value_return (i64.const 4) (i64.const 28))',
    work: '(nop)',
  },
  { 0: 'bob.near', 8: 'alice.near', 24: 'work', 28: 'tell' },
);

class World {
  readonly states: Map<bigint, JournaledState>;
  readonly producer: BlockProducer;
  timestamp = SECOND;

  constructor(validity_period = 100n, seed = 'seed') {
    this.states = new Map(layout.shard_ids.map((shard_id) => [shard_id, openShardState()]));
    for (const account_id of ['alice.near', 'bob.near', 'carol.near', 'user.near'])
      this.addAccount(account_id);
    for (const state of this.states.values()) state.finishChunk();
    const validators = [0, 1, 2, 3].map((index) =>
      makeValidator({ seed: sha256(new TextEncoder().encode(seed)), index, stake: 10n ** 28n }),
    );
    const chain = new Chain({
      rules: {
        epoch_length: 5n,
        producersOf: rotatingProducers({ validators, seats: 4 }),
        gas_price: { min: 10n ** 8n, max: 10n ** 10n, adjustment: { numerator: 1n, denominator: 100n } },
        gas_limit: 10n ** 15n,
        protocol_version: 86,
      },
      layout,
      height: GENESIS,
      timestamp: this.timestamp,
      total_supply: SUPPLY,
      state_roots: new Map([...this.states].map(([shard_id, state]) => [shard_id, state.root])),
    });
    const stakes = { of: () => 0n, total: () => 0n };
    const contracts = new ContractCache(parameters);
    const fixed = { parameters, contracts, stakes, chain_id: 'localnet', validity_period };
    this.producer = new BlockProducer({ chain, states: this.states, ...fixed });
  }

  private addAccount(account_id: string): void {
    const state = this.stateOf(account_id);
    state.setCause({ kind: 'initial_state' });
    const { public_key } = keyOf(account_id);
    saveAccessKey(state, { account_id, public_key, record: { nonce: 0n, permission: { kind: 'full' } } });
    const account = { amount: 100n * NEAR, locked: 0n, code_hash: sha256(CALLER), storage_usage: 182n };
    saveAccount(state, account_id, account);
    state.set(contractCodeKey(account_id), CALLER);
  }

  stateOf(account_id: string): JournaledState {
    const state = this.states.get(layout.shardOf(account_id));
    if (state === undefined) throw new Error(`no shard for ${account_id}`);
    return state;
  }

  sign(from: string, to: string, actions: Action[], nonce?: bigint): SignedTransaction {
    const { public_key, sign } = keyOf(from);
    const used = findAccessKey(this.stateOf(from), from, public_key)?.nonce ?? 0n;
    const transaction = {
      signer_id: from,
      public_key,
      nonce: nonce ?? used + 1n,
      receiver_id: to,
      block_hash: this.producer.chain.head.hash,
      actions,
    };
    return { transaction, signature: sign(hashTransaction(transaction)) };
  }

  produce(missing: bigint[] = []): ProducedBlock {
    this.timestamp += SECOND;
    return this.producer.produce({ timestamp: this.timestamp, missing });
  }

  wave(): ProducedBlock[] {
    return [...produceWave(this.producer, () => (this.timestamp += SECOND))];
  }
}

const transfer: Action[] = [{ kind: 'transfer', deposit: NEAR }];
const ask: Action[] = [
  { kind: 'function_call', method_name: 'ask', args: new Uint8Array(0), gas: 60n * TGAS, deposit: 0n },
];

/** What ran in each block, refunds left out: executor and shard. */
function ran(blocks: ProducedBlock[]): string[] {
  return blocks.flatMap(({ block, chunks }) =>
    chunks.flatMap(({ shard_id, output }) =>
      output.outcomes
        .filter((outcome) => outcome.receipt !== null && outcome.receipt.predecessor_id !== 'system')
        .map((outcome) => `${block.height - GENESIS} ${outcome.executor_id} on ${shard_id}`),
    ),
  );
}

test('a call runs a block after its transaction, its promise two, its callback three, each on its shard', (t) => {
  const world = new World();
  t.is(world.producer.submit(world.sign('user.near', 'alice.near', ask)).kind, 'charged');
  t.deepEqual(ran(world.wave()), ['2 alice.near on 5', '3 bob.near on 0', '4 alice.near on 5']);
});

test('where signer and receiver are the same, the call runs in the block of its transaction', (t) => {
  const world = new World();
  world.producer.submit(world.sign('alice.near', 'alice.near', ask));
  t.deepEqual(ran(world.wave()), ['1 alice.near on 5', '2 bob.near on 0', '3 alice.near on 5']);
});

test('receipts to a shard whose chunk is missing wait for its next one, the newest block first', (t) => {
  const world = new World();
  world.producer.submit(world.sign('user.near', 'bob.near', transfer));
  const first = world.produce([0n]);
  world.producer.submit(world.sign('user.near', 'bob.near', [{ kind: 'transfer', deposit: 2n }]));
  const blocks = [first, world.produce([0n]), world.produce([0n]), world.produce()];
  t.deepEqual(ran(blocks), ['4 bob.near on 0', '4 bob.near on 0']);
  const deposits = blocks[3]?.chunks
    .find((chunk) => chunk.shard_id === 0n)
    ?.incoming.map((receipt) => receipt.body);
  t.like(deposits?.[0], { actions: [{ kind: 'transfer', deposit: 2n }] });
  t.like(deposits?.[1], { actions: transfer });
});

test('after a wave each outcome is proven to the final head', (t) => {
  const world = new World();
  world.producer.submit(world.sign('user.near', 'alice.near', ask));
  world.producer.submit(world.sign('carol.near', 'user.near', transfer));
  const blocks = world.wave();
  const { chain } = world.producer;
  const head = chain.last_final;
  if (head === null) return t.fail('nothing is final');
  let proven = 0;
  for (const outcome of blocks.flatMap((item) => item.chunks.flatMap((chunk) => chunk.output.outcomes))) {
    const answer = proveExecution(chain, { id: outcome.id, outcome, head });
    if (!answer.ok) return t.fail(`${encodeBase58(outcome.id)}: ${answer.refusal}`);
    const { inner_lite, inner_rest_hash, prev_hash } = head.header;
    const verdict = verifyOutcomeProof({
      proof: answer.proof,
      receipt_id: outcome.id,
      head: { inner_lite, inner_rest_hash, prev_block_hash: prev_hash },
      trusted_hash: head.hash,
    });
    t.true(verdict.ok);
    proven++;
  }
  return t.true(proven > 6, `${proven}`);
});

test('a transaction that became invalid is dropped and told, and a nonce that waits is not taken twice', (t) => {
  const world = new World();
  const { producer } = world;
  const all: Action[] = [{ kind: 'transfer', deposit: 60n * NEAR }];
  const second = world.sign('user.near', 'bob.near', all, 2n);
  t.is(producer.submit(second).kind, 'charged');
  t.is(producer.submit(world.sign('user.near', 'bob.near', all, 1n)).kind, 'charged');
  t.is(producer.submit(second).kind, 'busy');
  const { chunks, dropped } = world.produce();
  t.deepEqual(
    chunks.flatMap((chunk) => chunk.transactions.map((signed) => signed.transaction.nonce)),
    [1n],
    'the lower nonce goes first',
  );
  t.deepEqual(
    dropped.map(({ hash }) => toHex(hash)),
    [toHex(hashTransaction(second.transaction))],
  );
  const [error] = dropped.map((item) => Object.keys(item.error as object));
  t.deepEqual(error, ['NotEnoughBalance']);
});

test('a transaction names a block that is known and recent', (t) => {
  const world = new World(3n);
  const early = world.sign('user.near', 'bob.near', transfer);
  for (let count = 0; count < 3; count++) world.produce();
  t.is(world.producer.submit(early).kind, 'charged');
  world.produce();
  const late = world.sign('carol.near', 'bob.near', transfer);
  for (let count = 0; count < 4; count++) world.produce();
  t.deepEqual(world.producer.submit(late), { kind: 'refused', error: 'Expired' });
  const signed = world.sign('carol.near', 'bob.near', transfer);
  const transaction = { ...signed.transaction, block_hash: new Uint8Array(32) };
  const unknown = { transaction, signature: keyOf('carol.near').sign(hashTransaction(transaction)) };
  t.deepEqual(world.producer.submit(unknown), { kind: 'refused', error: 'Expired' });
});

test('the supply that headers tell is what accounts hold once all is settled', (t) => {
  const world = new World();
  for (const from of ['user.near', 'carol.near', 'alice.near']) {
    world.producer.submit(world.sign(from, 'alice.near', ask));
  }
  world.wave();
  const held = ['alice.near', 'bob.near', 'carol.near', 'user.near'].reduce(
    (sum, account_id) => sum + (findAccount(world.stateOf(account_id), account_id)?.amount ?? 0n),
    0n,
  );
  t.true(held < SUPPLY);
  t.is(world.producer.chain.head.header.inner_rest.total_supply, held);
});

test('the same seed and transactions give the same blocks, and another seed others', (t) => {
  const hashes = (seed?: string) => {
    const world = new World(100n, seed);
    world.producer.submit(world.sign('user.near', 'alice.near', ask));
    return world.wave().map(({ block }) => toHex(block.hash));
  };
  t.deepEqual(hashes(), hashes());
  t.notDeepEqual(hashes(), hashes('other'));
});

test('blocks come at each interval until they are stopped', (t) => {
  const world = new World();
  const due: (() => void)[] = [];
  const heights: bigint[] = [];
  const stop = produceAtInterval({
    producer: world.producer,
    now: () => (world.timestamp += SECOND),
    schedule: (callback) => {
      due.push(callback);
      return () => due.splice(due.indexOf(callback), 1);
    },
    interval_ms: 600,
    onBlock: ({ block }) => heights.push(block.height - GENESIS),
    onFault: (error) => t.fail(String(error)),
  });
  for (let count = 0; count < 3; count++) due.shift()?.();
  t.deepEqual(heights, [1n, 2n, 3n]);
  stop();
  t.is(due.length, 0);
});
