// Owns the order of an issuance and its steps inside the platform; leaves the two on chain to record-consent.ts and
// mint-credit.ts.

import type { Transaction } from 'kysely';
import { findCreditByHash, putCustodialPosition } from '../../../core/db/credits.ts';
import { tellEvent } from '../../../core/db/domain-events.ts';
import { findSubmission } from '../../../core/db/mrv-submissions.ts';
import { advanceProject } from '../../../core/db/projects.ts';
import { findRegistrySubmissionOf } from '../../../core/db/registry-submissions.ts';
import type { DB } from '../../../core/db/types.ts';
import { DmrvError } from '../../../core/errors/index.ts';
import { conflict, present } from '../../acting.ts';
import { hashSubmission } from '../../mrv/hash-submission.ts';
import { submitToRegistry } from '../../registry/submit-to-registry.ts';
import { SUBMISSION_WAY } from '../../ways/submission-way.ts';
import { defineSaga, done, type Step, type StepOutcome, wait } from '../define.ts';
import { TOPICS } from '../topics.ts';
import { mintCredit } from './mint-credit.ts';
import { recordConsent } from './record-consent.ts';
import { mrvHashOf } from './results.ts';
import { issuanceInput } from './saga-input.ts';

const DAY = 24 * 60 * 60;

/** People and registries take their time; the chain and the indexer do not. */
const approval: Step = {
  name: 'approval',
  timeout: 365 * DAY,
  run: async (trx, { input }) => {
    const { mrv_submission_id } = issuanceInput.parse(input);
    const found = await findSubmission(trx, { mrv_submission_id, eyes: 'tenant' });
    const { status } = present(found, { what: SUBMISSION_WAY.what, id: mrv_submission_id });
    if (status === 'approved') return done();
    if (status === 'rejected' || status === 'archived') throw conflict('the submission is approved');
    return wait("the verifier's approval", TOPICS.decision(mrv_submission_id));
  },
};

const hash: Step = {
  name: 'hash',
  timeout: DAY,
  run: async (trx, { input }) => {
    const { mrv_submission_id } = issuanceInput.parse(input);
    const made = await hashSubmission(trx, { mrv_submission_id });
    return done({ mrv_hash: made.hash.mrv_hash });
  },
};

const registry_submission: Step = {
  name: 'registry_submission',
  timeout: 2 * 365 * DAY,
  run: async (trx, context) => {
    const { input, now } = context;
    const { mrv_submission_id } = issuanceInput.parse(input);
    const submission =
      (await findRegistrySubmissionOf(trx, mrv_submission_id)) ??
      (await submitToRegistry(trx, { mrv_submission_id, asked: {}, now }));
    const { registry_submission_id, registry_type, registry_serial, status, last_error } = submission;
    switch (status) {
      case 'approved':
        return done({ registry_submission_id, registry_serial });
      case 'submitted':
        return wait("the registry's decision", TOPICS.registry(mrvHashOf(context)));
      case 'error':
        return wait('the submission to be sent to the registry again', TOPICS.registry(mrvHashOf(context)));
      default:
        throw new DmrvError('REGISTRY_REFUSED', {
          facts: {
            registry: registry_type,
            what: 'registry submission',
            id: registry_submission_id,
            state: status,
            reason: last_error ?? 'no reason given',
          },
        });
    }
  },
};

const indexed: Step = {
  name: 'indexed',
  timeout: 7 * DAY,
  run: async (trx, context) => {
    const credit = await findCreditByHash(trx, mrvHashOf(context));
    if (credit === undefined) return wait('the indexer to reach the block of the mint');
    if (credit.project_id !== undefined) {
      await advanceProject(trx, { project_id: credit.project_id, to: 'nft_minted' });
    }
    return done({ credit_id: credit.credit_id, token_id: credit.token_id });
  },
};

const active: Step = {
  name: 'active',
  timeout: DAY,
  run: (trx, context) => activate(trx, context),
};

async function activate(trx: Transaction<DB>, context: Parameters<Step['run']>[1]): Promise<StepOutcome> {
  const { input, process_id } = context;
  const { mrv_submission_id, is_custodial, receiver_id } = issuanceInput.parse(input);
  const mrv_hash = mrvHashOf(context);
  const credit = await findCreditByHash(trx, mrv_hash);
  if (credit === undefined) throw new Error(`The credit of ${mrv_hash} is not there any more.`);
  const { credit_id, tonnage_co2e, project_id } = credit;
  if (is_custodial) {
    await putCustodialPosition(trx, { credit_id, custodian_account_id: receiver_id, tonnage_co2e });
  }
  if (project_id !== undefined) await advanceProject(trx, { project_id, to: 'active' });
  await tellEvent(trx, {
    event_type: 'credit.active.v1',
    aggregate_id: credit_id,
    payload: { credit_id, mrv_hash, mrv_submission_id, receiver_id, is_custodial, process_id, tonnage_co2e },
  });
  return done({ credit_id });
}

export const issuance = defineSaga({
  type: 'credit_issuance',
  process_type: 'credit_issuance',
  timeout: 5 * 365 * DAY,
  // Half an hour of nodes that do not answer.
  max_retries: 30,
  steps: [approval, hash, registry_submission, recordConsent, mintCredit, indexed, active],
});
