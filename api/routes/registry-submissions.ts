// Owns the routes of submissions to registries; leaves what a move does to api/registry.

import { findCreditByHash } from '../../core/db/credits.ts';
import {
  findRegistrySubmission,
  findSerialBlock,
  findTenantOfRegistrySubmission,
  listRegistrySubmissions,
  setTokenisation,
} from '../../core/db/registry-submissions.ts';
import { actInTenantOf, conflict, present } from '../acting.ts';
import { askedPage, pagesOf, shownFilters } from '../list.ts';
import { nameHolders } from '../registry/give-block.ts';
import { moveRegistrySubmission } from '../registry/move-submission.ts';
import { submitToRegistry } from '../registry/submit-to-registry.ts';
import { defineRoute } from '../route.ts';
import { submissionParams } from '../schemas/mrv.ts';
import {
  makeRegistrySubmissionBody,
  registryMoveBody,
  registrySubmissionList,
  registrySubmissionParams,
  registrySubmissionSchema,
  registrySubmissionsQuery,
  registrySubmissionView,
  tokenisationBody,
} from '../schemas/registry.ts';
import { REGISTRY_WAY } from '../ways/registry-way.ts';

const TAG = 'registry';
const WHAT = REGISTRY_WAY.what;
const READERS = {
  tenant: 'registry_submissions:read',
  operator: 'registry_submissions:read',
  registry: 'registry_submissions:read',
} as const;

export const registrySubmissionRoutes = {
  createRegistrySubmission: defineRoute({
    method: 'POST',
    path: '/api/v1/mrv/submissions/{mrv_submission_id}/registry-submissions',
    tag: TAG,
    summary: 'Submit a hashed submission to a registry',
    description:
      'A hash goes to each registry once; after a rejection its submission moves on by "resubmit".',
    callers: { tenant: 'registry_submissions:write' },
    params: submissionParams,
    body: makeRegistrySubmissionBody,
    status: 201,
    answer: registrySubmissionSchema,
    errors: ['CONFLICT'],
    handle: ({ params: { mrv_submission_id }, body: asked, transact, now }) =>
      transact((trx) => submitToRegistry(trx, { mrv_submission_id, asked, now })),
  }),
  listRegistrySubmissions: defineRoute({
    method: 'GET',
    path: '/api/v1/registry-submissions',
    tag: TAG,
    summary: 'Submissions to registries, the newest first; a registry sees its own',
    callers: READERS,
    query: registrySubmissionsQuery,
    answer: registrySubmissionList,
    handle: async ({ caller, query, transact }) => {
      const { status, registry, mrv_submission_id } = query;
      const filters = { status, registry, mrv_submission_id };
      const about = { filters, eyes: eyesOf(caller.kind), page: askedPage(query) };
      const found = await transact((trx) => listRegistrySubmissions(trx, about));
      return {
        registry_submissions: found.rows,
        pagination: pagesOf(query, found),
        ...shownFilters(filters),
      };
    },
  }),
  getRegistrySubmission: defineRoute({
    method: 'GET',
    path: '/api/v1/registry-submissions/{registry_submission_id}',
    tag: TAG,
    summary: 'One submission to a registry, with the block of serial numbers that it got',
    callers: READERS,
    params: registrySubmissionParams,
    answer: registrySubmissionView,
    handle: ({ caller, params: { registry_submission_id: id }, transact }) =>
      transact(async (trx) => {
        const found = await findRegistrySubmission(trx, { id, eyes: eyesOf(caller.kind) });
        const registry_submission = present(found, { what: WHAT, id });
        const serial_block = await findSerialBlock(trx, registry_submission.mrv_hash);
        return { registry_submission, ...(serial_block === undefined ? {} : { serial_block }) };
      }),
  }),
  moveRegistrySubmission: defineRoute({
    method: 'POST',
    path: '/api/v1/registry-submissions/{registry_submission_id}/moves',
    tag: TAG,
    summary: 'Note what the registry said, or ask the next thing of it',
    description:
      'An approval may bring the block of serial numbers, or a serial that the grammar of the registry reads: as many units as the verified tonnes are, none of them in another live block. A refusal names who holds them, to a tenant its own credits alone. An operator may do it for the tenant.',
    callers: { tenant: 'registry_submissions:write', operator: 'registry_submissions:write' },
    params: registrySubmissionParams,
    body: registryMoveBody,
    answer: registrySubmissionView,
    errors: ['MOVE_ILLEGAL', 'CONFLICT'],
    handle: (context) => {
      const { params, body: asked, now } = context;
      const id = params.registry_submission_id;
      const find = (trx: Parameters<typeof findTenantOfRegistrySubmission>[0]) =>
        findTenantOfRegistrySubmission(trx, id);
      const moved = actInTenantOf(context, { what: WHAT, id, find }, (trx) =>
        moveRegistrySubmission(trx, { id, asked, now }),
      );
      return context.caller.kind === 'operator' ? nameHolders(context, { id, moved }) : moved;
    },
  }),
  setTokenisation: defineRoute({
    method: 'PUT',
    path: '/api/v1/registry-submissions/{registry_submission_id}/tokenisation',
    tag: TAG,
    summary: 'Say that an approved credit stays at its registry, or that it is to be minted after all',
    description:
      'What is left by choice is no difference to reconciliation. What has its token cannot be left.',
    callers: { tenant: 'registry_submissions:write' },
    params: registrySubmissionParams,
    body: tokenisationBody,
    answer: registrySubmissionSchema,
    errors: ['CONFLICT'],
    handle: ({ params: { registry_submission_id: id }, body, transact, now }) =>
      transact(async (trx) => {
        const found = present(await findRegistrySubmission(trx, { id, eyes: 'full' }), { what: WHAT, id });
        if (!body.tokenise && (await findCreditByHash(trx, found.mrv_hash)) !== undefined) {
          throw conflict('the credit has no token');
        }
        const left = body.tokenise ? undefined : { reason: body.reason, at: now };
        return present(await setTokenisation(trx, { id, left }), { what: WHAT, id });
      }),
  }),
};

function eyesOf(kind: string): 'full' | 'registry' {
  return kind === 'registry' ? 'registry' : 'full';
}
