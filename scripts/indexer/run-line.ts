// Owns running an indexer for as long as a command does: metrics, progress, log, the view; leaves its rooms to indexer/.

import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { type Logger, pino } from 'pino';
import { listen } from '../../api/server.ts';
import type { Config } from '../../core/config/index.ts';
import { buildStatusApp } from '../../indexer/operate/http.ts';
import { createMetrics, observeAll } from '../../indexer/operate/metrics.ts';
import { openIndexer } from '../../indexer/operate/open-indexer.ts';
import { createProgress } from '../../indexer/operate/progress.ts';
import { runIndexer } from '../../indexer/operate/run.ts';
import { StateKeeper } from '../../indexer/operate/state.ts';
import type { SourceWish } from '../../indexer/source/open-source.ts';
import type { StartPoint } from '../../indexer/types.ts';

export interface IndexerWish {
  config: Config;
  contract_ids: readonly string[];
  sources: readonly SourceWish[];
  /** The way in of the login `indexer`. */
  database_url: string;
  start: StartPoint;
  to?: bigint;
  /** How many failures in a row end it; left out, it goes on trying. */
  attempts?: number;
  /** False where no port is to be opened. */
  serve: boolean;
  /** Where progress is shown; left out, nowhere. */
  progress_to?: NodeJS.WriteStream;
  /** Left out, the log goes to standard error. */
  log_stream?: { write(line: string): void };
  stop: AbortSignal;
}

export interface StartedIndexer {
  /** Of its metrics, health and readiness; null where no port is open. */
  url: string | null;
  keeper: StateKeeper;
  /** Settles when it has stopped as it was told, or come to its last height; rejects when it failed for good. */
  ended: Promise<void>;
}

const ID_BYTES = 4;

export async function startIndexer(wish: IndexerWish): Promise<StartedIndexer> {
  const { config, stop } = wish;
  const keeper = new StateKeeper();
  const now = Date.now;
  const metrics = createMetrics({ keeper, now });
  const log = createLog(config, wish.log_stream);
  keeper.onChange((state, before) => {
    if (state.state !== before.state) log.info({ state: state.state, reason: state.reason }, 'state');
  });
  const out = wish.progress_to;
  const to = wish.to === undefined ? {} : { to: wish.to };
  const progress = out === undefined ? null : createProgress({ out, keeper, now, ...to });
  const { network, secrets, indexer } = config;
  const { rpc_api_key: api_key } = secrets;
  const parts = openIndexer({
    network: network.name,
    contract_ids: wish.contract_ids,
    sources: wish.sources,
    rpc: { urls: network.rpc_urls, ...(api_key === undefined ? {} : { api_key }) },
    first_height: BigInt(network.first_block_height),
    database_url: wish.database_url,
    indexer_id: `${hostname()}/${process.pid}/${randomBytes(ID_BYTES).toString('hex')}`,
    observer: observeAll([metrics, ...(progress === null ? [] : [progress])]),
    keeper,
    log,
  });
  const app = buildStatusApp({ keeper, registry: metrics.registry, now });
  const close = async () => {
    progress?.stop();
    await parts.close();
    await app.close();
  };
  try {
    const url = wish.serve ? await listen(app, indexer) : null;
    progress?.start();
    const attempts = wish.attempts === undefined ? {} : { attempts: wish.attempts };
    const run = runIndexer(parts, { start: wish.start, signal: stop, ...to, ...attempts });
    return { url, keeper, ended: endWith(run, close) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function endWith(run: Promise<void>, close: () => Promise<void>): Promise<void> {
  try {
    await run;
  } finally {
    await close();
  }
}

/** Usually to standard error, beside what people are told there. */
function createLog({ log_level }: Config, stream: IndexerWish['log_stream'] = pino.destination(2)): Logger {
  return pino({ level: log_level, base: { part: 'indexer' } }, stream);
}
