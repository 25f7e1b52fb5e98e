// Owns the command "npm run indexer" and its signals; leaves each subcommand's work to scripts/indexer/ and indexer/.

import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { type Config, loadConfig } from '../core/config/index.ts';
import { isAccountId } from '../core/near/account-id.ts';
import type { SourceWish } from '../indexer/source/open-source.ts';
import type { StartPoint } from '../indexer/types.ts';
import { note, noteFailure, say } from './console.ts';
import {
  type Mending,
  runRebuild,
  runRedrive,
  runVerifyContract,
  runVerifyReplay,
} from './indexer/mending.ts';
import { type Reached, reachIndexed } from './indexer/reach.ts';
import { startIndexer } from './indexer/run-line.ts';
import { SOURCE_FORMS, sourceNamed, USUAL_SOURCES } from './indexer/sources.ts';
import { showStatus } from './indexer/status.ts';
import { watchNpm } from './start/parent.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));
const MAX_HEIGHT = 2n ** 64n - 1n;
/** A backfill that commits nothing in so many attempts in a row ends with an error; about two minutes. */
const BACKFILL_ATTEMPTS = 12;

interface ContractLine {
  contract: string[];
}

interface SourceLine extends ContractLine {
  source: string[];
}

const HELP = `
The network, its contract, its sources and its first block are those of near.config.json; the database is DATABASE_URL,
or the embedded one (docs/configuration.md). Where a database has blocks already, it goes on behind them.

Sources (--source) are ${SOURCE_FORMS}, asked in this order; the next one helps out where one fails.
Metrics, health and readiness of "follow" are at DMRV_INDEXER_PORT (8483, or the next free port).

Ctrl-C ends it after the batch that is under way. kill -9 loses nothing and doubles nothing either.

Examples:
  npm run indexer -- follow
  npm run indexer -- follow --from latest --source neardata
  npm run indexer -- backfill --from 100000000 --to 100500000
  npm run indexer -- backfill --to 5000 --source folder:/srv/lake
  npm run indexer -- status --json
  npm run indexer -- verify
  npm run indexer -- rebuild
`;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => askToStop(signal));
watchNpm({ env: process.env, gone: () => askToStop('npm has ended') });

const program = new Command()
  .name('npm run indexer --')
  .description('Follows the chain into PostgreSQL: every event of the contract exactly once.')
  .addHelpText('after', HELP);

withSources(program.command('follow'))
  .description('writes each block as it comes, without end; a second one stands by until the first is gone')
  .option('--from <height>', 'where a new database begins: a height, or "latest"', parseStart)
  .action((line: SourceLine & { from?: StartPoint }) =>
    run(async (reached, config) => {
      const indexer = await startIndexer({
        ...wishOf(reached, config, line),
        serve: true,
        ...startOf(config, line),
      });
      say(
        `Indexer of ${contractsOf(config, line).join(', ')} on ${config.network.name}: ${indexer.url}/metrics`,
      );
      await indexer.ended;
    }),
  );

withSources(program.command('backfill'))
  .description('writes the blocks up to a height, shows how far it is, and ends')
  .option(
    '--from <height>',
    'where a new database begins; the first block of the configuration when left out',
    parseStart,
  )
  .requiredOption('--to <height>', 'the last height', parseHeight)
  .option('--attempts <count>', 'end after so many failures in a row', parseCount, BACKFILL_ATTEMPTS)
  .action((line: SourceLine & { from?: StartPoint; to: bigint; attempts: number }) =>
    run(async (reached, config) => {
      const { to, attempts } = line;
      const indexer = await startIndexer({
        ...wishOf(reached, config, line),
        ...startOf(config, line),
        to,
        attempts,
        serve: false,
      });
      await indexer.ended;
      if (!stop.signal.aborted) say(`All blocks up to ${to} are written.`);
    }),
  );

program
  .command('status')
  .description('where each contract stands, who leads, dead letters, the lag')
  .option('--json', 'one JSON object', false)
  .action(({ json }: { json: boolean }) =>
    run(async (reached, config) => {
      for (const text of await showStatus({ reached, config, json, now_ms: Date.now() })) say(text);
    }),
  );

withContracts(program.command('verify'))
  .description(
    'folds the kept events anew and compares, then asks the contract; exit code 1 where something differs',
  )
  .option('--no-replay', 'leave out folding the events anew')
  .option('--no-contract-views', 'leave out asking the contract')
  .option(
    '--sample <rows>',
    'how many tokens, retirements and consents to ask the contract for',
    parseCount,
    1_000,
  )
  .option('--all', 'ask for all of them', false)
  .action((line: ContractLine & { replay: boolean; contractViews: boolean; sample: number; all: boolean }) =>
    run(async (reached, config) => {
      const sample = line.all ? {} : { sample: line.sample };
      for (const about of eachContract(reached, config, line)) {
        const same = [
          !line.replay || (await runVerifyReplay(about)),
          !line.contractViews || (await runVerifyContract({ ...about, ...sample })),
        ];
        if (same.includes(false)) process.exitCode = 1;
      }
    }),
  );

withContracts(program.command('rebuild'))
  .description("makes chain.* and the tenants' rows anew from the kept events; an indexer may run meanwhile")
  .action((line: ContractLine) =>
    run(async (reached, config) => {
      for (const about of eachContract(reached, config, line)) await runRebuild(about);
    }),
  );

withContracts(program.command('redrive'))
  .description('reads dead letters once more, and gives their events the places they would have had')
  .action((line: ContractLine) =>
    run(async (reached, config) => {
      for (const about of eachContract(reached, config, line)) await runRedrive(about);
    }),
  );

await program.parseAsync();

function withContracts(command: Command): Command {
  return command.option('--contract <account>', 'this contract; may be given again', collectContract, []);
}

function withSources(command: Command): Command {
  return withContracts(command).option(
    `--source <source>`,
    `read from ${SOURCE_FORMS}; may be given again`,
    collect,
    [],
  );
}

async function run(work: (reached: Reached, config: Config) => Promise<void>): Promise<void> {
  try {
    const config = loadConfig({ env: process.env, folder: PROJECT_FOLDER });
    await reachIndexed({ config, note }, (reached) => work(reached, config));
  } catch (error) {
    noteFailure(error);
    process.exitCode = 1;
  }
}

function wishOf({ indexer_url }: Reached, config: Config, line: SourceLine) {
  return {
    config,
    contract_ids: contractsOf(config, line),
    sources: sourcesOf(config, line),
    database_url: indexer_url,
    progress_to: process.stderr,
    stop: stop.signal,
  };
}

function eachContract(reached: Reached, config: Config, line: ContractLine): Mending[] {
  const about = { reached, config, signal: stop.signal, say, note };
  return contractsOf(config, line).map((contract) => ({ ...about, contract }));
}

function contractsOf(config: Config, line: ContractLine): string[] {
  return line.contract.length > 0 ? [...new Set(line.contract)] : [config.network.contract_account_id];
}

function sourcesOf(config: Config, line: SourceLine): SourceWish[] {
  const words = line.source.length > 0 ? line.source : USUAL_SOURCES;
  return words.map((word) => {
    const wish = sourceNamed(word, config);
    if (wish === undefined) return program.error(`error: no source "${word}"; there are ${SOURCE_FORMS}`);
    return wish;
  });
}

function startOf(config: Config, { from }: { from?: StartPoint }): { start: StartPoint } {
  return { start: from ?? { kind: 'height', height: BigInt(config.network.first_block_height) } };
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function collectContract(value: string, before: string[]): string[] {
  if (!isAccountId(value)) throw new InvalidArgumentError('It is no NEAR account id.');
  return [...before, value];
}

function parseStart(text: string): StartPoint {
  return text === 'latest' ? { kind: 'latest' } : { kind: 'height', height: parseHeight(text) };
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is no count of 1 to 999999.');
  return Number(text);
}

function parseHeight(text: string): bigint {
  const height = /^\d{1,20}$/.test(text) ? BigInt(text) : -1n;
  if (height < 0n || height > MAX_HEIGHT) throw new InvalidArgumentError('It is no block height.');
  return height;
}

function askToStop(why: string): void {
  if (stop.signal.aborted) return;
  note(`${why}: ending after the batch that is under way.`);
  stop.abort();
}
