// Shows that a right configuration becomes one frozen Config and that each mistake is named, all of them at once.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import test from 'ava';
import { ConfigError, loadConfig, type Mistake } from './index.ts';

const PROJECT_FILE = new URL('../../near.config.json', import.meta.url);

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Env = Record<string, string>;

interface TestFolder {
  path: string;
  write(name: string, text: string): void;
}

test('without any variable the configuration is the local one', (t) => {
  const config = loadConfig({ env: {}, folder: projectFolder(t).path });
  t.is(config.network.name, 'localnet');
  t.is(config.log_level, 'info');
  const open = { cors_origins: [], trusted_proxies: [], rate_per_key: 1200, rate_per_address: 2400 };
  t.deepEqual({ ...config.api }, { host: '127.0.0.1', port: 8480, port_is_fixed: false, ...open });
  t.is(config.database.url, undefined);
  t.is(config.database.login_secret, undefined);
});

test('each network of the project file is accepted, with its first block as text', (t) => {
  const { path } = projectFolder(t);
  const testnet = loadConfig({ env: { DMRV_NETWORK: 'testnet' }, folder: path }).network;
  t.is(testnet.lake.bucket, 'near-lake-data-testnet');
  t.is(typeof testnet.first_block_height, 'string');
  const mainnet = loadConfig({ env: { DMRV_NETWORK: 'mainnet' }, folder: path }).network;
  t.is(mainnet.lake.bucket, 'near-lake-data-mainnet');
  t.is(mainnet.neardata_url, 'https://mainnet.neardata.xyz');
});

test('variables set the host, the port, the log level, the file and the data folder', (t) => {
  const folder = projectFolder(t);
  folder.write('other.json', readFileSync(PROJECT_FILE, 'utf8').replace('dmrv.testnet', 'other.testnet'));
  const env = {
    DMRV_API_HOST: '::1',
    DMRV_API_PORT: '9000',
    DMRV_CONFIG: 'other.json',
    DMRV_DATA_FOLDER: 'here',
    DMRV_LOG_LEVEL: 'debug',
    DMRV_NETWORK: 'testnet',
    DMRV_TEST_ADMIN_URL: 'of the test runner',
    HOME: 'of the system',
  };
  const config = loadConfig({ env, folder: folder.path });
  t.like(config.api, { host: '::1', port: 9000, port_is_fixed: true });
  t.is(config.network.contract_account_id, 'other.testnet');
  t.is(config.database.data_folder, join(folder.path, 'here', 'postgres'));
  t.is(config.localnet.data_folder, join(folder.path, 'here', 'localnet'));
  t.is(config.log_level, 'debug');
});

test('variables say who may call the API from elsewhere, through what, and how often', (t) => {
  const env = {
    DMRV_API_PUBLIC_URL: 'https://credits.example',
    DMRV_API_CORS_ORIGINS: 'https://app.example, http://localhost:3000',
    DMRV_API_TRUSTED_PROXIES: '10.0.0.0/8,::1',
    DMRV_API_RATE_PER_KEY: '10',
    DMRV_API_RATE_PER_ADDRESS: '20',
  };
  const { api } = loadConfig({ env, folder: projectFolder(t).path });
  t.is(api.public_url, 'https://credits.example');
  t.deepEqual(api.cors_origins, ['https://app.example', 'http://localhost:3000']);
  t.deepEqual(api.trusted_proxies, ['10.0.0.0/8', '::1']);
  t.is(api.rate_per_key, 10);
  t.is(api.rate_per_address, 20);
  for (const [name, wrong] of [
    ['DMRV_API_CORS_ORIGINS', '*'],
    ['DMRV_API_CORS_ORIGINS', 'https://app.example/'],
    ['DMRV_API_CORS_ORIGINS', 'https://app.example,,https://b.example'],
    ['DMRV_API_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['DMRV_API_TRUSTED_PROXIES', 'proxy.example'],
    ['DMRV_API_RATE_PER_KEY', '0'],
    ['DMRV_API_PUBLIC_URL', 'credits.example'],
  ] as const) {
    const error = t.throws(() => loadConfig({ env: { [name]: wrong }, folder: projectFolder(t).path }), {
      instanceOf: ConfigError,
    });
    t.deepEqual(
      error?.mistakes.map(({ path }) => path),
      [`env ${name}`],
    );
  }
});

test('a config is frozen to its leaves', (t) => {
  const config = loadConfig({ env: {}, folder: projectFolder(t).path });
  for (const part of [config, config.api, config.database, config.network, config.network.rpc_urls]) {
    t.true(Object.isFrozen(part));
  }
  t.throws(() => Object.assign(config.network.lake, { bucket: 'another' }), { instanceOf: TypeError });
});

const SECRETS = {
  DATABASE_URL: 'postgresql://ann:hush-hush-url@db.example:5432/dmrv',
  DATABASE_LOGIN_SECRET: 'hush-hush-login-secret',
  RPC_API_KEY: 'hush-hush-rpc',
  LAKE_ACCESS_KEY_ID: 'hush-hush-id',
  LAKE_SECRET_ACCESS_KEY: 'hush-hush-key',
};

test('secrets are read by name and never printed', (t) => {
  const config = loadConfig({ env: SECRETS, folder: projectFolder(t).path });
  t.is(config.database.url, SECRETS.DATABASE_URL);
  t.is(config.database.login_secret, SECRETS.DATABASE_LOGIN_SECRET);
  t.is(config.secrets.rpc_api_key, SECRETS.RPC_API_KEY);
  t.is(config.secrets.lake_access_key_id, SECRETS.LAKE_ACCESS_KEY_ID);
  t.is(config.secrets.lake_secret_access_key, SECRETS.LAKE_SECRET_ACCESS_KEY);
  const everything = { depth: Number.POSITIVE_INFINITY, showHidden: true };
  for (const printed of [JSON.stringify(config), inspect(config, everything), inspect(config)]) {
    t.false(printed.includes('hush-hush'), printed);
  }
});

test('a secret may stand in a file, whose last line break is not part of it', (t) => {
  const folder = projectFolder(t);
  const env: Env = {};
  for (const [name, value] of Object.entries(SECRETS)) {
    folder.write(name, `${value}\n`);
    env[`${name}_FILE`] = name;
  }
  const config = loadConfig({ env, folder: folder.path });
  t.is(config.database.url, SECRETS.DATABASE_URL);
  t.is(config.secrets.lake_secret_access_key, SECRETS.LAKE_SECRET_ACCESS_KEY);
});

const VARIABLE_MISTAKES: readonly [env: Env, found: string, allowed: RegExp][] = [
  [{ DMRV_NETWORK: 'moonnet' }, '"moonnet"', /^localnet, testnet, mainnet$/],
  [{ DMRV_API_PORT: '80a' }, '"80a"', /^a port, 1 to 65535$/],
  [{ DMRV_API_PORT: '0' }, '"0"', /^a port/],
  [{ DMRV_API_PORT: '65536' }, '"65536"', /^a port/],
  [{ DMRV_API_PORT: '' }, 'an empty text', /^a port/],
  [{ DMRV_API_HOST: 'a b' }, '"a b"', /^an IP address or a host name$/],
  [{ DMRV_LOG_LEVEL: 'loud' }, '"loud"', /^fatal, error, warn, info, debug, trace, silent$/],
  [{ DMRV_DATA_FOLDER: ' ' }, '" "', /^a path$/],
  [{ DMRV_API_PROT: '80' }, 'an unknown variable', /^DMRV_API_PORT \(the nearest of DMRV_NETWORK, /],
  [{ DMRV_COLOUR_OF_THE_SKY: 'blue' }, 'an unknown variable', /^DMRV_NETWORK, DMRV_CONFIG, /],
  [{ DATABASE_URL: 'mysql://hush' }, '(hidden)', /^a URL postgresql:/],
  [{ DATABASE_URL: 'postgresql://hush@host' }, '(hidden)', /^a URL postgresql:/],
  [{ DATABASE_LOGIN_SECRET: 'hush' }, '(hidden)', /^a secret of at least 16 characters$/],
  [{ RPC_API_KEY: 'hush hush' }, '(hidden)', /^a secret in one line$/],
  [{ RPC_API_KEY_FILE: 'not-there' }, '"not-there", which is not there', /a readable file/],
  [{ RPC_API_KEY_FILE: 'empty' }, '"empty", which is empty', /a readable file/],
  [{ RPC_API_KEY_FILE: '.' }, '".", which cannot be read (EISDIR)', /a readable file/],
  [
    { RPC_API_KEY_FILE: 'empty', RPC_API_KEY: 'hush' },
    'RPC_API_KEY set beside it',
    /with RPC_API_KEY not set$/,
  ],
];

for (const [env, found, allowed] of VARIABLE_MISTAKES) {
  const [name = ''] = Object.keys(env);
  test(`a mistake in a variable is refused: ${JSON.stringify(env)}`, (t) => {
    const folder = projectFolder(t);
    folder.write('empty', '\n');
    const [mistake, ...more] = refusedMistakes(t, { env, folder: folder.path });
    t.deepEqual(more, []);
    t.is(mistake?.path, `env ${name}`);
    t.is(mistake?.found, found);
    t.regex(mistake?.allowed ?? '', allowed);
  });
}

test('half a pair of Lake keys is refused', (t) => {
  const folder = projectFolder(t).path;
  const [mistake] = refusedMistakes(t, { env: { LAKE_ACCESS_KEY_ID: 'hush' }, folder });
  t.is(mistake?.path, 'env LAKE_SECRET_ACCESS_KEY');
  t.is(mistake?.allowed, 'a value beside LAKE_ACCESS_KEY_ID, or neither of the two');
});

const FILE_MISTAKES: readonly [path: string, value: Json | undefined, found: string, allowed: RegExp][] = [
  ['networks.testnet.lake.bucket', 'Ab', '"Ab"', /^an S3 bucket name/],
  ['networks.testnet.lake.bucket', undefined, 'nothing', /^an S3 bucket name/],
  ['networks.testnet.lake.region', 'eu central', '"eu central"', /^an S3 region/],
  ['networks.testnet.lake.endpoint', 'ftp://files', '"ftp://files"', /^an http or https URL/],
  ['networks.testnet.lake', [], 'an empty list', /^an object with bucket, region, endpoint$/],
  ['networks.testnet.rpc_urls', [], 'an empty list', /^a list of 1 to 16 URLs$/],
  ['networks.testnet.rpc_urls', 'https://rpc', '"https://rpc"', /^a list of 1 to 16 URLs$/],
  ['networks.testnet.rpc_urls.0', 'rpc', '"rpc"', /^an http or https URL/],
  ['networks.testnet.neardata_url', 'http://ann:hush@x', '"http://(hidden)@x"', /without login/],
  ['networks.testnet.neardata_url', 'https://x/?key=hush', '"https://x/?(hidden)"', /without login, query/],
  ['networks.testnet.contract_account_id', 'A.near', '"A.near"', /^a NEAR account id/],
  ['networks.testnet.contract_account_id', 'a..near', '"a..near"', /^a NEAR account id/],
  ['networks.testnet.contract_account_id', 'a', '"a"', /^a NEAR account id/],
  ['networks.testnet.contract_account_id', 'x'.repeat(65), `"${'x'.repeat(65)}"`, /^a NEAR account id/],
  ['networks.testnet.first_block_height', 5, '5', /^a block height in quotes/],
  ['networks.testnet.first_block_height', '05', '"05"', /^a block height in quotes/],
  [
    'networks.testnet.first_block_height',
    '18446744073709551616',
    '"18446744073709551616"',
    /^a block height/,
  ],
  ['networks.mainnet', undefined, 'nothing', /^an object with rpc_urls, lake/],
  ['networks.testnet.rpc_url', 'https://x', 'an unknown key', /^rpc_urls \(the nearest of rpc_urls, lake/],
  ['networks.tesnet', {}, 'an unknown key', /^testnet \(the nearest of localnet, testnet, mainnet\)$/],
  ['networks.testnet.rpc_api_key', 'hush', 'what looks like a secret', /secrets belong in the environment/],
  ['database_password', 'hush', 'what looks like a secret', /secrets belong in the environment/],
];

for (const [path, value, found, allowed] of FILE_MISTAKES) {
  test(`a mistake in the file is refused: ${path} = ${JSON.stringify(value)}`, (t) => {
    const folder = projectFolder(t, changedFile([[path, value]]));
    const [mistake, ...more] = refusedMistakes(t, { env: {}, folder: folder.path });
    t.deepEqual(more, []);
    t.is(mistake?.path, path);
    t.is(mistake?.found, found);
    t.regex(mistake?.allowed ?? '', allowed);
  });
}

test('the largest block height and account ids of every form are accepted', (t) => {
  for (const account of ['aa', 'a-b_c.near', '0'.repeat(64), `0x${'f'.repeat(40)}`]) {
    const file = changedFile([
      ['networks.localnet.contract_account_id', account],
      ['networks.localnet.first_block_height', '18446744073709551615'],
    ]);
    t.is(loadConfig({ env: {}, folder: projectFolder(t, file).path }).network.contract_account_id, account);
  }
});

test('a file that is not there or not JSON is refused without quoting it', (t) => {
  const folder = projectFolder(t, '{"networks": {"hush": hush}}');
  const [broken] = refusedMistakes(t, { env: {}, folder: folder.path });
  t.deepEqual(broken, {
    path: 'near.config.json',
    found: 'a text with a fault',
    allowed: 'JSON',
  });
  folder.write('cut.json', '{"networks": {}');
  const [cut] = refusedMistakes(t, { env: { DMRV_CONFIG: 'cut.json' }, folder: folder.path });
  t.is(cut?.found, 'a text with a fault at position 15 (line 1 column 16)');
  const [missing, ...more] = refusedMistakes(t, { env: { DMRV_CONFIG: 'none.json' }, folder: folder.path });
  t.deepEqual(missing, { path: 'none.json', found: 'which is not there', allowed: 'a readable JSON file' });
  t.deepEqual(more, []);
});

test('several mistakes in both places are reported at once, each on a line of the message', (t) => {
  const file = changedFile([
    ['networks.testnet.lake.bucket', 'Ab'],
    ['networks.mainnet.first_block_height', 5],
    ['networks.mainnet.token', 'hush'],
  ]);
  const env = {
    DMRV_API_PORT: 'x',
    DMRV_NETWROK: 'testnet',
    RPC_API_KEY_FILE: 'none',
    LAKE_ACCESS_KEY_ID: 'hush',
  };
  const mistakes = refusedMistakes(t, { env, folder: projectFolder(t, file).path });
  t.deepEqual(mistakes.map(({ path }) => path).sort(), [
    'env DMRV_API_PORT',
    'env DMRV_NETWROK',
    'env LAKE_SECRET_ACCESS_KEY',
    'env RPC_API_KEY_FILE',
    'networks.mainnet.first_block_height',
    'networks.mainnet.token',
    'networks.testnet.lake.bucket',
  ]);
});

function refusedMistakes(
  t: { false(value: boolean): void },
  options: { env: Env; folder: string },
): readonly Mistake[] {
  try {
    loadConfig(options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    t.false(error.message.includes('hush'));
    for (const { path, found, allowed } of error.mistakes) {
      if (!error.message.includes(`- ${path}: found ${found}; allowed: ${allowed}`)) throw error;
    }
    return error.mistakes;
  }
  throw new Error('The configuration was accepted.');
}

/** A copy of the project's file with one value changed (undefined: removed) at each path. */
function changedFile(changes: readonly (readonly [path: string, value: Json | undefined])[]): string {
  const file: unknown = JSON.parse(readFileSync(PROJECT_FILE, 'utf8'));
  for (const [path, value] of changes) {
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    let place = file;
    for (const step of steps) place = Reflect.get(Object(place), step);
    if (value === undefined) Reflect.deleteProperty(Object(place), last);
    else Reflect.set(Object(place), last, value);
  }
  return JSON.stringify(file);
}

function projectFolder(t: { teardown(fn: () => void): void }, file?: string): TestFolder {
  const path = mkdtempSync(join(tmpdir(), 'dmrv-config-'));
  t.teardown(() => rmSync(path, { recursive: true }));
  const write = (name: string, text: string): void => writeFileSync(join(path, name), text);
  write('near.config.json', file ?? readFileSync(PROJECT_FILE, 'utf8'));
  return { path, write };
}

test('an object store is named whole or not at all', (t) => {
  const folder = projectFolder(t).path;
  const env = { DMRV_FILES_S3_URL: 'https://s3.example', FILES_ACCESS_KEY_ID: 'hush' };
  const mistakes = refusedMistakes(t, { env, folder });
  t.deepEqual(
    mistakes.map(({ path }) => path),
    ['env DMRV_FILES_S3_BUCKET', 'env DMRV_FILES_S3_REGION', 'env FILES_SECRET_ACCESS_KEY'],
  );
  const whole = {
    ...env,
    DMRV_FILES_S3_BUCKET: 'evidence',
    DMRV_FILES_S3_REGION: 'eu-central-1',
    FILES_SECRET_ACCESS_KEY: 'x',
  };
  const { files, secrets } = loadConfig({ env: whole, folder });
  t.deepEqual(files.s3, { endpoint: 'https://s3.example', bucket: 'evidence', region: 'eu-central-1' });
  t.is(secrets.files_secret_access_key, 'x');
});
