// Owns the routes of verifications: nine categories, clarifications, report, decision; leaves the way to api/ways.

import type { Transaction } from 'kysely';
import { tellEvent } from '../../core/db/domain-events.ts';
import { findComputation, lockSubmission, updateSubmission } from '../../core/db/mrv-submissions.ts';
import { notePerson } from '../../core/db/people.ts';
import { advanceProject } from '../../core/db/projects.ts';
import { tellTopic } from '../../core/db/sagas.ts';
import type { DB } from '../../core/db/types.ts';
import {
  findReport,
  findVerification,
  insertClarification,
  insertReport,
  insertVerification,
  listCategories,
  listClarifications,
  listVerifications,
  lockVerification,
  putCategory,
  updateClarification,
  updateVerification,
  type Verification,
} from '../../core/db/verifications.ts';
import { conflict, present } from '../acting.ts';
import { askedPage, pagesOf, shownFilters } from '../list.ts';
import { isAtMost } from '../mrv/compare-tonnes.ts';
import { defineRoute } from '../route.ts';
import { TOPICS } from '../sagas/topics.ts';
import { submissionParams } from '../schemas/mrv.ts';
import {
  categoryBody,
  categoryParams,
  categorySchema,
  clarificationBody,
  clarificationParams,
  clarificationSchema,
  decisionBody,
  judgementBody,
  makeVerificationBody,
  reportBody,
  reportSchema,
  responseBody,
  verificationList,
  verificationParams,
  verificationSchema,
  verificationsQuery,
  verificationView,
} from '../schemas/verifications.ts';
import { SUBMISSION_WAY } from '../ways/submission-way.ts';
import {
  CLARIFICATION_WAY,
  findFailed,
  findUnfinished,
  statusOfReview,
  VERIFICATION_WAY,
  type VerificationMove,
} from '../ways/verification-way.ts';
import { take } from '../ways/way.ts';

const TAG = 'verifications';
const READERS = { tenant: 'verifications:read', operator: 'verifications:read' } as const;
const WRITER = { tenant: 'verifications:write' } as const;

export const verificationRoutes = {
  createVerification: defineRoute({
    method: 'POST',
    path: '/api/v1/mrv/submissions/{mrv_submission_id}/verification',
    tag: TAG,
    summary: 'Give a computed submission to a verifier',
    callers: WRITER,
    params: submissionParams,
    body: makeVerificationBody,
    status: 201,
    answer: verificationSchema,
    errors: ['MOVE_ILLEGAL'],
    handle: ({ params: { mrv_submission_id }, body, transact }) =>
      transact(async (trx) => {
        const about = { what: SUBMISSION_WAY.what, id: mrv_submission_id };
        const submission = present(await lockSubmission(trx, mrv_submission_id), about);
        const { project_id } = submission;
        const status = take(SUBMISSION_WAY, {
          id: mrv_submission_id,
          state: submission.status,
          move: 'verify',
        });
        const verifier_user_id = await notePerson(trx, body.verifier);
        const verification = await insertVerification(trx, {
          project_id,
          mrv_submission_id,
          verifier_user_id,
        });
        await updateSubmission(trx, { submission, change: { status } });
        await tell(trx, 'verification.started.v1', verification);
        await advanceProject(trx, { project_id, to: 'verification_pending' });
        return verification;
      }),
  }),
  listVerifications: defineRoute({
    method: 'GET',
    path: '/api/v1/verifications',
    tag: TAG,
    summary: 'The verifications, the newest first',
    callers: READERS,
    query: verificationsQuery,
    answer: verificationList,
    handle: async ({ query, transact }) => {
      const { status, project_id } = query;
      const filters = { status, project_id };
      const page = askedPage(query);
      const found = await transact((trx) => listVerifications(trx, { filters, page }));
      return { verifications: found.rows, pagination: pagesOf(query, found), ...shownFilters(filters) };
    },
  }),
  getVerification: defineRoute({
    method: 'GET',
    path: '/api/v1/verifications/{verification_id}',
    tag: TAG,
    summary: 'One verification with its categories, clarifications and report',
    callers: READERS,
    params: verificationParams,
    answer: verificationView,
    handle: ({ params: { verification_id }, transact }) =>
      transact(async (trx) => {
        const found = await findVerification(trx, verification_id);
        const verification = present(found, { what: VERIFICATION_WAY.what, id: verification_id });
        const report = await findReport(trx, verification_id);
        return {
          verification,
          categories: await listCategories(trx, verification_id),
          clarifications: await listClarifications(trx, verification_id),
          ...(report === undefined ? {} : { report }),
        };
      }),
  }),
  setVerificationCategory: defineRoute({
    method: 'POST',
    path: '/api/v1/verifications/{verification_id}/categories/{category_key}',
    tag: TAG,
    summary: 'Say what the review of a category found; a later review replaces it',
    callers: WRITER,
    params: categoryParams,
    body: categoryBody,
    answer: categorySchema,
    errors: ['MOVE_ILLEGAL'],
    handle: ({ params: { verification_id, category_key }, body, transact, now }) =>
      transact(async (trx) => {
        const verification = await begin(trx, { verification_id, move: 'review' });
        const { status, findings = [], evidence_refs = [] } = body;
        const made = { verification_id, category_key, status, findings, evidence_refs, reviewed_at: now };
        const category = await putCategory(trx, made);
        await settle(trx, verification);
        return category;
      }),
  }),
  raiseClarification: defineRoute({
    method: 'POST',
    path: '/api/v1/verifications/{verification_id}/clarifications',
    tag: TAG,
    summary: 'Ask the project something; the verification waits for its answer',
    callers: WRITER,
    params: verificationParams,
    body: clarificationBody,
    status: 201,
    answer: clarificationSchema,
    errors: ['MOVE_ILLEGAL'],
    handle: ({ params: { verification_id }, body, transact }) =>
      transact(async (trx) => {
        const verification = await begin(trx, { verification_id, move: 'ask' });
        const raised_by_user_id = verification.verifier_user_id;
        const made = await insertClarification(trx, { verification_id, raised_by_user_id, ...body });
        await settle(trx, verification);
        const { clarification_id } = made;
        await tell(trx, 'verification.clarification_requested.v1', verification, { clarification_id });
        return made;
      }),
  }),
  respondToClarification: defineRoute({
    method: 'POST',
    path: '/api/v1/verifications/{verification_id}/clarifications/{clarification_id}/respond',
    tag: TAG,
    summary: 'Answer a clarification',
    callers: WRITER,
    params: clarificationParams,
    body: responseBody,
    answer: clarificationSchema,
    errors: ['MOVE_ILLEGAL'],
    handle: ({ params, body, transact, now }) =>
      transact(async (trx) => {
        const { verification, clarification } = await beginClarification(trx, { ...params, move: 'respond' });
        const about = { id: params.clarification_id, state: clarification.status, move: 'respond' } as const;
        const status = take(CLARIFICATION_WAY, about);
        const { response, responded_by } = body;
        const responded_by_user_id = responded_by === undefined ? null : await notePerson(trx, responded_by);
        const change = { status, response, responded_by_user_id, responded_at: now };
        const made = await updateClarification(trx, { clarification, change });
        await settle(trx, verification);
        const { clarification_id } = made;
        await tell(trx, 'verification.clarification_responded.v1', verification, { clarification_id });
        return made;
      }),
  }),
  judgeClarification: defineRoute({
    method: 'POST',
    path: '/api/v1/verifications/{verification_id}/clarifications/{clarification_id}/judge',
    tag: TAG,
    summary: 'Accept an answer, or escalate it to be answered again',
    callers: WRITER,
    params: clarificationParams,
    body: judgementBody,
    answer: clarificationSchema,
    errors: ['MOVE_ILLEGAL'],
    handle: ({ params, body: { decision: move }, transact }) =>
      transact(async (trx) => {
        const { verification, clarification } = await beginClarification(trx, { ...params, move: 'judge' });
        const about = { id: params.clarification_id, state: clarification.status, move };
        const change = { status: take(CLARIFICATION_WAY, about) };
        const made = await updateClarification(trx, { clarification, change });
        await settle(trx, verification);
        return made;
      }),
  }),
  addVerificationReport: defineRoute({
    method: 'POST',
    path: '/api/v1/verifications/{verification_id}/report',
    tag: TAG,
    summary: 'Name the signed report by its hash; there is one, and it is not replaced',
    callers: WRITER,
    params: verificationParams,
    body: reportBody,
    status: 201,
    answer: reportSchema,
    errors: ['MOVE_ILLEGAL', 'CONFLICT'],
    handle: ({ params: { verification_id }, body, transact, now }) =>
      transact(async (trx) => {
        await begin(trx, { verification_id, move: 'report' });
        const { report_uri, report_hash, generated_at = now } = body;
        return insertReport(trx, { verification_id, report_uri, report_hash, generated_at });
      }),
  }),
  completeVerification: defineRoute({
    method: 'POST',
    path: '/api/v1/verifications/{verification_id}/complete',
    tag: TAG,
    summary: 'End the review: nine categories, no open clarification, a report',
    callers: WRITER,
    params: verificationParams,
    answer: verificationSchema,
    errors: ['MOVE_ILLEGAL', 'CONFLICT'],
    handle: ({ params: { verification_id }, transact, now }) =>
      transact(async (trx) => {
        const verification = await begin(trx, { verification_id, move: 'complete' });
        const categories = await listCategories(trx, verification_id);
        const clarifications = await listClarifications(trx, verification_id);
        const has_report = (await findReport(trx, verification_id)) !== undefined;
        const unfinished = findUnfinished({ categories, clarifications, has_report });
        if (unfinished.length > 0) throw conflict(`the review is whole; ${unfinished.join('; ')}`);
        const change = { status: 'completed', completed_at: now } as const;
        const completed = await updateVerification(trx, { verification, change });
        await tell(trx, 'verification.completed.v1', completed);
        return completed;
      }),
  }),
  decideVerification: defineRoute({
    method: 'POST',
    path: '/api/v1/verifications/{verification_id}/decision',
    tag: TAG,
    summary: 'Approve with the verified tonnes, or reject; the submission goes with it',
    description:
      'An approval claims the evidence: a primary file that backs another approved submission, whosever it is, refuses it with CONFLICT. Verified tonnes are not more than the computed ones.',
    callers: WRITER,
    params: verificationParams,
    body: decisionBody,
    answer: verificationSchema,
    errors: ['MOVE_ILLEGAL', 'CONFLICT'],
    handle: ({ params: { verification_id }, body, transact }) =>
      transact((trx) => decide(trx, { verification_id, ...body })),
  }),
};

type Decision = {
  verification_id: string;
  overall_status: 'APPROVED' | 'REJECTED';
  verified_tonnage?: string | undefined;
};

async function decide(trx: Transaction<DB>, decision: Decision): Promise<Verification> {
  const { verification_id, overall_status, verified_tonnage = null } = decision;
  const move = overall_status === 'APPROVED' ? 'approve' : 'reject';
  const before = await begin(trx, { verification_id, move });
  const { mrv_submission_id, project_id } = before;
  const submission = await lockSubmission(trx, mrv_submission_id);
  if (submission === undefined) throw new Error(`Verification ${verification_id} has no submission.`);
  if (verified_tonnage !== null) {
    const failed = findFailed({ categories: await listCategories(trx, verification_id) });
    if (failed.length > 0) throw conflict(`no category has failed; ${failed.join(', ')}`);
    const computation = await findComputation(trx, { mrv_submission_id, eyes: 'tenant' });
    if (computation === undefined || !isAtMost(verified_tonnage, computation.computed_tonnage)) {
      throw conflict('verified_tonnage is at most the computed tonnage');
    }
  }
  const status = take(VERIFICATION_WAY, { id: verification_id, state: before.status, move });
  const change = { status, overall_status, verified_tonnage };
  const verification = await updateVerification(trx, { verification: before, change });
  const moved = take(SUBMISSION_WAY, { id: mrv_submission_id, state: submission.status, move });
  await updateSubmission(trx, { submission, change: { status: moved } });
  const payload = { mrv_submission_id, project_id, verification_id, verified_tonnage };
  const event_type = move === 'approve' ? 'mrv.approved.v1' : 'mrv.rejected.v1';
  await tellEvent(trx, { event_type, aggregate_id: mrv_submission_id, payload });
  await tellTopic(trx, TOPICS.decision(mrv_submission_id));
  if (move === 'approve') await advanceProject(trx, { project_id, to: 'verified' });
  return verification;
}

/** The verification, locked, in a state in which the move is legal. */
async function begin(
  trx: Transaction<DB>,
  { verification_id, move }: { verification_id: string; move: VerificationMove },
): Promise<Verification> {
  const found = await lockVerification(trx, verification_id);
  const verification = present(found, { what: VERIFICATION_WAY.what, id: verification_id });
  take(VERIFICATION_WAY, { id: verification_id, state: verification.status, move });
  return verification;
}

async function beginClarification(
  trx: Transaction<DB>,
  about: { verification_id: string; clarification_id: string; move: VerificationMove },
) {
  const verification = await begin(trx, about);
  const clarifications = await listClarifications(trx, about.verification_id);
  const found = clarifications.find(({ clarification_id }) => clarification_id === about.clarification_id);
  return {
    verification,
    clarification: present(found, { what: 'clarification', id: about.clarification_id }),
  };
}

/** After a change the state says whether an answer is waited for. */
async function settle(trx: Transaction<DB>, verification: Verification): Promise<void> {
  const { verification_id } = verification;
  const categories = await listCategories(trx, verification_id);
  const clarifications = await listClarifications(trx, verification_id);
  const status = statusOfReview({ categories, clarifications });
  if (status !== verification.status) await updateVerification(trx, { verification, change: { status } });
}

async function tell(
  trx: Transaction<DB>,
  event_type: `verification.${string}.v1`,
  { verification_id, mrv_submission_id, project_id }: Verification,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const payload = { verification_id, mrv_submission_id, project_id, ...more };
  await tellEvent(trx, { event_type, aggregate_id: verification_id, payload });
}
