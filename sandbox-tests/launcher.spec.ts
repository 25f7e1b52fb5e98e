// Shows that the embedded PostgreSQL starts, keeps its data and refuses what it must; kills are in launcher-kills.spec.ts.

import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { DmrvError } from '../core/errors/index.ts';
import { clusterFolder } from '../core/postgres/cluster-folder.ts';
import { PostgresLaunchError, startPostgres } from '../core/postgres/index.ts';
import { copyDataFolder, pidFile, query, serversOf, start, testFolder } from './support/launcher.ts';
import { makeTestFolder, removeTestFolder } from './support/test-folder.ts';

const quiet = (): void => undefined;
const root = await makeTestFolder();
const made = join(root, 'made');

test.before('a first start makes the database that the other tests copy', async () => {
  const postgres = await startPostgres({ data_folder: made, durable: false, log: quiet });
  await postgres.stop();
});

test.after.always(() => removeTestFolder(root));

test('a new database is UTF-8, sorts the same everywhere, keeps UTC and wants a password', async (t) => {
  const data_folder = join(await testFolder(t), 'new');
  const { admin_url, port } = await start(t, { data_folder });
  const [row] = await query(
    admin_url,
    `select pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, datlocale as locale,
       current_setting('timezone') as timezone, current_setting('listen_addresses') as listens,
       current_setting('fsync') as fsync, split_part(version(), ' ', 2) like '18.%' as is_18
     from pg_database where datname = 'postgres'`,
  );
  t.deepEqual(row, {
    encoding: 'UTF8',
    provider: 'b',
    locale: 'C.UTF-8',
    timezone: 'UTC',
    listens: '127.0.0.1',
    fsync: 'off',
    is_18: true,
  });
  const wrong = admin_url.replace(/:[0-9a-f]{64}@/, ':wrong@');
  t.not(wrong, admin_url);
  await t.throwsAsync(query(wrong, 'select 1'), { message: /password authentication failed/ });
  t.is(new URL(admin_url).port, String(port));
});

test('a durable database waits for the disk', async (t) => {
  const data_folder = await copyDataFolder(made, join(await testFolder(t), 'data'));
  const { admin_url } = await start(t, { data_folder, durable: true });
  t.deepEqual(await query(admin_url, 'show fsync'), [{ fsync: 'on' }]);
  t.deepEqual(await query(admin_url, 'show synchronous_commit'), [{ synchronous_commit: 'on' }]);
});

test('the secrets beside the data can be read by their owner alone', async (t) => {
  const file = await stat(join(made, 'superuser-password'));
  t.is(file.mode & 0o777, 0o600);
  t.is((await stat(made)).mode & 0o777, 0o700);
});

test('a restart keeps the data and the password', async (t) => {
  const data_folder = await copyDataFolder(made, join(await testFolder(t), 'data'));
  const first = await start(t, { data_folder });
  await query(first.admin_url, 'create table kept as select 7 as answer');
  await first.stop();
  const second = await start(t, { data_folder });
  t.deepEqual(await query(second.admin_url, 'select answer from kept'), [{ answer: 7 }]);
  t.is(new URL(second.admin_url).password, new URL(first.admin_url).password);
});

test('a stop leaves no process, no pid file and no claim, and may be asked for twice', async (t) => {
  const data_folder = await copyDataFolder(made, join(await testFolder(t), 'data'));
  const postgres = await start(t, { data_folder });
  const running = await serversOf(data_folder);
  t.true(running.includes(postgres.pid));
  await Promise.all([postgres.stop(), postgres.stop()]);
  t.deepEqual(await serversOf(data_folder), []);
  await t.throwsAsync(stat(pidFile(data_folder)), { code: 'ENOENT' });
  t.deepEqual(await readdir(join(data_folder, 'owners')), []);
  t.deepEqual(await postgres.ended, { code: 0, signal: null });
});

test('a second owner is refused and told who has the folder; the first is not disturbed', async (t) => {
  const data_folder = await copyDataFolder(made, join(await testFolder(t), 'data'));
  const first = await start(t, { data_folder });
  await first.announce('http://127.0.0.1:8480');
  const error = await t.throwsAsync(startPostgres({ data_folder, durable: false, log: quiet }), {
    instanceOf: DmrvError,
  });
  t.is(error.code, 'DATA_FOLDER_IN_USE');
  t.regex(error.message, new RegExp(`process ${process.pid} \\(http://127\\.0\\.0\\.1:8480\\)`));
  t.like(error.facts, { data_folder, pid: process.pid, url: 'http://127.0.0.1:8480' });
  t.is((await query(first.admin_url, 'select 1')).length, 1);
});

test('of many who take one folder at once, exactly one gets it', async (t) => {
  const data_folder = await copyDataFolder(made, join(await testFolder(t), 'data'));
  const tries = await Promise.allSettled(
    Array.from({ length: 5 }, () => start(t, { data_folder, durable: false })),
  );
  const codes = tries.map((one) => (one.status === 'rejected' ? one.reason.code : 'started'));
  t.deepEqual(codes.toSorted(), [...Array(4).fill('DATA_FOLDER_IN_USE'), 'started']);
});

test('two data folders run side by side', async (t) => {
  const folder = await testFolder(t);
  const [one, two] = await Promise.all(
    ['one', 'two'].map(async (name) =>
      start(t, { data_folder: await copyDataFolder(made, join(folder, name)) }),
    ),
  );
  t.not(one?.port, two?.port);
  await query(one?.admin_url ?? '', 'create table only_here ()');
  await t.throwsAsync(query(two?.admin_url ?? '', 'table only_here'), { code: '42P01' });
});

test('a data folder of another major version is refused and left as it is', async (t) => {
  const data_folder = await copyDataFolder(made, join(await testFolder(t), 'data'));
  const version_file = join(clusterFolder(data_folder), 'PG_VERSION');
  await writeFile(version_file, '17\n');
  const error = await t.throwsAsync(start(t, { data_folder }), { instanceOf: PostgresLaunchError });
  t.is(error.code, 'POSTGRES_DATA_FOLDER_VERSION');
  t.is(error.facts.found, '17');
  t.is(error.facts.needed, '18');
  t.regex(error.message, /PostgreSQL 17; this project runs PostgreSQL 18\. Dump it with PostgreSQL 17/);
  t.is(await readFile(version_file, 'utf8'), '17\n');
  // The refusal holds no lock: put right, the folder starts.
  await writeFile(version_file, '18\n');
  await t.notThrowsAsync(start(t, { data_folder }));
});

test('a database whose making was cut short is made again', async (t) => {
  const data_folder = join(await testFolder(t), 'data');
  const half = join(data_folder, 'making-12345', 'cluster');
  await mkdir(half, { recursive: true });
  await writeFile(join(half, 'PG_VERSION'), '18\n');
  const { admin_url } = await start(t, { data_folder });
  t.is((await query(admin_url, 'select 1')).length, 1);
  t.deepEqual(
    (await readdir(data_folder)).filter((name) => name.startsWith('making-')),
    [],
  );
});

test('a path with spaces, quotes, other alphabets and more than 107 bytes serves', async (t) => {
  const deep = join(await testFolder(t), `it's a "folder" мир $HOME; ${'long '.repeat(30)}end`);
  await mkdir(deep);
  const { admin_url } = await start(t, { data_folder: await copyDataFolder(made, join(deep, 'data')) });
  t.is((await query(admin_url, 'select 1')).length, 1);
});

test('a database is made and served below a folder that nobody else may enter', async (t) => {
  const closed = join(await testFolder(t), 'closed');
  await mkdir(closed);
  await chmod(closed, 0o700);
  const { admin_url } = await start(t, { data_folder: join(closed, 'deeper', 'data') });
  // A parallel worker is one more process of the server, with a start of its own.
  const counted = await query(
    admin_url,
    'set debug_parallel_query = on; create table t as select generate_series(1, 1000) as i',
  ).then(() => query(admin_url, 'select count(*)::int as rows from t'));
  t.deepEqual(counted, [{ rows: 1000 }]);
  t.is((await stat(closed)).mode & 0o777, 0o700);
});

test('a start that fails shows the last lines of the server and frees the folder', async (t) => {
  const data_folder = await copyDataFolder(made, join(await testFolder(t), 'data'));
  const settings = join(clusterFolder(data_folder), 'postgresql.auto.conf');
  await writeFile(settings, 'no_such_setting = 1\n');
  const error = await t.throwsAsync(start(t, { data_folder }), { instanceOf: PostgresLaunchError });
  t.is(error.code, 'POSTGRES_START_FAILED');
  t.regex(error.message, /unrecognized configuration parameter "no_such_setting"/);
  await writeFile(settings, '');
  await t.notThrowsAsync(start(t, { data_folder }));
});

test('a chosen port that is taken is refused with its number; a free one is used', async (t) => {
  const data_folder = await copyDataFolder(made, join(await testFolder(t), 'data'));
  const other = createServer().listen(0, '127.0.0.1');
  // A server that listens on would keep the file's process alive when an assertion fails.
  t.teardown(() => other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const error = await t.throwsAsync(start(t, { data_folder, port }), { instanceOf: PostgresLaunchError });
  t.is(error.code, 'POSTGRES_PORT_IN_USE', error.message);
  t.is(error.facts.port, port);
  await new Promise((resolve) => other.close(resolve));
  t.is((await start(t, { data_folder, port })).port, port);
});

test('data whose password is lost is refused, not made anew', async (t) => {
  const data_folder = await copyDataFolder(made, join(await testFolder(t), 'data'));
  await writeFile(join(data_folder, 'superuser-password'), '');
  const error = await t.throwsAsync(start(t, { data_folder }), { instanceOf: PostgresLaunchError });
  t.is(error.code, 'POSTGRES_DATA_FOLDER_UNUSABLE');
  t.is((await stat(clusterFolder(data_folder))).isDirectory(), true);
});

test('a relative data folder is refused', async (t) => {
  const error = await t.throwsAsync(start(t, { data_folder: 'data' }), { instanceOf: PostgresLaunchError });
  t.is(error.code, 'POSTGRES_DATA_FOLDER_UNUSABLE');
});
