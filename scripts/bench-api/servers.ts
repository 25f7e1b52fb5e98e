// Owns the process that serves what is measured, the API and the bare routes, each on a port of its own; leaves the load to
// load.ts.

import { buildApp } from '../../api/app.ts';
import { makeKey } from '../../api/callers/grant.ts';
import { openPools } from '../../api/pools.ts';
import { SCOPES } from '../../api/schemas/scopes.ts';
import { createFolderStore } from '../../api/store/folder-store.ts';
import { runAs } from '../../core/db/identity.ts';
import type { Login } from '../../core/db/logins.ts';
import { NO_RECONCILIATION } from '../../sandbox-tests/support/no-reconciliation.ts';
import { NO_SIGNING } from '../../sandbox-tests/support/no-signing.ts';
import { buildBare } from './bare.ts';

/** From the parent, once. */
export type Start = { urls: Record<Login, string>; tenant_id: string; connections: number };
/** To the parent, once. */
export type Started = { api: string; bare: string; key: string };

const HOST = '127.0.0.1';
const NO_LIMIT = 1_000_000_000;

process.once('message', (start: Start) => {
  serve(start).then(
    (started) => process.send?.(started),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function serve({ urls, tenant_id, connections }: Start): Promise<Started> {
  const pools = openPools({ urlFor: (login) => urls[login], log: () => undefined });
  const now = () => new Date();
  const identity = { kind: 'platform', actor: 'command:bench' } as const;
  const owner = { kind: 'tenant', tenant_id } as const;
  const wanted = { name: 'bench', permissions: SCOPES };
  const { token } = await runAs(pools.operator, { identity }, (trx) =>
    makeKey(trx, { owner, wanted, now: now() }),
  );
  const app = buildApp({
    pools,
    settings: {
      version: '0.0.0-bench',
      cors_origins: [],
      trusted_proxies: [],
      callback_origins: [],
      limits: { per_key: NO_LIMIT, per_address: NO_LIMIT },
      max_event_loop_delay_ms: 0,
    },
    services: {
      now,
      chain: {
        network: 'localnet',
        contract_account_id: 'credits.near',
        ask: () => Promise.reject(new Error('no chain')),
      },
      files: { store: createFolderStore({ folder: 'unused' }), staging_folder: 'unused' },
      sagas: new Map(),
      signing: NO_SIGNING,
      reconciliation: NO_RECONCILIATION,
    },
    database: { check: async () => undefined },
    // Lines are written as in production, and go nowhere.
    log: { level: 'info', stream: { write: () => undefined } },
  });
  const bare = buildBare({ url: urls.app, tenant_id, connections });
  const api_url = await app.listen({ host: HOST, port: 0 });
  const bare_url = await bare.app.listen({ host: HOST, port: 0 });
  return { api: api_url, bare: bare_url, key: token };
}
