// Owns making the API from the configuration and letting it listen; leaves its routes to api/ and the order of parts to
// product.ts.

import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../api/app.ts';
import { createAskChain } from '../../api/chain/json-rpc.ts';
import { openDatabaseCheck } from '../../api/database-check.ts';
import { startHousekeeping } from '../../api/housekeeping.ts';
import { createRegistry } from '../../api/plugins/metrics.ts';
import { openPools } from '../../api/pools.ts';
import { createReadiness } from '../../api/readiness.ts';
import { watchReconciliation } from '../../api/reconcile/metrics.ts';
import { openReconciliation, type Reconciliation } from '../../api/reconcile/open-reconciliation.ts';
import { startSchedule } from '../../api/reconcile/schedule.ts';
import { ALL_SAGAS } from '../../api/sagas/index.ts';
import type { PageSettings } from '../../api/schemas/page-settings.ts';
import { listen } from '../../api/server.ts';
import { keepExpiring } from '../../api/signing/keep-expiring.ts';
import { keepSettling } from '../../api/signing/keep-settling.ts';
import { openSigning } from '../../api/signing/open-signing.ts';
import { readSigners } from '../../api/signing/read-signers.ts';
import { createFolderStore } from '../../api/store/folder-store.ts';
import { createS3Store } from '../../api/store/s3-store.ts';
import type { Files } from '../../api/store/store.ts';
import type { Config } from '../../core/config/index.ts';
import { bundlePages } from '../build-pages/bundle-pages.ts';
import type { Network } from './chain.ts';
import type { UrlFor } from './database.ts';
import type { LogStream } from './log.ts';
import { type RunningWorker, runWorker } from './worker.ts';

/** Requests are turned away while the process answers nobody for so long. */
const MAX_EVENT_LOOP_DELAY_MS = 2_000;

export type ServeApiOptions = {
  config: Config;
  version: string;
  /** As it is truly served. */
  network: Network;
  /** Of the localnet's accounts, where this process runs it. The configuration's own goes before it. */
  signer_keys_file: string | undefined;
  urlFor: UrlFor;
  /** Of the localnet, where this process runs it: their keys are known to everybody. */
  development_accounts: PageSettings['development_accounts'];
  /** Of the demo world, once it has them. */
  development_keys: () => PageSettings['development_keys'];
  /** False leaves carrying out sagas to another process. */
  worker: boolean;
  log_stream: LogStream;
  note: (line: string) => void;
  closers: (() => Promise<void>)[];
};

/** Returns the address it listens on. */
export async function serveApi(options: ServeApiOptions): Promise<string> {
  const { config, version, network, urlFor, worker: with_worker, note, closers } = options;
  const now = (): Date => new Date();
  const database = openDatabaseCheck({ url: urlFor('app'), log: note });
  closers.push(() => database.close());
  const pools = openPools({ urlFor, log: note });
  closers.push(() => pools.close());
  const ask = createAskChain({ rpc_urls: network.rpc_urls, api_key: config.secrets.rpc_api_key });
  const { contract_account_id } = network;
  const log = { level: config.log_level, stream: options.log_stream };
  const keys_file = config.signing.keys_file ?? options.signer_keys_file;
  const signing = openSigning({
    pool: pools.app,
    contract_id: contract_account_id,
    ask,
    signers: keys_file === undefined ? [] : await readSigners(keys_file),
    now,
    log: (line, about) => app.log.warn(about, line),
  });
  const chain = { network: network.name, contract_account_id, ask };
  const metrics = createRegistry();
  const reconciliation = openReconciliation({
    url: urlFor('reconciler'),
    contract_id: contract_account_id,
    ask,
    now,
    log: (error) => app.log.error({ err: error }, 'A run of reconciliation failed.'),
  });
  closers.push(reconciliation.close);
  const onTrouble = (error: unknown): void =>
    app.log.error({ err: error }, 'Reconciliation met trouble and goes on.');
  watchReconciliation(metrics, { ...reconciliation.deps, onTrouble });
  let listening: string | undefined;
  const publicUrl = (): string | undefined => (config.api.public_url ?? listening)?.replace(/\/$/, '');
  const services = {
    now,
    chain,
    files: openFiles(config),
    sagas: ALL_SAGAS,
    signing,
    publicUrl,
    reconciliation,
  };
  let worker: RunningWorker | undefined;
  const pages = await bundlePages();
  const app: FastifyInstance = buildApp({
    pages: { pages, settings: () => pageSettings(options) },
    pools,
    database,
    services,
    settings: settingsOf({ config, version }),
    readiness: createReadiness({
      pools,
      ask_chain: ask,
      contract_account_id,
      now,
      ...(with_worker ? { workerSweptAt: () => worker?.lastSweptAt() } : {}),
      log: (error, part) => app.log.warn({ err: error, part }, 'A part is not ready.'),
    }),
    log,
    metrics,
  });
  closers.push(() => app.close());
  const housekeeping = startHousekeeping({
    pool: pools.app,
    now,
    log: (error) => app.log.error({ err: error }, 'What has expired could not be removed.'),
  });
  closers.push(housekeeping.stop);
  const settling = keepSettling({
    signing,
    log: (error) => app.log.error({ err: error }, 'Transactions that nobody follows could not be looked at.'),
  });
  closers.push(settling.stop);
  if (with_worker) {
    const tell = (error: unknown, words: string, facts: object): void =>
      app.log.error({ err: error, ...facts }, words);
    const tellOf = (words: string, facts: object): void => app.log.info(facts, words);
    worker = await runWorker({ urlFor, services, metrics, note, tell, tellOf, closers });
    keepReconciling({ config, reconciliation, onTrouble, closers });
    const expiring = keepExpiring({
      pool: reconciliation.deps.pool,
      contract_id: contract_account_id,
      signing,
      now,
      onTrouble: (error) =>
        app.log.error({ err: error }, 'Credits whose last day has passed were not ended.'),
    });
    closers.push(expiring.stop);
  }
  listening = await listen(app, config.api);
  return listening;
}

function pageSettings(options: ServeApiOptions): PageSettings {
  const { network, development_accounts } = options;
  const development_keys = options.development_keys();
  const { name, contract_account_id: contract_id, rpc_urls } = network;
  return {
    network: name,
    contract_id,
    rpc_urls,
    ...(development_accounts === undefined ? {} : { development_accounts }),
    ...(development_keys === undefined ? {} : { development_keys }),
  };
}

/** Beside the sagas; of several processes one runs at a time. */
function keepReconciling(about: {
  config: Config;
  reconciliation: Reconciliation;
  onTrouble: (error: unknown) => void;
  closers: (() => Promise<void>)[];
}): void {
  const { every_ms } = about.config.reconcile;
  if (every_ms === undefined) return;
  const { deps } = about.reconciliation;
  const { onTrouble } = about;
  const schedule = startSchedule({ deps, every_ms, onRan: () => undefined, onTrouble });
  about.closers.push(schedule.stop);
}

/** Staged and kept files lie in one folder, and so on one file system. */
function openFiles({ files: { folder, s3 }, secrets }: Config): Files {
  const staging_folder = join(folder, 'staging');
  const { files_access_key_id: access_key_id, files_secret_access_key: secret_access_key } = secrets;
  if (s3 === undefined || access_key_id === undefined || secret_access_key === undefined) {
    return { store: createFolderStore({ folder: join(folder, 'kept') }), staging_folder };
  }
  const store = createS3Store({ ...s3, access_key_id, secret_access_key, now: () => new Date() });
  return { store, staging_folder };
}

function settingsOf({ config, version }: { config: Config; version: string }) {
  const { public_url, cors_origins, trusted_proxies, rate_per_key, rate_per_address } = config.api;
  return {
    version,
    cors_origins,
    trusted_proxies,
    callback_origins: [...cors_origins, ...(public_url === undefined ? [] : [new URL(public_url).origin])],
    limits: { per_key: rate_per_key, per_address: rate_per_address },
    max_event_loop_delay_ms: MAX_EVENT_LOOP_DELAY_MS,
  };
}
