// Owns the command "npm run statements"; leaves what a file says to api/registries.

import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { type ImportDeps, type Imported, importStatement } from '../api/registries/import-statement.ts';
import { statementFacts } from '../api/registries/statement-facts.ts';
import { loadConfig } from '../core/config/index.ts';
import { runAs } from '../core/db/identity.ts';
import { loginUrl } from '../core/db/logins.ts';
import { createPool } from '../core/db/pool.ts';
import { databaseUrl, prepareDatabase } from '../core/db/prepare.ts';
import { findTenant, findTenantBySlug } from '../core/db/tenants.ts';
import { DmrvError } from '../core/errors/index.ts';
import { note, noteFailure, say } from './console.ts';
import { withDatabase } from './start/with-database.ts';
import { createImportProgress } from './statements/progress.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));
const REFUSED = 1;
const COULD_NOT_TRY = 2;
const ACTOR = 'command:statements';

type Options = { folder?: string; file?: string; tenant: string };
type Reached = { pool: ReturnType<typeof createPool>; tenant_id: string; staging_folder: string };
type Outcome = 'imported' | 'unchanged' | 'refused';

const HELP = `
Beside each file "x.csv" stands "x.json" with what must be said of it:

  { "registry_type": "verra", "account": "1234", "kinds": ["retirements", "cancellations"],
    "period_start_on": "2026-01-01", "as_of": "2026-04-14", "is_complete": true }

Each file is taken whole or not at all, in the order of their names. One that was imported before changes nothing, so
that a command which was stopped is simply given again. A file that is refused does not stop those behind it. The
database is DATABASE_URL, or the embedded one, also while "npm start" runs. The columns that are read stand in
docs/statements.md.

Exit code: 0 when each file is imported or was before, 1 when one was refused, 2 when it could not be tried.

Examples:
  npm run statements -- import --folder exports --tenant demo
  npm run statements -- import --file exports/verra-2026-04.csv --tenant demo
`;

/** Thrown and not an exit: an embedded database that this command started must stop with it. */
class Refusal extends Error {}

const command = new Command('npm run statements --')
  // 1 is a refused file, and a wrong option is none.
  .exitOverride((end) => process.exit(end.exitCode === 0 ? 0 : COULD_NOT_TRY))
  .description("Imports registries' statements from files.")
  .addHelpText('after', HELP)
  .allowExcessArguments(false);

command
  .command('import')
  .description('import a file, or all files of a folder')
  .option('--folder <folder>', 'all "*.csv" in it')
  .option('--file <file>', 'this one file')
  .requiredOption('--tenant <slug or id>', 'whose account it is')
  .action((options: Options) => run(() => importAll(options)));

await command.parseAsync();

async function run(work: () => Promise<boolean>): Promise<void> {
  try {
    if (!(await work())) process.exitCode = REFUSED;
  } catch (error) {
    if (error instanceof Refusal) note(`error: ${error.message}`);
    else noteFailure(error);
    process.exitCode = COULD_NOT_TRY;
  }
}

function refuse(message: string): never {
  throw new Refusal(message);
}

async function importAll(options: Options): Promise<boolean> {
  const paths = await listFiles(options);
  return withTenant(options.tenant, async (reached) => {
    const counts: Record<Outcome, number> = { imported: 0, unchanged: 0, refused: 0 };
    for (const path of paths) counts[await importFile(path, reached)] += 1;
    say(`${counts.imported} imported, ${counts.unchanged} unchanged, ${counts.refused} refused`);
    return counts.refused === 0;
  });
}

async function listFiles({ folder, file }: Options): Promise<string[]> {
  if ((folder === undefined) === (file === undefined)) refuse('say either --folder or --file');
  if (file !== undefined) return [resolve(file)];
  const path = resolve(folder ?? '');
  const is_folder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!is_folder) refuse(`there is no folder ${path}`);
  const names = (await readdir(path)).filter((name) => name.toLowerCase().endsWith('.csv')).sort();
  if (names.length === 0) refuse(`there is no "*.csv" in ${path}`);
  return names.map((name) => join(path, name));
}

async function importFile(path: string, reached: Reached): Promise<Outcome> {
  const name = basename(path);
  const facts = await readFacts(path);
  if (typeof facts === 'string') {
    say(`${name}: refused: ${facts}`);
    return 'refused';
  }
  const progress = createImportProgress({
    name,
    is_terminal: process.stderr.isTTY === true,
    write: (text) => process.stderr.write(text),
    now: () => performance.now(),
  });
  try {
    const bytes = createReadStream(path);
    const asked = { facts, file_name: name, bytes, now: new Date(), on_progress: progress.show };
    const imported = await importStatement(depsOf(reached), asked);
    progress.end();
    say(`${name}: ${describe(imported)}`);
    return imported.outcome;
  } catch (error) {
    progress.end();
    // What the file or its facts caused is told and passed; a database that is gone ends the command.
    const is_missing = error instanceof Error && Reflect.get(error, 'code') === 'ENOENT';
    if (!is_missing && (!(error instanceof DmrvError) || error.status >= 500)) throw error;
    say(`${name}: refused: ${error.message}`);
    return 'refused';
  }
}

function describe({ statement, outcome }: Imported): string {
  const { statement_id, row_count, error_count } = statement;
  return `${outcome}, statement ${statement_id}, ${row_count} rows, ${error_count} with errors`;
}

/** Or what is wrong with them. */
async function readFacts(path: string) {
  const facts_path = `${path.replace(/\.csv$/i, '')}.json`;
  const text = await readFile(facts_path, 'utf8').catch(() => undefined);
  if (text === undefined) return `${basename(facts_path)}, which says what the file is, is not there`;
  const json = parseJson(text);
  if (json === undefined) return `${basename(facts_path)} is no JSON`;
  const parsed = statementFacts.safeParse(json);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`);
  return `${basename(facts_path)}: ${issues.join('; ')}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever it is: who asked says that it is no JSON.
    return undefined;
  }
}

function depsOf({ pool, tenant_id, staging_folder }: Reached): ImportDeps {
  const identity = { kind: 'tenant', tenant_id, actor: ACTOR } as const;
  return {
    transact: (work) => runAs(pool, { identity }, work),
    files: { staging_folder },
  };
}

async function withTenant<T>(tenant: string, work: (reached: Reached) => Promise<T>): Promise<T> {
  const config = loadConfig({ env: process.env, folder: PROJECT_FOLDER });
  return withDatabase({ config, note }, async ({ admin_url, database, login_secret }) => {
    await prepareDatabase({ admin_url, database, login_secret, log: note });
    const open = (login: 'app' | 'operator') =>
      createPool({
        url: loginUrl({ admin_url: databaseUrl(admin_url, database), login, login_secret }),
        max: 1,
        on_idle_error: noteFailure,
      });
    const operator = open('operator');
    const pool = open('app');
    const staging_folder = await mkdtemp(join(tmpdir(), 'dmrv-near-statements-'));
    try {
      const tenant_id = await findTenantId(operator, tenant);
      return await work({ pool, tenant_id, staging_folder });
    } finally {
      await rm(staging_folder, { recursive: true, force: true });
      await operator.end();
      await pool.end();
    }
  });
}

async function findTenantId(operator: Reached['pool'], tenant: string): Promise<string> {
  const is_id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(tenant);
  const found = await runAs(operator, { identity: { kind: 'platform', actor: ACTOR } }, (trx) =>
    is_id ? findTenant(trx, tenant) : findTenantBySlug(trx, tenant),
  );
  return (found ?? refuse(`there is no tenant "${tenant}"`)).tenant_id;
}
