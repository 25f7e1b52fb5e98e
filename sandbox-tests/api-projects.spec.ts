// Shows that projects are made, read, changed and listed within their bounds, that their gaps are told, and to whom.

import test from 'ava';
import { startApi, type TestApi } from './support/api.ts';
import {
  addFile,
  codeOf,
  eventsOf,
  makeProject,
  makeSubmission,
  PAYLOAD,
  refusalOf,
  seedFor,
} from './support/api-way.ts';

let api: TestApi;

test.before(async () => {
  api = await startApi();
  await seedFor(api);
});

test.after.always(() => api?.close());

const PROJECT = {
  name: 'Trees',
  project_type: 'forestry',
  location: { lat: -90, lon: 180, address: 'At the end' },
  host_country: 'BR',
} as const;

test('a new project is answered with its gaps: registry, methodology, fields and evidence', async (t) => {
  const { project, gap_analysis } = await api.a.client.createProject({ body: PROJECT });
  t.is(project.status, 'setup');
  t.is(project.tenant_id, api.a.tenant_id);
  t.false(gap_analysis.can_proceed_to_computation);
  t.is(gap_analysis.target_registry, null);
  const paths = gap_analysis.action_items.map(({ path }) => path);
  t.true(paths.includes('$.project.target_registry'));
  t.true(paths.includes('monitoring_report'));
  t.deepEqual(await eventsOf(api, api.a, project.project_id), ['project.created.v1']);
});

test('the gaps follow what is sent: a submission and its files close them', async (t) => {
  const { client } = api.a;
  const { project_id } = await makeProject(client);
  const params = { project_id };
  const before = await client.getGapAnalysis({ params });
  t.deepEqual(
    before.missing_evidence_types.map(({ evidence_type }) => evidence_type),
    ['monitoring_report', 'lab_report'],
  );
  t.is(before.methodology_code, 'VM0044');
  const { mrv_submission_id } = await makeSubmission(client, {
    project_id,
    payload: { ...PAYLOAD, biochar_dry_mass: '' },
  });
  const during = await client.getGapAnalysis({ params });
  t.deepEqual(
    during.missing_required_fields.map(({ json_path }) => json_path),
    ['$.payload.biochar_dry_mass'],
  );
  t.true(during.completeness_score > before.completeness_score);
  await client.changeMrvSubmission({ params: { mrv_submission_id }, body: { raw_payload: PAYLOAD } });
  await addFile(client, { mrv_submission_id, artifact_type: 'monitoring_report' });
  await addFile(client, { mrv_submission_id, artifact_type: 'lab_report' });
  const after = await client.getGapAnalysis({ params });
  t.is(after.completeness_score, 100);
  t.true(after.can_proceed_to_computation);
});

test('a project is shown with its gaps to its tenant, and without them to an operator', async (t) => {
  const { project_id } = await makeProject(api.a.client);
  const own = await api.a.client.getProject({ params: { project_id } });
  t.truthy(own.gap_analysis);
  t.is(own.credits_count, 0);
  const seen = await api.operator.client.getProject({ params: { project_id } });
  t.is(seen.gap_analysis, undefined);
  t.is(seen.project.project_id, project_id);
});

test("another tenant's project is not found, by any route", async (t) => {
  const { project_id } = await makeProject(api.a.client);
  const params = { project_id };
  const { client } = api.b;
  t.is(await codeOf(client.getProject({ params })), 'NOT_FOUND');
  t.is(await codeOf(client.changeProject({ params, body: { name: 'Mine' } })), 'NOT_FOUND');
  t.is(await codeOf(client.getGapAnalysis({ params })), 'NOT_FOUND');
  t.is(await codeOf(client.listMrvSubmissions({ params })), 'NOT_FOUND');
  t.deepEqual(await client.readProjects({ body: { ids: [project_id] } }), { projects: [] });
});

test('a change keeps what it does not name and tells what it changed', async (t) => {
  const { client } = api.a;
  const { project_id } = await makeProject(client);
  const params = { project_id };
  const changed = await client.changeProject({
    params,
    body: { name: 'Another name', target_registry: null },
  });
  t.is(changed.name, 'Another name');
  t.is(changed.target_registry, null);
  t.is(changed.host_country, 'CH');
  t.deepEqual(await eventsOf(api, api.a, project_id), ['project.created.v1', 'project.updated.v1']);
  t.is(await codeOf(client.changeProject({ params, body: {} })), 'VALIDATION_FAILED');
});

for (const [what, change] of [
  ['an empty name', { name: '' }],
  ['a name of 256 characters', { name: 'x'.repeat(256) }],
  ['a latitude above 90', { location: { lat: 90.1, lon: 0 } }],
  ['a longitude below -180', { location: { lat: 0, lon: -180.1 } }],
  ['a country in small letters', { host_country: 'ch' }],
  ['an unknown kind of project', { project_type: 'perpetual_motion' as 'forestry' }],
  ['an unknown registry', { target_registry: 'nowhere' as 'verra' }],
  ['a registry "other" without a name', { target_registry: 'other' as const }],
  ['a name for a registry that has one', { target_registry: 'verra' as const, target_registry_name: 'mine' }],
  ['an unknown methodology', { methodology_id: '0197b0e0-0000-7000-8000-000000000000' }],
  ['a field that nobody knows', { color: 'green' }],
  ['a text with U+0000 in free fields', { metadata: { note: 'a\0b' } }],
] as const) {
  test(`${what} is refused`, async (t) => {
    const refused = await refusalOf(api.a.client.createProject({ body: { ...PROJECT, ...change } }));
    t.is(refused.status, 400);
    t.is(refused.code, 'VALIDATION_FAILED');
  });
}

test('a name of 255 characters and coordinates at their bounds are taken', async (t) => {
  const { project } = await api.a.client.createProject({ body: { ...PROJECT, name: 'x'.repeat(255) } });
  t.is(project.name.length, 255);
  t.deepEqual(project.location, PROJECT.location);
});

test('a list is filtered, counted and read on by its cursor to its end, each project once', async (t) => {
  const tenant = api.b;
  const made: string[] = [];
  for (let index = 0; index < 7; index++) {
    const body = {
      ...PROJECT,
      name: `Project ${index}`,
      ...(index % 2 === 0 ? { target_registry: 'puro' as const } : {}),
    };
    made.push((await tenant.client.createProject({ body })).project.project_id);
  }
  const first = await tenant.client.listProjects({ query: { page_size: 3 } });
  t.is(first.pagination.total_count, 7);
  t.is(first.pagination.total_pages, 3);
  const seen = first.projects.map(({ project_id }) => project_id);
  let cursor = first.pagination.next_cursor;
  for (let pages = 0; cursor !== undefined && pages < 10; pages++) {
    const next = await tenant.client.listProjects({ query: { page_size: 3, cursor } });
    t.is(next.pagination.total_count, 7);
    seen.push(...next.projects.map(({ project_id }) => project_id));
    cursor = next.pagination.next_cursor;
  }
  t.deepEqual(seen, [...made].reverse());
  const page = await tenant.client.listProjects({ query: { page_size: 3, page: 3 } });
  t.deepEqual(
    page.projects.map(({ project_id }) => project_id),
    made.slice(0, 1),
  );
  const puro = await tenant.client.listProjects({
    query: { registry: ['puro', 'verra'], status: ['setup'] },
  });
  t.is(puro.pagination.total_count, 4);
  t.deepEqual(puro.filters, { registry: ['puro', 'verra'], status: ['setup'] });
  const batch = await tenant.client.readProjects({ body: { ids: made.slice(0, 2) } });
  t.is(batch.projects.length, 2);
});

test('a cursor that nobody gave out is refused', async (t) => {
  for (const cursor of [
    'x',
    Buffer.from('["a","b","c"]').toString('base64url'),
    Buffer.from('{}').toString('base64url'),
  ]) {
    t.is(await codeOf(api.a.client.listProjects({ query: { cursor } })), 'VALIDATION_FAILED');
  }
});

test('a key that may only read makes no project', async (t) => {
  const client = api.clientFor(await api.keyWith(api.a, ['projects:read']));
  t.is(await codeOf(client.createProject({ body: PROJECT })), 'FORBIDDEN');
  t.truthy(await client.listProjects());
});
