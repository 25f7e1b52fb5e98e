// Shows that random sequences of the real contract are written whole, the same however batches are cut and whenever hashes are known.

import test from 'ava';
import type { DecodedBlock } from '../indexer/types.ts';
import { rebuild } from '../indexer/write/rebuild.ts';
import { CONTRACT_ID } from './support/contract-chain.ts';
import { runSequence } from './support/contract-random.ts';
import { dumpChain, fixedHolder, knowHash, openTables } from './support/indexed-tables.ts';
import { decodeAll } from './support/indexed-world.ts';
import { MemorySource } from './support/memory-source.ts';
import { chooseSeed } from './support/random.ts';

const LONG = process.env.DMRV_TEST_LONG === '1';
const STEPS = LONG ? 1_500 : 200;
const signal = new AbortController().signal;

interface Way {
  blocks_a_batch: number;
  /** Whether a hash is known before its event, or only when everything has happened. */
  isKnownBefore: (index: number) => boolean;
}

const WAYS: readonly Way[] = [
  { blocks_a_batch: 1, isKnownBefore: () => true },
  { blocks_a_batch: 9, isKnownBefore: () => true },
  { blocks_a_batch: 10_000, isKnownBefore: () => true },
];

test('random sequences leave the same rows however they are cut, and a rebuild changes none of them', async (t) => {
  t.timeout(LONG ? 1_800_000 : 300_000);
  const seed = chooseSeed();
  t.log(`seed ${seed}`);
  const blocks = await playSequence(seed);
  const minted = blocks.flatMap(({ events }) =>
    events.filter(({ event }) => event === 'credit_issue').flatMap(({ token_ids }) => token_ids),
  );
  t.true(minted.length > 5);
  const dumps: string[][] = [];
  for (const way of WAYS) dumps.push(await writeAll(t, { blocks, minted, way }));
  const [first] = dumps;
  t.true(first?.some((line) => line.startsWith('credit.retirements ')));
  for (const dump of dumps) t.deepEqual(dump, first);
});

test('a hash that is known late has all that happened to its credits, from the contract too', async (t) => {
  t.timeout(LONG ? 1_800_000 : 300_000);
  const seed = chooseSeed();
  t.log(`seed ${seed}`);
  const blocks = await playSequence(seed);
  const minted = blocks.flatMap(({ events }) =>
    events.filter(({ event }) => event === 'credit_issue').flatMap(({ token_ids }) => token_ids),
  );
  const ways: Way[] = [
    { blocks_a_batch: 50, isKnownBefore: () => true },
    { blocks_a_batch: 50, isKnownBefore: (index) => index % 2 === 0 },
  ];
  const dumps: string[][] = [];
  for (const way of ways) dumps.push(await writeAll(t, { blocks, minted, way }));
  // Which of two that claim the same serial numbers has them depends on who was known first, and on nothing else.
  const [before, late] = dumps.map((lines) =>
    lines.filter((line) => !/^registry.serial_blocks /.test(line)).map(withoutSerial),
  );
  t.deepEqual(late, before);
});

function withoutSerial(line: string): string {
  if (!line.startsWith('credit.credits ')) return line;
  const row = JSON.parse(line.slice('credit.credits '.length)) as Record<string, unknown>;
  return JSON.stringify({ ...row, registry_serial: null, serial_block: null });
}

async function playSequence(seed: string): Promise<DecodedBlock[]> {
  const source = new MemorySource([CONTRACT_ID]);
  let decoded: DecodedBlock[] = [];
  const { broken } = await runSequence({
    seed,
    steps: STEPS,
    on_block: source.add,
    at_end: async () => {
      decoded = await decodeAll(source);
    },
  });
  if (broken !== null) throw new Error(`the sequence broke: ${JSON.stringify(broken)}`);
  return decoded;
}

async function writeAll(
  t: Parameters<typeof openTables>[0] & { deepEqual(a: unknown, b: unknown): unknown },
  about: { blocks: DecodedBlock[]; minted: string[]; way: Way },
): Promise<string[]> {
  const { blocks, minted, way } = about;
  const { open, admin, world, database } = await openTables(t);
  const held = await fixedHolder(world, minted);
  for (const [index, one] of held.entries()) if (way.isKnownBefore(index)) await knowHash(world, one);
  const writer = await open({ contracts: [CONTRACT_ID] });
  for (let from = 0; from < blocks.length; from += way.blocks_a_batch) {
    await writer.write(blocks.slice(from, from + way.blocks_a_batch));
  }
  for (const [index, one] of held.entries()) if (!way.isKnownBefore(index)) await knowHash(world, one);
  const dump = await dumpChain(admin);
  const { differences, view_changes } = await rebuild({
    admin_url: database.admin_url,
    contract: CONTRACT_ID,
    signal,
  });
  t.deepEqual({ differences, view_changes }, { differences: [], view_changes: {} });
  t.deepEqual(await dumpChain(admin), dump);
  return dump;
}
