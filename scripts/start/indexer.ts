// Owns following the product's chain into its database, beside the API; leaves the indexer's own command to scripts/indexer.ts.

import type { Config } from '../../core/config/index.ts';
import { startIndexer } from '../indexer/run-line.ts';
import { sourceNamed, USUAL_SOURCES } from '../indexer/sources.ts';
import type { Shown } from './chain.ts';
import type { LogStream } from './log.ts';

export interface FollowedChain {
  shown: Shown;
  // Settles when the indexer has failed for good: a person must look.
  failure: Promise<Error>;
  // Returns when the batch that is under way is written.
  close(): Promise<void>;
}

export async function followChain(about: {
  config: Config;
  database_url: string;
  log_stream?: LogStream;
}): Promise<FollowedChain> {
  const { config, database_url, log_stream } = about;
  const stop = new AbortController();
  const { url, ended } = await startIndexer({
    config,
    contract_ids: [config.network.contract_account_id],
    sources: USUAL_SOURCES.flatMap((name) => sourceNamed(name, config) ?? []),
    database_url,
    start: { kind: 'height', height: BigInt(config.network.first_block_height) },
    serve: true,
    ...(log_stream === undefined ? {} : { log_stream }),
    stop: stop.signal,
  });
  const failure = Promise.withResolvers<Error>();
  const settled = ended.catch((error: unknown) => {
    failure.resolve(error instanceof Error ? error : new Error(String(error)));
  });
  return {
    shown: [['Indexer', `${url}/ready  (metrics: ${url}/metrics)`]],
    failure: failure.promise,
    close: async () => {
      stop.abort();
      await settled;
    },
  };
}
