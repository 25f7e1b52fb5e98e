// Shows that blocks are written in batches when they are due, and that neither a failing source nor a failing writing loses any.

import test from 'ava';
import type { DecodedBlock } from '../indexer/types.ts';
import { batchBlocks } from '../indexer/write/batch-blocks.ts';
import { EventMaker } from './support/event-maker.ts';

test('blocks are gathered while a batch is written, and one at the tip is written at once', async (t) => {
  const maker = new EventMaker('gathered');
  const batches: number[] = [];
  const release = Promise.withResolvers<void>();
  async function* blocks(): AsyncIterable<DecodedBlock> {
    yield maker.block([], { is_tip: true });
    for (const block of maker.blocks(5)) yield block;
    release.resolve();
    yield maker.block([], { is_tip: true });
  }
  await batchBlocks(blocks(), async (batch) => {
    batches.push(batch.length);
    await release.promise;
  });
  t.is(batches[0], 1);
  t.is(
    batches.reduce((sum, count) => sum + count, 0),
    7,
  );
  t.true(batches.length <= 3, `${batches}`);
});

test('what was gathered before a source fails is written, and the failure is told', async (t) => {
  const maker = new EventMaker('fails');
  const written: bigint[] = [];
  async function* blocks(): AsyncIterable<DecodedBlock> {
    for (const block of maker.blocks(5)) yield block;
    throw new Error('the source is gone');
  }
  await t.throwsAsync(
    batchBlocks(blocks(), async (batch) => {
      written.push(...batch.map(({ facts }) => facts.height));
    }),
    { message: 'the source is gone' },
  );
  t.deepEqual(written, [1000n, 1001n, 1002n, 1003n, 1004n]);
});

test('a writing that fails ends the gathering with its error', async (t) => {
  const maker = new EventMaker('ends');
  async function* blocks(): AsyncIterable<DecodedBlock> {
    for (;;) yield maker.block();
  }
  await t.throwsAsync(
    batchBlocks(blocks(), async () => {
      throw new Error('no');
    }),
    { message: 'no' },
  );
});
