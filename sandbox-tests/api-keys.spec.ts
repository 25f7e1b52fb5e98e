// Shows how keys of tenants, operators and registries are made, kept as hashes, noted, expired and revoked.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { buildApp } from '../api/app.ts';
import { REMEMBERED_MS, USE_NOTED_EVERY_MS } from '../api/callers/recognise.ts';
import { ApiError, createClient } from '../api/client/client.ts';
import { openPools } from '../api/pools.ts';
import { API_ROUTES } from '../api/routes/index.ts';
import type { SCOPES } from '../api/schemas/scopes.ts';
import { createFolderStore } from '../api/store/folder-store.ts';
import { startApi, type TestApi } from './support/api.ts';
import { query } from './support/launcher.ts';
import { NO_RECONCILIATION } from './support/no-reconciliation.ts';
import { NO_SIGNING } from './support/no-signing.ts';

const MINUTE_MS = 60_000;

let api: TestApi;

test.before(async () => {
  api = await startApi();
});

test.after.always(() => api?.close());

async function refused(t: ExecutionContext, work: Promise<unknown>, code: string): Promise<ApiError> {
  const error = await t.throwsAsync(work, { instanceOf: ApiError });
  t.is(error.code, code, error.message);
  return error;
}

test.serial('a key is shown once and kept as a hash; lists show its prefix', async (t) => {
  const made = await api.a.client.createApiKey({ body: { name: 'CI', permissions: ['projects:read'] } });
  t.true(made.key.startsWith(`${made.api_key.key_prefix}_`));
  t.is(made.api_key.tenant_id, api.a.tenant_id);
  const { api_keys, pagination } = await api.a.client.listApiKeys({ query: { page_size: 10 } });
  t.is(api_keys[0]?.api_key_id, made.api_key.api_key_id);
  t.like(pagination, { page: 1, page_size: 10, total_pages: 1 });
  t.false(JSON.stringify(api_keys).includes(made.key));
  const stored = await query<Record<string, unknown>>(
    api.database.admin_url,
    'select to_jsonb(k) as row from core.tenant_api_keys k',
  );
  t.true(stored.length > 0);
  t.false(JSON.stringify(stored).includes(made.key.slice(made.api_key.key_prefix.length)));
  t.deepEqual(await api.clientFor(made.key).getMe(), {
    kind: 'tenant',
    tenant_id: api.a.tenant_id,
    api_key_id: made.api_key.api_key_id,
    permissions: ['projects:read'],
  });
});

test.serial('a key that is revoked is refused at once, and stays revoked since then', async (t) => {
  const { api_key, key } = await api.a.client.createApiKey({
    body: { name: 'Short', permissions: ['api_keys:read'] },
  });
  const client = api.clientFor(key);
  await client.listApiKeys();
  const { revoked_at } = await api.a.client.revokeApiKey({ params: { api_key_id: api_key.api_key_id } });
  t.truthy(revoked_at);
  await refused(t, client.listApiKeys(), 'UNAUTHENTICATED');
  const again = await api.a.client.revokeApiKey({ params: { api_key_id: api_key.api_key_id } });
  t.is(again.revoked_at, revoked_at);
});

test.serial(
  'a key that another process revoked is refused within the time that keys are remembered',
  async (t) => {
    const other = await startApi(t);
    const { api_key, key } = await other.a.client.createApiKey({
      body: { name: 'Elsewhere', permissions: ['api_keys:read'] },
    });
    const client = other.clientFor(key);
    other.clock.set(new Date());
    await client.listApiKeys();
    await query(
      other.database.admin_url,
      `update core.tenant_api_keys set revoked_at = now() where api_key_id = '${api_key.api_key_id}'`,
    );
    other.clock.add(REMEMBERED_MS - 1);
    await t.notThrowsAsync(client.listApiKeys());
    other.clock.add(1);
    await refused(t, client.listApiKeys(), 'UNAUTHENTICATED');
  },
);

test.serial('a key expires at its time, and cannot be made with one that has passed', async (t) => {
  const at = new Date(Date.now() + MINUTE_MS);
  const body = { name: 'Ends', permissions: ['api_keys:read' as const], expires_at: at.toISOString() };
  const other = await startApi(t);
  const { key } = await other.a.client.createApiKey({ body });
  const client = other.clientFor(key);
  other.clock.set(new Date(at.getTime() - 1));
  await client.listApiKeys();
  other.clock.set(at);
  await refused(t, client.listApiKeys(), 'UNAUTHENTICATED');
  await refused(t, other.a.client.createApiKey({ body }), 'VALIDATION_FAILED');
});

test.serial('the use of a key is noted, once a minute, and leaves no line in the audit trail', async (t) => {
  const other = await startApi(t);
  const { api_key, key } = await other.a.client.createApiKey({
    body: { name: 'Used', permissions: ['api_keys:read'] },
  });
  t.is(api_key.last_used_at, null);
  const client = other.clientFor(key);
  const read = async (): Promise<string | null> => {
    const { api_keys } = await other.a.client.listApiKeys();
    return api_keys.find(({ api_key_id }) => api_key_id === api_key.api_key_id)?.last_used_at ?? null;
  };
  const first = new Date();
  other.clock.set(first);
  await client.listApiKeys();
  t.is(Date.parse((await read()) ?? ''), first.getTime());
  other.clock.set(new Date(first.getTime() + USE_NOTED_EVERY_MS - 1));
  await client.listApiKeys();
  t.is(Date.parse((await read()) ?? ''), first.getTime());
  other.clock.set(new Date(first.getTime() + USE_NOTED_EVERY_MS));
  await client.listApiKeys();
  t.is(Date.parse((await read()) ?? ''), first.getTime() + USE_NOTED_EVERY_MS);
  const trail = await query<{ action: string }>(
    other.database.admin_url,
    `select action from audit.audit_logs where resource_id = '${api_key.api_key_id}'`,
  );
  t.deepEqual(trail, [{ action: 'INSERT' }]);
});

test.serial(
  'what is decided about a key is in the audit trail, with who decided and without its hash',
  async (t) => {
    const { api_key } = await api.a.client.createApiKey({
      body: { name: 'Trail', permissions: ['mrv:read'] },
    });
    await api.a.client.revokeApiKey({ params: { api_key_id: api_key.api_key_id } });
    const trail = await query<{ action: string; actor: string; after: { key_hash: string } }>(
      api.database.admin_url,
      `select action, actor, after from audit.audit_logs
     where resource_id = '${api_key.api_key_id}' order by audit_id`,
    );
    t.deepEqual(
      trail.map(({ action, actor, after }) => [action, actor, after.key_hash]),
      ['INSERT', 'UPDATE'].map((action) => [action, `api_key:${api.a.api_key_id}`, '[redacted]']),
    );
  },
);

test.serial('nobody makes a key that may do more than their own', async (t) => {
  const narrow = api.clientFor(await api.keyWith(api.a, ['api_keys:write', 'mrv:read']));
  const body = (permissions: (typeof SCOPES)[number][]) => ({ body: { name: 'More', permissions } });
  await t.notThrowsAsync(narrow.createApiKey(body(['mrv:read'])));
  const error = await refused(t, narrow.createApiKey(body(['mrv:read', 'mrv:write'])), 'FORBIDDEN');
  t.regex(error.message, /mrv:write/);
  const { key } = await api.operator.client.createPlatformKey(body(['api_keys:write']));
  await refused(t, api.clientFor(key).createPlatformKey(body(['tenants:write'])), 'FORBIDDEN');
});

test.serial('a tenant neither lists nor revokes keys of another', async (t) => {
  const { api_keys } = await api.b.client.listApiKeys();
  t.true(api_keys.every(({ tenant_id }) => tenant_id === api.b.tenant_id));
  await refused(t, api.b.client.revokeApiKey({ params: { api_key_id: api.a.api_key_id } }), 'NOT_FOUND');
  await t.notThrowsAsync(api.a.client.listApiKeys());
});

test.serial(
  'an operator keeps the keys of a tenant, and an id under another tenant is not found',
  async (t) => {
    const { tenant_id } = api.a;
    const { api_key } = await api.operator.client.createTenantApiKey({
      params: { tenant_id },
      body: { name: 'Made for it', permissions: ['mrv:read'] },
    });
    const { api_key_id } = api_key;
    const listed = await api.operator.client.listTenantApiKeys({ params: { tenant_id } });
    t.true(listed.api_keys.some((one) => one.api_key_id === api_key_id));
    const elsewhere = { tenant_id: api.b.tenant_id, api_key_id };
    await refused(t, api.operator.client.revokeTenantApiKey({ params: elsewhere }), 'NOT_FOUND');
    t.truthy(
      (await api.operator.client.revokeTenantApiKey({ params: { tenant_id, api_key_id } })).revoked_at,
    );
  },
);

test.serial('the keys of operators and registries are listed, made and revoked by operators', async (t) => {
  const { client } = api.operator;
  const platform = await client.createPlatformKey({ body: { name: 'Ann', permissions: ['credits:read'] } });
  const { platform_key_id } = platform.platform_key;
  t.true(
    (await client.listPlatformKeys()).platform_keys.some((one) => one.platform_key_id === platform_key_id),
  );
  t.is((await api.clientFor(platform.key).getMe()).kind, 'operator');
  await client.revokePlatformKey({ params: { platform_key_id } });
  await refused(t, api.clientFor(platform.key).getMe(), 'UNAUTHENTICATED');

  const body = { name: 'An officer', permissions: ['consents:read' as const] };
  const other = { ...body, registry_type: 'other' as const, registry_name: 'asia_carbon' };
  const registry = await client.createRegistryKey({ body: other });
  const { registry_key_id } = registry.registry_key;
  t.like(await api.clientFor(registry.key).getMe(), {
    kind: 'registry',
    registry_type: 'other',
    registry_name: 'asia_carbon',
  });
  const listed = await client.listRegistryKeys({ query: { registry_type: 'other' } });
  t.deepEqual(
    listed.registry_keys.map((one) => one.registry_key_id),
    [registry_key_id],
  );
  await client.revokeRegistryKey({ params: { registry_key_id } });
  await refused(t, api.clientFor(registry.key).getMe(), 'UNAUTHENTICATED');
  for (const wrong of [
    { ...body, registry_type: 'other' as const },
    { ...body, registry_type: 'verra' as const, registry_name: 'verra' },
  ]) {
    await refused(t, client.createRegistryKey({ body: wrong }), 'VALIDATION_FAILED');
  }
});

test.serial('a tenant is made once under its slug, and is shut out step by step', async (t) => {
  const { client } = api.operator;
  const { tenant_id } = await client.createTenant({ body: { slug: 'acme', name: 'Acme', region: 'eu' } });
  await refused(t, client.createTenant({ body: { slug: 'acme', name: 'Another' } }), 'CONFLICT');
  const { key } = await client.createTenantApiKey({
    params: { tenant_id },
    body: { name: 'First', permissions: ['api_keys:read', 'api_keys:write'] },
  });
  const tenant = api.clientFor(key);
  const make = () => tenant.createApiKey({ body: { name: 'x', permissions: ['api_keys:read'] } });
  api.clock.set(new Date());
  const become = async (status: 'restricted' | 'suspended' | 'active') => {
    await client.changeTenant({ params: { tenant_id }, body: { status } });
    api.clock.add(REMEMBERED_MS);
  };
  await make();
  await become('restricted');
  await t.notThrowsAsync(tenant.listApiKeys());
  await refused(t, make(), 'FORBIDDEN');
  await become('suspended');
  await refused(t, tenant.listApiKeys(), 'FORBIDDEN');
  await become('active');
  await t.notThrowsAsync(make());
  const { tenants, filters } = await client.listTenants({ query: { status: ['active'] } });
  t.true(tenants.some((one) => one.slug === 'acme'));
  t.deepEqual(filters, { status: ['active'] });
});

test.serial(
  'the first key is made by a command, opens the API, is listed, and is revoked by it',
  async (t) => {
    const made = await runKeyCommand(['create', '--operator', '--name', 'Ann']);
    t.is(made.code, 0, made.stderr);
    const token = made.stdout.trim();
    t.regex(token, /^dmrv_p_\w{8}_\w+$/);
    t.false(made.stderr.includes(token));
    const client = api.clientFor(token);
    const me = await client.getMe();
    t.is(me.kind, 'operator');
    const key_id = me.kind === 'operator' ? me.platform_key_id : '';
    t.regex((await runKeyCommand(['list', '--operator'])).stdout, new RegExp(`${key_id}  dmrv_p_.*"Ann"`));
    t.is((await runKeyCommand(['revoke', key_id, '--operator'])).code, 0);
    api.clock.add(REMEMBERED_MS);
    await refused(t, client.getMe(), 'UNAUTHENTICATED');

    const tenant = [
      'create',
      '--tenant',
      'tenant-a',
      '--name',
      'x',
      '--permissions',
      'mrv:read,credits:read',
    ];
    const key = (await runKeyCommand(tenant)).stdout.trim();
    t.like(await api.clientFor(key).getMe(), {
      tenant_id: api.a.tenant_id,
      permissions: ['credits:read', 'mrv:read'],
    });
    const registry = await runKeyCommand(['create', '--registry', 'puro', '--name', 'Officer']);
    t.like(await api.clientFor(registry.stdout.trim()).getMe(), { kind: 'registry', registry_type: 'puro' });
  },
);

test.serial('the command refuses what it does not know, and makes nothing', async (t) => {
  for (const [args, words] of [
    [['create', '--name', 'x'], /say whose key/],
    [['create', '--tenant', 'nobody', '--name', 'x'], /no tenant "nobody"/],
    [['create', '--operator', '--name', 'x', '--permissions', 'all'], /no permission "all"/],
    [['create', '--registry', 'moon', '--name', 'x'], /registry_type/],
    [['create', '--operator', '--tenant', 'tenant-a', '--name', 'x'], /cannot be used with/],
    [['create', '--operator'], /--name/],
    [['revoke', '01a22857-2bf2-741d-bce4-63d1ca24bba7', '--operator'], /no such key/],
  ] as const) {
    const end = await runKeyCommand([...args]);
    t.is(end.code, 1, args.join(' '));
    t.regex(end.stderr, words);
    t.is(end.stdout, '');
    t.notRegex(end.stderr, /\n {4}at /);
  }
});

test.serial('an API whose keys were made by another process knows them', async (t) => {
  const pools = openPools({ urlFor: api.database.urlFor, log: () => undefined });
  t.teardown(() => pools.close());
  const app = buildApp({
    pools,
    settings: {
      version: '0.0.0-test',
      cors_origins: [],
      trusted_proxies: [],
      callback_origins: [],
      limits: { per_key: 100, per_address: 100 },
      max_event_loop_delay_ms: 0,
    },
    services: {
      now: () => new Date(),
      chain: { network: 'localnet', contract_account_id: 'x', ask: () => Promise.reject(new Error('none')) },
      files: { store: createFolderStore({ folder: 'unused' }), staging_folder: 'unused' },
      sagas: new Map(),
      signing: NO_SIGNING,
      reconciliation: NO_RECONCILIATION,
    },
    database: { check: async () => undefined },
  });
  const base_url = await app.listen({ host: '127.0.0.1', port: 0 });
  t.teardown(() => app.close());
  const client = createClient({ routes: API_ROUTES, base_url, token: api.b.key });
  t.like(await client.getMe(), { tenant_id: api.b.tenant_id });
});

type End = { code: number; stdout: string; stderr: string };

const GUARD = fileURLToPath(new URL('../scripts/guard.cjs', import.meta.url));

function runKeyCommand(args: readonly string[]): Promise<End> {
  const env = {
    ...process.env,
    DATABASE_URL: api.database.admin_url,
    DATABASE_LOGIN_SECRET: process.env.DMRV_TEST_LOGIN_SECRET ?? '',
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [GUARD, 'api-key.ts', ...args], { env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}
