// Owns the rules of a chain that is written down block by block and begun again; leaves files to localnet/state/disk.
import test from 'ava';
import { toHex } from '../../core/near/bytes.ts';
import {
  type ChainPlan,
  FIRST_HEIGHT,
  growChain,
  startChain,
} from '../../sandbox-tests/support/made-up-chain.ts';
import { decodeBlockRecord, encodeBlockRecord } from './block-codec.ts';
import type { Block } from './block-header.ts';
import type { Chain } from './chain.ts';
import { lightClientBlock, nextLightClientBlock } from './light-client-block.ts';

const PLAN: ChainPlan = {
  seed: 3,
  validators: 6,
  seats: 4,
  epoch_length: 5,
  shard_ids: [3n, 0n],
  blocks: Array.from({ length: 24 }, (_, index) => ({
    skipped: index % 7 === 6 ? 1 : 0,
    outcomes: index % 5 === 4 ? [2, null] : [3, 1],
    absent: index % 3 === 0 ? 1 : null,
  })),
};

test('a chain begun again from its records goes on as if it had never stopped', (t) => {
  const whole = startChain(PLAN);
  const records: Uint8Array[] = [];
  grow(whole, { from: 0, to: 24, records });
  for (const stop of [1, 5, 12, 23]) {
    const resumed = startChain(PLAN);
    for (const bytes of records.slice(0, stop)) {
      const { block, results } = decodeBlockRecord(bytes);
      resumed.append(block, results);
    }
    t.deepEqual(resumed.head, whole.findBlockAt(resumed.head.height));
    grow(resumed, { from: stop, to: 24, records: [] });
    t.deepEqual(resumed.head, whole.head, `stopped after ${stop}`);
    t.deepEqual(nextLightClientBlock(resumed, resumed.genesis), nextLightClientBlock(whole, whole.genesis));
    t.deepEqual(lightClientBlock(resumed, resumed.genesis), lightClientBlock(whole, whole.genesis));
  }
});

test('a record of another chain does not follow', (t) => {
  const records: Uint8Array[] = [];
  grow(startChain(PLAN), { from: 0, to: 1, records });
  const { block, results } = decodeBlockRecord(records[0] ?? new Uint8Array());
  const other = startChain({ ...PLAN, seed: 4 });
  t.throws(() => other.append(block, results), { message: /does not follow the head/ });
});

test('a changed record is a block with another hash, or no record at all', (t) => {
  const records: Uint8Array[] = [];
  const chain = startChain(PLAN);
  grow(chain, { from: 0, to: 1, records });
  const bytes = records[0] ?? new Uint8Array();
  const changed = Uint8Array.from(bytes);
  changed[100] = (changed[100] ?? 0) ^ 1;
  t.not(toHex(decodeBlockRecord(changed).block.hash), toHex(chain.head.hash));
  t.throws(() => decodeBlockRecord(bytes.subarray(1)));
  t.throws(() => decodeBlockRecord(bytes.subarray(0, -1)), { message: /are wanted/ });
});

function grow(chain: Chain, options: { from: number; to: number; records: Uint8Array[] }): void {
  const { append } = chain;
  // Records what the chain is given, as whoever makes blocks does.
  chain.append = (block: Block, results) => {
    append.call(chain, block, results);
    options.records.push(encodeBlockRecord({ block, results }));
  };
  let height = FIRST_HEIGHT;
  for (const [index, block] of PLAN.blocks.entries()) {
    height += 1n + BigInt(block.skipped);
    if (index >= options.from && index < options.to) growChain({ chain, outcomes: [], block, height });
  }
  chain.append = append;
}
