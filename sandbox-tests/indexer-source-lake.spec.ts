// Shows that blocks come from a Lake in order and complete, whatever the numbers of its shards, over skipped heights and a split, and with few requests.
import test from 'ava';
import { LAYOUT, SPLIT } from './support/lake-node.ts';
import { assertFollowed, CONTRACT, collect, startSourceWorld, until } from './support/source-world.ts';

const LAYOUTS = {
  'one shard': { shard_ids: [0n], boundaries: [] },
  'contiguous numbers': { shard_ids: [0n, 1n, 2n], boundaries: ['bob.near', 'd'] },
  'numbers with gaps and in no order': LAYOUT,
};
for (const [what, layout] of Object.entries(LAYOUTS)) {
  test.serial(`a chain of ${what} is read whole, with one shard a block`, async (t) => {
    const world = await startSourceWorld(t, { node: { layout } });
    world.grow(40);
    const truth = world.truth();
    const to = truth.at(-1)?.block.height ?? 0n;
    const source = world.open();
    const blocks = await collect(source, { start: { kind: 'height', height: 0n }, to });
    assertFollowed(t, blocks, truth);
    const gets = world.lake.asked.length / blocks.length;
    t.true(gets <= 2.1, `${gets} requests a block`);
    t.is(source.tip_height, to);
  });
}

test("a chain is followed over a split of the contract's shard, behind the tip and at it", async (t) => {
  const world = await startSourceWorld(t, {
    node: { layout: LAYOUT, epoch_length: 10n, reshardings: [{ height: 20n, layout: SPLIT }] },
  });
  world.grow(40);
  const behind = world.truth();
  t.true(behind.some(({ shards }) => shards.length === 4));
  const to = behind.at(-1)?.block.height ?? 0n;
  assertFollowed(t, await collect(world.open(), { start: { kind: 'height', height: 0n }, to }), behind);

  const other = await startSourceWorld(t, {
    node: { layout: LAYOUT, epoch_length: 10n, reshardings: [{ height: 20n, layout: SPLIT }] },
  });
  other.grow(8);
  const blocks = await collect(other.open(), {
    start: { kind: 'height', height: 0n },
    count: 40,
    onBlock: ({ facts }) => facts.height >= (other.node.chain.last_final?.height ?? 0n) && other.grow(1),
  });
  assertFollowed(t, blocks, other.truth().slice(0, 40));
});

test.serial('skipped heights are passed over, behind the tip and at it', async (t) => {
  const world = await startSourceWorld(t);
  for (const skipped of [1n, 0n, 3n, 0n, 0n, 7n]) world.grow(4, { skipped });
  const truth = world.truth();
  const blocks = await collect(world.open(), {
    start: { kind: 'height', height: 0n },
    count: truth.length + 10,
    onBlock: ({ facts }) => {
      if (facts.height >= (world.node.chain.last_final?.height ?? 0n)) world.grow(4, { skipped: 2n });
    },
  });
  assertFollowed(t, blocks, world.truth().slice(0, truth.length + 10));
});

test.serial(
  'a stream that ends on skipped heights ends once a later block shows that they are',
  async (t) => {
    const world = await startSourceWorld(t);
    world.grow(10);
    world.grow(5, { skipped: 4n });
    const truth = world.truth();
    const gap = truth.findIndex(
      ({ block }, index) => index > 0 && block.height > (truth[index - 1]?.block.height ?? 0n) + 1n,
    );
    const before = truth.slice(0, gap);
    const to = (before.at(-1)?.block.height ?? 0n) + 2n;
    assertFollowed(t, await collect(world.open(), { start: { kind: 'height', height: 0n }, to }), before);
  },
);

test.serial('a stream begins at a height, behind a block, and at the newest block', async (t) => {
  const world = await startSourceWorld(t);
  world.grow(10);
  world.grow(30, { skipped: 3n });
  const truth = world.truth();
  const heights = truth.map(({ block }) => block.height);
  const gap = heights.findIndex((height, index) => index > 0 && height > (heights[index - 1] ?? 0n) + 1n);
  const to = heights.at(-1) ?? 0n;
  const source = world.open();
  const skipped = (heights[gap] ?? 0n) - 2n;
  assertFollowed(
    t,
    await collect(source, { start: { kind: 'height', height: skipped }, to }),
    truth.slice(gap),
  );
  const [first] = await collect(source, { start: { kind: 'height', height: 0n }, count: 1 });
  if (first === undefined) throw new Error('no block came');
  const { height, hash } = first.facts;
  assertFollowed(t, await collect(source, { start: { kind: 'after', height, hash }, to }), truth.slice(1));
  const [newest] = await collect(source, { start: { kind: 'latest' }, count: 1 });
  t.is(newest?.facts.height, to);
  t.true(newest?.is_tip);
});

test.serial('without JSON-RPC the tip is found by looking, and all shards are read', async (t) => {
  const world = await startSourceWorld(t, { node: { layout: LAYOUT } });
  world.grow(24);
  const truth = world.truth();
  const { rpc: _rpc, ...options } = { rpc: undefined, contract_ids: [CONTRACT] };
  const { openSource } = await import('../indexer/source/open-source.ts');
  const source = openSource({
    ...options,
    sources: [{ kind: 's3_lake', bucket: world.bucket, region: 'eu-central-1', endpoint: world.lake.url }],
  });
  t.teardown(() => source.close());
  const [newest] = await collect(source, { start: { kind: 'latest' }, count: 1 });
  t.is(newest?.facts.height, truth.at(-1)?.block.height);
  const to = truth.at(-1)?.block.height ?? 0n;
  assertFollowed(t, await collect(source, { start: { kind: 'height', height: 0n }, to }), truth);
});

test.serial('a whole block is read with all its shards, and a skipped one is none', async (t) => {
  const world = await startSourceWorld(t, { node: { layout: LAYOUT } });
  world.grow(6);
  world.grow(6, { skipped: 2n });
  const source = world.open();
  const { signal } = new AbortController();
  const whole = await source.readWhole(4n, signal);
  t.deepEqual(
    whole?.shards.map(({ shard_id }) => shard_id),
    [2n, 6n, 11n],
  );
  const asked = world.lake.asked.length;
  t.is(await source.readWhole(4n, signal), whole);
  t.is(world.lake.asked.length, asked);
  t.is(await source.readWhole(7n, signal), null);
});

test.serial('a stream that is stopped while it waits ends, and its requests with it', async (t) => {
  const world = await startSourceWorld(t);
  world.grow(10);
  const ending = new AbortController();
  let seen = 0;
  const stopped = t.throwsAsync(async () => {
    for await (const _block of world
      .open()
      .stream({ start: { kind: 'height', height: 0n }, signal: ending.signal }))
      seen += 1;
  });
  await until(() => seen === world.truth().length);
  ending.abort(new Error('enough'));
  t.is((await stopped)?.message, 'enough');
});
