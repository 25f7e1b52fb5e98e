// Shows that kill -9 at any place loses no committed row and hits no innocent; plain starts are in launcher.spec.ts.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { DmrvError } from '../core/errors/index.ts';
import { clusterFolder } from '../core/postgres/cluster-folder.ts';
import { startPostgres } from '../core/postgres/index.ts';
import { findProcess } from '../core/postgres/process-identity.ts';
import { type Child, startChild } from './support/child.ts';
import {
  copyDataFolder,
  listNames,
  orNothing,
  pidFile,
  query,
  serversOf,
  start,
  testFolder,
  waitUntil,
} from './support/launcher.ts';
import { makeTestFolder, removeTestFolder } from './support/test-folder.ts';

const OWNER = fileURLToPath(new URL('support/postgres-owner.ts', import.meta.url));
const UNPRIVILEGED_ID = 65534;

const root = await makeTestFolder();
const made = join(root, 'made');

test.before('a first start makes the database that the other tests copy', async () => {
  await (await startPostgres({ data_folder: made, durable: false, log: () => undefined })).stop();
});

test.after.always(() => removeTestFolder(root));

test('a killed server ends the owner, and a new start has every committed row', async (t) => {
  const data_folder = await copyDataFolder(made, join(await testFolder(t), 'data'));
  const first = await start(t, { data_folder, durable: true });
  await query(first.admin_url, 'create table kept as select generate_series(1, 1000) as i');
  process.kill(first.pid, 'SIGKILL');
  t.deepEqual(await first.ended, { code: null, signal: 'SIGKILL' });
  await first.stop();
  t.true((await stat(pidFile(data_folder))).isFile());
  const second = await start(t, { data_folder, durable: true });
  t.deepEqual(await query(second.admin_url, 'select count(*)::int as rows from kept'), [{ rows: 1000 }]);
});

test('a killed owner takes its server down, and a new start has every committed row', async (t) => {
  const data_folder = await copyDataFolder(made, join(await testFolder(t), 'data'));
  const { owner, admin_url } = await startOwner(t, data_folder);
  await query(admin_url, 'create table kept as select generate_series(1, 1000) as i');
  await kill(owner.process);
  await waitUntil(
    'the server without an owner has ended',
    async () => (await serversOf(data_folder)).length === 0,
  );
  t.deepEqual(await watchersOf(data_folder), []);
  const second = await start(t, { data_folder, durable: true });
  t.deepEqual(await query(second.admin_url, 'select count(*)::int as rows from kept'), [{ rows: 1000 }]);
});

test('a server left alive by a killed owner is stopped by the next start, and its rows are kept', async (t) => {
  const data_folder = await copyDataFolder(made, join(await testFolder(t), 'data'));
  const { owner, admin_url, pid } = await startOwner(t, data_folder);
  await query(admin_url, 'create table kept as select 7 as answer');
  const watchers = await watchersOf(data_folder);
  t.is(watchers.length, 1);
  for (const watcher of watchers) process.kill(watcher, 'SIGKILL');
  await kill(owner.process);
  t.true((await serversOf(data_folder)).includes(pid));
  const second = await start(t, { data_folder, durable: true });
  t.is(findProcess(pid), undefined);
  t.deepEqual(await query(second.admin_url, 'select answer from kept'), [{ answer: 7 }]);
});

test('an owner killed while it makes the database leaves nothing that the next start takes for whole', async (t) => {
  const data_folder = join(await testFolder(t), 'data');
  const owner = startChild({ file: OWNER, args: [data_folder] });
  await waitUntil('initdb is at work', async () => {
    const making = (await listNames(data_folder)).find((name) => name.startsWith('making-'));
    if (making === undefined) return false;
    return (await listNames(join(data_folder, making, 'cluster'))).length > 0;
  });
  await kill(owner.process);
  const { admin_url } = await start(t, { data_folder });
  t.is((await query(admin_url, 'select 1')).length, 1);
  t.deepEqual(
    (await readdir(data_folder)).filter((name) => name.startsWith('making-')),
    [],
  );
});

test("a pid file that names an innocent's pid hinders nobody, and the innocent lives", async (t) => {
  const data_folder = await copyDataFolder(made, join(await testFolder(t), 'data'));
  // The same user as the server's: this is the case in which PostgreSQL by itself refuses to start.
  const innocent = await startInnocent(t);
  const lines = [innocent.pid, '/proc/self/cwd', 1, 5432, '', '127.0.0.1', '', 'ready', ''];
  await writeFile(pidFile(data_folder), lines.join('\n'));
  const { admin_url, pid } = await start(t, { data_folder });
  t.is((await query(admin_url, 'select 1')).length, 1);
  t.not(pid, innocent.pid);
  t.is(innocent.exitCode ?? innocent.signalCode, null);
});

test("a claim by a pid that is another process's now is taken over; one of a living process is not", async (t) => {
  const data_folder = await copyDataFolder(made, join(await testFolder(t), 'data'));
  const innocent = await startInnocent(t);
  const identity = findProcess(innocent.pid ?? 0);
  if (identity === undefined) return t.fail('The innocent does not run.');
  const owners = join(data_folder, 'owners');
  const claim = (start_ticks: string, boot_id: string): string =>
    join(owners, `${identity.pid}.${start_ticks}.${boot_id}.00000000`);
  await writeFile(claim('1', identity.boot_id), '');
  await writeFile(claim(identity.start_ticks, 'another-boot'), '');
  await (await start(t, { data_folder })).stop();
  t.deepEqual(await readdir(owners), []);
  await writeFile(claim(identity.start_ticks, identity.boot_id), '');
  const error = await t.throwsAsync(start(t, { data_folder }), { instanceOf: DmrvError });
  t.is(error.code, 'DATA_FOLDER_IN_USE');
  t.is(error.facts.pid, identity.pid);
});

async function startOwner(
  t: ExecutionContext,
  data_folder: string,
): Promise<{ owner: Child; admin_url: string; pid: number }> {
  const owner = startChild({ file: OWNER, args: [data_folder] });
  t.teardown(() => kill(owner.process));
  const [line] = await owner.waitFor(/^\{.*\}$/m);
  return { owner, ...(JSON.parse(line) as { admin_url: string; pid: number }) };
}

async function startInnocent(t: ExecutionContext): Promise<ChildProcess> {
  const user = process.getuid?.() === 0 ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : {};
  const innocent = spawn('sleep', ['600'], { ...user, cwd: '/', stdio: 'ignore' });
  await once(innocent, 'spawn');
  t.teardown(() => kill(innocent));
  return innocent;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

// The shells that wait for their owner's end; they stand in the cluster's folder as the server does.
async function watchersOf(data_folder: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || findProcess(Number(name)) === undefined) continue;
    const cwd = await orNothing(readlink(`/proc/${name}/cwd`));
    if (cwd !== clusterFolder(data_folder)) continue;
    const title = await orNothing(readFile(`/proc/${name}/cmdline`, 'utf8'));
    if (basename(title?.split('\0')[0] ?? '') === 'sh') found.push(Number(name));
  }
  return found;
}
