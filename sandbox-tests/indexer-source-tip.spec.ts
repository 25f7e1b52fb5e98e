// Shows that the tip is followed with few requests and none of them a listing, signed where keys are asked for, on a chain that is steady or comes in waves.
import test from 'ava';
import { openSource } from '../indexer/source/open-source.ts';
import { startLocalnet } from '../localnet/start-localnet.ts';
import { startFaultyLake } from './support/faulty-lake.ts';
import { KEY } from './support/lake-node.ts';
import { callOf, SEED, signFor, TEST_ACCOUNTS, TEST_CONTRACT } from './support/near-node.ts';
import { assertFollowed, CONTRACT, collect, startSourceWorld } from './support/source-world.ts';

const INTERVAL_MS = 120;
const SETTLING = 10;
const MEASURED = 40;

test.serial('a steady chain is followed at its tip with at most 8 requests a block', async (t) => {
  const world = await startSourceWorld(t, { node: { mode: { kind: 'interval', interval_ms: INTERVAL_MS } } });
  let asked_before = 0;
  const blocks = await collect(world.open(), {
    start: { kind: 'latest' },
    count: SETTLING + MEASURED,
    onBlock: ({ is_tip }) => {
      t.true(is_tip);
      if (asked_before === 0 && world.tip() >= SETTLING) asked_before = world.lake.asked.length;
    },
  });
  const requests = world.lake.asked.length - asked_before;
  const seen = blocks.filter(({ facts }) => facts.height > SETTLING).length;
  t.log(`${requests / seen} requests a block`);
  t.true(requests / seen <= 8, `${requests} requests for ${seen} blocks`);
  t.true(world.lake.asked.every((key) => /^\d{12}\/(block|shard_\d+)\.json$/.test(key)));
});

test.serial('a chain that makes blocks on demand is followed from wave to wave', async (t) => {
  const world = await startSourceWorld(t, { node: { mode: { kind: 'instant' } } });
  const send = () => {
    const { node } = world;
    const submitted = node.submit(
      signFor(node, { from: 'user.near', to: CONTRACT, actions: [callOf('store')] }),
    );
    if (submitted.kind !== 'accepted') throw new Error(`the call was ${submitted.kind}`);
  };
  send();
  let waves = 1;
  const blocks = await collect(world.open(), {
    start: { kind: 'height', height: 0n },
    count: 16,
    onBlock: ({ facts }) => {
      if (facts.height < world.tip()) return;
      waves += 1;
      send();
    },
  });
  t.true(waves > 2, `${waves} waves`);
  assertFollowed(t, blocks, world.truth().slice(0, blocks.length));
});

test.serial('requests are signed as S3 wants it, and without the right key there is no block', async (t) => {
  const accounts = TEST_ACCOUNTS.map((account_id) => ({ account_id, code: TEST_CONTRACT }));
  const { node, lake, stop } = await startLocalnet({
    seed: SEED,
    mode: { kind: 'manual' },
    accounts,
    rpc_port: null,
    lake: { keys: [KEY] },
  });
  t.teardown(stop);
  if (lake === null) throw new Error('the localnet serves no Lake');
  node.produceBlocks({ count: 10 });
  const open = (secret_access_key: string) => {
    const source = openSource({
      contract_ids: [CONTRACT],
      sources: [
        {
          kind: 's3_lake',
          bucket: lake.bucket,
          region: 'eu-central-1',
          endpoint: lake.url,
          keys: { ...KEY, secret_access_key },
        },
      ],
      limits: { attempts: 2, backoff_ms: 1 },
    });
    t.teardown(() => source.close());
    return source;
  };
  const to = node.chain.last_final?.height ?? 0n;
  const blocks = await collect(open(KEY.secret_access_key), { start: { kind: 'height', height: 0n }, to });
  t.is(blocks.length, Number(to) + 1);
  await t.throwsAsync(collect(open('another'), { start: { kind: 'height', height: 0n }, to }), {
    message: /answered 403/,
  });
});

test.serial('a reader pays for its requests, and says so in each', async (t) => {
  const world = await startSourceWorld(t);
  world.grow(6);
  const seen = new Set<string | undefined>();
  const proxied = await startFaultyLake({ lake_url: world.lake_url, bucket: world.bucket });
  t.teardown(proxied.stop);
  proxied.onHeaders = (headers) => void seen.add(String(headers['x-amz-request-payer']));
  await collect(world.open({ sources: [world.lakeAt(proxied.url)] }), {
    start: { kind: 'height', height: 0n },
    to: world.tip(),
  });
  t.deepEqual([...seen], ['requester']);
});
