// Shows that out of a chain's blocks, in Lake's and neardata's form, exactly the contract's events come, in order and each with its transaction.
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { DmrvError } from '../core/errors/index.ts';
import { decodeBase58, encodeBase58 } from '../core/near/base58.ts';
import { decodeAhead } from '../indexer/decode/decode-ahead.ts';
import { type DecodeContext, decodeBlock } from '../indexer/decode/decode-block.ts';
import { createTracer } from '../indexer/decode/trace.ts';
import type { ChainEvent, SourceBlock } from '../indexer/types.ts';
import { CONTRACT_ID, type ContractChain, MOST_GAS } from './support/contract-chain.ts';
import { hashOf, openContractWorld } from './support/contract-world.ts';
import { decodeAll, foldAll, openIndexedWorld } from './support/indexed-world.ts';
import { LAYOUT } from './support/lake-node.ts';
import { MemorySource } from './support/memory-source.ts';
import { contract } from './support/near-runtime.ts';
import { chooseSeed, createRandom } from './support/random.ts';

const TOLD = '(call $input (i64.const 0)) (call $read_register (i64.const 0) (i64.const 1000))';
const TELL = `${TOLD} (call $log_utf8 (call $register_len (i64.const 0)) (i64.const 1000))`;
const ODD = 'odd.near';
const RETURNER = 'returner.near';
const ACCOUNTS = [
  // Tells whatever it is told, and may fail afterwards.
  {
    account_id: ODD,
    code: contract({ tell: TELL, tell_twice: `${TELL} ${TELL}`, tell_and_fail: `${TELL} (unreachable)` }),
  },
  {
    account_id: RETURNER,
    code: contract({ nft_on_transfer: '(call $value_return (i64.const 4) (i64.const 0))' }, { 0: 'true' }),
  },
];

const NOBODY = new AbortController().signal;

function tell(chain: ContractChain, text: string, method = 'tell') {
  const raw = new TextEncoder().encode(text);
  return chain.call({ from: 'alice.near', to: ODD, method, raw, gas: MOST_GAS });
}

function burnOf(token: string, version = '1.2.0'): string {
  const data = [{ owner_id: 'alice.near', token_ids: [hashOf(token)] }];
  return `EVENT_JSON:${JSON.stringify({ standard: 'nep171', version, event: 'nft_burn', data })}`;
}

const WAYS = [
  ['of one shard', {}],
  ['of three shards whose numbers have gaps', { node: { layout: LAYOUT } }],
] as const;

for (const [what, options] of WAYS) {
  test(`on a chain ${what}, Lake and neardata give the same events, each with the transaction that it follows from`, async (t) => {
    const rich = new MemorySource([CONTRACT_ID], 'neardata');
    const lake = new MemorySource([CONTRACT_ID]);
    const world = await openContractWorld({
      ...options,
      accounts: ACCOUNTS,
      on_block: (full) => {
        rich.add(full);
        lake.add(full);
      },
    });
    const { chain } = world;
    t.teardown(() => chain.stop());
    const token_id = world.mint();
    world.act('alice.near', 'nft_transfer_call', { receiver_id: RETURNER, token_id, msg: '' });
    world.pay('alice.near', 'split', { token_id, tonnages: ['40', '60'] });
    const events = eventsOf(await decodeAll(lake));
    t.deepEqual(eventsOf(await decodeAll(rich)), events);
    const last = events.slice(-5).map(({ event, method_name }) => [event, method_name]);
    t.deepEqual(last, [
      ['nft_transfer', 'nft_transfer_call'],
      ['nft_transfer', 'nft_resolve_transfer'],
      ['credit_split', 'split'],
      ['nft_burn', 'split'],
      ['nft_mint', 'split'],
    ]);
    for (const { receipt_id, transaction_hash, identity } of events) {
      const origin = chain.node.findOrigin(decodeBase58(receipt_id));
      t.is(transaction_hash, origin === undefined ? 'none' : encodeBase58(origin), identity);
    }
    t.deepEqual(
      events.map(({ position }) => position).sort(),
      events.map(({ position }) => position),
    );
    t.is(events[0]?.event, 'contract_init');
  });
}

test('skipped heights and blocks without a new chunk cost no event and no transaction', async (t) => {
  const { world, source } = await openIndexedWorld({ node: { layout: LAYOUT } });
  const { chain } = world;
  t.teardown(() => chain.stop());
  const call = world.mintCall();
  const hash = chain.send(call);
  const before = source.tip_height ?? 0n;
  chain.node.produceBlocks({ missing_shards: [2n] });
  chain.node.produceBlocks({ skipped: 3n, missing_shards: [2n] });
  chain.node.produceBlocks({ skipped: 40n });
  chain.finish(hash);
  const events = eventsOf(await decodeAll(source)).filter(({ block }) => block.height > before);
  t.deepEqual(
    events.map(({ event, transaction_hash }) => [event, transaction_hash]),
    [
      ['credit_issue', encodeBase58(hash)],
      ['nft_mint', encodeBase58(hash)],
    ],
  );
});

test('what a failed receipt told is no event', async (t) => {
  const { chain, source } = await openOdd(t);
  const { receipts } = tell(chain, burnOf('failed'), 'tell_and_fail');
  t.truthy(receipts[0]?.error);
  t.deepEqual(receipts[0]?.logs, [burnOf('failed')]);
  tell(chain, burnOf('well'));
  const events = eventsOf(await decodeAll(source));
  t.deepEqual(
    events.map(({ token_ids }) => token_ids),
    [[hashOf('well')]],
  );
});

test('what another contract tells of ours is no event of ours', async (t) => {
  const { chain } = await openOdd(t);
  const source = new MemorySource([CONTRACT_ID]);
  chain.node.onBlock(source.add);
  const text = burnOf('another').replace('alice.near', CONTRACT_ID);
  tell(chain, text);
  const decoded = await decodeAll(source);
  let named = 0;
  for await (const { found } of source.all()) named += found.length;
  t.true(named > 0, 'its bytes name our contract');
  t.deepEqual(eventsOf(decoded), []);
  t.deepEqual(
    decoded.flatMap(({ dead_letters }) => dead_letters),
    [],
  );
});

test('a log that cannot be read is kept whole, beside the events of its receipt, with its place and transaction', async (t) => {
  const { chain, source } = await openOdd(t);
  const log = `EVENT_JSON: ${JSON.stringify({ standard: 'dmrv', version: '1.4.0', event: 'credit_melt', data: [{}] })}`;
  const { receipts } = tell(chain, log);
  t.is(receipts.length, 1);
  tell(chain, burnOf('after'));
  const decoded = await decodeAll(source);
  const [letter, ...others] = decoded.flatMap(({ dead_letters }) => dead_letters);
  t.deepEqual(others, []);
  t.like(letter, { log, error_code: 'EVENT_UNKNOWN', contract_id: ODD, log_index: 0, method_name: 'tell' });
  const origin = chain.node.findOrigin(decodeBase58(letter?.receipt_id ?? ''));
  t.is(letter?.transaction_hash, encodeBase58(origin ?? new Uint8Array(32)));
  t.is(eventsOf(decoded).length, 1);
});

test('two equal logs of one receipt are two events', async (t) => {
  const { chain, source } = await openOdd(t);
  tell(chain, burnOf('twice'), 'tell_twice');
  const [first, second, ...others] = eventsOf(await decodeAll(source));
  t.deepEqual(others, []);
  t.is(first?.receipt_id, second?.receipt_id);
  t.deepEqual([first?.log_index, second?.log_index], [0, 1]);
  t.not(first?.identity, second?.identity);
});

test('an event of an unknown major version stops behind the blocks before it', async (t) => {
  const { chain, source } = await openOdd(t);
  tell(chain, burnOf('before'));
  tell(chain, burnOf('next', '2.0.0'));
  tell(chain, burnOf('never'));
  const seen: ChainEvent[] = [];
  const context = { contract_ids: new Set([ODD]), signal: NOBODY };
  const error = await t.throwsAsync(
    async () => {
      for await (const { events } of decodeAhead(source.all(), context)) seen.push(...events);
    },
    { instanceOf: DmrvError },
  );
  t.is(error?.code, 'INDEXER_EVENT_VERSION_UNKNOWN');
  t.deepEqual(
    seen.map(({ token_ids }) => token_ids),
    [[hashOf('before')]],
  );
});

test('a transaction that the past does not reach back to is null, and counted; one that was made up is not believed', async (t) => {
  const { chain, source } = await openOdd(t);
  tell(chain, burnOf('lost'));
  const traced: boolean[] = [];
  const observer = { traced: ({ found }: { found: boolean }) => traced.push(found) };
  const lost = { readWhole: async () => null };
  const untold = await decodeAll(source, { tracer: createTracer(lost, observer) });
  t.deepEqual(
    eventsOf(untold).map(({ transaction_hash }) => transaction_hash),
    [null],
  );
  t.deepEqual(traced, [false]);
  const [told] = eventsOf(await decodeAll(source));
  const hash = told?.transaction_hash ?? '';
  // Another transaction in its place, in the very block that made the receipt.
  const liar = {
    readWhole: async (height: bigint) => {
      const block = await source.readWhole(height);
      const shards = block?.shards.map(({ shard_id, bytes }) => {
        const made_up = bytes.toString('utf8').replaceAll(hash, encodeBase58(new Uint8Array(32).fill(7)));
        return { shard_id, bytes: Buffer.from(made_up) };
      });
      return block === null ? null : { facts: block.facts, shards: shards ?? [] };
    },
  };
  const believed = await decodeAll(source, { tracer: createTracer(liar, observer) });
  t.deepEqual(
    eventsOf(believed).map(({ transaction_hash }) => transaction_hash),
    [null],
  );
});

test('blocks come out in their order, a bounded number ahead, whatever takes longest', async (t) => {
  const seed = chooseSeed();
  t.log(`seed ${seed}`);
  const random = createRandom(seed);
  const { world, source } = await openIndexedWorld();
  t.teardown(() => world.chain.stop());
  for (let count = 0; count < 5; count++)
    world.mint({ credit: { serial: { namespace: `N${count}`, start: '1' } } });
  const slow = createTracer({
    readWhole: async (height) => {
      await sleep(random.below(5));
      return source.readWhole(height);
    },
  });
  let given = 0;
  let most_ahead = 0;
  let taken = 0;
  async function* counted(): AsyncIterable<SourceBlock> {
    for await (const block of source.all()) {
      given += 1;
      most_ahead = Math.max(most_ahead, given - taken);
      yield block;
    }
  }
  const context: DecodeContext = { contract_ids: new Set([CONTRACT_ID]), tracer: slow, signal: NOBODY };
  const heights: bigint[] = [];
  const events: ChainEvent[] = [];
  for await (const block of decodeAhead(counted(), context, 4)) {
    taken += 1;
    heights.push(block.facts.height);
    events.push(...block.events);
  }
  t.deepEqual(
    heights,
    source.blocks.map(({ facts }) => facts.height),
  );
  t.deepEqual(events, eventsOf(await decodeAll(source)));
  t.true(most_ahead <= 6, `${most_ahead} blocks ahead`);
  t.true(most_ahead > 1);
});

test('a stream that breaks gives what came before, then its own error; one that is left is let go', async (t) => {
  const { world, source } = await openIndexedWorld();
  t.teardown(() => world.chain.stop());
  let is_closed = false;
  async function* breaking(): AsyncIterable<SourceBlock> {
    try {
      yield* source.all();
      throw new Error('the source broke');
    } finally {
      is_closed = true;
    }
  }
  const context = { contract_ids: new Set([CONTRACT_ID]), signal: NOBODY };
  let taken = 0;
  const all = source.blocks.length;
  await t.throwsAsync(
    async () => {
      for await (const _ of decodeAhead(breaking(), context)) taken += 1;
    },
    { message: 'the source broke' },
  );
  t.is(taken, all);
  is_closed = false;
  for await (const _ of decodeAhead(breaking(), context, 2)) break;
  await sleep(0);
  t.true(is_closed);
});

test('bytes that are written with spaces, or in another order, are read all the same; broken ones are refused', async (t) => {
  const { world, source } = await openIndexedWorld();
  t.teardown(() => world.chain.stop());
  world.mint();
  const context = { contract_ids: new Set([CONTRACT_ID]), signal: NOBODY };
  const events = await decodeAll(source, { tracer: { trace: async () => null } });
  const rewritten = async (rewrite: (text: string) => string) => {
    const all: ChainEvent[] = [];
    for await (const block of source.all()) {
      const found = block.found.map(({ shard_id, bytes }) => {
        return { shard_id, bytes: Buffer.from(rewrite(bytes.toString('utf8'))) };
      });
      all.push(...(await decodeBlock({ ...block, found }, context)).events);
    }
    return all;
  };
  t.deepEqual(await rewritten((text) => JSON.stringify(JSON.parse(text), null, 2)), eventsOf(events));
  const reversed = (text: string) =>
    JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).reverse()));
  t.deepEqual(await rewritten(reversed), eventsOf(events));
  for (const rewrite of [
    (text: string) => text.slice(0, text.indexOf('EVENT_JSON:') + 20),
    (text: string) => text.replace('"receipt_execution_outcomes"', '"other"'),
    (text: string) => text.replaceAll('"logs":[', '"logs":[7,'),
  ]) {
    const error = await t.throwsAsync(() => rewritten(rewrite), { instanceOf: DmrvError });
    t.is(error?.code, 'INDEXER_BLOCK_UNREADABLE');
  }
  t.true(foldAll(events).tokens.size > 0);
});

async function openOdd(t: { teardown(stop: () => Promise<void>): void }) {
  const source = new MemorySource([ODD]);
  const { chain } = await openContractWorld({ accounts: ACCOUNTS, on_block: source.add });
  t.teardown(() => chain.stop());
  return { chain, source };
}

function eventsOf(decoded: readonly { events: readonly ChainEvent[] }[]): ChainEvent[] {
  return decoded.flatMap(({ events }) => [...events]);
}
