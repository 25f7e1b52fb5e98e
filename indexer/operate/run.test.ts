// Shows that an indexer tries again what may succeed later, stops at what cannot, and ends when it is told to.
import test from 'ava';
import { DmrvError, RetryableError } from '../../core/errors/index.ts';
import type { BlockFacts, BlockSource, DecodedBlock, SourceBlock, StartPoint } from '../types.ts';
import { type Leader, LONGEST_PAUSE_MS, pauseAfter, type RunDeps, runIndexer } from './run.ts';
import { type RunState, StateKeeper } from './state.ts';

const START: StartPoint = { kind: 'height', height: 1n };

function factsAt(height: bigint): BlockFacts {
  return {
    height,
    hash: `h${height}`,
    prev_hash: `h${height - 1n}`,
    prev_height: height - 1n,
    timestamp_ns: 0n,
  };
}

/** A chain of that many blocks, which a leader writes one by one; `fail` may throw before a block is written. */
function world(options: { blocks: bigint; fail?: (height: bigint, attempt: number) => void }) {
  const keeper = new StateKeeper();
  const seen: RunState['state'][] = [];
  keeper.onChange((now, before) => now.state !== before.state && seen.push(now.state));
  const written: bigint[] = [];
  const starts: StartPoint[] = [];
  let attempts = 0;
  let closed = 0;
  const source: BlockSource = {
    tip_height: options.blocks,
    async *stream({ start, to, signal }) {
      starts.push(start);
      const first =
        start.kind === 'latest' ? options.blocks : start.kind === 'after' ? start.height + 1n : start.height;
      for (let height = first; height <= (to ?? options.blocks) && !signal.aborted; height++) {
        yield { facts: factsAt(height), found: [], is_tip: false } satisfies SourceBlock;
      }
    },
    readWhole: () => Promise.resolve(null),
    close: () => Promise.resolve(),
  };
  const lead = async (): Promise<Leader> => {
    attempts += 1;
    const attempt = attempts;
    const last = written.at(-1);
    return {
      resume: last === undefined ? null : { kind: 'after', height: last, hash: `h${last}` },
      writeAll: async (blocks, committed) => {
        for await (const { facts } of blocks) {
          options.fail?.(facts.height, attempt);
          written.push(facts.height);
          committed(facts);
        }
      },
      close: async () => {
        closed += 1;
      },
    };
  };
  async function* decode(blocks: AsyncIterable<SourceBlock>): AsyncGenerator<DecodedBlock> {
    for await (const { facts, is_tip } of blocks) yield { facts, is_tip, events: [], dead_letters: [] };
  }
  const silent = () => undefined;
  const deps: RunDeps = {
    keeper,
    source,
    lead,
    decode,
    log: { info: silent, warn: silent },
    random: () => 0,
  };
  return { deps, keeper, seen, written, starts, counts: () => ({ attempts, closed }) };
}

function unreachable(): RetryableError {
  return new RetryableError('DATABASE_UNREACHABLE', { facts: { reason: 'made up' } });
}

test('a run to a height writes each block once and ends there', async (t) => {
  const { deps, written, counts, seen } = world({ blocks: 9n });
  await runIndexer(deps, { start: START, to: 5n, signal: AbortSignal.timeout(60_000) });
  t.deepEqual(written, [1n, 2n, 3n, 4n, 5n]);
  t.deepEqual(counts(), { attempts: 1, closed: 1 });
  t.deepEqual(seen, ['following', 'stopping']);
});

test('what may succeed later is tried again behind what is written, and is unready meanwhile', async (t) => {
  const { deps, written, starts, counts, seen } = world({
    blocks: 4n,
    fail: (height, attempt) => {
      if (height === 3n && attempt === 1) throw unreachable();
    },
  });
  await runIndexer(deps, { start: START, to: 4n, signal: AbortSignal.timeout(60_000) });
  t.deepEqual(written, [1n, 2n, 3n, 4n]);
  t.deepEqual(starts, [START, { kind: 'after', height: 2n, hash: 'h2' }]);
  t.deepEqual(counts(), { attempts: 2, closed: 2 });
  t.deepEqual(seen, ['following', 'unready', 'following', 'stopping']);
});

test('failures in a row are counted, and a committed block begins the count anew', async (t) => {
  let left = 2;
  const { deps, counts } = world({
    blocks: 3n,
    fail: () => {
      if (left-- > 0) throw unreachable();
    },
  });
  await runIndexer(deps, { start: START, to: 3n, attempts: 3, signal: AbortSignal.timeout(60_000) });
  t.is(counts().attempts, 3);
  const never = world({
    blocks: 3n,
    fail: () => {
      throw unreachable();
    },
  });
  const run = runIndexer(never.deps, { start: START, attempts: 2, signal: AbortSignal.timeout(60_000) });
  t.is((await t.throwsAsync(run, { instanceOf: RetryableError }))?.code, 'DATABASE_UNREACHABLE');
  t.deepEqual([never.counts().attempts, never.keeper.now.state], [2, 'failed']);
});

test('what no new attempt can mend stops the indexer at once, and says why', async (t) => {
  const { deps, keeper, counts } = world({
    blocks: 3n,
    fail: () => {
      throw new DmrvError('DATABASE_NOT_MIGRATED', { facts: { found: 'a', needed: 'b' } });
    },
  });
  await t.throwsAsync(runIndexer(deps, { start: START, signal: AbortSignal.timeout(60_000) }), {
    instanceOf: DmrvError,
  });
  t.deepEqual(counts(), { attempts: 1, closed: 1 });
  t.is(keeper.now.state, 'failed');
  t.regex(keeper.now.reason, /migrate/);
});

test('a stop while it waits for its next attempt ends it without an error', async (t) => {
  const stop = new AbortController();
  const { deps, keeper } = world({
    blocks: 3n,
    fail: () => {
      throw unreachable();
    },
  });
  keeper.onChange(({ state }) => state === 'unready' && stop.abort());
  await runIndexer(deps, { start: START, signal: stop.signal });
  t.is(keeper.now.state, 'stopping');
});

test('a database that has all of a backfill already is left as it is', async (t) => {
  const { deps, written } = world({ blocks: 5n });
  await runIndexer(deps, { start: START, to: 5n, signal: AbortSignal.timeout(60_000) });
  await runIndexer(deps, { start: START, to: 5n, signal: AbortSignal.timeout(60_000) });
  t.is(written.length, 5);
});

test('pauses double up to their longest and differ between indexers', (t) => {
  t.deepEqual(
    [1, 2, 3].map((failures) => pauseAfter(failures, () => 1)),
    [250, 500, 1000],
  );
  t.is(
    pauseAfter(1000, () => 1),
    LONGEST_PAUSE_MS,
  );
  t.is(
    pauseAfter(1, () => 0),
    125,
  );
});
