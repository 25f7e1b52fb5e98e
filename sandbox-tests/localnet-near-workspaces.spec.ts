// Shows that near-workspaces, unmodified and on a custom network, does on the localnet what it does on a NEAR sandbox.
import { createRequire } from 'node:module';
import test, { type ExecutionContext } from 'ava';
import type * as Workspaces from 'near-workspaces';
import { KEEPER, KEPT_LOG, ROOT, type ServedNode, serveNode } from './support/rpc-node.ts';

const NEAR = 10n ** 24n;
const FUNDED = { initialBalance: 50n * NEAR };

// It is CommonJS, and its key store must come from the client library that it brings along itself.
const require = createRequire(import.meta.url);
const { Worker } = require('near-workspaces') as typeof Workspaces;
const theirs = createRequire(require.resolve('near-workspaces'));
const { keyStores, KeyPair } = theirs('near-api-js') as {
  keyStores: {
    InMemoryKeyStore: new () => { setKey(network: string, account_id: string, key: unknown): Promise<void> };
  };
  KeyPair: { fromString(text: string): unknown };
};

async function startWorker(t: ExecutionContext): Promise<{ worker: Workspaces.Worker; served: ServedNode }> {
  const served = await serveNode(t);
  const keyStore = new keyStores.InMemoryKeyStore();
  await keyStore.setKey('custom', ROOT, KeyPair.fromString(served.secretOf(ROOT)));
  const worker = await Worker.init({
    network: 'custom',
    rpcAddr: served.url,
    rootAccountId: ROOT,
    keyStore,
  } as unknown as Partial<Workspaces.Config>);
  t.teardown(() => worker.tearDown());
  return { worker, served };
}

test('accounts are created with balances, and pay each other', async (t) => {
  const { worker, served } = await startWorker(t);
  const root = worker.rootAccount;
  const ann = await root.createSubAccount('ann', FUNDED);
  const ben = await root.createSubAccount('ben', FUNDED);
  await ann.transfer(ben, NEAR);
  t.is((await ben.balance()).total.toString(), (51n * NEAR).toString());
  t.true(await worker.rootAccount.exists());
  t.deepEqual(served.faults, []);
});

test('a contract is deployed, called, viewed and its state read', async (t) => {
  const { worker, served } = await startWorker(t);
  const root = worker.rootAccount;
  const keeper = await root.createSubAccount('keeper', FUNDED);
  await keeper.deploy(Buffer.from(KEEPER));
  const result = await root.callRaw(keeper, 'keep', { kept: true });
  t.true(result.succeeded);
  t.deepEqual(result.logs, [KEPT_LOG]);
  t.deepEqual(await keeper.view('read'), { kept: true });
  t.deepEqual(await root.call(keeper, 'echo', { said: 1 }), { said: 1 });
  const state = await keeper.viewState();
  t.is(state.getRaw('key').toString(), '{"kept":true}');
  const failed = await root.callRaw(keeper, 'refuse', {});
  t.true(failed.failed);
  t.regex(failed.receiptFailureMessages.join(' '), /Smart contract panicked: no ..such.. luck/);
  t.deepEqual(served.faults, []);
});

test('a batch of actions is one transaction', async (t) => {
  const { worker } = await startWorker(t);
  const root = worker.rootAccount;
  const result = await root
    .batch('made.test.near')
    .createAccount()
    .transfer(20n * NEAR)
    .deployContract(Buffer.from(KEEPER))
    .functionCall('keep', { first: 1 })
    .transact();
  t.true(result.succeeded);
  const made = root.getAccount('made.test.near');
  t.deepEqual(await made.view('read'), { first: 1 });
});

test('state is patched past all rules', async (t) => {
  const { worker } = await startWorker(t);
  const root = worker.rootAccount;
  const keeper = await root.createSubAccount('keeper', FUNDED);
  await keeper.deploy(Buffer.from(KEEPER));
  await keeper.patchState('key', '{"patched":1}');
  t.deepEqual(await keeper.view('read'), { patched: 1 });
  await keeper.updateAccount({ amount: (7n * NEAR).toString() });
  t.is((await keeper.accountView()).amount, (7n * NEAR).toString());
});

test('time passes at once, and epochs with it', async (t) => {
  const { worker, served } = await startWorker(t);
  const before = served.node.chain.head;
  await worker.provider.fastForward(200);
  const after = served.node.chain.head;
  t.true(after.height >= before.height + 200n);
  t.true(after.epoch.epoch_height > before.epoch.epoch_height);
  t.true(after.header.inner_lite.timestamp > before.header.inner_lite.timestamp);
  t.deepEqual(served.faults, []);
});
