// Owns the rule that no yocto appears or vanishes, over random streams on several shards; leaves each fee to the runtime's tests.
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { toHex } from '../../core/near/bytes.ts';
import {
  callOf,
  signFor,
  startTestNode,
  statedSupply,
  sumMoney,
  TEST_ACCOUNTS,
} from '../../sandbox-tests/support/near-node.ts';
import type { LayoutWish } from './options.ts';
import type { LocalnetNode } from './types.ts';

const LONG = process.env.DMRV_TEST_LONG !== undefined;
const RUNS = LONG ? 200 : 8;
const DRAIN_BLOCKS = 12;
const LAYOUTS: LayoutWish[] = [
  { shard_ids: [0n], boundaries: [] },
  { shard_ids: [7n, 1n, 12n], boundaries: ['bob.near', 'carol.near'] },
];
const METHODS = ['ask', 'ask_fail', 'store', 'work', 'fail', 'missing'];

const step = fc.record({
  from: fc.constantFrom(...TEST_ACCOUNTS),
  to: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...TEST_ACCOUNTS) },
    { weight: 1, arbitrary: fc.constantFrom('ab'.repeat(32), 'nobody.near', `0x${'1'.repeat(40)}`) },
  ),
  deposit: fc.bigInt({ min: 0n, max: 10n ** 24n }),
  method: fc.option(fc.constantFrom(...METHODS)),
  missing: fc.option(fc.nat(2), { freq: 6 }),
});
const stream = fc.record({
  layout: fc.constantFrom(...LAYOUTS),
  /** Small ones leave receipts to later chunks. */
  gas_limit: fc.constantFrom(10n ** 15n, 3n * 10n ** 12n),
  blocks: fc.array(fc.array(step, { maxLength: 4 }), { minLength: 1, maxLength: 12 }),
});
type Stream = typeof stream extends fc.Arbitrary<infer Value> ? Value : never;

test('money is conserved in every block of random streams of transfers and calls', (t) => {
  fc.assert(
    fc.property(stream, (given) => {
      const node = startTestNode(t, { layout: given.layout, gas_limit: given.gas_limit });
      play(node, given, () => t.is(sumMoney(node), statedSupply(node)));
      const kept = node.findBlock({ kind: 'finality', finality: 'optimistic' });
      const delayed = kept.ok && kept.value.shards.some(({ chunk }) => (chunk?.delayed_count ?? 0n) > 0n);
      if (!delayed) t.is(sumMoney(node), node.chain.head.header.inner_rest.total_supply);
    }),
    { numRuns: RUNS },
  );
});

test('the same random stream gives the same hashes twice, chunks that are missing included', (t) => {
  fc.assert(
    fc.property(stream, (given) => {
      t.deepEqual(hashesOf(t, given), hashesOf(t, given));
    }),
    { numRuns: RUNS },
  );
});

function hashesOf(t: ExecutionContext, given: Stream): string[] {
  const node = startTestNode(t, { layout: given.layout, gas_limit: given.gas_limit });
  const hashes: string[] = [];
  play(node, given, () => hashes.push(toHex(node.chain.head.hash)), true);
  return hashes;
}

function play(node: LocalnetNode, given: Stream, look: () => void, with_missing = false): void {
  const { shard_ids } = given.layout;
  for (const block of given.blocks) {
    const nonces = new Map<string, bigint>();
    for (const { from, to, deposit, method } of block) {
      const action = method === null ? { kind: 'transfer' as const, deposit } : callOf(method, deposit);
      const signed = signFor(node, {
        from,
        to,
        actions: [action],
        ...(nonces.has(from) ? { nonce: nonces.get(from) ?? 0n } : {}),
      });
      nonces.set(from, signed.transaction.nonce + 1n);
      node.submit(signed);
    }
    const missing = with_missing ? block.map((item) => shard_ids[item.missing ?? shard_ids.length]) : [];
    node.produceBlocks({ missing_shards: missing.filter((shard_id) => shard_id !== undefined) });
    look();
  }
  for (let block = 0; block < DRAIN_BLOCKS; block++) {
    node.produceBlocks();
    look();
  }
}
