// Owns an API for specs: a real database, two tenants, an operator, a registry, each with a key and a typed client; leaves
// what is right to the specs.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type ApiSettings, type AppDeps, buildApp } from '../../api/app.ts';
import { makeKey } from '../../api/callers/grant.ts';
import { makeToken } from '../../api/callers/token.ts';
import type { AskChain } from '../../api/chain/json-rpc.ts';
import { type Client, createClient } from '../../api/client/client.ts';
import { openPools } from '../../api/pools.ts';
import { openReconciliation } from '../../api/reconcile/open-reconciliation.ts';
import type { Routes } from '../../api/route.ts';
import { API_ROUTES } from '../../api/routes/index.ts';
import { ALL_SAGAS } from '../../api/sagas/index.ts';
import { SCOPES } from '../../api/schemas/scopes.ts';
import { createFolderStore } from '../../api/store/folder-store.ts';
import type { Files } from '../../api/store/store.ts';
import { issueHolderNonce, openHolderSession } from '../../core/db/callers.ts';
import { runAs } from '../../core/db/identity.ts';
import type { Login } from '../../core/db/logins.ts';
import { RetryableError } from '../../core/errors/index.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { NO_SIGNING } from './no-signing.ts';
import { makeTestFolder, removeTestFolder } from './test-folder.ts';

export type ApiClient = Client<typeof API_ROUTES>;

export type TestTenant = {
  tenant_id: string;
  key: string;
  api_key_id: string;
  client: ApiClient;
};

export type TestApi = {
  database: TestDatabase;
  app: FastifyInstance;
  base_url: string;
  /** Keys with every permission. */
  operator: { key: string; client: ApiClient };
  a: TestTenant;
  b: TestTenant;
  registry: { key: string; registry_type: string; client: ApiClient };
  /** A session of an account, opened past the wallet; a spec of its own shows the way through it. */
  holder: { key: string; account_id: string; client: ApiClient };
  openHolder(account_id: string): Promise<{ key: string; account_id: string; client: ApiClient }>;
  /** A client with another key, or with none. */
  clientFor(token?: string): ApiClient;
  /** A key of the tenant that may do only this. */
  keyWith(tenant: TestTenant, permissions: (typeof SCOPES)[number][]): Promise<string>;
  /** The API's clock: it stands still where it was last set, and runs until then. */
  clock: { set(at: Date): void; add(ms: number): void };
  log: string[];
  files: Files;
  close(): Promise<void>;
};

export type TestApiOptions = {
  settings?: Partial<ApiSettings>;
  services?: Partial<AppDeps['services']>;
  readiness?: AppDeps['readiness'];
  /** Routes beside those of the product, for specs of what all routes share. */
  routes?: Routes;
  /** The way to the database leads through this port. */
  database_port?: number;
};

const HOST = '127.0.0.1';
const NO_LIMIT = 1_000_000_000;
export const REGISTRY = 'verra';
const A_DAY_MS = 24 * 60 * 60 * 1000;
export const HOLDER_ID = 'alice.localnet';
export const CONTRACT_ID = 'dmrv.localnet';

/** With a test's `t` it ends with the test. A file that shares one closes it in `test.after.always`. */
export async function startApi(
  t?: { teardown(end: () => Promise<void>): void },
  options: TestApiOptions = {},
): Promise<TestApi> {
  const database = await createTestDatabase();
  const log: string[] = [];
  const urlFor = (login: Login): string => withPort(database.urlFor(login), options.database_port);
  const pools = openPools({ urlFor, log: (line) => log.push(line) });
  const clock = makeClock();
  const files = await openTestFiles();
  const reconciliation = openReconciliation({
    url: urlFor('reconciler'),
    contract_id: options.services?.chain?.contract_account_id ?? CONTRACT_ID,
    ask: options.services?.chain?.ask,
    now: clock.now,
    log: (error) => log.push(String(error)),
  });
  const app = buildApp({
    pools,
    settings: { ...SETTINGS, ...options.settings },
    services: {
      now: clock.now,
      chain: NO_CHAIN,
      files: files.files,
      sagas: ALL_SAGAS,
      signing: NO_SIGNING,
      reconciliation,
      ...options.services,
    },
    database: { check: async () => void (await pools.app.query('select 1')) },
    readiness: options.readiness,
    routes: { ...API_ROUTES, ...options.routes },
    log: { level: 'info', stream: { write: (line) => void log.push(line) } },
  });
  const base_url = await app.listen({ host: HOST, port: 0 });
  const clientFor = (token?: string): ApiClient => createClient({ routes: API_ROUTES, base_url, token });
  const close = async (): Promise<void> => {
    await app.close();
    await reconciliation.close();
    await pools.close();
    await database.drop();
    await files.remove();
  };
  t?.teardown(close);
  const key = await makeOperatorKey(pools.operator);
  const operator = { key, client: clientFor(key) };
  const tenant = (slug: string) => makeTenant({ slug, operator: operator.client, clientFor });
  const registry_key = await operator.client.createRegistryKey({
    body: { registry_type: REGISTRY, name: 'A registry', permissions: [...SCOPES] },
  });
  const openHolder = async (account_id: string) => {
    const holder_key = await openSession(pools.app, { account_id, now: clock.now() });
    return { key: holder_key, account_id, client: clientFor(holder_key) };
  };
  return {
    database,
    app,
    base_url,
    operator,
    a: await tenant('tenant-a'),
    b: await tenant('tenant-b'),
    registry: { key: registry_key.key, registry_type: REGISTRY, client: clientFor(registry_key.key) },
    holder: await openHolder(HOLDER_ID),
    openHolder,
    clientFor,
    keyWith: async ({ tenant_id }, permissions) => {
      const made = await operator.client.createTenantApiKey({
        params: { tenant_id },
        body: { name: 'A narrow key', permissions },
      });
      return made.key;
    },
    clock,
    log,
    files: files.files,
    close,
  };
}

function withPort(text: string, port: number | undefined): string {
  const url = new URL(text);
  if (port !== undefined) url.port = String(port);
  return url.href;
}

const SETTINGS: ApiSettings = {
  version: '0.0.0-test',
  cors_origins: [],
  trusted_proxies: [],
  callback_origins: [],
  limits: { per_key: NO_LIMIT, per_address: NO_LIMIT },
  // The specs share the machine: a busy one is no reason to turn their requests away.
  max_event_loop_delay_ms: 0,
};

const noChain: AskChain = () =>
  Promise.reject(new RetryableError('CHAIN_UNREACHABLE', { facts: { reason: 'this spec has no chain' } }));
const NO_CHAIN = { network: 'localnet', contract_account_id: CONTRACT_ID, ask: noChain };

async function makeOperatorKey(pool: Parameters<typeof runAs>[0]): Promise<string> {
  const wanted = { name: 'The first operator', permissions: SCOPES };
  const { token } = await runAs(pool, { identity: { kind: 'platform', actor: 'command:test' } }, (trx) =>
    makeKey(trx, { owner: { kind: 'operator' }, wanted, now: new Date() }),
  );
  return token;
}

async function openSession(
  pool: Parameters<typeof runAs>[0],
  { account_id, now }: { account_id: string; now: Date },
): Promise<string> {
  const { token, hash } = makeToken('holder');
  const nonce = randomBytes(32).toString('hex');
  const expires_at = new Date(now.getTime() + A_DAY_MS);
  await issueHolderNonce(pool, { nonce, expires_at });
  const public_key = 'ed25519:11111111111111111111111111111111';
  await openHolderSession(pool, {
    nonce,
    opened_at: now,
    account_id,
    public_key,
    token_hash: hash,
    expires_at,
  });
  return token;
}

async function makeTenant(about: {
  slug: string;
  operator: ApiClient;
  clientFor: (token: string) => ApiClient;
}): Promise<TestTenant> {
  const { slug, operator, clientFor } = about;
  const { tenant_id } = await operator.createTenant({ body: { slug, name: `Tenant ${slug}` } });
  const { api_key, key } = await operator.createTenantApiKey({
    params: { tenant_id },
    body: { name: 'The first key', permissions: [...SCOPES] },
  });
  return { tenant_id, key, api_key_id: api_key.api_key_id, client: clientFor(key) };
}

async function openTestFiles() {
  const folder = await makeTestFolder();
  const store = createFolderStore({ folder: join(folder, 'kept') });
  return {
    files: { store, staging_folder: join(folder, 'staging') },
    remove: () => removeTestFolder(folder),
  };
}

function makeClock() {
  let fixed: number | undefined;
  return {
    now: () => new Date(fixed ?? Date.now()),
    set: (at: Date) => {
      fixed = at.getTime();
    },
    add: (ms: number) => {
      fixed = (fixed ?? Date.now()) + ms;
    },
  };
}
