// Owns the routes of a submission's hash; leaves making it to api/mrv/hash-submission.ts.

import { findHashOf } from '../../core/db/mrv-hashes.ts';
import { findSubmission } from '../../core/db/mrv-submissions.ts';
import { conflict, present } from '../acting.ts';
import { hashSubmission } from '../mrv/hash-submission.ts';
import { answerWith, defineRoute } from '../route.ts';
import { hashSchema, makeHashBody, submissionParams } from '../schemas/mrv.ts';
import { SUBMISSION_WAY } from '../ways/submission-way.ts';

const TAG = 'mrv';

export const mrvHashRoutes = {
  createMrvHash: defineRoute({
    method: 'POST',
    path: '/api/v1/mrv/submissions/{mrv_submission_id}/hash',
    tag: TAG,
    summary: 'Take the hash of an approved submission, which becomes the credit’s identity',
    description:
      'The hash is SHA-256 over the RFC 8785 canonical JSON of the payload. A hash, or evidence, that is held already, whosever it is, is refused with CONFLICT; a hash that the registry rejected may be taken again by its own tenant. Asked again, the answer is the same, with 200.',
    callers: { tenant: 'hashes:write' },
    params: submissionParams,
    body: makeHashBody,
    status: 201,
    answer: hashSchema,
    also: { 200: hashSchema },
    errors: ['MOVE_ILLEGAL', 'CONFLICT'],
    handle: async ({ params: { mrv_submission_id }, body: { unit }, transact }) => {
      const { hash, is_new } = await transact((trx) => hashSubmission(trx, { mrv_submission_id, unit }));
      return is_new ? hash : answerWith(200, hash);
    },
  }),
  getMrvHash: defineRoute({
    method: 'GET',
    path: '/api/v1/mrv/submissions/{mrv_submission_id}/hash',
    tag: TAG,
    summary: 'The hash of a submission, its payload and how it stands',
    callers: { tenant: 'hashes:read', operator: 'hashes:read' },
    params: submissionParams,
    answer: hashSchema,
    errors: ['CONFLICT'],
    handle: ({ caller, params: { mrv_submission_id }, transact }) =>
      transact(async (trx) => {
        const about = { mrv_submission_id, eyes: caller.kind };
        present(await findSubmission(trx, about), { what: SUBMISSION_WAY.what, id: mrv_submission_id });
        const hash = await findHashOf(trx, mrv_submission_id);
        if (hash === undefined) throw conflict('the submission has a hash');
        return hash;
      }),
  }),
};
