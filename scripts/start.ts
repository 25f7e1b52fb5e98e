// Owns the command "npm start" and its signals; leaves what runs, and in which order, to start/product.ts.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { loadConfig } from '../core/config/index.ts';
import { note, noteFailure, say } from './console.ts';
import { watchNpm } from './start/parent.ts';
import { runProduct } from './start/product.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));

const HELP = `
Starts the database (an embedded PostgreSQL, or the one DATABASE_URL names), brings its tables up to date and
serves the API. On the network "localnet" it also starts that chain, with JSON-RPC, Lake and neardata on the ports of
near.config.json, or on free ones where those are taken. It runs until Ctrl-C or SIGTERM and then stops everything it
started; a second one ends at once.

The localnet is left to you with --no-localnet, or where the first RPC URL of near.config.json is not on this machine.

Often used variables (docs/configuration.md lists all):
  DATABASE_URL       use this PostgreSQL 18 instead of the embedded one
  DMRV_NETWORK       localnet (the default), testnet or mainnet
  DMRV_DATA_FOLDER   where the embedded database, the localnet and their secrets are kept (.data)
  DMRV_API_HOST      address to listen on (127.0.0.1)
  DMRV_API_PORT      port to listen on (8480, or the next free one when not set)
  DMRV_INDEXER_PORT  port of the indexer's metrics (8483, or the next free one when not set)

Examples:
  npm start
  npm start -- --no-localnet
  DMRV_API_PORT=9000 DMRV_DATA_FOLDER=/srv/dmrv npm start
`;

const command = new Command()
  .name('npm start')
  .description('Starts dmrv-near.')
  .option('--no-localnet', 'start no chain on this machine')
  .option('--no-demo', 'make no demo world on the local chain')
  .option('--no-indexer', 'leave following the chain to "npm run indexer"')
  .option('--no-worker', 'leave carrying out issuances and retirements to another process')
  .addHelpText('after', HELP)
  .version(readVersion())
  .allowExcessArguments(false)
  .parse();

// In a terminal, Ctrl-C reaches this process both directly and through npm: that is one wish, not two.
const SAME_WISH_MS = 300;

const stop = new AbortController();
let first_at = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => askToStop(signal));
watchNpm({
  env: process.env,
  gone: () => {
    // A signal to the whole group ends npm too, while the stop that it asked for here is still under way.
    if (!stop.signal.aborted) askToStop('npm has ended');
  },
});

try {
  const config = loadConfig({ env: process.env, folder: PROJECT_FOLDER });
  const parts = command.opts<{ localnet: boolean; demo: boolean; indexer: boolean; worker: boolean }>();
  await runProduct({ config, ...parts, version: readVersion(), stop: stop.signal, say, note });
} catch (error) {
  noteFailure(error);
  process.exitCode = 1;
}

function askToStop(why: string): void {
  if (!stop.signal.aborted) {
    first_at = performance.now();
    note(`${why}: stopping. A second signal ends at once.`);
    stop.abort();
  } else if (performance.now() - first_at >= SAME_WISH_MS) {
    note(`${why}: ending at once.`);
    process.exit(1);
  }
}

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
