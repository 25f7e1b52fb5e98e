// Owns the rules of starting and stopping a whole localnet; leaves what its servers answer to their own tests.
import test from 'ava';
import { startLocalnet } from './start-localnet.ts';

async function statusOf(url: string): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'status', params: [] });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body });
  return response.json();
}

test('a localnet serves JSON-RPC, Lake and neardata until it is stopped', async (t) => {
  const localnet = await startLocalnet({ chain_id: 'my-chain' });
  const { rpc, lake, node } = localnet;
  if (rpc === null || lake === null) return t.fail();
  t.like(await statusOf(rpc.url), { result: { chain_id: 'my-chain' } });
  node.produceBlocks({ count: 3 });
  const object = await fetch(`${lake.url}/${lake.bucket}/000000000001/block.json`);
  t.like(await object.json(), { header: { height: 1 } });
  const block = await fetch(`${lake.url}/v0/block/1`);
  t.like(await block.json(), { block: { header: { height: 1 } } });
  await localnet.stop();
  await localnet.stop();
  await t.throwsAsync(statusOf(rpc.url));
  await t.throwsAsync(fetch(lake.url));
  return t.throws(() => node.produceBlocks(), { message: /has stopped/ });
});

test('several localnets run side by side, without the servers that nobody wants', async (t) => {
  const one = await startLocalnet({ lake_port: null });
  const other = await startLocalnet({ lake_port: null });
  t.not(one.rpc?.port, other.rpc?.port);
  t.is(one.lake, null);
  one.node.produceBlocks();
  t.is(other.node.chain.head.height, 0n);
  await Promise.all([one.stop(), other.stop()]);
  const quiet = await startLocalnet({ rpc_port: null, lake_port: null });
  t.is(quiet.rpc, null);
  await quiet.stop();
});

test('a port that is taken ends the start, and nothing runs on', async (t) => {
  const first = await startLocalnet({ rpc_port: null });
  await t.throwsAsync(startLocalnet({ lake_port: first.lake?.port ?? 0 }), {
    message: /EADDRINUSE|in use|taken/,
  });
  await first.stop();
});

test('genesis accounts come with keys that follow from the seed', async (t) => {
  const keysOf = async (seed: string) => {
    const localnet = await startLocalnet({ seed, rpc_port: null, lake_port: null });
    await localnet.stop();
    return localnet.accounts.map(({ account_id, secret_key }) => `${account_id} ${secret_key}`);
  };
  t.deepEqual(await keysOf('a'), await keysOf('a'));
  t.notDeepEqual(await keysOf('a'), await keysOf('b'));
  t.true((await keysOf('a')).some((line) => /^test\.near ed25519:[1-9A-HJ-NP-Za-km-z]{86,88}$/.test(line)));
});
