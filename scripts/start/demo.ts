// Owns the demo world beside a product that runs the local chain: its keys, and making it while the product serves; leaves its
// content to scripts/demo.

import { join } from 'node:path';
import { makeKey } from '../../api/callers/grant.ts';
import type { PageSettings } from '../../api/schemas/page-settings.ts';
import { SCOPES } from '../../api/schemas/scopes.ts';
import type { Config } from '../../core/config/index.ts';
import type { KeyOwner } from '../../core/db/access-keys.ts';
import { runAs } from '../../core/db/identity.ts';
import { createPool } from '../../core/db/pool.ts';
import { openOwner } from '../../core/db/prepare.ts';
import type { DB } from '../../core/db/types.ts';
import { makePrivateFolder, readPrivateFile, writePrivateFile } from '../../core/postgres/index.ts';
import { openJournal } from '../demo/journal.ts';
import { makeDemo } from '../demo/make-demo.ts';
import { openWorld } from '../demo/world.ts';
import { openDeployChain } from '../deploy/chain.ts';
import { keysFolder } from '../localnet/folder.ts';
import { seedCatalogue } from '../seed/seed-catalogue.ts';
import type { Network } from './chain.ts';
import type { UrlFor } from './database.ts';

export type DemoKeys = NonNullable<PageSettings['development_keys']>;

const OWNERS: Readonly<Record<keyof DemoKeys, KeyOwner>> = {
  operator: { kind: 'operator' },
  verra: { kind: 'registry', registry_type: 'verra' },
  isometric: { kind: 'registry', registry_type: 'isometric' },
};

export type RunningDemo = { keys: () => DemoKeys | undefined; close: () => Promise<void> };

export function startDemo(about: {
  config: Config;
  network: Network;
  base_url: string;
  urlFor: UrlFor;
  owner_url: string;
  note: (line: string) => void;
}): RunningDemo {
  const stop = new AbortController();
  let keys: DemoKeys | undefined;
  const work = async (): Promise<void> => {
    const { config, network, base_url, note } = about;
    const folder = join(config.localnet.data_folder, 'demo');
    await makePrivateFolder(folder);
    keys = await ensureKeys({ ...about, path: join(folder, 'keys.json') });
    const world = openWorld({
      base_url,
      operator_key: keys.operator,
      contract_id: network.contract_account_id,
      chain: await openDeployChain({ network: network.name, rpc_urls: network.rpc_urls }),
      keys_folder: keysFolder(config.localnet.data_folder),
      journal: await openJournal(join(folder, 'journal.json')),
      stop: stop.signal,
    });
    const made = await makeDemo(world, { seed: () => seed(about.owner_url), note });
    note(
      'refused' in made
        ? `No demo world: ${made.refused}.`
        : `The demo world stands: ${made.credits} credits.`,
    );
  };
  const ended = work().catch((error: unknown) => {
    if (stop.signal.aborted) return;
    // The product is of use without it; the next start goes on with it.
    about.note(`The demo world is not whole: ${error instanceof Error ? error.message : String(error)}`);
  });
  return {
    keys: () => keys,
    close: async () => {
      stop.abort(new Error('The product stops.'));
      await ended;
    },
  };
}

/** Those of before, where this database still knows them. */
async function ensureKeys(about: {
  base_url: string;
  urlFor: UrlFor;
  path: string;
  note: (line: string) => void;
}): Promise<DemoKeys> {
  const text = await readPrivateFile(about.path);
  const kept: DemoKeys | undefined = text === undefined ? undefined : JSON.parse(text);
  if (kept !== undefined && (await isGood(about.base_url, kept.operator))) return kept;
  const pool = createPool({
    url: about.urlFor('operator'),
    max: 1,
    on_idle_error: (error) => about.note(`The demo's database connection was lost: ${error.message}`),
  });
  try {
    const made = await runAs(pool, { identity: { kind: 'platform', actor: 'command:demo' } }, async (trx) => {
      const now = new Date();
      const tokens: Record<string, string> = {};
      for (const [name, owner] of Object.entries(OWNERS)) {
        const wanted = { name: 'Demo', permissions: SCOPES };
        tokens[name] = (await makeKey(trx, { owner, wanted, now })).token;
      }
      return tokens as DemoKeys;
    });
    await writePrivateFile(about.path, `${JSON.stringify(made)}\n`);
    return made;
  } finally {
    await pool.end();
  }
}

async function isGood(base_url: string, key: string): Promise<boolean> {
  const response = await fetch(new URL('/api/v1/me', base_url), {
    headers: { authorization: `Bearer ${key}` },
  });
  await response.body?.cancel();
  return response.ok;
}

async function seed(owner_url: string): Promise<Awaited<ReturnType<typeof seedCatalogue>>> {
  const owner = openOwner<DB>(owner_url);
  try {
    return await seedCatalogue(owner);
  } finally {
    await owner.destroy();
  }
}
