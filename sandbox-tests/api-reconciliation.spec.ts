// Shows that findings are read, minded and waived over HTTP by whom they concern, that runs are started one at a time by operators,
// and that anyone reads what backs the credits.

import test from 'ava';
import { startApi, type TestApi } from './support/api.ts';
import { askAdmin, codeOf, refusalOf } from './support/api-way.ts';
import { type OpenWorld, openWorld } from './support/world.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

let api: TestApi;
let world: OpenWorld;

test.before(async () => {
  api = await startApi();
  world = openWorld({ url: api.database.admin_url, log: () => undefined });
});
test.after.always(async () => {
  await world?.close();
  await api?.close();
});

let made = 0;

async function findingOf(tenant_id: string | null, given: { code?: string; opened_by?: string } = {}) {
  made += 1;
  const finding = await world.make('reconciliation.findings', {
    tenant_id,
    subject: `token ${made}`,
    ...given,
  });
  return { finding_id: String(finding.finding_id) };
}

const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

test('a tenant reads its own findings, an operator all, and nobody another’s', async (t) => {
  const own = await findingOf(api.a.tenant_id, { code: 'PROOF_MISSING' });
  const nobodys = await findingOf(null, { code: 'UNKNOWN_TOKEN' });
  const { finding, comments } = await api.a.client.getFinding({ params: own });
  t.like(finding, {
    code: 'PROOF_MISSING',
    title: 'A retirement has no stored proof after an hour',
    status: 'open',
  });
  t.deepEqual(comments, []);
  t.is(await codeOf(api.b.client.getFinding({ params: own })), 'NOT_FOUND');
  t.is(await codeOf(api.a.client.getFinding({ params: nobodys })), 'NOT_FOUND');
  const seen = await api.operator.client.listFindings({ query: { page_size: 200 } });
  t.true(
    [own, nobodys].every(({ finding_id }) => seen.findings.some((one) => one.finding_id === finding_id)),
  );
  const filtered = await api.a.client.listFindings({ query: { code: ['PROOF_MISSING'], status: ['open'] } });
  t.deepEqual(
    filtered.findings.map(({ finding_id }) => finding_id),
    [own.finding_id],
  );
});

test('a finding is waived with a reason and an end, and by another than who opened it', async (t) => {
  const params = await findingOf(api.a.tenant_id, { opened_by: `api_key:${api.a.api_key_id}` });
  const body = { reason: 'The registry answers next week', until: inDays(10) };
  const refused = await refusalOf(api.a.client.waiveFinding({ params, body }));
  t.is(refused.code, 'CONFLICT');
  t.regex(refused.message, /another than who opened it/);
  const waived = await api.operator.client.waiveFinding({ params, body });
  t.like(waived, { status: 'waived', waived_reason: body.reason });
  t.not(waived.waived_by, null);
  const open = await api.a.client.reopenFinding({ params, body: {} });
  t.like(open, { status: 'open', waived_by: null, waived_reason: null, waived_until: null });
  t.is(await codeOf(api.a.client.reopenFinding({ params, body: {} })), 'CONFLICT');
});

for (const [how, days] of [
  ['that has passed', -1],
  ['beyond a year', 400],
] as const) {
  test(`a waiver with an end ${how} is refused`, async (t) => {
    const params = await findingOf(api.a.tenant_id);
    const body = { reason: 'Later', until: inDays(days) };
    t.is(await codeOf(api.operator.client.waiveFinding({ params, body })), 'VALIDATION_FAILED');
  });
}

test('a closed finding is not changed any more', async (t) => {
  const params = await findingOf(api.a.tenant_id);
  await askAdmin(
    api,
    `update reconciliation.findings set status = 'closed', closed_at = now() where finding_id = '${params.finding_id}'`,
  );
  const body = { reason: 'Late', until: inDays(1) };
  t.is(await codeOf(api.operator.client.waiveFinding({ params, body })), 'CONFLICT');
  t.is(await codeOf(api.a.client.setFindingOwner({ params, body: { act: 'take' } })), 'CONFLICT');
});

test('whoever takes a finding minds it; a person of its tenant can be named; it can be let go', async (t) => {
  const params = await findingOf(api.a.tenant_id);
  const taken = await api.a.client.setFindingOwner({ params, body: { act: 'take' } });
  t.is(taken.owner_actor, `api_key:${api.a.api_key_id}`);
  const person = { email: 'minder@example.org' };
  const named = await api.operator.client.setFindingOwner({ params, body: { act: 'assign', person } });
  t.is(named.owner_actor, null);
  t.is(typeof named.owner_user_id, 'string');
  const free = await api.a.client.setFindingOwner({ params, body: { act: 'release' } });
  t.like(free, { owner_actor: null, owner_user_id: null });
  const nobodys = await findingOf(null);
  const assign = { params: nobodys, body: { act: 'assign' as const, person } };
  t.is(await codeOf(api.operator.client.setFindingOwner(assign)), 'CONFLICT');
  t.not(
    (await api.operator.client.setFindingOwner({ params: nobodys, body: { act: 'take' } })).owner_actor,
    null,
  );
});

test('remarks stand in their order, and only those whom it concerns make them', async (t) => {
  const params = await findingOf(api.a.tenant_id);
  await api.a.client.commentFinding({ params, body: { comment: 'Asked the registry' } });
  await api.operator.client.commentFinding({ params, body: { comment: 'It answered' } });
  const { comments } = await api.a.client.getFinding({ params });
  t.deepEqual(
    comments.map(({ comment }) => comment),
    ['Asked the registry', 'It answered'],
  );
  t.is(await codeOf(api.b.client.commentFinding({ params, body: { comment: 'I, too' } })), 'NOT_FOUND');
  t.is(
    await codeOf(api.registry.client.commentFinding({ params, body: { comment: 'I, too' } })),
    'FORBIDDEN',
  );
});

test('an operator starts a run; where nothing is indexed it fails with its reason, and a tenant starts none', async (t) => {
  t.is(await codeOf(api.a.client.startReconciliationRun({ body: {} })), 'FORBIDDEN');
  const params = await api.operator.client.startReconciliationRun({ body: {} });
  const run = await untilEnded(params);
  t.is(run.status, 'failed');
  t.regex(run.error ?? '', /Nothing of the contract/);
  const shown = await api.a.client.getReconciliationRun({ params });
  t.is(shown.error, undefined);
  t.is(shown.rules_not_checked, undefined);
});

async function untilEnded(params: { run_id: string }) {
  for (;;) {
    const run = await api.operator.client.getReconciliationRun({ params });
    if (run.status !== 'running') return run;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('anyone reads what backs the credits, and what the figures do not cover', async (t) => {
  const anyone = api.clientFor();
  const [{ runs } = { runs: '0' }] = await askAdmin<{ runs: string }>(
    api,
    `select count(*)::text as runs from reconciliation.runs where status = 'completed'`,
  );
  if (runs === '0') t.deepEqual((await anyone.getBacking()).registries, []);
  const { run_id } = await world.make('reconciliation.runs', {
    status: 'completed',
    near_contract_id: 'dmrv.localnet',
    block_height: '7',
    finished_at: '2999-01-01T00:00:00Z',
    started_at: '2999-01-01T00:00:00Z',
  });
  await world.make('reconciliation.backing', {
    run_id,
    not_covered_co2e: '5',
    retired_unconfirmed_co2e: '2',
    oldest_as_of: '2026-01-02T03:04:05.678Z',
    newest_as_of: '2026-01-02T03:04:05.678Z',
  });
  for (const client of [anyone, api.a.client, api.registry.client, api.holder.client, api.operator.client]) {
    const shown = await client.getBacking();
    t.like(shown.registries[0], { registry_type: 'verra', held_co2e: '10', difference_co2e: '0' });
    t.true(shown.in_words.some((words) => words.includes('covers 5 t')));
    t.true(shown.in_words.some((words) => words.includes('2 t are retired on chain')));
    t.true(
      shown.in_words.some((words) => words.includes('holdings are as of 2026-01-02, 03:04 UTC; what was')),
    );
  }
});

test('sums over time are each tenant’s own', async (t) => {
  await world.make('reconciliation.run_totals', { tenant_id: api.a.tenant_id, unreconciled_co2e: '12.5' });
  await world.make('reconciliation.run_totals', { tenant_id: api.b.tenant_id, unreconciled_co2e: '99' });
  const { totals } = await api.a.client.listReconciliationTotals({ query: {} });
  t.deepEqual(
    totals.map(({ unreconciled_co2e }) => unreconciled_co2e),
    ['12.5'],
  );
  const all = await api.operator.client.listReconciliationTotals({ query: { tenant_id: api.b.tenant_id } });
  t.deepEqual(
    all.totals.map(({ unreconciled_co2e }) => unreconciled_co2e),
    ['99'],
  );
});

test('a credit that stays at its registry says why, and may be wanted again', async (t) => {
  const submission = await world.make('registry.registry_submissions', {
    tenant_id: api.a.tenant_id,
    status: 'approved',
    approved_at: '2026-01-01T00:00:00Z',
  });
  const params = { registry_submission_id: String(submission.registry_submission_id) };
  const left = await api.a.client.setTokenisation({
    params,
    body: { tokenise: false, reason: 'Sold there' },
  });
  t.is(left.left_untokenised_reason, 'Sold there');
  t.is((await api.a.client.setTokenisation({ params, body: { tokenise: true } })).left_untokenised_at, null);
  t.is(await codeOf(api.b.client.setTokenisation({ params, body: { tokenise: true } })), 'NOT_FOUND');
});
