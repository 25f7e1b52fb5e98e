// Shows that a large file is streamed, that an import killed in the middle leaves nothing, and that a folder goes on where it
// was stopped.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { cp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { startApi, type TestApi } from './support/api.ts';
import { askAdmin } from './support/api-way.ts';
import { startChild } from './support/child.ts';
import { fileOf, verraRow } from './support/statement-files.ts';
import { makeTestFolder, removeTestFolder } from './support/test-folder.ts';

const LONG = process.env.DMRV_TEST_LONG === '1';
const ROWS = LONG ? 200_000 : 50_000;
const KILLED_AT = 10_000;
const LIMIT_MS = LONG ? 1_800_000 : 300_000;
/** A process that reads CSV and speaks to PostgreSQL has some 110 MiB before its first row. */
const MEMORY_MIB = 350;
const CHILD = fileURLToPath(new URL('support/import-child.ts', import.meta.url));
const GUARD = fileURLToPath(new URL('../scripts/guard.cjs', import.meta.url));

let api: TestApi;
let folder: string;

test.before(async () => {
  api = await startApi();
  folder = await makeTestFolder();
});

test.after.always(async () => {
  await api?.close();
  if (folder !== undefined) await removeTestFolder(folder);
});

const COUNTED = { statements: '1', rows: String(ROWS), sum: String(ROWS * 10) };

function large(): string {
  return join(folder, 'large.csv');
}

async function writeLarge(path: string, rows: number): Promise<void> {
  const [header = '', line = ''] = fileOf([verraRow({ first: 0, count: 10 })])
    .toString()
    .split('\n');
  const file = createWriteStream(path);
  file.write(`${header}\n`);
  for (let index = 0; index < rows; index += 1) {
    const next = line.replace('-0-9-', `-${index * 10}-${index * 10 + 9}-`);
    if (!file.write(`${next}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

function importLarge(path: string, stop_at = '') {
  const staging = join(folder, 'staging');
  return startChild({
    file: CHILD,
    args: [api.database.urlFor('app'), api.a.tenant_id, path, staging, stop_at],
  });
}

async function countLarge(): Promise<{ statements: string; rows: string; sum: string }> {
  const [counted] = await askAdmin<{ statements: string; rows: string; sum: string }>(
    api,
    `select count(distinct s.statement_id)::text as statements, count(r.statement_row_id)::text as rows,
       trim_scale(coalesce(sum(r.tonnage_co2e), 0))::text as sum
     from registry.statements s left join registry.statement_rows r using (statement_id) where s.account = 'a large one'`,
  );
  if (counted === undefined) throw new Error('A count gave no row.');
  return counted;
}

test.serial('an import that is killed in the middle leaves nothing', async (t) => {
  t.timeout(LIMIT_MS);
  await writeLarge(large(), ROWS);
  const killed = importLarge(large(), String(KILLED_AT));
  await killed.waitFor(/^at \d+$/m);
  killed.process.kill('SIGKILL');
  t.is((await killed.end).signal, 'SIGKILL');
  t.deepEqual(await countLarge(), { statements: '0', rows: '0', sum: '0' });
});

test.serial(`the next import of the ${ROWS} rows is whole, in little memory`, async (t) => {
  t.timeout(LIMIT_MS);
  const whole = importLarge(large());
  t.is((await whole.end).code, 0, whole.output());
  t.regex(whole.output(), new RegExp(`^imported ${ROWS} 0$`, 'm'));
  const memory = Number(/^memory (\d+) MiB$/m.exec(whole.output())?.[1]);
  t.log(`${ROWS} rows in at most ${memory} MiB`);
  t.true(memory > 0 && memory < MEMORY_MIB, `${memory} MiB`);
  t.deepEqual(await countLarge(), COUNTED);
});

test.serial('and one more changes nothing', async (t) => {
  const again = importLarge(large());
  await again.end;
  t.regex(again.output(), new RegExp(`^unchanged ${ROWS} 0$`, 'm'));
  t.deepEqual(await countLarge(), COUNTED);
  t.true((await readdir(join(folder, 'staging'))).length <= 1, 'of the killed one alone a file is left');
});

type End = { code: number; stdout: string; stderr: string };

function runCommand(args: readonly string[]): Promise<End> {
  const login_secret = process.env.DMRV_TEST_LOGIN_SECRET ?? '';
  const env = { ...process.env, DATABASE_URL: api.database.admin_url, DATABASE_LOGIN_SECRET: login_secret };
  return new Promise((done) => {
    execFile(process.execPath, [GUARD, 'statements.ts', ...args], { env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      done({ code, stdout, stderr });
    });
  });
}

test.serial(
  'a folder is imported file by file; one that is refused stops none, and what is done is not done again',
  async (t) => {
    const exports = join(folder, 'exports');
    const fixtures = fileURLToPath(new URL('fixtures/registry/', import.meta.url));
    await cp(fixtures, exports, { recursive: true });
    const facts = (registry_type: string, kinds: string[]) =>
      JSON.stringify({ registry_type, account: 'public', kinds, as_of: '2026-04-14', is_complete: false });
    const kinds = ['issuances', 'retirements', 'cancellations'];
    await writeFile(join(exports, 'verra-transactions.json'), facts('verra', kinds));
    await writeFile(join(exports, 'isometric-issuances.json'), facts('isometric', ['issuances']));
    await writeFile(join(exports, 'page.csv'), '<html>');
    await writeFile(join(exports, 'page.json'), facts('verra', kinds));
    const args = ['import', '--folder', exports, '--tenant', 'tenant-a'];
    const first = await runCommand(args);
    t.is(first.code, 1);
    t.regex(first.stdout, /^isometric-issuances.csv: imported, statement \S+, 50 rows, 0 with errors$/m);
    t.regex(first.stdout, /^isometric-retirements.csv: refused: isometric-retirements.json, which says/m);
    t.regex(first.stdout, /^page.csv: refused: .*a page of HTML/m);
    t.regex(first.stdout, /^verra-transactions.csv: imported, statement \S+, 70 rows, 0 with errors$/m);
    t.regex(first.stdout, /^2 imported, 0 unchanged, 2 refused$/m);
    await writeFile(join(exports, 'isometric-retirements.json'), facts('isometric', ['retirements']));
    const second = await runCommand(args);
    t.regex(second.stdout, /^1 imported, 2 unchanged, 1 refused$/m);
    const { statements } = await api.a.client.listStatements({ query: { account: 'public' } });
    t.is(statements.length, 3);
    const wrong = await runCommand(['import', '--folder', exports, '--tenant', 'nobody']);
    t.is(wrong.code, 2);
    t.regex(wrong.stderr, /there is no tenant "nobody"/);
    const odd = await runCommand(['import', '--from', exports, '--tenant', 'tenant-a']);
    t.is(odd.code, 2);
    t.regex(odd.stderr, /unknown option '--from'/);
  },
);
