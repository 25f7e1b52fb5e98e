// Owns the order in which the product's parts start and stop; leaves the parts to their rooms.

import { DOCS_PATH } from '../../api/plugins/openapi.ts';
import type { Config } from '../../core/config/index.ts';
import { serveApi } from './api.ts';
import { type Chain, isLoopback, openChain, type Shown } from './chain.ts';
import { type Database, openDatabase, type UrlFor } from './database.ts';
import { type RunningDemo, startDemo } from './demo.ts';
import { followChain } from './indexer.ts';
import { type LogStream, openLog } from './log.ts';

export type ProductOptions = {
  config: Config;
  version: string;
  // False starts no embedded chain.
  localnet: boolean;
  // False leaves following the chain to somebody else.
  indexer: boolean;
  // False leaves carrying out issuances and retirements to somebody else.
  worker: boolean;
  // False makes no demo world on an embedded chain.
  demo: boolean;
  // Aborted when the product is to stop.
  stop: AbortSignal;
  say: (line: string) => void;
  note: (line: string) => void;
};

type Closer = () => Promise<void>;

// Returns when everything has stopped as it was asked to; throws when something failed.
export async function runProduct(options: ProductOptions): Promise<void> {
  const closers: Closer[] = [];
  const failures: unknown[] = [];
  try {
    await run(options, closers);
  } catch (error) {
    failures.push(error);
  }
  // Those that ask stop before those that answer. One that does not stop must not leave the others running.
  for (const close of closers.reverse()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1)
    throw new AggregateError(failures, 'The product failed, and then a part of it to stop.');
}

async function run(options: ProductOptions, closers: Closer[]): Promise<void> {
  const { config, version, localnet, worker, stop, note } = options;
  const database = await openDatabase({ config, note });
  closers.push(() => database.close());
  if (stop.aborted) return;
  const chain = await openChain({ config, localnet, stop, note });
  closers.push(() => chain.close());
  if (stop.aborted) return;
  const log = openLog({ config, note, now: Date.now });
  closers.push(async () => log.close());
  const urlFor = await database.prepare();
  if (stop.aborted) return;
  const chain_shown = await chain.prepare();
  if (stop.aborted) return;
  let demo: RunningDemo | undefined;
  const url = await serveApi({
    config,
    version,
    network: chain.network,
    signer_keys_file: chain.signerKeysFile(),
    // Pages sign for others only where nobody but this machine can reach them.
    development_accounts: isLoopback(config.api.host) ? chain.developmentAccounts() : undefined,
    development_keys: () => (isLoopback(config.api.host) ? demo?.keys() : undefined),
    urlFor,
    worker,
    log_stream: log.stream,
    note,
    closers,
  });
  const indexer = await runIndexer({ options, chain, urlFor, log_stream: log.stream, closers });
  await database.announce(url);
  await chain.announce(url);
  showWhatRuns({ options, shown: [...chain_shown, ...indexer.shown, ...log.shown], database, url });
  if (options.demo && options.indexer && worker && chain.signerKeysFile() !== undefined) {
    const { owner_url } = database;
    demo = startDemo({ config, network: chain.network, base_url: url, urlFor, owner_url, note });
    closers.push(demo.close);
  }
  await untilStopped({ stop, failures: [database.failure, chain.failure, indexer.failure] });
}

async function runIndexer(about: {
  options: ProductOptions;
  chain: Chain;
  urlFor: UrlFor;
  log_stream: LogStream;
  closers: Closer[];
}): Promise<{ shown: Shown; failure: Promise<Error> }> {
  const { options, chain, urlFor, log_stream, closers } = about;
  if (!options.indexer) {
    return { shown: [['Indexer', 'not started here']], failure: new Promise<never>(() => undefined) };
  }
  const indexer = await followChain({
    config: { ...options.config, network: chain.network },
    database_url: urlFor('indexer'),
    log_stream,
  });
  closers.push(indexer.close);
  return indexer;
}

const LABEL_WIDTH = 10;

function showWhatRuns(about: {
  options: ProductOptions;
  shown: Shown;
  database: Database;
  url: string;
}): void {
  const { shown, database, url } = about;
  const { config, version, say } = about.options;
  say(`dmrv-near ${version} runs on ${config.network.name}.`);
  const lines: Shown = [
    ['Pages', `${url}/`],
    ['API', `${url}  (health: ${url}/health, description: ${url}${DOCS_PATH})`],
    ['Database', database.shown],
    ...shown,
  ];
  for (const [label, text] of lines) say(`  ${label.padEnd(LABEL_WIDTH)}${text}`);
  say('Ctrl-C stops it.');
}

// A part that ends unasked takes the product with it: whoever watches this process starts it again.
async function untilStopped(about: { stop: AbortSignal; failures: Promise<Error>[] }): Promise<void> {
  const { stop, failures } = about;
  const asked = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
  const failure = await Promise.race([asked, ...failures]);
  if (failure !== undefined) throw failure;
}
