// Owns running the localnet inside the product's process; leaves the choice of a chain to chain.ts and the chain itself to localnet/.

import type { Config } from '../../core/config/index.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { type LocalnetOptions, type RunningLocalnet, startLocalnet } from '../../localnet/start-localnet.ts';
import { LATER_ACCOUNTS, PRODUCT_ACCOUNTS, productAccounts } from '../localnet/accounts.ts';
import { claimChainFolder, keysFolder, writeKeyFiles } from '../localnet/folder.ts';
import { WALL_CLOCK } from '../localnet/options.ts';
import { isRefusal } from '../localnet/refusal.ts';
import { type Chain, findLocalPort, type Network, type Shown } from './chain.ts';
import { developmentAccounts } from './development-accounts.ts';
import { ensureContract, startBuild } from './embedded-contract.ts';
import { ensureSigners } from './embedded-signers.ts';

// The accounts' keys are known to everybody, so other machines do not reach this chain.
const HOST = '127.0.0.1';
const ANY_PORT = 0;
// As configured, and once more for each of the two ports that is taken.
const START_ATTEMPTS = 3;

// So that what was done last can be proven too, though nobody does anything more. In the first two blocks of an epoch nodes
// have no head to give: the second time is never there when the first was.
const TRAILING = { blocks: 2, after_ms: [500, 4_000] };

// What a proof file rests on, whoever looks at it can still ask the node for.
const HISTORY_BLOCKS = 2_000;

type Ports = { rpc: number; lake: number };

type Options = { config: Config; stop: AbortSignal; note: (line: string) => void };

export async function startEmbeddedChain(options: Options): Promise<Chain> {
  try {
    return await start(options);
  } catch (error) {
    if (!isRefusal(error) || error instanceof DmrvError) throw error;
    const { data_folder } = options.config.localnet;
    const reason = error.message.replace(/\.$/, '');
    throw new DmrvError('LOCALNET_START_FAILED', { facts: { data_folder, reason }, cause: error });
  }
}

async function start({ config, stop, note }: Options): Promise<Chain> {
  const { network } = config;
  const { data_folder } = config.localnet;
  const failure = Promise.withResolvers<Error>();
  const closers: (() => Promise<void>)[] = [];
  // The folder is let go of last, when nothing writes to it any more.
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  const lock = await claimChainFolder({ data_folder, setting: 'DMRV_DATA_FOLDER' });
  closers.push(lock.release);
  // Beside the start of the chain and of the tables, so that it is mostly hidden behind them.
  const build = startBuild(note);
  closers.push(build.stop);
  const stopBuild = (): void => void build.stop();
  stop.addEventListener('abort', stopBuild, { once: true });
  try {
    const localnet = await startOnPorts({
      options: {
        mode: { kind: 'instant', trailing: TRAILING },
        history_blocks: HISTORY_BLOCKS,
        accounts: productAccounts(network.contract_account_id),
        clock: WALL_CLOCK,
        data_folder,
        host: HOST,
        lake: { bucket: network.lake.bucket },
        onFailure: (error) => failure.resolve(describeFault({ data_folder, error })),
      },
      wanted: wantedPorts(network),
      note,
    });
    closers.push(localnet.stop);
    const keys_folder = await writeKeyFiles({ data_folder, localnet });
    const served = servedNetwork({ network, localnet });
    let signer_keys_file: string | undefined;
    return {
      network: served,
      prepare: async () => {
        const contract = await ensureContract({
          network: served,
          keys_folder: keysFolder(data_folder),
          later_accounts: LATER_ACCOUNTS,
          build,
          note,
        });
        if (contract.length > 0) {
          signer_keys_file = await ensureSigners({ network: served, keys_folder: keysFolder(data_folder) });
        }
        return describe({ config, localnet, contract, keys_folder });
      },
      signerKeysFile: () => signer_keys_file,
      developmentAccounts: () => developmentAccounts(localnet.accounts),
      failure: failure.promise,
      announce: lock.announce,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function wantedPorts({ rpc_urls: [rpc_url = ''], lake, neardata_url }: Network): Ports {
  return {
    rpc: findLocalPort(rpc_url) ?? ANY_PORT,
    // Lake and neardata are one server here.
    lake: findLocalPort(lake.endpoint ?? neardata_url) ?? ANY_PORT,
  };
}

/** A port that somebody else has gives way to a free one: what follows is told the true URLs. */
async function startOnPorts(about: {
  options: LocalnetOptions;
  wanted: Ports;
  note: (line: string) => void;
}): Promise<RunningLocalnet> {
  const { options, wanted, note } = about;
  let ports = wanted;
  for (let attempt = 1; ; attempt++) {
    try {
      const localnet = await startLocalnet({ ...options, rpc_port: ports.rpc, lake_port: ports.lake });
      if (ports.rpc !== wanted.rpc) note(instead('JSON-RPC', wanted.rpc, localnet.rpc?.url));
      if (ports.lake !== wanted.lake) note(instead('Lake and neardata', wanted.lake, localnet.lake?.url));
      return localnet;
    } catch (error) {
      const taken = findTakenPort(error);
      if (taken === undefined || attempt === START_ATTEMPTS) throw error;
      ports = taken === ports.rpc ? { ...ports, rpc: ANY_PORT } : { ...ports, lake: ANY_PORT };
    }
  }
}

function instead(what: string, port: number, url: string | undefined): string {
  return `Port ${port} on ${HOST} is taken by another process: ${what} of the localnet is at ${url} instead.`;
}

/** Node names the port in its error; the Lake's server wraps that in one with a text for people. */
function findTakenPort(error: unknown): number | undefined {
  for (const one of [error, error instanceof Error ? error.cause : undefined]) {
    if (!(one instanceof Error) || !('code' in one) || one.code !== 'EADDRINUSE') continue;
    if ('port' in one && typeof one.port === 'number') return one.port;
  }
  return undefined;
}

/** With the URLs that are truly served. */
function servedNetwork(about: { network: Network; localnet: RunningLocalnet }): Network {
  const { network, localnet } = about;
  const { rpc, lake } = serversOf(localnet);
  return {
    ...network,
    rpc_urls: [rpc.url],
    lake: { ...network.lake, endpoint: lake.url },
    neardata_url: lake.url,
  };
}

function serversOf({ rpc, lake }: RunningLocalnet) {
  if (rpc === null || lake === null) throw new Error('The localnet was started without its servers.');
  return { rpc, lake };
}

function describe(about: {
  config: Config;
  localnet: RunningLocalnet;
  contract: Shown;
  keys_folder: string;
}): Shown {
  const { network, localnet: settings } = about.config;
  const { node } = about.localnet;
  const { rpc, lake } = serversOf(about.localnet);
  const people = [...PRODUCT_ACCOUNTS, ...LATER_ACCOUNTS]
    .map(({ account_id }) => account_id)
    .filter((account_id) => account_id !== network.contract_account_id);
  return [
    ['NEAR', `${node.facts.chain_id} at block ${node.chain.head.height}, data in ${settings.data_folder}`],
    ['RPC', rpc.url],
    ['Lake', `${lake.url}  (bucket ${lake.bucket}; neardata: ${lake.url}/v0/last_block/final)`],
    ...about.contract,
    ['Accounts', people.join(', ')],
    ['Keys', `a file for each account in ${about.keys_folder}; good for this chain only`],
  ];
}

/** A fault of this program, so its stack is shown with it. */
function describeFault({ data_folder, error }: { data_folder: string; error: unknown }): Error {
  return new Error(
    `The localnet in ${data_folder} met a fault and makes no more blocks. Start again: finished blocks are kept.`,
    { cause: error },
  );
}
