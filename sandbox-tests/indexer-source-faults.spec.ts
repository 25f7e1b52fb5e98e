// Shows that whatever one request meets, the stream gives every block once and right, or stops with a named error; never a skip.
import test, { type ExecutionContext } from 'ava';
import { DmrvError, RetryableError } from '../core/errors/index.ts';
import type { Limits } from '../indexer/source/limits.ts';
import type { Asked, Fault } from './support/faulty-lake.ts';
import { LAYOUT, newFolder } from './support/lake-node.ts';
import { chooseSeed, createRandom } from './support/random.ts';
import { assertFollowed, collect, type SourceWorld, startSourceWorld } from './support/source-world.ts';

const FROM_START = { kind: 'height', height: 0n } as const;
const BLOCKS = 24;
const TIMES: Partial<Limits> = { stall_ms: 200, headers_ms: 1_000, request_ms: 2_000 };

type Choose = (asked: Asked) => Fault;

const once = (fault: Fault, names: (asked: Asked) => boolean): Choose => {
  return (asked) => (asked.before === 0 && names(asked) ? fault : 'pass');
};
const isBlock = ({ key }: Asked) => key.endsWith('/block.json');
const isShard = ({ key }: Asked) => key.includes('/shard_');
const each = (period: bigint, of: (asked: Asked) => boolean) => (asked: Asked) =>
  asked.height % period === 2n && of(asked);

const HEALED: Record<string, Choose> = {
  'an answer of 500': once({ kind: 'status', status: 500 }, () => true),
  'an answer of 503 that asks to wait': once(
    { kind: 'status', status: 503, headers: { 'retry-after': '1' } },
    each(5n, isBlock),
  ),
  'an answer of 403': once({ kind: 'status', status: 403 }, each(3n, isShard)),
  'a block that breaks off': once({ kind: 'cut' }, each(3n, isBlock)),
  'a shard that breaks off': once({ kind: 'cut' }, each(3n, isShard)),
  'a block that is too short': once({ kind: 'shorten' }, each(3n, isBlock)),
  'a shard that is too short': once({ kind: 'shorten' }, each(3n, isShard)),
  'a body that stalls': once(
    { kind: 'stall' },
    each(11n, () => true),
  ),
  'a request without an answer': once({ kind: 'silence' }, ({ key }) => key === '000000000009/block.json'),
  'a slow answer': once(
    { kind: 'delay', ms: 60 },
    each(3n, () => true),
  ),
  'a block that is no JSON': once({ kind: 'replace', text: () => '{"header": }' }, each(3n, isBlock)),
  'a block with another height': once(
    { kind: 'replace', text: (text) => text.replace(/"height":\d+/, '"height":4') },
    each(5n, isBlock),
  ),
  'a block without a hash': once(
    { kind: 'replace', text: (text) => text.replace('"prev_hash":"', '"prev_hash":"0') },
    each(5n, isBlock),
  ),
  'a shard that is late': (asked) =>
    isShard(asked) && asked.height % 4n === 1n && asked.before < 3 ? { kind: 'status', status: 404 } : 'pass',
  'a block that is late': (asked) =>
    isBlock(asked) && asked.height % 4n === 1n && asked.before < 2 ? { kind: 'status', status: 404 } : 'pass',
  'a height that is late as a whole': (asked) =>
    asked.height % 7n === 3n && asked.before < 2 ? { kind: 'status', status: 404 } : 'pass',
  'a stale block that follows another': once(
    {
      kind: 'replace',
      text: (text) => text.replace(/"prev_hash":"[^"]+"/, `"prev_hash":"${'8'.repeat(44)}"`),
    },
    each(7n, isBlock),
  ),
};

for (const [what, choose] of Object.entries(HEALED)) {
  test.serial(`${what} is asked for again`, async (t) => {
    const { world, truth } = await grown(t);
    world.lake.choose = choose;
    const blocks = await collect(world.open({ limits: TIMES }), { start: FROM_START, to: world.tip() });
    assertFollowed(t, blocks, truth);
    t.true(world.lake.asked.length > 2 * blocks.length);
  });
}

test.serial('many faults of every kind together cost time, and no block', async (t) => {
  const seed = chooseSeed();
  t.log(`seed ${seed}`);
  const random = createRandom(seed);
  const { world, truth } = await grown(t);
  const faults: Fault[] = [
    { kind: 'status', status: 500 },
    { kind: 'status', status: 404 },
    { kind: 'cut' },
    { kind: 'shorten' },
    { kind: 'stall' },
    { kind: 'delay', ms: 20 },
  ];
  world.lake.choose = ({ before }) => {
    return before < 3 && random.below(4) === 0 ? (faults[random.below(faults.length)] ?? 'pass') : 'pass';
  };
  assertFollowed(
    t,
    await collect(world.open({ limits: TIMES }), { start: FROM_START, to: world.tip() }),
    truth,
  );
});

const LOST: Record<string, { choose: Choose; reason: RegExp }> = {
  'a shard that never comes': {
    choose: lose(({ key }) => key.startsWith('000000000007/shard_')),
    reason: /shard \d+ of block 7/,
  },
  'a block that never comes': {
    choose: lose(({ key }) => key === '000000000007/block.json'),
    reason: /has a shard and no block/,
  },
  'a height that never comes': { choose: lose(({ height }) => height === 7n), reason: /has no block 7/ },
  'a source that answers nothing but 500': {
    choose: () => ({ kind: 'status', status: 500 }),
    reason: /answered 500/,
  },
};
for (const [what, { choose, reason }] of Object.entries(LOST)) {
  test.serial(`${what} ends in SOURCE_UNREADY, and nothing is skipped`, async (t) => {
    const { world, truth } = await grown(t);
    world.lake.choose = choose;
    const heights: bigint[] = [];
    const error = await t.throwsAsync(
      collect(world.open({ limits: TIMES }), {
        start: FROM_START,
        to: world.tip(),
        onBlock: ({ facts }) => heights.push(facts.height),
      }),
      { instanceOf: RetryableError },
    );
    t.is(error?.code, 'SOURCE_UNREADY');
    t.regex(error?.message ?? '', reason);
    t.deepEqual(
      heights,
      truth.slice(0, heights.length).map(({ block }) => block.height),
    );
    t.true(heights.length <= 7);
  });
}

test.serial(
  'a block that follows another one in every source stops the stream with both hashes',
  async (t) => {
    const { world, truth } = await grown(t);
    const other = '8'.repeat(44);
    world.lake.choose = ({ key }) =>
      key === '000000000009/block.json'
        ? { kind: 'replace', text: (text) => text.replace(/"prev_hash":"[^"]+"/, `"prev_hash":"${other}"`) }
        : 'pass';
    const heights: bigint[] = [];
    const error = await t.throwsAsync(
      collect(world.open(), {
        start: FROM_START,
        to: world.tip(),
        onBlock: ({ facts }) => heights.push(facts.height),
      }),
      { instanceOf: DmrvError },
    );
    t.is(error?.code, 'SOURCE_CHAIN_BROKEN');
    t.like(error?.facts, { height: 9n, found: other, expected_height: 8n });
    t.is(heights.length, 9);
    t.is(truth[8]?.block.height, 8n);
  },
);

test.serial('a cursor of another chain stops the stream with both hashes', async (t) => {
  const { world } = await grown(t);
  const hash = '9'.repeat(44);
  const start = { kind: 'after', height: 8n, hash } as const;
  const error = await t.throwsAsync(collect(world.open(), { start, to: world.tip() }), {
    instanceOf: DmrvError,
  });
  t.is(error?.code, 'SOURCE_CHAIN_BROKEN');
  t.is(error?.facts.expected, hash);
});

test.serial('the next source is asked when the first one fails, and the first one again later', async (t) => {
  const { world, truth } = await grown(t);
  world.lake.choose = ({ height }) =>
    height > 5n && height < 12n ? { kind: 'status', status: 500 } : 'pass';
  const source = world.open({
    sources: [world.lakeAt(world.lake.url), world.lakeAt(world.lake_url)],
    limits: { ...TIMES, rejoin_ms: 0, max_heights: 2 },
  });
  assertFollowed(t, await collect(source, { start: FROM_START, to: world.tip() }), truth);
  t.true(world.lake.asked.some((key) => key > '000000000013'));
});

test.serial('the hash chain judges between two sources', async (t) => {
  const { world, truth } = await grown(t);
  world.lake.choose = (asked) =>
    isBlock(asked) && asked.height > 8n
      ? {
          kind: 'replace',
          text: (text) => text.replace(/"prev_hash":"[^"]+"/, `"prev_hash":"${'8'.repeat(44)}"`),
        }
      : 'pass';
  const source = world.open({ sources: [world.lakeAt(world.lake.url), world.lakeAt(world.lake_url)] });
  assertFollowed(t, await collect(source, { start: FROM_START, to: world.tip() }), truth);
});

test.serial('a source that lags behind what is final is left for the next one', async (t) => {
  const { world, truth } = await grown(t);
  world.lake.choose = ({ height }) => (height > 9n ? { kind: 'status', status: 404 } : 'pass');
  const source = world.open({ sources: [world.lakeAt(world.lake.url), world.lakeAt(world.lake_url)] });
  assertFollowed(t, await collect(source, { start: FROM_START, to: world.tip() }), truth);
});

test.serial('neardata and a folder give the same blocks as the Lake', async (t) => {
  const folder = newFolder(t);
  const { world, truth } = await grown(t, folder);
  for (const wish of [
    { kind: 'neardata', url: world.lake.url },
    { kind: 'folder', path: folder },
  ] as const) {
    const blocks = await collect(world.open({ sources: [wish] }), { start: FROM_START, to: world.tip() });
    t.deepEqual(
      blocks.map(({ facts }) => facts.height),
      truth.map(({ block }) => block.height),
    );
    if (wish.kind === 'folder') assertFollowed(t, blocks, truth);
    const [newest] = await collect(world.open({ sources: [wish] }), { start: { kind: 'latest' }, count: 1 });
    t.is(newest?.facts.height, world.tip());
  }
});

function lose(names: (asked: Asked) => boolean): Choose {
  return (asked) => (names(asked) ? { kind: 'status', status: 404 } : 'pass');
}

async function grown(
  t: ExecutionContext,
  folder?: string,
): Promise<{ world: SourceWorld; truth: ReturnType<SourceWorld['truth']> }> {
  const world = await startSourceWorld(t, {
    node: { layout: LAYOUT },
    ...(folder === undefined ? {} : { folder }),
  });
  world.grow(BLOCKS);
  return { world, truth: world.truth() };
}
