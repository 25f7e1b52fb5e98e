// Owns the routes of MRV submissions and their computations; leaves evidence to mrv-artifacts.ts and hashes to mrv-hashes.ts.

import type { Transaction } from 'kysely';
import { tellEvent } from '../../core/db/domain-events.ts';
import { findMethodology, findMethodologyByCode } from '../../core/db/methodologies.ts';
import { findHashOf, isOnChain } from '../../core/db/mrv-hashes.ts';
import {
  findComputation,
  findOverlapping,
  findSubmission,
  insertSubmission,
  listSubmissions,
  lockSubmission,
  putComputation,
  type Submission,
  updateSubmission,
} from '../../core/db/mrv-submissions.ts';
import { advanceProject, findProject, lockProject } from '../../core/db/projects.ts';
import { findRegistrySubmissionOf } from '../../core/db/registry-submissions.ts';
import type { DB } from '../../core/db/types.ts';
import { findVerificationOf } from '../../core/db/verifications.ts';
import { conflict, invalid, present } from '../acting.ts';
import { gapsOfProject } from '../gaps/gaps-of-project.ts';
import { askedPage, pagesOf, shownFilters } from '../list.ts';
import { computeNet } from '../mrv/compute-net.ts';
import { defineRoute } from '../route.ts';
import {
  changeSubmissionBody,
  computationSchema,
  computeBody,
  makeSubmissionBody,
  submissionList,
  submissionParams,
  submissionSchema,
  submissionsQuery,
} from '../schemas/mrv.ts';
import { projectParams } from '../schemas/projects.ts';
import { madeSubmissionSchema, submissionView } from '../schemas/submission-view.ts';
import { SUBMISSION_WAY } from '../ways/submission-way.ts';
import { take } from '../ways/way.ts';

const TAG = 'mrv';
const READERS = { tenant: 'mrv:read', operator: 'mrv:read' } as const;
const WRITER = { tenant: 'mrv:write' } as const;
const MAX_BODY_BYTES = 512 * 1024;

export const mrvSubmissionRoutes = {
  listMrvSubmissions: defineRoute({
    method: 'GET',
    path: '/api/v1/projects/{project_id}/mrv/submissions',
    tag: TAG,
    summary: 'The submissions of a project, the newest first',
    callers: READERS,
    params: projectParams,
    query: submissionsQuery,
    answer: submissionList,
    handle: ({ caller, params: { project_id }, query, transact }) =>
      transact(async (trx) => {
        present(await findProject(trx, project_id), { what: 'project', id: project_id });
        const { status } = query;
        const page = askedPage(query);
        const found = await listSubmissions(trx, { project_id, status, eyes: caller.kind, page });
        return { submissions: found.rows, pagination: pagesOf(query, found), ...shownFilters({ status }) };
      }),
  }),
  createMrvSubmission: defineRoute({
    method: 'POST',
    path: '/api/v1/projects/{project_id}/mrv/submissions',
    tag: TAG,
    summary: 'Send what was measured over a period of one vintage',
    description:
      'A period that overlaps with another submission of the project, neither rejected nor archived, is refused with CONFLICT. Files follow by the route of artifacts.',
    callers: WRITER,
    params: projectParams,
    body: makeSubmissionBody,
    max_body_bytes: MAX_BODY_BYTES,
    status: 201,
    answer: madeSubmissionSchema,
    errors: ['CONFLICT'],
    handle: ({ params: { project_id }, body, transact, now }) =>
      transact(async (trx) => {
        // The lock lets no other submission of the project in between looking and writing.
        const project = present(await lockProject(trx, project_id), { what: 'project', id: project_id });
        if ((await findOverlapping(trx, { project_id, ...body })) !== undefined) {
          throw conflict('mrv_submissions_period_once');
        }
        const submission = await insertSubmission(trx, { ...body, project_id, received_at: now });
        await tell(trx, 'mrv.received.v1', submission);
        await advanceProject(trx, { project_id, to: 'data_collection' });
        return { submission, gap_analysis: await gapsOfProject(trx, { project, submission }) };
      }),
  }),
  getMrvSubmission: defineRoute({
    method: 'GET',
    path: '/api/v1/mrv/submissions/{mrv_submission_id}',
    tag: TAG,
    summary: 'One submission, with what came of it so far',
    callers: READERS,
    params: submissionParams,
    answer: submissionView,
    handle: ({ caller, params: { mrv_submission_id }, transact }) =>
      transact(async (trx) => {
        const eyes = caller.kind;
        const found = await findSubmission(trx, { mrv_submission_id, eyes });
        const submission = present(found, { what: SUBMISSION_WAY.what, id: mrv_submission_id });
        const computation = await findComputation(trx, { mrv_submission_id, eyes });
        const verification = await findVerificationOf(trx, mrv_submission_id);
        const hash = await findHashOf(trx, mrv_submission_id);
        const registry_submission = await findRegistrySubmissionOf(trx, mrv_submission_id);
        return {
          submission,
          ...(computation === undefined ? {} : { computation }),
          ...(verification === undefined ? {} : { verification }),
          ...(hash === undefined ? {} : { hash }),
          ...(registry_submission === undefined ? {} : { registry_submission }),
        };
      }),
  }),
  changeMrvSubmission: defineRoute({
    method: 'PATCH',
    path: '/api/v1/mrv/submissions/{mrv_submission_id}',
    tag: TAG,
    summary: 'Change what was sent, until it is validated',
    callers: WRITER,
    params: submissionParams,
    body: changeSubmissionBody,
    max_body_bytes: MAX_BODY_BYTES,
    answer: submissionSchema,
    errors: ['MOVE_ILLEGAL'],
    handle: ({ params: { mrv_submission_id }, body: change, transact }) =>
      transact(async (trx) => {
        const submission = await lock(trx, mrv_submission_id);
        take(SUBMISSION_WAY, { id: mrv_submission_id, state: submission.status, move: 'change' });
        return updateSubmission(trx, { submission, change });
      }),
  }),
  validateMrvSubmission: defineRoute({
    method: 'POST',
    path: '/api/v1/mrv/submissions/{mrv_submission_id}/validate',
    tag: TAG,
    summary: 'Say that all is there; refused while the gap analysis has gaps',
    callers: WRITER,
    params: submissionParams,
    answer: submissionSchema,
    errors: ['MOVE_ILLEGAL', 'CONFLICT'],
    handle: ({ params: { mrv_submission_id }, transact }) =>
      transact(async (trx) => {
        const before = await lock(trx, mrv_submission_id);
        const status = take(SUBMISSION_WAY, {
          id: mrv_submission_id,
          state: before.status,
          move: 'validate',
        });
        const project = await findProject(trx, before.project_id);
        if (project === undefined) throw new Error(`Submission ${mrv_submission_id} has no project.`);
        const gaps = await gapsOfProject(trx, { project, submission: before });
        if (!gaps.can_proceed_to_computation) {
          const missing = gaps.action_items
            .filter(({ priority }) => priority === 'high')
            .map(({ path }) => path);
          throw conflict(`gap analysis is complete; missing: ${missing.join(', ')}`);
        }
        const submission = await updateSubmission(trx, { submission: before, change: { status } });
        await tell(trx, 'mrv.validated.v1', submission);
        await advanceProject(trx, { project_id: submission.project_id, to: 'computation_pending' });
        return submission;
      }),
  }),
  archiveMrvSubmission: defineRoute({
    method: 'POST',
    path: '/api/v1/mrv/submissions/{mrv_submission_id}/archive',
    tag: TAG,
    summary: 'Put a submission away; its period and its evidence are free again',
    description: 'An approved one only while it has no hash, or one that its registry has rejected.',
    callers: WRITER,
    params: submissionParams,
    answer: submissionSchema,
    errors: ['MOVE_ILLEGAL', 'CONFLICT'],
    handle: ({ params: { mrv_submission_id }, transact }) =>
      transact(async (trx) => {
        const before = await lock(trx, mrv_submission_id);
        const status = take(SUBMISSION_WAY, { id: mrv_submission_id, state: before.status, move: 'archive' });
        const hash = await findHashOf(trx, mrv_submission_id);
        if (hash !== undefined && (hash.status !== 'rejected' || (await isOnChain(trx, hash.mrv_hash)))) {
          throw conflict('the registry has rejected the hash of the submission');
        }
        const submission = await updateSubmission(trx, { submission: before, change: { status } });
        await tell(trx, 'mrv.archived.v1', submission);
        return submission;
      }),
  }),
  computeMrvSubmission: defineRoute({
    method: 'POST',
    path: '/api/v1/mrv/submissions/{mrv_submission_id}/computation',
    tag: TAG,
    summary: 'State the computation: exact parts that add up',
    description:
      'net = gross - baseline - project - leakage - buffer, in exact decimals and not below zero. It may be stated again until the verification begins.',
    callers: { tenant: 'computations:write' },
    params: submissionParams,
    body: computeBody,
    status: 201,
    answer: computationSchema,
    errors: ['MOVE_ILLEGAL'],
    handle: ({ params: { mrv_submission_id }, body, transact, now }) =>
      transact(async (trx) => {
        const before = await lock(trx, mrv_submission_id);
        const status = take(SUBMISSION_WAY, { id: mrv_submission_id, state: before.status, move: 'compute' });
        const net_removal = computeNet(body);
        const methodology = await chooseMethodology(trx, { project_id: before.project_id, ...body });
        const { methodology_code, methodology_version, uncertainty_lower, uncertainty_upper, ...parts } =
          body;
        const computation = await putComputation(trx, {
          mrv_submission_id,
          methodology_code: methodology.code,
          methodology_version: methodology.version,
          uncertainty_lower,
          uncertainty_upper,
          computed_payload: { ...parts, net_removal },
          computed_at: now,
        });
        const submission = await updateSubmission(trx, { submission: before, change: { status } });
        await tell(trx, 'mrv.computed.v1', submission, { computed_tonnage: net_removal });
        await advanceProject(trx, { project_id: submission.project_id, to: 'computed' });
        return computation;
      }),
  }),
};

async function lock(trx: Transaction<DB>, mrv_submission_id: string): Promise<Submission> {
  const found = await lockSubmission(trx, mrv_submission_id);
  return present(found, { what: SUBMISSION_WAY.what, id: mrv_submission_id });
}

async function tell(
  trx: Transaction<DB>,
  event_type: `mrv.${string}.v1`,
  { mrv_submission_id, project_id }: Submission,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const payload = { mrv_submission_id, project_id, ...more };
  await tellEvent(trx, { event_type, aggregate_id: mrv_submission_id, payload });
}

async function chooseMethodology(
  trx: Transaction<DB>,
  about: {
    project_id: string;
    methodology_code?: string | undefined;
    methodology_version?: string | undefined;
  },
): Promise<{ code: string; version: string }> {
  const { project_id, methodology_code: code, methodology_version: version } = about;
  if ((code === undefined) !== (version === undefined)) {
    throw invalid('methodology_code and methodology_version go together', 'body.methodology_version');
  }
  if (code !== undefined && version !== undefined) {
    const found = await findMethodologyByCode(trx, { code, version });
    if (found !== undefined) return found;
    throw invalid(
      'methodology_code and methodology_version name one that is listed',
      'body.methodology_code',
    );
  }
  const project = await findProject(trx, project_id);
  const found =
    project?.methodology_id == null ? undefined : await findMethodology(trx, project.methodology_id);
  if (found === undefined) throw conflict('the project has a methodology');
  return found;
}
