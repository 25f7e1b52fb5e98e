// Shows that a buffer pool is a ledger whose sum is its balance, that a verified reversal takes its loss from it and from no
// credit, and what Article 6 says on a day.

import test from 'ava';
import { startApi, type TestApi } from './support/api.ts';
import { codeOf, eventsOf, makeProject, refusalOf, seedFor } from './support/api-way.ts';
import { type IndexedApi, openIndexedApi } from './support/indexed-api.ts';

let api: TestApi;
let chain: IndexedApi;

test.before(async () => {
  api = await startApi();
  await seedFor(api);
  chain = await openIndexedApi(api, 'buffers');
});

test.after.always(async () => {
  await chain?.close();
  await api?.close();
});

async function makePool(given: { project_id?: string } = {}) {
  const project_id = given.project_id ?? (await makeProject(api.a.client)).project_id;
  const pool = await api.a.client.createBufferPool({
    body: { scope: 'project', project_id, buffer_rate: '0.15' },
  });
  return { project_id, buffer_pool_id: pool.buffer_pool_id, params: { buffer_pool_id: pool.buffer_pool_id } };
}

const add = (params: { buffer_pool_id: string }, kind: 'contribution' | 'release', amount_tco2e: string) =>
  api.a.client.addBufferEntry({ params, body: { kind, amount_tco2e } });

test('the balance of a pool is the sum of its ledger', async (t) => {
  const { params, buffer_pool_id } = await makePool();
  await add(params, 'contribution', '15.5');
  await add(params, 'contribution', '4.5');
  const { buffer_pool, entry } = await add(params, 'release', '5.00000001');
  t.is(entry.amount_tco2e, '-5.00000001');
  t.is(buffer_pool.total_contributed_tco2e, '20');
  t.is(buffer_pool.released_tco2e, '5.00000001');
  t.is(buffer_pool.available_tco2e, '14.99999999');
  const { entries, pagination } = await api.a.client.listBufferEntries({ params });
  t.is(pagination.total_count, 3);
  t.is(entries.length, 3);
  t.deepEqual(await eventsOf(api, api.a, buffer_pool_id), [
    'buffer.pool_created.v1',
    'buffer.contributed.v1',
    'buffer.contributed.v1',
    'buffer.released.v1',
  ]);
});

test('no more is released than there is, also by several at the same time', async (t) => {
  const { params } = await makePool();
  await add(params, 'contribution', '10');
  t.is(await codeOf(add(params, 'release', '10.00000001')), 'CONFLICT');
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => add(params, 'release', '4')));
  t.is(outcomes.filter(({ status }) => status === 'fulfilled').length, 2);
  t.is((await api.a.client.getBufferPool({ params })).available_tco2e, '2');
});

test('a scope has one pool, and it is its tenant’s own', async (t) => {
  const { project_id, params } = await makePool();
  t.is(await codeOf(makePool({ project_id })), 'CONFLICT');
  t.is(await codeOf(api.b.client.getBufferPool({ params })), 'NOT_FOUND');
  t.is(
    await codeOf(api.b.client.addBufferEntry({ params, body: { kind: 'release', amount_tco2e: '1' } })),
    'NOT_FOUND',
  );
  const theirs = { body: { scope: 'project', project_id, buffer_rate: '0.1' } } as const;
  t.is(await codeOf(api.b.client.createBufferPool(theirs)), 'VALIDATION_FAILED');
  t.is((await api.operator.client.getBufferPool({ params })).project_id, project_id);
});

const REPORTER = { email: 'ranger@example.org', display_name: 'A ranger' };

async function report(project_id: string, estimated_tco2e_lost = '12') {
  const reversal = await api.a.client.reportReversal({
    params: { project_id },
    body: {
      event_type: 'fire',
      event_date: '2026-01-12',
      estimated_tco2e_lost,
      description: 'A fire in the north',
      reported_by: REPORTER,
    },
  });
  return { reversal_event_id: reversal.reversal_event_id };
}

async function verify(params: { reversal_event_id: string }, verified_tco2e_lost: string) {
  await api.a.client.moveReversal({ params, body: { move: 'investigate' } });
  return api.a.client.moveReversal({
    params,
    body: { move: 'verify', verified_tco2e_lost, verified_by: REPORTER },
  });
}

test.serial(
  'a verified reversal cancels its loss from the project’s pool and then the registry’s; credits stay',
  async (t) => {
    const { credit_id } = await chain.mint(api.a, 'alice.localnet');
    const { credit } = await api.a.client.getCredit({ params: { credit_id } });
    const project_id = credit.project_id ?? '';
    const own = await makePool({ project_id });
    await add(own.params, 'contribution', '10');
    const shared = await api.a.client.createBufferPool({
      body: { scope: 'registry', registry_type: 'verra', buffer_rate: '0.1' },
    });
    await add(shared, 'contribution', '5');
    const params = await report(project_id);
    const early = await refusalOf(api.a.client.moveReversal({ params, body: { move: 'apply_buffer' } }));
    t.is(early.code, 'MOVE_ILLEGAL');
    t.is(early.details.legal, 'investigate');
    await verify(params, '12.5');
    const applied = await api.a.client.moveReversal({
      params,
      body: { move: 'apply_buffer', affected_credits: [{ credit_id, impact_tco2e: '12.5' }] },
    });
    t.is(applied.reversal.status, 'buffer_applied');
    t.deepEqual(
      applied.buffer_entries.map(({ amount_tco2e, kind }) => [kind, amount_tco2e]),
      [
        ['cancellation', '-10'],
        ['cancellation', '-2.5'],
      ],
    );
    t.deepEqual(applied.affected_credits, [
      { credit_id, impact_tco2e: '12.5', buffer_used_tco2e: '12.5', notes: null },
    ]);
    t.is((await api.a.client.getBufferPool({ params: own.params })).available_tco2e, '0');
    t.is((await api.a.client.getBufferPool({ params: shared })).used_for_reversals_tco2e, '2.5');
    const after = await api.a.client.getCredit({ params: { credit_id } });
    t.deepEqual(after, await api.a.client.getCredit({ params: { credit_id } }));
    t.is(after.credit.status, 'active');
    const resolved = await api.a.client.moveReversal({ params, body: { move: 'resolve' } });
    t.is(resolved.reversal.status, 'resolved');
    t.deepEqual(await eventsOf(api, api.a, params.reversal_event_id), [
      'reversal.reported.v1',
      'reversal.investigating.v1',
      'reversal.verified.v1',
      'reversal.buffer_applied.v1',
      'reversal.resolved.v1',
    ]);
  },
);

test.serial('a loss that is larger than the buffer takes nothing', async (t) => {
  const { project_id } = await makeProject(api.a.client);
  const { params: pool } = await makePool({ project_id });
  await add(pool, 'contribution', '1');
  const params = await report(project_id);
  await verify(params, '1000');
  const refused = await refusalOf(api.a.client.moveReversal({ params, body: { move: 'apply_buffer' } }));
  t.is(refused.code, 'CONFLICT');
  t.regex(refused.message, /it lacks 996\.5 t/);
  t.is((await api.a.client.getBufferPool({ params: pool })).available_tco2e, '1');
  t.is((await api.a.client.getReversal({ params })).reversal.status, 'verified');
});

test.serial('affected credits are the project’s own, and not more than the loss', async (t) => {
  const { credit_id } = await chain.mint(api.a, 'alice.localnet');
  const { project_id } = await makeProject(api.a.client);
  const { params: pool } = await makePool({ project_id });
  await add(pool, 'contribution', '50');
  const params = await report(project_id);
  await verify(params, '2');
  const apply = (impact_tco2e: string) =>
    api.a.client.moveReversal({
      params,
      body: { move: 'apply_buffer', affected_credits: [{ credit_id, impact_tco2e }] },
    });
  t.is(await codeOf(apply('1')), 'VALIDATION_FAILED');
  t.is((await api.a.client.getBufferPool({ params: pool })).available_tco2e, '50');
  t.is(await codeOf(api.b.client.getReversal({ params })), 'NOT_FOUND');
});

const ROW = {
  kind: 'authorisation',
  host_country: 'CH',
  authorised_use: 'international_mitigation',
  effective_on: '2026-01-10',
  reference: 'LoA-1',
  document_sha256: 'a'.repeat(64),
} as const;

test('an authorisation holds from its day until the day of its revocation', async (t) => {
  const { project_id } = await makeProject(api.a.client);
  const params = { project_id };
  const record = (body: object) => api.a.client.recordArticle6({ params, body: { ...ROW, ...body } });
  t.is(await codeOf(record({ kind: 'revocation', reference: 'R-1' })), 'CONFLICT');
  await record({});
  t.is(await codeOf(record({})), 'CONFLICT');
  t.is(await codeOf(record({ kind: 'corresponding_adjustment', effective_on: '2026-01-09' })), 'CONFLICT');
  await record({ kind: 'corresponding_adjustment', effective_on: '2026-01-11', tonnage_co2e: '100' });
  await record({ kind: 'revocation', reference: 'R-1', effective_on: '2026-02-01' });
  const on = async (day: string) => {
    const { article6, is_authorised } = await api.a.client.listArticle6({ params, query: { on: day } });
    return [article6.length, is_authorised];
  };
  t.deepEqual(await on('2026-01-09'), [0, false]);
  t.deepEqual(await on('2026-01-10'), [1, true]);
  t.deepEqual(await on('2026-01-31'), [2, true]);
  t.deepEqual(await on('2026-02-01'), [3, false]);
  t.is(
    await codeOf(record({ kind: 'corresponding_adjustment', effective_on: '2026-02-02', reference: 'A-2' })),
    'CONFLICT',
  );
});

test('only the host country of the project speaks, and only its tenant writes it down', async (t) => {
  const { project_id } = await makeProject(api.a.client);
  const params = { project_id };
  t.is(
    await codeOf(api.a.client.recordArticle6({ params, body: { ...ROW, host_country: 'DE' } })),
    'VALIDATION_FAILED',
  );
  t.is(await codeOf(api.b.client.recordArticle6({ params, body: ROW })), 'NOT_FOUND');
  t.is(await codeOf(api.b.client.listArticle6({ params })), 'NOT_FOUND');
});
