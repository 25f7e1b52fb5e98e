// Shows that blocks come by themselves when their time has come, with a node that only counts them.
import test from 'ava';
import type { Mode } from './options.ts';
import { Pace } from './pace.ts';

/** Work that one block each does. */
function countBlocks(mode: Mode) {
  const counted = { blocks: 0, work: 0, faults: [] as unknown[] };
  const pace = new Pace(mode, {
    hasWork: () => counted.work > 0,
    produce: () => {
      counted.blocks += 1;
      counted.work = Math.max(0, counted.work - 1);
    },
    fail: (error) => counted.faults.push(error),
  });
  return { counted, pace };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 2));
};

test('without trailing blocks nothing comes after the work', async (t) => {
  const { counted, pace } = countBlocks({ kind: 'instant' });
  pace.start();
  counted.work = 3;
  pace.wake();
  await pace.settled();
  await turns();
  t.is(counted.blocks, 3);
  await pace.stop();
});

test('trailing blocks come once after a start and once after the work, and no more', async (t) => {
  const { counted, pace } = countBlocks({ kind: 'instant', trailing: { blocks: 2, after_ms: 5 } });
  pace.start();
  await until(() => counted.blocks === 2);
  await turns();
  t.is(counted.blocks, 2);
  counted.work = 3;
  pace.wake();
  await pace.settled();
  await until(() => counted.blocks === 7);
  await turns();
  t.is(counted.blocks, 7);
  await pace.stop();
});

test('trailing blocks wait until nothing has happened for a while', async (t) => {
  const { counted, pace } = countBlocks({ kind: 'instant', trailing: { blocks: 50, after_ms: 60_000 } });
  pace.start();
  for (let sent = 0; sent < 5; sent++) {
    counted.work = 1;
    pace.wake();
    await pace.settled();
  }
  t.is(counted.blocks, 5);
  await pace.stop();
});

test('after a stop no trailing block comes', async (t) => {
  const { counted, pace } = countBlocks({ kind: 'instant', trailing: { blocks: 2, after_ms: 1 } });
  pace.start();
  await pace.stop();
  await turns();
  t.is(counted.blocks, 0);
});

test('a trailing block that cannot be made is the last one, and is told', async (t) => {
  const faults: unknown[] = [];
  const fault = new Error('no');
  const pace = new Pace(
    { kind: 'instant', trailing: { blocks: 3, after_ms: 1 } },
    {
      hasWork: () => false,
      produce: () => {
        throw fault;
      },
      fail: (error) => faults.push(error),
    },
  );
  pace.start();
  await until(() => faults.length > 0);
  await turns();
  t.deepEqual(faults, [fault]);
  await pace.stop();
});
