// Shows that a deployment leaves the contract, its roles and no key, that it is refused in plain words, gone on with, and upgraded.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { actions, KeyPair } from 'near-api-js';
import { type RunningLocalnet, startLocalnet } from '../localnet/start-localnet.ts';
import { type BuiltContract, buildContract } from '../scripts/build-contract/build-contract.ts';
import {
  type DeployChain,
  findAccount,
  findRules,
  listRoles,
  openDeployChain,
  send,
} from '../scripts/deploy/chain.ts';
import { readAccountKey } from '../scripts/deploy/credentials.ts';
import { LOCALNET_SETTINGS, type Settings } from '../scripts/deploy/settings.ts';
import { LATER_ACCOUNTS, productAccounts } from '../scripts/localnet/accounts.ts';
import { keysFolder, writeKeyFiles } from '../scripts/localnet/folder.ts';
import { WALL_CLOCK } from '../scripts/localnet/options.ts';
import { startChild } from './support/child.ts';
import { testFolder } from './support/launcher.ts';
import { PROJECT } from './support/product.ts';
import { KEEPER } from './support/rpc-node.ts';

const CONTRACT = 'dmrv.localnet';
const OWNER = 'owner.localnet';
const YOCTO = 10n ** 24n;
const TGAS = 10n ** 12n;
const DAY_NS = '86400000000000';

let built: BuiltContract;

test.before(async (t) => {
  t.timeout(600_000, 'the engines are built when they are not in the cache');
  built = await buildContract({ note: t.log });
});

interface World {
  data: string;
  /** The module that is built here, so that not every command has to build it. */
  wasm: string;
  chain: DeployChain;
  localnet: RunningLocalnet;
}

/** A chain with the product's people, their key files, and one poor account. */
async function openWorld(t: ExecutionContext): Promise<World> {
  const data = await testFolder(t);
  const later = LATER_ACCOUNTS.map(({ account_id }) => ({ account_id }));
  const localnet = await startLocalnet({
    accounts: [...productAccounts(CONTRACT), ...later, { account_id: 'poor.localnet', amount: 5n * YOCTO }],
    clock: WALL_CLOCK,
    lake_port: null,
  });
  t.teardown(localnet.stop);
  await mkdir(join(data, 'localnet'));
  await writeKeyFiles({ data_folder: join(data, 'localnet'), localnet });
  const wasm = join(data, 'built.wasm');
  await writeFile(wasm, built.wasm);
  const chain = await openDeployChain({ network: 'localnet', rpc_urls: [localnet.rpc?.url ?? ''] });
  return { data, wasm, chain, localnet };
}

interface About {
  /** What near.config.json would say. */
  contract_id?: string;
  env?: object;
}

/** The command as people run it. */
async function buildAndDeploy(world: World, args: string[] = [], about: About = {}) {
  const config = JSON.parse(await readFile(join(PROJECT, 'near.config.json'), 'utf8'));
  config.networks.localnet.contract_account_id = about.contract_id ?? CONTRACT;
  config.networks.localnet.rpc_urls = [world.chain.url];
  const DMRV_CONFIG = join(world.data, 'near.config.json');
  await writeFile(DMRV_CONFIG, JSON.stringify(config));
  const child = startChild({
    file: join(PROJECT, 'scripts', 'deploy.ts'),
    args,
    env: { DMRV_DATA_FOLDER: world.data, DMRV_CONFIG, ...about.env },
  });
  const { code } = await child.end;
  return { code, output: child.output() };
}

/** The same with the module that is built here, unless the arguments name another. */
function deploy(world: World, args: string[] = [], about: About = {}) {
  return buildAndDeploy(world, args.includes('--wasm') ? args : [...args, '--wasm', world.wasm], about);
}

async function writeSettings({ data }: World, change: Partial<Settings> = {}): Promise<string> {
  const path = join(data, 'deployment.json');
  await writeFile(path, JSON.stringify({ ...LOCALNET_SETTINGS, ...change }));
  return path;
}

function keyOf({ data }: World, account_id: string) {
  const keys_folder = keysFolder(join(data, 'localnet'));
  return readAccountKey({ keys_folder, network: 'localnet', account_id });
}

function heightOf({ localnet }: World): bigint {
  return localnet.node.chain.head.height;
}

function newArgs({ owner_id, metadata, upgrade_delay_ns }: Settings) {
  return { owner_id, metadata, upgrade_delay_ns };
}

// One after another: each starts whole processes, and many at once only wait for each other's CPU.
test.serial(
  'a deployment brings code, owner and roles and leaves no key; a second one changes nothing',
  async (t) => {
    const world = await openWorld(t);
    const { chain } = world;
    const old_key = await keyOf(world, CONTRACT);
    const caller = KeyPair.fromRandom('ed25519').getPublicKey();
    await send(chain, {
      key: old_key,
      receiver_id: CONTRACT,
      actions: [actions.addFunctionCallAccessKey(caller, CONTRACT, [])],
    });

    const height = heightOf(world);
    const dry = await buildAndDeploy(world, ['--dry-run']);
    t.is(dry.code, 0, dry.output);
    t.true(dry.output.includes(`code      ${built.wasm.length} bytes, sha256 ${built.sha256}`), dry.output);
    t.regex(dry.output, /1\. dmrv\.localnet takes the code and calls new for owner\.localnet/);
    t.regex(
      dry.output,
      /2\. owner\.localnet grants\n.*guardian guardian\.localnet\n.*minter minter\.localnet of verra/,
    );
    t.regex(dry.output, /3\. dmrv\.localnet deletes all its 2 key\(s\), 1 of them with full access/);
    t.regex(dry.output, /Dry run: nothing was done\./);
    t.is(heightOf(world), height);

    const done = await buildAndDeploy(world);
    t.is(done.code, 0, done.output);
    const account = await findAccount(chain, CONTRACT);
    t.is(account?.code_sha256, built.sha256);
    t.deepEqual(account?.keys, []);
    t.like(await findRules(chain, CONTRACT), { owner_id: OWNER, upgrade_delay_ns: '60000000000' });
    const roles = await listRoles(chain, CONTRACT);
    t.deepEqual(
      roles.map(({ role, account_id, registry }) => [role, account_id, registry]),
      LOCALNET_SETTINGS.roles.map((one) => [
        one.role,
        one.account_id,
        one.role === 'guardian' ? undefined : one.registry,
      ]),
    );
    t.like(await chain.provider.callFunction({ contractId: CONTRACT, method: 'nft_metadata', args: {} }), {
      ...LOCALNET_SETTINGS.metadata,
    });
    t.notRegex(dry.output + done.output, /ed25519:/);

    const redeploy = { key: old_key, receiver_id: CONTRACT, actions: [actions.deployContract(KEEPER)] };
    await t.throwsAsync(send(chain, redeploy), { message: /access key/i });
    const again = actions.functionCall('new', newArgs(LOCALNET_SETTINGS), 30n * TGAS, 0n);
    const by_owner = { key: await keyOf(world, OWNER), receiver_id: CONTRACT, actions: [again] };
    await t.throwsAsync(send(chain, by_owner), { message: /NOT_PRIVATE: / });

    const after = heightOf(world);
    const second = await deploy(world);
    t.is(second.code, 0, second.output);
    t.regex(second.output, /dmrv\.localnet is there already and has no key; nothing was changed\./);
    t.true(second.output.includes(`sha256 ${built.sha256}, the same as built here`), second.output);
    t.regex(second.output, /^credits +dMRV carbon credits \(DMRV, nft-1\.0\.0\): 0 minted \(0 t\)/m);
    t.is(heightOf(world), after);
    const other = await writeSettings(world, {
      owner_id: 'bob.localnet',
      roles: [{ role: 'guardian', account_id: 'bob.localnet' }],
    });
    const differing = await deploy(world, ['--settings', other]);
    t.is(differing.code, 0);
    t.regex(differing.output, /The owner is owner\.localnet; the settings say bob\.localnet\./);
    t.regex(differing.output, /Not granted: guardian bob\.localnet\./);
    t.is(heightOf(world), after);
  },
);

test.serial('a deployment that was cut off is gone on with, by its own settings only', async (t) => {
  const world = await openWorld(t);
  const { chain } = world;
  const key = await keyOf(world, CONTRACT);
  const born = actions.functionCall('new', newArgs(LOCALNET_SETTINGS), 50n * TGAS, 0n);
  await send(chain, { key, receiver_id: CONTRACT, actions: [actions.deployContract(built.wasm), born] });
  await t.throwsAsync(send(chain, { key, receiver_id: CONTRACT, actions: [born] }), {
    message: /ALREADY_INITIALISED: /,
  });
  const [granted] = LOCALNET_SETTINGS.roles;
  const grant = actions.functionCall('grant_role', { ...granted }, 15n * TGAS, 1n);
  await send(chain, { key: await keyOf(world, OWNER), receiver_id: CONTRACT, actions: [grant] });

  for (const change of [{ owner_id: 'bob.localnet' }, { upgrade_delay_ns: DAY_NS }]) {
    const refused = await deploy(world, ['--settings', await writeSettings(world, change)]);
    t.is(refused.code, 1);
    t.regex(refused.output, /^dmrv-near: dmrv\.localnet is initialised already \(owner owner\.localnet/m);
  }
  t.is((await findAccount(chain, CONTRACT))?.keys.length, 1);

  const done = await deploy(world);
  t.is(done.code, 0, done.output);
  t.notRegex(done.output, /calls new|guardian guardian/);
  t.regex(done.output, /1\. owner\.localnet grants\n/);
  t.deepEqual((await findAccount(chain, CONTRACT))?.keys, []);
  t.is((await listRoles(chain, CONTRACT)).length, LOCALNET_SETTINGS.roles.length);
});

test.serial('what cannot be deployed is refused in plain words, and nothing is changed', async (t) => {
  const world = await openWorld(t);
  const { data, chain } = world;
  const keeper_key = await keyOf(world, 'carol.localnet');
  await send(chain, {
    key: keeper_key,
    receiver_id: 'carol.localnet',
    actions: [actions.deployContract(KEEPER)],
  });
  await writeFile(join(data, 'keeper.wasm'), KEEPER);
  const folder = join(keysFolder(join(data, 'localnet')), 'localnet');
  const [mine, bobs] = [join(folder, `${CONTRACT}.json`), join(folder, 'bob.localnet.json')];
  const right = await readFile(mine, 'utf8');
  const strange = KeyPair.fromRandom('ed25519').toString();
  const height = heightOf(world);
  const settings = (change: Partial<Settings>) => async () => [
    '--settings',
    await writeSettings(world, change),
  ];
  const withKey = (text: string) => async () => {
    await writeFile(mine, text);
    return [];
  };
  const none = async (): Promise<string[]> => [];
  const ghost = { role: 'minter', account_id: 'ghost.localnet', registry: 'verra' } as const;
  const cases: [said: RegExp, args: () => Promise<string[]>, contract_id?: string, env?: object][] = [
    [/The account nobody\.localnet is not there\./, none, 'nobody.localnet'],
    [/poor\.localnet has 5\.00 NEAR; the code's \d+ bytes, .* need \d+\.\d\d\./, none, 'poor.localnet'],
    [/carol\.localnet has code already \(sha256 [0-9a-f]{64}\)/, none, 'carol.localnet'],
    [/accounts that are not there: ghost\.localnet\./, settings({ roles: [ghost] })],
    [/The owner would be the contract's own account/, settings({ owner_id: CONTRACT })],
    [/have 1 mistake\(s\): owner_id: must be an account id\./, settings({ owner_id: 'No' })],
    [/settings \S+ cannot be read\./, async () => ['--settings', join(data, 'none.json')]],
    [/There is no key of dmrv\.localnet: \S+ is not there\./, async () => ['--keys', data]],
    [/holds no key\./, withKey('{"private_key":"ed25519:secret-word"}')],
    [/is for bob\.localnet, not for dmrv\.localnet\./, withKey(await readFile(bobs, 'utf8'))],
    [/is no full-access key of dmrv\.localnet\./, withKey(JSON.stringify({ private_key: strange }))],
    [
      /No RPC endpoint of localnet answers: http:\/\/127\.0\.0\.1:1 /,
      async () => ['--rpc', 'http://127.0.0.1:1'],
    ],
    [
      /is an endpoint of localnet, not of testnet\./,
      async () => [...(await settings({})()), '--rpc', chain.url],
      CONTRACT,
      { DMRV_NETWORK: 'testnet' },
    ],
    [/A deployment to testnet needs settings/, none, CONTRACT, { DMRV_NETWORK: 'testnet' }],
    [/dmrv\.localnet has no contract of this kind\./, async () => ['--upgrade']],
    [/keeper\.wasm may not be deployed: /, async () => ['--wasm', join(data, 'keeper.wasm')]],
  ];
  for (const [said, args, contract_id, env] of cases) {
    const refused = await deploy(world, await args(), {
      ...(contract_id === undefined ? {} : { contract_id }),
      ...(env === undefined ? {} : { env }),
    });
    await writeFile(mine, right);
    t.is(refused.code, 1, refused.output);
    t.regex(refused.output, said);
    t.notRegex(refused.output, /^\s+at |secret-word|private_key":/m);
    t.false(refused.output.includes(strange));
  }
  t.is(heightOf(world), height);
  t.like(await findAccount(chain, CONTRACT), { code_sha256: null });
});

test.serial('an upgrade is announced, waits for its delay, and is the announced code or none', async (t) => {
  const world = await openWorld(t);
  const { chain, data } = world;
  // The same code with a section that nothing reads: another hash.
  const section = Buffer.from([0, 5, 4, ...Buffer.from('next')]);
  const next = Buffer.concat([built.wasm, section]);
  const next_sha256 = createHash('sha256').update(next).digest('hex');
  const wasm = join(data, 'next.wasm');
  await writeFile(wasm, next);
  for (const [delay, contract_id] of [
    ['0', CONTRACT],
    [DAY_NS, 'alice.localnet'],
  ] as const) {
    const path = await writeSettings(world, { upgrade_delay_ns: delay });
    const { code, output } = await deploy(world, ['--settings', path], { contract_id });
    t.is(code, 0, output);
  }
  const refuse = async (args: string[], said: RegExp, contract_id: string = CONTRACT): Promise<void> => {
    const { code, output } = await deploy(world, args, { contract_id });
    t.is(code, 1, output);
    t.regex(output, said);
  };
  await refuse(['--announce-upgrade'], /has the code sha256 [0-9a-f]{64} already\./);
  await writeFile(join(data, 'keeper.wasm'), KEEPER);
  await refuse(['--announce-upgrade', '--wasm', join(data, 'keeper.wasm')], /may not be deployed: /);
  await refuse(['--upgrade', '--wasm', wasm], /No upgrade is announced\./);
  await refuse(['--upgrade', '--announce-upgrade'], /cannot be used with/);
  for (const contract_id of [CONTRACT, 'alice.localnet']) {
    const announced = await deploy(world, ['--announce-upgrade', '--wasm', wasm], { contract_id });
    t.is(announced.code, 0, announced.output);
    t.like((await findRules(chain, contract_id))?.announced_upgrade, { code_sha256: next_sha256 });
  }
  await refuse(['--announce-upgrade', '--wasm', wasm], /is announced already/);
  await refuse(['--upgrade', '--wasm', wasm], /may not be carried out before 2/, 'alice.localnet');
  await writeFile(join(data, 'other.wasm'), Buffer.concat([next, section]));
  await refuse(['--upgrade', '--wasm', join(data, 'other.wasm')], /Announced is the code sha256 /);
  const upgraded = await deploy(world, ['--upgrade', '--wasm', wasm]);
  t.is(upgraded.code, 0, upgraded.output);
  t.is((await findAccount(chain, CONTRACT))?.code_sha256, next_sha256);
  t.is((await findRules(chain, CONTRACT))?.announced_upgrade, null);
  t.is((await listRoles(chain, CONTRACT)).length, LOCALNET_SETTINGS.roles.length);
  const seen = await deploy(world);
  t.is(seen.code, 0);
  t.regex(seen.output, /The code there is not the one built here/);
  t.is((await findAccount(chain, CONTRACT))?.code_sha256, next_sha256);
});

test.serial('--help explains the command', async (t) => {
  const world = startChild({ file: join(PROJECT, 'scripts', 'deploy.ts'), args: ['--help'] });
  t.is((await world.end).code, 0);
  for (const word of [
    '--settings',
    '--dry-run',
    '--announce-upgrade',
    '--upgrade',
    '--keys',
    'upgrade_delay_ns',
  ])
    t.true(world.output().includes(word), word);
});
