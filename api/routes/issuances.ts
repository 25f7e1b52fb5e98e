// Owns the route that begins an issuance; leaves carrying it out to api/sagas/issuance.

import { findSubmission } from '../../core/db/mrv-submissions.ts';
import { conflict, present } from '../acting.ts';
import { defineRoute } from '../route.ts';
import { issuance } from '../sagas/issuance/saga.ts';
import { startSaga } from '../sagas/start-saga.ts';
import { submissionParams } from '../schemas/mrv.ts';
import { issuanceBody, startedProcessSchema } from '../schemas/processes.ts';
import { SUBMISSION_WAY } from '../ways/submission-way.ts';

export const issuanceRoutes = {
  issueCredit: defineRoute({
    method: 'POST',
    path: '/api/v1/mrv/submissions/{mrv_submission_id}/issuance',
    tag: 'processes',
    summary: 'Bring a submission to its credit: hash, registry, consent, mint',
    description:
      'The process does what is not done yet and waits for what others have to do: the approval, the decision of the registry, its consent. Asked again, also at the same time, the answer is the first process, with its receiver; after one that failed a new one begins. Without a receiver the platform keeps the credit for its tenant.',
    callers: { tenant: 'credits:write' },
    params: submissionParams,
    body: issuanceBody,
    status: 202,
    answer: startedProcessSchema,
    errors: ['CONFLICT'],
    handle: ({ params: { mrv_submission_id }, body, transact, services, now }) =>
      transact(async (trx) => {
        const found = await findSubmission(trx, { mrv_submission_id, eyes: 'tenant' });
        const { project_id, status } = present(found, { what: SUBMISSION_WAY.what, id: mrv_submission_id });
        if (status === 'rejected' || status === 'archived') {
          throw conflict('the submission is neither rejected nor archived');
        }
        const receiver_id = body.receiver_id ?? services.signing.accountFor({ kind: 'custody' });
        if (receiver_id === undefined) throw conflict('the platform keeps credits, or receiver_id is given');
        const is_custodial = body.receiver_id === undefined;
        const { expires_on } = body;
        if (expires_on !== undefined && expires_on < now.toISOString().slice(0, 10)) {
          throw conflict('expires_on has not passed');
        }
        const last_day = expires_on === undefined ? {} : { expires_on };
        const { process_id } = await startSaga(trx, issuance, {
          subject: mrv_submission_id,
          input: { mrv_submission_id, receiver_id, is_custodial, ...last_day },
          shown: { mrv_submission_id, project_id, receiver_id, is_custodial, ...last_day },
          now,
          once: true,
        });
        return { process_id };
      }),
  }),
};
