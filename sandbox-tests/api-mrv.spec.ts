// Shows that a submission takes evidence and a computation only as its way allows, that evidence has a hash with proofs, and
// that a hash is held once.

import test from 'ava';
import { verifyEvidenceProof } from '../core/canonical/evidence.ts';
import { hashMrvPayload, type MrvPayload } from '../core/canonical/mrv-hash.ts';
import { startApi, type TestApi } from './support/api.ts';
import {
  addFile,
  askAdmin,
  codeOf,
  eventsOf,
  makeFile,
  makeProject,
  makeSubmission,
  PARTS,
  refusalOf,
  review,
  seedFor,
  walkToApproved,
  walkToComputed,
  walkToHashed,
} from './support/api-way.ts';

let api: TestApi;

test.before(async () => {
  api = await startApi();
  await seedFor(api);
});

test.after.always(() => api?.close());

test('a vintage has one submission: an overlapping period is refused until the first is archived', async (t) => {
  const { client } = api.a;
  const { project_id } = await makeProject(client);
  const first = await makeSubmission(client, { project_id });
  t.is(await codeOf(makeSubmission(client, { project_id })), 'CONFLICT');
  await makeSubmission(client, { project_id, year: 2024 });
  await client.archiveMrvSubmission({ params: first });
  await t.notThrowsAsync(makeSubmission(client, { project_id }));
  const { pagination, submissions } = await client.listMrvSubmissions({
    params: { project_id },
    query: { status: ['archived'] },
  });
  t.is(pagination.total_count, 1);
  t.is(submissions[0]?.mrv_submission_id, first.mrv_submission_id);
});

test('of two submissions of one period at the same time one is taken', async (t) => {
  const { project_id } = await makeProject(api.a.client);
  const outcomes = await Promise.allSettled(
    [1, 2, 3].map(() => makeSubmission(api.a.client, { project_id })),
  );
  t.is(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
});

for (const [what, period] of [
  ['that ends before it starts', { period_start_on: '2025-02-01', period_end_on: '2025-01-01' }],
  ['of two vintages', { period_start_on: '2024-12-01', period_end_on: '2025-01-01' }],
  ['that is no day', { period_start_on: '2025-02-30', period_end_on: '2025-03-01' }],
] as const) {
  test(`a period ${what} is refused`, async (t) => {
    const { project_id } = await makeProject(api.a.client);
    const body = { source_type: 'lab', raw_payload: {}, ...period } as const;
    t.is(
      await codeOf(api.a.client.createMrvSubmission({ params: { project_id }, body })),
      'VALIDATION_FAILED',
    );
  });
}

test('a submission with gaps is not validated, and is told what it misses', async (t) => {
  const { client } = api.a;
  const { project_id } = await makeProject(client);
  const params = await makeSubmission(client, { project_id });
  const refused = await refusalOf(client.validateMrvSubmission({ params }));
  t.is(refused.code, 'CONFLICT');
  t.regex(refused.message, /monitoring_report, lab_report/);
});

test('a file comes back as it was sent, and only with the hash that was told', async (t) => {
  const { client } = api.a;
  const { project_id } = await makeProject(client);
  const { mrv_submission_id } = await makeSubmission(client, { project_id });
  const file = makeFile();
  const { artifact } = await addFile(client, { mrv_submission_id, artifact_type: 'lab_report', file });
  t.is(artifact.sha256_hash, file.sha256);
  t.is(artifact.file_size, file.bytes.length);
  const answer = await client.readArtifact({ params: artifact });
  t.deepEqual(Buffer.from(await answer.arrayBuffer()), file.bytes);
  t.is(answer.headers.get('content-disposition'), 'attachment');
  t.is(await codeOf(api.b.client.readArtifact({ params: artifact })), 'NOT_FOUND');
  const wrong = { ...makeFile(), sha256: file.sha256 };
  t.is(
    await codeOf(addFile(client, { mrv_submission_id, artifact_type: 'photo', file: wrong })),
    'VALIDATION_FAILED',
  );
  t.is(await codeOf(addFile(client, { mrv_submission_id, artifact_type: 'photo', file })), 'CONFLICT');
});

test('bytes that are not of their type, and types that are not ours, are refused', async (t) => {
  const { client } = api.a;
  const { project_id } = await makeProject(client);
  const params = await makeSubmission(client, { project_id });
  const query = { artifact_type: 'monitoring_report', file_name: 'report.pdf' } as const;
  const send = (content_type: string, bytes: Buffer) =>
    client.addArtifact({ params, query, upload: { bytes, content_type } });
  t.is(await codeOf(send('application/pdf', Buffer.from('MZ no report'))), 'VALIDATION_FAILED');
  t.is(await codeOf(send('text/html', Buffer.from('<p>'))), 'MEDIA_TYPE_UNSUPPORTED');
  await t.notThrowsAsync(send('application/pdf', Buffer.from('%PDF-1.7 a report')));
});

test('every file has a proof that it is in the evidence hash', async (t) => {
  const { client } = api.a;
  const { project_id } = await makeProject(client);
  const { mrv_submission_id } = await makeSubmission(client, { project_id });
  const params = { mrv_submission_id };
  t.is(await codeOf(client.getEvidence({ params })), 'CONFLICT');
  for (const artifact_type of ['photo', 'lab_report', 'monitoring_report'] as const) {
    await addFile(client, { mrv_submission_id, artifact_type });
  }
  const { evidence_hash, artifacts } = await client.getEvidence({ params });
  t.is(artifacts.length, 3);
  for (const { sha256_hash: file_hash, proof } of artifacts) {
    t.true(verifyEvidenceProof({ file_hash, proof, evidence_hash }));
    t.false(verifyEvidenceProof({ file_hash: makeFile().sha256, proof, evidence_hash }));
  }
  const [first] = artifacts;
  if (first === undefined) throw new Error('there are three');
  await client.removeArtifact({ params: { artifact_id: first.artifact_id } });
  t.not((await client.getEvidence({ params })).evidence_hash, evidence_hash);
});

test('the computation is exact, adds up, and may be stated again until the verification begins', async (t) => {
  const { client } = api.a;
  const { mrv_submission_id, project_id } = await walkToComputed(client);
  const params = { mrv_submission_id };
  const computation = await client.computeMrvSubmission({
    params,
    body: { ...PARTS, gross_removal: '120.00000003', net_removal: '100.00000003' },
  });
  t.is(computation.computed_tonnage, '100.00000003');
  t.is(computation.methodology_code, 'VM0044');
  t.is(
    await codeOf(client.computeMrvSubmission({ params, body: { ...PARTS, net_removal: '100.00000001' } })),
    'VALIDATION_FAILED',
  );
  t.is((await client.getProject({ params: { project_id } })).project.status, 'computed');
  await client.createVerification({ params, body: { verifier: { email: 'v@example.org' } } });
  const refused = await refusalOf(client.computeMrvSubmission({ params, body: PARTS }));
  t.is(refused.status, 409);
  t.deepEqual(refused.details.legal, 'add_evidence, approve, reject');
  t.true((await eventsOf(api, api.a, mrv_submission_id)).includes('mrv.computed.v1'));
});

test('an illegal move is a 409 that names the legal ones', async (t) => {
  const { client } = api.a;
  const { project_id } = await makeProject(client);
  const { mrv_submission_id } = await makeSubmission(client, { project_id });
  const params = { mrv_submission_id };
  const refused = await refusalOf(client.computeMrvSubmission({ params, body: PARTS }));
  t.is(refused.status, 409);
  t.is(refused.code, 'MOVE_ILLEGAL');
  t.is(refused.details.state, 'received');
  t.is(refused.details.legal, 'change, add_evidence, remove_evidence, validate, archive');
});

test('a primary file backs one approved submission, whoever sends it; another file only warns', async (t) => {
  const monitoring_report = makeFile();
  const photo = makeFile();
  const first = await walkToComputed(api.a.client, { files: { monitoring_report } });
  await addFile(api.a.client, { ...first, artifact_type: 'photo', file: photo });
  // Both have it before either is approved: the database decides.
  const second = await walkToComputed(api.b.client, { files: { monitoring_report } });
  const approve = async (client: TestApi['a']['client'], mrv_submission_id: string) => {
    const body = { verifier: { email: 'v@example.org' } };
    const { verification_id } = await client.createVerification({ params: { mrv_submission_id }, body });
    await finish(client, verification_id);
    return client.decideVerification({
      params: { verification_id },
      body: { overall_status: 'APPROVED', verified_tonnage: '100' },
    });
  };
  await approve(api.a.client, first.mrv_submission_id);
  const refused = await refusalOf(approve(api.b.client, second.mrv_submission_id));
  t.is(refused.code, 'CONFLICT');
  t.regex(refused.message, /global_artifact_hashes_primary_once/);
  t.notRegex(JSON.stringify(refused.details), new RegExp(api.a.tenant_id));
  // Once it is claimed, it is refused at the door.
  const { project_id } = await makeProject(api.b.client);
  const { mrv_submission_id } = await makeSubmission(api.b.client, { project_id });
  const send = { mrv_submission_id, artifact_type: 'lab_report', file: monitoring_report } as const;
  t.is(await codeOf(addFile(api.b.client, send)), 'CONFLICT');
  const { warnings } = await addFile(api.b.client, {
    mrv_submission_id,
    artifact_type: 'photo',
    file: photo,
  });
  t.is(warnings.length, 1);
});

async function finish(client: TestApi['a']['client'], verification_id: string): Promise<void> {
  await review(client, verification_id);
  const params = { verification_id };
  const body = { report_uri: 'https://example.org/r.pdf', report_hash: makeFile().sha256 };
  await client.addVerificationReport({ params, body });
  await client.completeVerification({ params });
}

test('the hash is that of the canonical payload, with the evidence hash in it, and stays the same', async (t) => {
  const { client } = api.a;
  const { mrv_submission_id, project_id } = await walkToApproved(client);
  const params = { mrv_submission_id };
  const hash = await client.createMrvHash({ params, body: {} });
  t.is(hash.mrv_hash, hashMrvPayload(hash.canonical_payload as MrvPayload));
  const { evidence_hash } = await client.getEvidence({ params });
  t.is(hash.canonical_payload.evidence_hash, evidence_hash);
  t.is(hash.canonical_payload.computed_tonnage, '100');
  t.is(hash.status, 'locked');
  t.deepEqual(await client.createMrvHash({ params, body: {} }), hash);
  t.deepEqual(await client.getMrvHash({ params }), hash);
  t.is((await client.getProject({ params: { project_id } })).project.status, 'hash_created');
  t.is(await codeOf(api.b.client.getMrvHash({ params })), 'NOT_FOUND');
  t.is(await codeOf(addFile(client, { mrv_submission_id, artifact_type: 'photo' })), 'MOVE_ILLEGAL');
  const view = await client.getMrvSubmission({ params });
  t.is(view.hash?.mrv_hash, hash.mrv_hash);
  t.is(view.verification?.overall_status, 'APPROVED');
  t.is(view.computation?.computed_tonnage, '100');
});

test('tonnes that are no whole units have no hash', async (t) => {
  const { client } = api.a;
  const { mrv_submission_id } = await walkToApproved(client);
  const params = { mrv_submission_id };
  t.is(await codeOf(client.createMrvHash({ params, body: { unit: '3' } })), 'CONFLICT');
  await t.notThrowsAsync(client.createMrvHash({ params, body: { unit: '0.5' } }));
});

test('a submission that is not approved has no hash', async (t) => {
  const { mrv_submission_id } = await walkToComputed(api.a.client);
  const refused = await refusalOf(api.a.client.createMrvHash({ params: { mrv_submission_id }, body: {} }));
  t.is(refused.code, 'MOVE_ILLEGAL');
});

test('evidence that anybody holds backs no second hash, and nobody is told whose it is', async (t) => {
  const held = await walkToHashed(api.a.client);
  // The claims of files would refuse it before: what is shown here is the second guard, on the hash itself.
  await askAdmin(
    api,
    `update registry.global_hash_registry set evidence_hash = repeat('0', 64)
      where mrv_hash = '${held.mrv_hash}'`,
  );
  const { mrv_submission_id } = await walkToApproved(api.b.client);
  const params = { mrv_submission_id };
  const { evidence_hash } = await api.b.client.getEvidence({ params });
  await askAdmin(
    api,
    `update registry.global_hash_registry set evidence_hash = '${evidence_hash}' where mrv_hash = '${held.mrv_hash}'`,
  );
  const refused = await refusalOf(api.b.client.createMrvHash({ params, body: {} }));
  t.is(refused.code, 'CONFLICT');
  t.regex(refused.message, /global_hash_registry_evidence_hash_key/);
  t.notRegex(JSON.stringify(refused.details), new RegExp(api.a.tenant_id));
});

for (const [what, reports] of [
  ['with the same report, takes the same hash again', ['a'.repeat(64), 'a'.repeat(64)]],
  ['with another report, takes another hash over the same evidence', ['b'.repeat(64), 'c'.repeat(64)]],
] as const) {
  test(`after its registry rejected it a tenant sends its evidence again and, ${what}`, async (t) => {
    const { client } = api.a;
    const files = { monitoring_report: makeFile(), lab_report: makeFile() };
    const [before, after] = reports;
    const first = await walkToHashed(client, { files, report_hash: before });
    const { project_id, mrv_submission_id } = first;
    const params = { mrv_submission_id };
    t.is(await codeOf(client.archiveMrvSubmission({ params })), 'CONFLICT');
    const { registry_submission_id } = await client.createRegistrySubmission({ params, body: {} });
    const moved = { params: { registry_submission_id } };
    await client.moveRegistrySubmission({ ...moved, body: { move: 'reject', reason: 'Not signed.' } });
    await client.archiveMrvSubmission({ params });
    const second = await walkToHashed(client, { project_id, files, report_hash: after });
    t.is(second.mrv_hash === first.mrv_hash, before === after);
    t.is(second.evidence_hash, first.evidence_hash);
    t.is(second.status, 'locked');
    if (before !== after) return;
    const again = await client.moveRegistrySubmission({ ...moved, body: { move: 'resubmit' } });
    t.is(again.registry_submission.mrv_submission_id, second.mrv_submission_id);
    t.is((await client.getMrvHash({ params: second })).status, 'locked');
  });
}
