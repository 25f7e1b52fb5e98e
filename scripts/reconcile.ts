// Owns the command "npm run reconcile"; leaves comparing to api/reconcile and how it is shown to reconcile/report.ts.

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { z } from 'zod';
import { createAskChain } from '../api/chain/json-rpc.ts';
import { runOnce } from '../api/reconcile/run.ts';
import { lookAsShadow } from '../api/reconcile/shadow.ts';
import { type Config, loadConfig } from '../core/config/index.ts';
import { loginUrl } from '../core/db/logins.ts';
import { createPool } from '../core/db/pool.ts';
import { databaseUrl, prepareDatabase } from '../core/db/prepare.ts';
import { note, noteFailure, say } from './console.ts';
import { linesOf, type Report, reportCsv, reportOf } from './reconcile/report.ts';
import { readShadowFiles } from './reconcile/shadow-files.ts';
import { withDatabase } from './start/with-database.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));
const AGREES = 0;
const DIFFERS = 1;
const COULD_NOT_CHECK = 2;
const CONNECTIONS = 2;
const PROGRESS_EVERY_MS = 500;

const HELP = `
Compares chain, database, registries and buffers once, at the height of the indexer's cursor, and records what it finds.
The database is DATABASE_URL or the embedded one, the contract that of near.config.json.

Exit code: 0 when all that was checked agrees but for what is waived, 1 when there are findings, 2 when it could not
compare, or the contract could not be asked and nothing else differs. What was not checked is said with its reason.

Shadow: an existing contract, asked over its RPC endpoint, beside the registry's own CSV files. It needs no database
and writes nothing.

Examples:
  npm run reconcile
  npm run reconcile -- --all-views --json report.json --csv report.csv
  npm run reconcile -- shadow --registry verra --as-of 2026-06-30 holdings.csv transactions.csv
`;

type Output = { json?: string; csv?: string };
type Line = Output & { allViews: boolean; views: boolean };

const program = withOutput(new Command('npm run reconcile --'))
  // 1 is a finding, and a wrong option is none.
  .exitOverride((end) => process.exit(end.exitCode === 0 ? AGREES : COULD_NOT_CHECK))
  .description('Do chain, database, registries and buffer pools agree, and if not, where and since when?')
  .option('--all-views', 'ask the contract about every token, not about a sample', false)
  .option('--no-views', 'do not ask the contract')
  .addHelpText('after', HELP)
  .allowExcessArguments(false)
  .action((line: Line) => end(() => reconcile(line)));

withOutput(program.command('shadow'))
  .description('compares a contract with files, without a database')
  .requiredOption('--registry <type>', 'whose files they are')
  .requiredOption('--as-of <day>', 'the day of the files, such as 2026-06-30')
  .option('--contract <account>', 'another contract than that of near.config.json')
  .argument('<files...>', 'CSV files in the registry’s own columns, each whole')
  .action((files: string[], line: Output & { registry: string; asOf: string; contract?: string }) =>
    end(() => shadow(files, { ...program.opts<Output>(), ...line })),
  );

await program.parseAsync();

function withOutput(command: Command): Command {
  return command
    .option('--json <file>', 'write the report as JSON')
    .option('--csv <file>', 'write the findings as CSV');
}

async function end(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    noteFailure(error);
    process.exitCode = COULD_NOT_CHECK;
  }
}

async function reconcile(line: Line): Promise<number> {
  const config = loadConfig({ env: process.env, folder: PROJECT_FOLDER });
  return withDatabase({ config, note }, async (reached) => {
    await prepareDatabase({ ...reached, log: note });
    const admin_url = databaseUrl(reached.admin_url, reached.database);
    const url = loginUrl({ admin_url, login: 'reconciler', login_secret: reached.login_secret });
    const pool = createPool({ url, max: CONNECTIONS, on_idle_error: (error) => note(error.message) });
    try {
      const now = (): Date => new Date();
      const ran = await runOnce(
        {
          pool,
          url,
          contract_id: config.network.contract_account_id,
          ask: line.views ? askOf(config) : undefined,
          now,
          all_views: line.allViews,
          on_progress: progress(),
        },
        { trigger: 'command', started_by: 'command:reconcile' },
      );
      const { run_id, look, findings_open, waived } = ran;
      const { block_height } = look.cursor;
      const report = reportOf({
        run_id,
        block_height,
        now: now(),
        outcome: look.outcome,
        findings_open,
        waived,
      });
      await give(report, line);
      const is_looked_at = look.is_contract_checked || !line.views;
      return findings_open > 0 ? DIFFERS : is_looked_at ? AGREES : COULD_NOT_CHECK;
    } finally {
      await pool.end();
    }
  });
}

async function shadow(
  files: readonly string[],
  line: Output & { registry: string; asOf: string; contract?: string },
): Promise<number> {
  const config = loadConfig({ env: process.env, folder: PROJECT_FOLDER });
  const now = new Date();
  const statements = await readShadowFiles({ registry: line.registry, files, as_of: line.asOf, now });
  for (const error of statements.errors) note(`Not read: ${error}`);
  const ask = askOf(config);
  const contract_id = line.contract ?? config.network.contract_account_id;
  const { header } = z
    .object({ header: z.object({ hash: z.string(), height: z.number() }) })
    .parse(await ask('block', { finality: 'final' }));
  const tell = progress();
  const looked = await lookAsShadow(
    {
      ask,
      contract_id,
      block_hash: header.hash,
      on_progress: (done, of) => tell(`contract: ${done} of ${of} credits`),
    },
    statements,
    now,
  );
  const block_height = String(header.height);
  const report = reportOf({ run_id: null, block_height, now, outcome: looked.outcome });
  await give(report, line);
  return report.findings_open === 0 ? AGREES : DIFFERS;
}

async function give(report: Report, { json, csv }: Output): Promise<void> {
  for (const text of linesOf(report)) say(text);
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`);
  if (csv !== undefined) await writeFile(csv, reportCsv(report));
}

function askOf({ network, secrets }: Config) {
  return createAskChain({ rpc_urls: network.rpc_urls, api_key: secrets.rpc_api_key });
}

/** On a terminal one line that changes, in a log one now and then. */
function progress(): (words: string) => void {
  let last = 0;
  return (words) => {
    const at = Date.now();
    if (at - last < PROGRESS_EVERY_MS) return;
    last = at;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${words}`);
    else note(words);
  };
}
