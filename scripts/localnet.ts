// Owns the command "npm run localnet" and its signals; leaves the chain to localnet/ and its options to localnet/options.ts.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import type { OwnerLock } from '../core/postgres/index.ts';
import { type RunningLocalnet, startLocalnet } from '../localnet/start-localnet.ts';
import { note, noteFailure, say } from './console.ts';
import { claimChainFolder } from './localnet/folder.ts';
import {
  addAccount,
  type CommandLine,
  formatNear,
  nodeOptions,
  parseBoundaries,
  parseCount,
  parseHeight,
  parsePort,
  parseShards,
  WALL_CLOCK,
} from './localnet/options.ts';
import { isRefusal } from './localnet/refusal.ts';
import { watchNpm } from './start/parent.ts';

interface Line extends CommandLine {
  host: string;
  rpcPort: number;
  lakePort: number;
  lakeFolder?: string;
  bucket?: string;
}

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));

const HELP = `
An embedded NEAR chain: contracts run as they are deployed, JSON-RPC, Lake objects and neardata are served as NEAR
serves them. It runs until Ctrl-C or SIGTERM. With the same data folder it goes on where it ended; the options that
hashes follow from (seed, chain id, epochs, validators, shards, accounts) must then be the same.

The accounts' secret keys are printed and follow from the seed: never use them on another network.

Examples:
  npm run localnet
  npm run localnet -- --memory --mode instant
  npm run localnet -- --account dmrv.test.near=500 --epoch-length 100
  npm run localnet -- --shards 10,11,1 --boundaries dmrv,near --lake-folder .data/lake
`;

const command = new Command()
  .name('npm run localnet --')
  .description('Starts a NEAR chain on this machine.')
  .addOption(
    new Option('--mode <mode>', 'when blocks are made: by time, or as transactions need them')
      .choices(['interval', 'instant'])
      .default('interval'),
  )
  .option('--interval-ms <ms>', 'time between two blocks', parseCount, 600)
  .option('--host <host>', 'address to listen on', '127.0.0.1')
  .option('--rpc-port <port>', 'port of JSON-RPC; 0 takes a free one', parsePort, 8481)
  .option('--lake-port <port>', 'port of Lake and neardata; 0 takes a free one', parsePort, 8482)
  .option('--lake-folder <folder>', 'write the Lake objects there too')
  .option('--bucket <name>', 'name of the Lake bucket')
  .option('--data-folder <folder>', 'where blocks and state are kept', '.data/localnet')
  .option('--memory', 'keep nothing on disk', false)
  .option('--survive-power-loss', 'wait for the disk with each block', false)
  .option('--history <blocks>', 'blocks that can be queried; five epochs where nothing is said', parseCount)
  .option('--account <id[=near]>', 'one more account at genesis; may be used again', addAccount)
  .option('--seed <text>', 'all keys follow from it', 'localnet')
  .option('--chain-id <id>', 'name of the network', 'localnet')
  .addOption(
    new Option('--genesis-height <height>', 'height of the first block')
      .argParser(parseHeight)
      .default(0n, '0'),
  )
  .addOption(
    new Option('--epoch-length <heights>', 'heights of an epoch').argParser(parseHeight).default(60n, '60'),
  )
  .option('--validators <count>', 'validators in all', parseCount, 5)
  .option('--seats <count>', 'validators that produce in one epoch', parseCount)
  .addOption(
    new Option('--shards <ids>', 'ids of the shards, in the order of their accounts')
      .argParser(parseShards)
      .default([0n], '0'),
  )
  .addOption(
    new Option('--boundaries <accounts>', 'the first account of each shard but the first')
      .argParser(parseBoundaries)
      .default([], 'none'),
  )
  .option('--protocol-version <version>', 'rules and prices of the chain', parseCount)
  .addHelpText('after', HELP)
  .allowExcessArguments(false)
  .parse();

let stopping = false;
let lock: OwnerLock | null = null;
let localnet: RunningLocalnet | null = null;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void stop(signal).catch(fail));
watchNpm({ env: process.env, gone: () => void stop('npm has ended').catch(fail) });

try {
  const line = command.opts<Line>();
  const data_folder = resolve(PROJECT_FOLDER, line.dataFolder);
  if (!line.memory) lock = await claimChainFolder({ data_folder, setting: '--data-folder' });
  localnet = await startLocalnet({
    ...nodeOptions({ ...line, dataFolder: data_folder }),
    clock: WALL_CLOCK,
    host: line.host,
    rpc_port: line.rpcPort,
    lake_port: line.lakePort,
    lake: {
      ...(line.bucket === undefined ? {} : { bucket: line.bucket }),
      ...(line.lakeFolder === undefined ? {} : { folder: resolve(PROJECT_FOLDER, line.lakeFolder) }),
    },
    onFailure: fail,
  });
  if (localnet.rpc !== null) await lock?.announce(localnet.rpc.url);
  announce(localnet);
} catch (error) {
  fail(error);
}

function announce({ node, rpc, lake, accounts }: RunningLocalnet): void {
  const { chain_id, genesis_height } = node.facts;
  say(`chain     ${chain_id}, genesis at ${genesis_height}, head at ${node.chain.head.height}`);
  if (rpc !== null) say(`json-rpc  ${rpc.url}`);
  if (lake !== null) {
    say(`lake      ${lake.url} (bucket ${lake.bucket}, path style)`);
    say(`neardata  ${lake.url}/v0/last_block/final`);
  }
  for (const { account_id, amount, secret_key } of accounts)
    say(`account   ${account_id}  ${formatNear(amount)} NEAR at genesis  ${secret_key ?? '(its own key)'}`);
  say('ready');
}

async function stop(why: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  note(`${why}: stopping.`);
  await localnet?.stop();
  await lock?.release();
  process.exit(process.exitCode ?? 0);
}

/** Ends with what was started, so that a fault leaves no server behind that answers from a chain that stands still. */
function fail(error: unknown): void {
  if (localnet === null && isRefusal(error)) note(`dmrv-near: ${error.message}`);
  else noteFailure(error);
  process.exitCode = 1;
  if (localnet === null || stopping) process.exit(1);
  else void stop('a fault').catch(() => process.exit(1));
}
