// Shows that "npm start" runs the localnet with the product: links, keys, ports, folder, restarts, faults and its absence.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Account, JsonRpcProvider, KeyPair, KeyPairSigner, type KeyPairString } from 'near-api-js';
import { findFreePort } from '../core/postgres/free-port.ts';
import { startLocalnet } from '../localnet/start-localnet.ts';
import { productAccounts } from '../scripts/localnet/accounts.ts';
import { keysFolder, writeKeyFiles } from '../scripts/localnet/folder.ts';
import { WALL_CLOCK } from '../scripts/localnet/options.ts';
import { type Child, startChild } from './support/child.ts';
import { listNames, serversOf, start, testFolder } from './support/launcher.ts';
import { PROJECT, startProduct, urlOf, viewOf } from './support/product.ts';
import { KEEPER } from './support/rpc-node.ts';
import { makeStartedFolder, type StartedFolder } from './support/started-folder.ts';

const NEAR = 10n ** 24n;
const AT_GENESIS = 1_000_000n * NEAR;
/** Failures answer at once here; retries of the library would only hide them. */
const ONCE = { retries: 1 };

let started: StartedFolder;

test.before(async (t) => {
  t.timeout(120_000, 'a first start');
  started = await makeStartedFolder();
});
test.after.always(() => started?.remove());

// One after another: each starts whole processes, and many at once only wait for each other's CPU.
test.serial('its links answer, its keys sign, and a restart keeps height, block and balance', async (t) => {
  const data = await started.copyFor(t);
  const first = startProduct(t, { env: { DMRV_DATA_FOLDER: data } });
  const view = await viewOf(first);
  t.is(view.get('NEAR'), 'localnet');
  t.is(view.get('Contract'), 'dmrv.localnet');
  const rpc = providerOf(view);
  t.is((await rpc.viewNodeStatus()).chain_id, 'localnet');
  await pay({ data, rpc, from: 'minter.localnet', to: 'bob.localnet', amount: 3n * NEAR });
  t.is(await balanceOf(rpc, 'bob.localnet'), AT_GENESIS + 3n * NEAR);

  const { header } = await rpc.viewBlock({ finality: 'final' });
  const lake = view.get('Lake') ?? '';
  const object = `${String(header.height).padStart(12, '0')}/block.json`;
  const stored = await fetch(`${lake}/near-lake-data-localnet/${object}`);
  t.like(await stored.json(), { header: { hash: header.hash } });
  t.like(await (await fetch(`${lake}/v0/block/${header.height}`)).json(), {
    block: { header: { hash: header.hash } },
  });

  const keys = join(data, 'localnet', 'keys', 'localnet');
  t.true(first.output().includes(keys));
  for (const name of await readdir(keys)) t.is((await stat(join(keys, name))).mode & 0o777, 0o600, name);
  t.false(first.output().includes('ed25519:'));

  first.process.kill('SIGTERM');
  t.deepEqual(await first.end, { code: 0, signal: null });
  t.deepEqual(await listNames(join(data, 'localnet', 'owners')), []);
  await t.throwsAsync(fetch(lake));

  const again = providerOf(await viewOf(startProduct(t, { env: { DMRV_DATA_FOLDER: data } })));
  t.is((await again.viewBlock({ blockId: header.height })).header.hash, header.hash);
  t.true((await again.viewBlock({ finality: 'final' })).header.height >= header.height);
  t.is(await balanceOf(again, 'bob.localnet'), AT_GENESIS + 3n * NEAR);
});

test.serial('a first start deploys the contract: owned, with roles, without keys', async (t) => {
  const data = await started.copyFor(t);
  t.regex(
    started.output,
    /^Deployed the contract to dmrv\.localnet and deleted all keys of that account\.$/m,
  );
  t.regex(
    started.output,
    /^ {2}Credits +dMRV carbon credits \(DMRV, nft-1\.0\.0\): 0 minted \(0 t\), 0 active/m,
  );
  const again = startProduct(t, { env: { DMRV_DATA_FOLDER: data } });
  const rpc = providerOf(await viewOf(again));
  t.notRegex(again.output(), /Deployed the contract/);
  t.like(await viewContract(rpc, 'nft_metadata'), { spec: 'nft-1.0.0', symbol: 'DMRV' });
  t.like(await viewContract(rpc, 'rules'), {
    owner_id: 'owner.localnet',
    registries: ['verra', 'isometric'],
  });
  t.is((await viewContract(rpc, 'list_roles')).length, 7);
  t.deepEqual((await rpc.viewAccessKeyList({ accountId: 'dmrv.localnet' })).keys, []);
  const { code } = await rpc.viewContractCode({ contractId: 'dmrv.localnet' });
  const sha256 = createHash('sha256').update(code).digest('hex');
  for (const text of [started.output, again.output()]) t.true(text.includes(`code sha256 ${sha256}\n`), text);
  await Promise.all(
    ['verra', 'isometric', 'guardian'].map((name) =>
      pay({ data, rpc, from: `${name}.localnet`, to: 'bob.localnet', amount: 1n }),
    ),
  );
});

test.serial('other code that stands there is told, and left as it is', async (t) => {
  const data = await testFolder(t);
  const data_folder = join(data, 'localnet');
  await mkdir(data_folder);
  const before = await startLocalnet({
    mode: { kind: 'instant' },
    accounts: productAccounts('dmrv.localnet'),
    clock: WALL_CLOCK,
    data_folder,
    lake_port: null,
  });
  await writeKeyFiles({ data_folder, localnet: before });
  const rpc = new JsonRpcProvider({ url: before.rpc?.url ?? '' }, ONCE);
  const path = join(keysFolder(data_folder), 'localnet', 'dmrv.localnet.json');
  const { private_key }: { private_key: KeyPairString } = JSON.parse(await readFile(path, 'utf8'));
  const signer = new KeyPairSigner(KeyPair.fromString(private_key));
  await new Account('dmrv.localnet', rpc, signer).deployContract(KEEPER);
  await before.stop();

  const product = startProduct(t, { env: { DMRV_DATA_FOLDER: data } });
  const at = providerOf(await viewOf(product));
  t.regex(
    product.output(),
    /^ {2}Contract +dmrv\.localnet {2}not deployed\. dmrv\.localnet has code already/m,
  );
  const { code } = await at.viewContractCode({ contractId: 'dmrv.localnet' });
  t.deepEqual(Buffer.from(code), Buffer.from(KEEPER));
  t.is((await at.viewAccessKeyList({ accountId: 'dmrv.localnet' })).keys.length, 1);
});

test.serial(
  'a signal while the contract is still built ends it soon, and the next start deploys',
  async (t) => {
    const data = await testFolder(t);
    const first = startProduct(t, { env: { DMRV_DATA_FOLDER: data } });
    await first.waitFor(/^migrated 0001/m);
    first.process.kill('SIGTERM');
    t.deepEqual(await first.end, { code: 0, signal: null });
    t.deepEqual(await serversOf(join(data, 'postgres')), []);
    const rpc = providerOf(await viewOf(startProduct(t, { env: { DMRV_DATA_FOLDER: data } })));
    t.like(await viewContract(rpc, 'rules'), { owner_id: 'owner.localnet' });
  },
);

test.serial('after kill -9 it goes on with all that was executed', async (t) => {
  const data = await started.copyFor(t);
  const first = startProduct(t, { env: { DMRV_DATA_FOLDER: data } });
  await pay({
    data,
    rpc: providerOf(await viewOf(first)),
    from: 'alice.localnet',
    to: 'carol.localnet',
    amount: NEAR,
  });
  first.process.kill('SIGKILL');
  await first.end;
  const second = startProduct(t, { env: { DMRV_DATA_FOLDER: data } });
  const rpc = providerOf(await viewOf(second));
  t.is(await balanceOf(rpc, 'carol.localnet'), AT_GENESIS + NEAR);
  await pay({ data, rpc, from: 'alice.localnet', to: 'carol.localnet', amount: NEAR });
  t.is(await balanceOf(rpc, 'carol.localnet'), AT_GENESIS + 2n * NEAR);
  t.is((await fetch(`${await urlOf(second)}/health`)).status, 200);
});

test.serial(
  'a port of the configuration is used; one that is taken gives way to a free one, and a line says so',
  async (t) => {
    const data = await started.copyFor(t);
    const [taken, free] = [await holdPort(t), await findFreePort('127.0.0.1')];
    const DMRV_CONFIG = await writeConfig(data, (localnet) => {
      localnet.rpc_urls = [`http://127.0.0.1:${taken}`];
      localnet.lake.endpoint = `http://localhost:${free}`;
    });
    const product = startProduct(t, { env: { DMRV_DATA_FOLDER: data, DMRV_CONFIG } });
    const view = await viewOf(product);
    t.is(view.get('Lake'), `http://127.0.0.1:${free}`);
    t.not(view.get('RPC'), `http://127.0.0.1:${taken}`);
    const line = `Port ${taken} on 127.0.0.1 is taken by another process: JSON-RPC of the localnet is at ${view.get('RPC')} instead.`;
    t.true(product.output().includes(line), product.output());
    t.is(product.output().match(/is taken/g)?.length, 1);
    t.is((await providerOf(view).viewNodeStatus()).chain_id, 'localnet');
  },
);

test.serial(
  'a second start on the same chain is refused and told who has it, also with another database',
  async (t) => {
    const data = await started.copyFor(t);
    const given = await start(t, { data_folder: join(data, 'given') });
    const first = startProduct(t, { env: { DMRV_DATA_FOLDER: data } });
    const view = await viewOf(first);
    const env = { DMRV_DATA_FOLDER: data, DATABASE_URL: given.admin_url.replace(/postgres$/, 'other') };
    const second = startProduct(t, { env });
    t.deepEqual(await second.end, { code: 1, signal: null });
    const folder = join(data, 'localnet');
    const line = `dmrv-near: The data folder ${folder} is in use by process ${first.process.pid} (${view.get('API')}). Stop that process, or name another folder with DMRV_DATA_FOLDER.`;
    t.true(second.output().includes(line), second.output());
    t.notRegex(second.output(), /^\s+at /m);
    const alone = runLocalnet(t, ['--data-folder', folder]);
    t.is((await alone.end).code, 1);
    t.regex(alone.output(), /is in use by process \d+ .*name another folder with --data-folder/);
    t.is((await providerOf(view).viewNodeStatus()).chain_id, 'localnet');
  },
);

test.serial(
  '"npm run localnet" goes on over its folder; another genesis is refused in plain words',
  async (t) => {
    const data = await started.copyFor(t);
    const product = startProduct(t, { env: { DMRV_DATA_FOLDER: data } });
    const rpc = providerOf(await viewOf(product));
    await pay({ data, rpc, from: 'owner.localnet', to: 'bob.localnet', amount: NEAR });
    const { height } = (await rpc.viewBlock({ finality: 'final' })).header;
    product.process.kill('SIGINT');
    t.deepEqual(await product.end, { code: 0, signal: null });
    const alone = runLocalnet(t, ['--data-folder', join(data, 'localnet')]);
    const [, head] = await alone.waitFor(/head at (\d+)/);
    t.true(Number(head) >= height);
    alone.process.kill('SIGTERM');
    t.is((await alone.end).code, 0);
    const DMRV_CONFIG = await writeConfig(data, (localnet) => {
      localnet.contract_account_id = 'other.localnet';
    });
    const other = startProduct(t, { env: { DMRV_DATA_FOLDER: data, DMRV_CONFIG } });
    t.deepEqual(await other.end, { code: 1, signal: null });
    t.regex(
      other.output(),
      /^dmrv-near: The localnet in \S+ does not start: .* holds another chain: accounts is .*begin a new chain\.$/m,
    );
    t.notRegex(other.output(), /^\s+at /m);
    t.deepEqual(await serversOf(join(data, 'postgres')), []);
  },
);

test.serial('a fault of the chain ends the product loudly, and nothing is left running', async (t) => {
  const data = await started.copyFor(t);
  const product = startProduct(t, { env: { DMRV_DATA_FOLDER: data } });
  const rpc = providerOf(await viewOf(product));
  const folder = join(data, 'localnet');
  const [log = ''] = (await readdir(folder)).filter((name) => name.startsWith('blocks-'));
  // What another process writes into the chain's own file stops it before it writes over that.
  await appendFile(join(folder, log), 'not a block');
  const sent = pay({ data, rpc, from: 'alice.localnet', to: 'bob.localnet', amount: NEAR });
  await t.throwsAsync(sent);
  t.deepEqual(await product.end, { code: 1, signal: null });
  t.true(product.output().includes(`The localnet in ${folder} met a fault and makes no more blocks.`));
  t.regex(product.output(), /stop the other process that writes to it/);
  t.deepEqual(await serversOf(join(data, 'postgres')), []);
  t.deepEqual(await listNames(join(folder, 'owners')), []);
});

test.serial(
  'it is left off when told so, with an RPC endpoint elsewhere, and on the other networks',
  async (t) => {
    const data = await testFolder(t);
    const outside = await writeConfig(data, (localnet) => {
      localnet.rpc_urls = ['http://chain.example:3030'];
    });
    const cases: [rpc: string, args: string[], env: NodeJS.ProcessEnv][] = [
      ['http://127.0.0.1:8481', ['--no-localnet'], {}],
      ['http://chain.example:3030', [], { DMRV_CONFIG: outside }],
      ['https://rpc.mainnet.near.org', [], { DMRV_NETWORK: 'mainnet' }],
    ];
    for (const [rpc, args, env] of cases) {
      const product = startProduct(t, { args, env: { DMRV_DATA_FOLDER: data, ...env } });
      const view = await viewOf(product);
      t.is(view.get('RPC'), rpc);
      t.false(view.has('Keys'));
      t.is((await fetch(`${view.get('API')}/health`)).status, 200);
      product.process.kill('SIGTERM');
      t.deepEqual(await product.end, { code: 0, signal: null });
      t.false((await readdir(data)).includes('localnet'));
    }
  },
);

type LocalnetSettings = { rpc_urls: string[]; lake: { endpoint?: string }; contract_account_id: string };

async function writeConfig(folder: string, change: (localnet: LocalnetSettings) => void): Promise<string> {
  const config: { networks: { localnet: LocalnetSettings } } = JSON.parse(
    await readFile(join(PROJECT, 'near.config.json'), 'utf8'),
  );
  change(config.networks.localnet);
  const path = join(folder, 'near.config.json');
  await writeFile(path, JSON.stringify(config));
  return path;
}

/** A stranger that listens until the test ends. */
async function holdPort(t: ExecutionContext): Promise<number> {
  const server = createServer();
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

function runLocalnet(t: ExecutionContext, args: string[]): Child {
  const ports = ['--rpc-port', '0', '--lake-port', '0'];
  const localnet = startChild({ file: join(PROJECT, 'scripts', 'localnet.ts'), args: [...ports, ...args] });
  t.teardown(() => localnet.process.kill('SIGKILL'));
  return localnet;
}

function providerOf(view: ReadonlyMap<string, string>): JsonRpcProvider {
  return new JsonRpcProvider({ url: view.get('RPC') ?? '' }, ONCE);
}

type Answer = Record<string, unknown> & { length: number };

async function viewContract(rpc: JsonRpcProvider, method: string): Promise<Answer> {
  return (await rpc.callFunction<Answer>({ contractId: 'dmrv.localnet', method, args: {} })) as Answer;
}

async function balanceOf(rpc: JsonRpcProvider, account_id: string): Promise<bigint> {
  return (await new Account(account_id, rpc).getState()).balance.total;
}

/** Signed with the key that the account's file holds. */
async function pay(about: {
  data: string;
  rpc: JsonRpcProvider;
  from: string;
  to: string;
  amount: bigint;
}): Promise<void> {
  const { data, rpc, from, to, amount } = about;
  const path = join(data, 'localnet', 'keys', 'localnet', `${from}.json`);
  const file: { account_id: string; private_key: KeyPairString } = JSON.parse(await readFile(path, 'utf8'));
  const signer = new KeyPairSigner(KeyPair.fromString(file.private_key));
  await new Account(file.account_id, rpc, signer).transfer({ receiverId: to, amount });
}
