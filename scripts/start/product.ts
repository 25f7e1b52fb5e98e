// Owns the order in which the product's parts start and stop; leaves the parts to their rooms.

import { buildApp } from '../../api/app.ts';
import { openDatabaseCheck } from '../../api/database-check.ts';
import { listen } from '../../api/server.ts';
import type { Config } from '../../core/config/index.ts';
import { type Database, openDatabase } from './database.ts';

export type ProductOptions = {
  config: Config;
  version: string;
  // Aborted when the product is to stop.
  stop: AbortSignal;
  say: (line: string) => void;
  note: (line: string) => void;
};

// Returns when everything has stopped as it was asked to; throws when something failed.
export async function runProduct(options: ProductOptions): Promise<void> {
  const { config, stop, note } = options;
  const closers: Closer[] = [];
  try {
    const database = await openDatabase({ config, note });
    closers.push(() => database.close());
    if (stop.aborted) return;
    const app_url = await database.prepare();
    if (stop.aborted) return;
    const url = await serveApi({ options, app_url, closers });
    await database.announce(url);
    showWhatRuns({ options, database, url });
    await untilStopped({ stop, database });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

type Closer = () => Promise<void>;

async function serveApi(about: {
  options: ProductOptions;
  app_url: string;
  closers: Closer[];
}): Promise<string> {
  const { config, note } = about.options;
  const check = openDatabaseCheck({ url: about.app_url, log: note });
  about.closers.push(() => check.close());
  const app = buildApp({ database: check, logger: { level: config.log_level, stream: process.stderr } });
  about.closers.push(() => app.close());
  return await listen(app, config.api);
}

function showWhatRuns(about: { options: ProductOptions; database: Database; url: string }): void {
  const { config, version, say } = about.options;
  say(`dmrv-near ${version} runs on ${config.network.name}.`);
  say(`  API       ${about.url}  (health: ${about.url}/health)`);
  say(`  Database  ${about.database.shown}`);
  say('Ctrl-C stops it.');
}

// An embedded database that ends unasked takes the product with it: whoever watches this process starts it again.
async function untilStopped(about: { stop: AbortSignal; database: Database }): Promise<void> {
  const { stop, database } = about;
  const asked = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
  const failure = await Promise.race([asked, database.failure]);
  if (failure !== undefined) throw failure;
}
