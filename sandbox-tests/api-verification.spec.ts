// Shows that a verification ends only with nine categories, accepted clarifications and a report, and approves only what
// was computed.

import test from 'ava';
import { startApi, type TestApi } from './support/api.ts';
import {
  codeOf,
  eventsOf,
  makeFile,
  refusalOf,
  review,
  seedFor,
  walkToApproved,
  walkToCompleted,
  walkToComputed,
} from './support/api-way.ts';

let api: TestApi;

test.before(async () => {
  api = await startApi();
  await seedFor(api);
});

test.after.always(() => api?.close());

const REPORT = { report_uri: 'https://example.org/report.pdf', report_hash: 'a'.repeat(64) };

async function begin() {
  const { client } = api.a;
  const { mrv_submission_id } = await walkToComputed(client);
  const { verification_id } = await client.createVerification({
    params: { mrv_submission_id },
    body: { verifier: { email: 'verifier@example.org' } },
  });
  return { client, mrv_submission_id, verification_id, params: { verification_id } };
}

test('a review is whole with nine categories and a report; what is missing is named', async (t) => {
  const { client, params, verification_id } = await begin();
  await client.setVerificationCategory({
    params: { ...params, category_key: 'general' },
    body: { status: 'passed' },
  });
  const refused = await refusalOf(client.completeVerification({ params }));
  t.is(refused.code, 'CONFLICT');
  t.regex(refused.message, /not reviewed: project_setup, project_design.*no report/);
  await review(client, verification_id);
  await client.addVerificationReport({ params, body: REPORT });
  t.is(await codeOf(client.addVerificationReport({ params, body: REPORT })), 'CONFLICT');
  const completed = await client.completeVerification({ params });
  t.is(completed.status, 'completed');
  t.truthy(completed.completed_at);
  const view = await client.getVerification({ params });
  t.is(view.categories.length, 9);
  t.is(view.report?.report_hash, REPORT.report_hash);
});

test('a clarification makes the verification wait until its answer is accepted', async (t) => {
  const { client, params, verification_id } = await begin();
  await review(client, verification_id);
  await client.addVerificationReport({ params, body: REPORT });
  const { clarification_id } = await client.raiseClarification({
    params,
    body: { category_key: 'removal_data', question: 'Which meter was used?' },
  });
  const one = { verification_id, clarification_id };
  const status = async () => (await client.getVerification({ params })).verification.status;
  t.is(await status(), 'clarification_required');
  t.is(await codeOf(client.completeVerification({ params })), 'CONFLICT');
  const early = await refusalOf(client.judgeClarification({ params: one, body: { decision: 'accept' } }));
  t.is(early.code, 'MOVE_ILLEGAL');
  t.is(early.details.legal, 'respond');
  const response = { answer: 'The second.' };
  await client.respondToClarification({ params: one, body: { response } });
  await client.judgeClarification({ params: one, body: { decision: 'escalate' } });
  await client.respondToClarification({
    params: one,
    body: { response, responded_by: { email: 'manager@example.org', display_name: 'A manager' } },
  });
  t.is(await status(), 'clarification_required');
  const accepted = await client.judgeClarification({ params: one, body: { decision: 'accept' } });
  t.is(accepted.status, 'accepted');
  t.deepEqual(accepted.response, response);
  t.is(await status(), 'in_progress');
  t.is((await client.completeVerification({ params })).status, 'completed');
  t.deepEqual(await eventsOf(api, api.a, verification_id), [
    'verification.started.v1',
    'verification.clarification_requested.v1',
    'verification.clarification_responded.v1',
    'verification.clarification_responded.v1',
    'verification.completed.v1',
  ]);
});

test('a category with a corrective action keeps the review open, and its second review closes it', async (t) => {
  const { client, params, verification_id } = await begin();
  const general = { verification_id, category_key: 'general' } as const;
  await client.setVerificationCategory({
    params: general,
    body: {
      status: 'corrective_action',
      findings: [{ severity: 'major', description: 'A sensor was not calibrated.' }],
    },
  });
  t.is((await client.getVerification({ params })).verification.status, 'clarification_required');
  await client.setVerificationCategory({ params: general, body: { status: 'passed_with_comments' } });
  t.is((await client.getVerification({ params })).verification.status, 'in_progress');
});

test('an approval takes the submission and the project along, with tonnes that are at most the computed ones', async (t) => {
  const { client } = api.a;
  const { verification_id, mrv_submission_id, project_id } = await walkToCompleted(client);
  const params = { verification_id };
  const decide = (verified_tonnage: string) =>
    client.decideVerification({ params, body: { overall_status: 'APPROVED', verified_tonnage } });
  t.is(await codeOf(decide('100.00000001')), 'CONFLICT');
  const approved = await decide('99.5');
  t.is(approved.status, 'approved');
  t.is(approved.verified_tonnage, '99.5');
  const view = await client.getMrvSubmission({ params: { mrv_submission_id } });
  t.is(view.submission.status, 'approved');
  t.is((await client.getProject({ params: { project_id } })).project.status, 'verified');
  t.true((await eventsOf(api, api.a, mrv_submission_id)).includes('mrv.approved.v1'));
  const again = await refusalOf(decide('99.5'));
  t.is(again.code, 'MOVE_ILLEGAL');
  t.is(again.details.legal, 'none');
});

test('a failed category forbids an approval, and a rejection frees the period', async (t) => {
  const { client, params, verification_id, mrv_submission_id } = await begin();
  await review(client, verification_id);
  const general = { verification_id, category_key: 'general' } as const;
  await client.setVerificationCategory({ params: general, body: { status: 'failed' } });
  await client.addVerificationReport({ params, body: REPORT });
  await client.completeVerification({ params });
  const approve = { overall_status: 'APPROVED', verified_tonnage: '1' } as const;
  t.is(await codeOf(client.decideVerification({ params, body: approve })), 'CONFLICT');
  t.is(
    await codeOf(
      client.decideVerification({ params, body: { overall_status: 'REJECTED', verified_tonnage: '1' } }),
    ),
    'VALIDATION_FAILED',
  );
  await client.decideVerification({ params, body: { overall_status: 'REJECTED' } });
  const { submission } = await client.getMrvSubmission({ params: { mrv_submission_id } });
  t.is(submission.status, 'rejected');
  await t.notThrowsAsync(walkToComputed(client, { project_id: submission.project_id }));
});

test('a verification is open to its own tenant alone; an operator reads it', async (t) => {
  const { verification_id } = await walkToApproved(api.a.client);
  const params = { verification_id };
  t.is(await codeOf(api.b.client.getVerification({ params })), 'NOT_FOUND');
  t.is(await codeOf(api.b.client.completeVerification({ params })), 'NOT_FOUND');
  const { verification } = await api.operator.client.getVerification({ params });
  t.is(verification.verification_id, verification_id);
  const refused = api.operator.client.completeVerification({ params });
  t.is(await codeOf(refused), 'FORBIDDEN');
});

test('a list of verifications is filtered by status and project', async (t) => {
  const { client } = api.b;
  const { project_id, verification_id } = await walkToApproved(client);
  const query = { status: ['approved'] as ['approved'], project_id };
  const { verifications } = await client.listVerifications({ query });
  t.deepEqual(
    verifications.map((one) => one.verification_id),
    [verification_id],
  );
  t.is(
    (await client.listVerifications({ query: { status: ['rejected'], project_id } })).pagination.total_count,
    0,
  );
});

test('a report hash that is no SHA-256 is refused', async (t) => {
  const { client, params } = await begin();
  const body = { ...REPORT, report_hash: makeFile().sha256.toUpperCase() };
  t.is(await codeOf(client.addVerificationReport({ params, body })), 'VALIDATION_FAILED');
});
