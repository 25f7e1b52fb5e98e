// Owns the command that fills a database with made-up credits; leaves the rows to fill/.

import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../core/config/index.ts';
import { databaseUrl, prepareDatabase } from '../core/db/prepare.ts';
import { note, noteFailure, say } from './console.ts';
import { fillDatabase } from './fill/fill-database.ts';
import { createProgress, showSeconds } from './fill/progress.ts';
import { measureSizes, renderSizes } from './fill/sizes.ts';
import { withDatabase } from './start/with-database.ts';

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
    `a database of a test server, as a superuser; "${EMBEDDED}" is the database ${EMBEDDED_DATABASE} of the embedded server, running or not`,
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
    const target = given === EMBEDDED ? { embedded: EMBEDDED_DATABASE } : { url: given };
    await withDatabase({ config, note, target }, async (reached) => {
      await prepareDatabase({ ...reached, log: note });
      const admin_url = databaseUrl(reached.admin_url, reached.database);
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

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number is needed.');
  return Number(text);
}
