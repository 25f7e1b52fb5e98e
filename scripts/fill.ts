// Owns the command that fills a database with made-up credits; leaves the rows to fill/.

import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { type Config, loadConfig } from '../core/config/index.ts';
import { databaseUrl, prepareDatabase } from '../core/db/prepare.ts';
import { keepSecret, startPostgres } from '../core/postgres/index.ts';
import { note, noteFailure, say } from './console.ts';
import { fillDatabase } from './fill/fill-database.ts';
import { createProgress, showSeconds } from './fill/progress.ts';
import { measureSizes, renderSizes } from './fill/sizes.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));
const EMBEDDED = 'embedded';
const EMBEDDED_DATABASE = 'dmrv_fill';
const MS_PER_SECOND = 1000;
const TABLES_SHOWN = 24;

type FillCommand = { credits: number; seed: number; databaseUrl: string; workers: number };

await new Command('npm run fill --')
  .description(
    'Fills an empty database with made-up credits of 40 tenants, and everything that belongs to them.',
  )
  .requiredOption('--credits <n>', 'how many credits, a multiple of 100', parseCount)
  .option(
    '--database-url <url>',
    `a database of a test server, as a superuser; "${EMBEDDED}" is the database ${EMBEDDED_DATABASE} of the embedded server`,
    EMBEDDED,
  )
  .option('--seed <n>', 'the same seed and size give the same rows', parseCount, 1)
  .option('--workers <n>', 'connections that write at once', parseCount, 2)
  .addHelpText(
    'after',
    `
Rows pass every constraint and trigger of the schema; nothing is switched off.
Safe to interrupt with Ctrl-C: what is committed stays, and the same command goes on from there.
A database that holds other tenants is refused. Only the audit trail differs between two fillings:
it tells when and by whom each row was really written.`,
  )
  .action(run)
  .parseAsync();

async function run({ credits, seed, databaseUrl: given, workers }: FillCommand): Promise<void> {
  const config = loadConfig({ env: process.env, folder: PROJECT_FOLDER });
  const stop = new AbortController();
  process.once('SIGINT', () => {
    note('Ending after the chunks that are under way. The same command goes on from there.');
    stop.abort();
  });
  try {
    await withDatabase({ config, given }, async (admin_url) => {
      const started = performance.now();
      const result = await fillDatabase({
        admin_url,
        credits,
        seed,
        workers,
        signal: stop.signal,
        on_progress: createProgress({
          is_terminal: process.stderr.isTTY,
          write: (text) => process.stderr.write(text),
          now: () => performance.now(),
        }),
      });
      const seconds = (performance.now() - started) / MS_PER_SECOND;
      say(
        `Wrote ${result.rows} rows in ${showSeconds(seconds)}, ${Math.round(result.rows / seconds)} rows/s.`,
      );
      if (!result.is_whole) {
        say('The database is not whole yet. The same command goes on from here.');
        process.exitCode = 1;
        return;
      }
      const sizes = await measureSizes(admin_url);
      for (const line of renderSizes({ ...sizes, shown: TABLES_SHOWN })) say(line);
    });
  } catch (error) {
    noteFailure(error);
    process.exitCode = 1;
  }
}

async function withDatabase(
  { config, given }: { config: Config; given: string },
  work: (admin_url: string) => Promise<void>,
): Promise<void> {
  const { data_folder } = config.database;
  // The logins belong to the whole server: another secret than that of "npm start" would lock it out.
  const login_secret =
    config.database.login_secret ?? (await keepSecret({ folder: data_folder, name: 'login-secret' }));
  if (given !== EMBEDDED) {
    const database = decodeURIComponent(new URL(given).pathname.slice(1));
    await prepareDatabase({ admin_url: given, database, login_secret, log: note });
    await work(given);
    return;
  }
  const postgres = await startPostgres({ data_folder, durable: true, log: note });
  try {
    const { admin_url } = postgres;
    await prepareDatabase({ admin_url, database: EMBEDDED_DATABASE, login_secret, log: note });
    await work(databaseUrl(admin_url, EMBEDDED_DATABASE));
  } finally {
    await postgres.stop();
  }
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number is needed.');
  return Number(text);
}
