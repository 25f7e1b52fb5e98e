// Shows that a request under an idempotency key is carried out once, together with its stored answer, and answered the same.

import test, { type ExecutionContext } from 'ava';
import { sql } from 'kysely';
import { z } from 'zod';
import { answerWith, defineRoute } from '../api/route.ts';
import { SCOPES } from '../api/schemas/scopes.ts';
import { startApi, type TestApi } from './support/api.ts';
import { query } from './support/launcher.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const AT_ONCE = 20;

/** A route that does two things in two transactions, and can be told to fail between and after them. */
const body = z.strictObject({
  name: z.string(),
  fail: z.enum(['between', 'after', 'caught']).optional(),
  begin: z.boolean().optional(),
  wait_ms: z.int().optional(),
});

const doing = {
  doTwice: defineRoute({
    method: 'POST',
    path: '/api/v1/test/two-things',
    tag: 'projects',
    summary: 'Two things',
    callers: { tenant: 'projects:write', operator: 'projects:write' },
    body,
    status: 201,
    answer: z.object({ names: z.array(z.string()), tonnes: z.string() }),
    also: { 202: z.object({ begun: z.string() }) },
    handle: async ({ body: wanted, transact }) => {
      const { name, fail, begin, wait_ms = 0 } = wanted;
      const insert = (kind: string) =>
        transact(async (trx) => {
          await sql`insert into iam.users (tenant_id, email, display_name, status)
            select tenant_id, ${`${name}-${kind}@example.org`}, ${name}, 'active' from core.tenants
            order by tenant_id limit 1`.execute(trx);
          await sql`select pg_sleep(${wait_ms}::numeric / 1000)`.execute(trx);
        });
      await insert('one');
      if (fail === 'caught') {
        // The same person again: refused, and passed over.
        await insert('one').catch(() => undefined);
      }
      if (fail === 'between') throw new Error('between');
      await insert('two');
      if (fail === 'after') throw new Error('after');
      return begin === true ? answerWith(202, { begun: name }) : { names: [name], tonnes: '1.5' };
    },
  }),
};

let api: TestApi;

test.before(async () => {
  api = await startApi(undefined, { routes: doing });
});

test.after.always(() => api?.close());

type Asked = { key?: string; token?: string; body: z.input<typeof body>; url?: string };
type Answer = { status: number; code: string; data: unknown; replayed: string | null };

async function ask(asked: Asked): Promise<Answer> {
  const { key, token = api.a.key, url = '/api/v1/test/two-things' } = asked;
  const response = await fetch(`${api.base_url}${url}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify(asked.body),
  });
  const answer = (await response.json()) as { data?: unknown; error?: { code: string } };
  return {
    status: response.status,
    code: answer.error?.code ?? '',
    data: answer.data,
    replayed: response.headers.get('idempotency-replayed'),
  };
}

async function countNamed(name: string): Promise<number> {
  const rows = await query<{ n: string }>(
    api.database.admin_url,
    `select count(*) as n from iam.users where display_name = '${name}'`,
  );
  return Number(rows[0]?.n);
}

test.serial('without a key each request is carried out', async (t) => {
  const asked = { body: { name: 'keyless' } };
  t.is((await ask(asked)).status, 201);
  t.is((await ask(asked)).code, 'CONFLICT');
});

test.serial('the same request under the same key is answered the same, and done once', async (t) => {
  const asked = { key: 'same', body: { name: 'same' } };
  const first = await ask(asked);
  t.like(first, { status: 201, data: { names: ['same'], tonnes: '1.5' }, replayed: null });
  for (let round = 0; round < 3; round++) t.deepEqual(await ask(asked), { ...first, replayed: 'true' });
  t.is(await countNamed('same'), 2);
  const begun = { key: 'begun', body: { name: 'begun', begin: true } };
  t.like(await ask(begun), { status: 202, data: { begun: 'begun' } });
  t.like(await ask(begun), { status: 202, data: { begun: 'begun' }, replayed: 'true' });
});

test.serial('another request under the same key is refused, and the first stays answered', async (t) => {
  const asked = { key: 'taken', body: { name: 'taken' } };
  await ask(asked);
  t.like(await ask({ ...asked, body: { name: 'other' } }), { status: 409, code: 'IDEMPOTENCY_KEY_REUSED' });
  const elsewhere = await ask({
    key: 'taken',
    url: '/api/v1/api-keys',
    body: { name: 'taken', permissions: ['mrv:read'] } as never,
  });
  t.is(elsewhere.code, 'IDEMPOTENCY_KEY_REUSED');
  t.is(await countNamed('other'), 0);
  t.like(await ask(asked), { status: 201, replayed: 'true' });
});

test.serial(`of ${AT_ONCE} at once one is carried out, and all have its answer`, async (t) => {
  const asked = { key: 'crowd', body: { name: 'crowd', wait_ms: 50 } };
  const all = await Promise.all(Array.from({ length: AT_ONCE }, () => ask(asked)));
  t.true(
    all.every(({ status, data }) => status === 201 && JSON.stringify(data) === JSON.stringify(all[0]?.data)),
  );
  t.is(all.filter(({ replayed }) => replayed === null).length, 1);
  t.is(await countNamed('crowd'), 2);
});

test.serial('a request that fails leaves nothing, and can be sent again under its key', async (t) => {
  for (const fail of ['between', 'after'] as const) {
    const key = `fails-${fail}`;
    t.like(await ask({ key, body: { name: key, fail } }), { status: 500, code: 'INTERNAL' });
    t.is(await countNamed(key), 0, fail);
    t.like(await ask({ key, body: { name: key } }), { status: 201, replayed: null });
    t.is(await countNamed(key), 2, fail);
  }
});

test.serial('a handler that passes over what was refused goes on, with a key as without', async (t) => {
  for (const key of [undefined, 'caught']) {
    const name = `caught-${key}`;
    const asked = { body: { name, fail: 'caught' as const }, ...(key === undefined ? {} : { key }) };
    t.like(await ask(asked), { status: 201, data: { names: [name] } });
    t.is(await countNamed(name), 2);
  }
});

test.serial('those that wait for one that fails are carried out in its place, once', async (t) => {
  const key = 'relay';
  const failing = ask({ key, body: { name: key, fail: 'after', wait_ms: 100 } });
  const rest = Array.from({ length: 5 }, () => ask({ key, body: { name: key, wait_ms: 1 } }));
  const answers = await Promise.all([failing, ...rest]);
  // Whoever came first failed or was done; either way nothing was done twice.
  t.true(answers.slice(1).every(({ status }) => status === 201 || status === 409));
  t.is(await countNamed(key), 2);
});

test.serial('a key belongs to a tenant: another has its own, and operators have theirs', async (t) => {
  t.is((await ask({ key: 'mine', body: { name: 'of-a' } })).status, 201);
  const of_b = await ask({ key: 'mine', token: api.b.key, body: { name: 'of-b' } });
  t.like(of_b, { status: 201, replayed: null });
  const other_key = await api.keyWith(api.a, [...SCOPES]);
  const same_tenant = await ask({ key: 'mine', token: other_key, body: { name: 'of-a' } });
  t.like(same_tenant, { status: 201, replayed: 'true' });
  const slug = { slug: 'once', name: 'Once' };
  const made = await api.operator.client.createTenant({ body: slug, idempotency_key: 'mine' });
  const again = await api.operator.client.createTenant({ body: slug, idempotency_key: 'mine' });
  t.deepEqual(again, made);
});

test.serial('whoever may not call is not told what the key was used for', async (t) => {
  await ask({ key: 'closed', body: { name: 'closed' } });
  const narrow = await api.keyWith(api.a, ['mrv:read']);
  t.is((await ask({ key: 'closed', token: narrow, body: { name: 'closed' } })).code, 'FORBIDDEN');
});

test.serial('an answer that held a secret is not kept: the second request is told so', async (t) => {
  const { client } = api.a;
  const asked = { body: { name: 'secret', permissions: ['mrv:read' as const] }, idempotency_key: 'secret' };
  const { key } = await client.createApiKey(asked);
  await t.throwsAsync(client.createApiKey(asked), { message: /held a secret/ });
  const { api_keys } = await client.listApiKeys({ query: { page_size: 200 } });
  t.is(api_keys.filter(({ name }) => name === 'secret').length, 1);
  const stored = await query<object>(api.database.admin_url, 'select * from core.idempotency_keys');
  t.false(JSON.stringify(stored).includes(key));
});

test.serial('after a day a key is free again', async (t) => {
  const other = await startApi(t, { routes: doing });
  const start = new Date();
  other.clock.set(start);
  const body = { name: 'daily', permissions: ['mrv:read' as const] };
  const make = () =>
    other.operator.client.createTenant({ body: { slug: 'daily', name: body.name }, idempotency_key: 'd' });
  const { tenant_id } = await make();
  other.clock.set(new Date(start.getTime() + DAY_MS - 1));
  t.is((await make()).tenant_id, tenant_id);
  other.clock.set(new Date(start.getTime() + DAY_MS));
  await t.throwsAsync(make(), { message: /tenants_slug_key/ });
});

test.serial('a key that is none is refused, and reading takes none', async (t) => {
  await refused(t, 'a b');
  await refused(t, 'x'.repeat(256));
  await t.notThrowsAsync(api.a.client.listApiKeys({ idempotency_key: 'reading' }));
  await t.notThrowsAsync(api.a.client.listApiKeys({ idempotency_key: 'reading', query: { page: 2 } }));
});

async function refused(t: ExecutionContext, key: string): Promise<void> {
  t.is((await ask({ key, body: { name: 'never' } })).code, 'VALIDATION_FAILED', key.slice(0, 10));
  t.is(await countNamed('never'), 0);
}
