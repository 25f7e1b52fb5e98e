// Shows what operators and registries see over all tenants, and that whatever an operator asks is recorded first.

import test, { type ExecutionContext } from 'ava';
import { z } from 'zod';
import { ApiError, type Client, createClient } from '../api/client/client.ts';
import { defineRoute } from '../api/route.ts';
import { API_ROUTES } from '../api/routes/index.ts';
import { REGISTRY, startApi, type TestApi } from './support/api.ts';
import { query } from './support/launcher.ts';
import { type OpenWorld, openWorld } from './support/world.ts';

/** What each kind of caller sees of some tables: their routes have specs of their own. */
const reading = {
  listConsents: defineRoute({
    method: 'GET',
    path: '/api/v1/test/consents',
    tag: 'registry',
    summary: 'Consents',
    callers: { tenant: 'consents:read', operator: 'consents:read', registry: 'consents:read' },
    query: z.strictObject({ tenant_id: z.guid().optional() }),
    answer: z.array(z.string()),
    handle: async ({ transact }) => {
      const rows = await transact((trx) =>
        trx.selectFrom('registry.consents').select('consent_id').execute(),
      );
      return rows.map(({ consent_id }) => consent_id).sort();
    },
  }),
  readPayload: defineRoute({
    method: 'GET',
    path: '/api/v1/test/payloads',
    tag: 'mrv',
    summary: 'What was measured',
    callers: { tenant: 'mrv:read', operator: 'mrv:read' },
    answer: z.int(),
    handle: async ({ transact }) => {
      const rows = await transact((trx) =>
        trx.selectFrom('mrv.mrv_submissions').select('raw_payload').execute(),
      );
      return rows.length;
    },
  }),
  actFor: defineRoute({
    method: 'POST',
    path: '/api/v1/test/act-for',
    tag: 'projects',
    summary: 'Rename a tenant from within',
    callers: { tenant: 'tenants:write', operator: 'tenants:write' },
    body: z.strictObject({ tenant_id: z.guid() }),
    answer: z.array(z.string()),
    handle: async ({ transactFor, body: { tenant_id } }) => {
      const rows = await transactFor(tenant_id, (trx) =>
        trx.updateTable('core.tenants').set({ name: 'Renamed' }).returning('tenant_id').execute(),
      );
      return rows.map((row) => row.tenant_id);
    },
  }),
};

const routes = { ...API_ROUTES, ...reading };

let api: TestApi;
let world: OpenWorld;
let clientFor: (token: string) => Client<typeof routes>;
const consents = { a: '', b: '', elsewhere: '' };

test.before(async (t) => {
  api = await startApi(undefined, { routes: reading });
  clientFor = (token) => createClient({ routes, base_url: api.base_url, token });
  world = openWorld({ url: api.database.admin_url, log: t.log });
  const make = async (tenant_id: string, registry_type: string) =>
    (await world.make('registry.consents', { tenant_id, registry_type })).consent_id;
  consents.a = await make(api.a.tenant_id, REGISTRY);
  consents.b = await make(api.b.tenant_id, REGISTRY);
  consents.elsewhere = await make(api.b.tenant_id, 'puro');
});

test.after.always(async () => {
  await world?.close();
  await api?.close();
});

async function refused(t: ExecutionContext, work: Promise<unknown>, code: string): Promise<void> {
  const error = await t.throwsAsync(work, { instanceOf: ApiError });
  t.is(error.code, code, error.message);
}

test.serial('a tenant sees its own, a registry its own of all tenants, an operator all', async (t) => {
  t.deepEqual(await clientFor(api.a.key).listConsents(), [consents.a]);
  t.deepEqual(await clientFor(api.b.key).listConsents(), [consents.b, consents.elsewhere].sort());
  t.deepEqual(await clientFor(api.registry.key).listConsents(), [consents.a, consents.b].sort());
  t.deepEqual(await clientFor(api.operator.key).listConsents(), Object.values(consents).sort());
  const { key } = await api.operator.client.createRegistryKey({
    body: { registry_type: 'other', registry_name: 'puro', name: 'No Puro', permissions: ['consents:read'] },
  });
  t.deepEqual(await clientFor(key).listConsents(), []);
});

test.serial(
  'what an operator asks is recorded with who, what and when, and the tenant sees what named it',
  async (t) => {
    const { tenant_id } = api.a;
    await clientFor(api.operator.key).listConsents({ query: { tenant_id } });
    const { operator_reads } = await api.operator.client.listOperatorReads({ query: { page_size: 2 } });
    t.like(operator_reads[0], { operation: 'listOperatorReads', tenant_id: null });
    const [, read] = operator_reads;
    t.like(read, {
      operation: 'listConsents',
      tenant_id,
      path: `/api/v1/test/consents?tenant_id=${tenant_id}`,
    });
    t.regex(read?.actor ?? '', /^platform_key:/);
    const own = await api.a.client.listOperatorReads();
    t.is(own.operator_reads[0]?.operator_read_id, read?.operator_read_id);
    t.true(own.operator_reads.every((one) => one.tenant_id === tenant_id));
    const others = await api.b.client.listOperatorReads();
    t.false(others.operator_reads.some((one) => one.operator_read_id === read?.operator_read_id));
  },
);

test.serial('a read that fails is recorded too; one that is refused was none', async (t) => {
  const count = async (): Promise<number> =>
    (await api.operator.client.listOperatorReads()).pagination.total_count;
  const before = await count();
  const nobody = '01a22857-2bf2-741d-bce4-63d1ca24bba7';
  await refused(t, api.operator.client.getTenant({ params: { tenant_id: nobody } }), 'NOT_FOUND');
  t.is(await count(), before + 2);
  const { key } = await api.operator.client.createPlatformKey({
    body: { name: 'narrow', permissions: ['audit:read'] },
  });
  const after = await count();
  await refused(t, api.clientFor(key).getTenant({ params: { tenant_id: nobody } }), 'FORBIDDEN');
  t.is(await count(), after + 1);
});

test.serial('where the record cannot be written nothing is shown', async (t) => {
  await query(
    api.database.admin_url,
    'alter table audit.operator_reads add constraint shut check (false) not valid',
  );
  await refused(t, clientFor(api.operator.key).listConsents(), 'VALIDATION_FAILED');
  await query(api.database.admin_url, 'alter table audit.operator_reads drop constraint shut');
  await t.notThrowsAsync(clientFor(api.operator.key).listConsents());
});

test.serial('an operator does not read what was measured; its tenant does', async (t) => {
  await world.make('mrv.mrv_submissions', { tenant_id: api.a.tenant_id });
  t.is(await clientFor(api.a.key).readPayload(), 1);
  await refused(t, clientFor(api.operator.key).readPayload(), 'FORBIDDEN');
});

test.serial(
  'an operator acts for a tenant with the rights of that one alone, and the trail says who',
  async (t) => {
    const { tenant_id } = api.b;
    t.deepEqual(await clientFor(api.operator.key).actFor({ body: { tenant_id } }), [tenant_id]);
    const trail = await query<{ actor: string; tenant_id: string }>(
      api.database.admin_url,
      `select actor, tenant_id from audit.audit_logs where resource_type = 'core.tenants' and action = 'UPDATE'`,
    );
    t.is(trail.length, 1);
    t.is(trail[0]?.tenant_id, tenant_id);
    t.regex(trail[0]?.actor ?? '', /^platform_key:/);
    await refused(t, clientFor(api.a.key).actFor({ body: { tenant_id } }), 'FORBIDDEN');
  },
);
