// Owns what the sagas that end a credit share: the credit they are about, its account, its registry submission; leaves their steps
// to retirement.ts, cancellation.ts and redemption.ts.

import type { Transaction } from 'kysely';
import { type Credit, findCredit, followCustody } from '../../core/db/credits.ts';
import { findRegistrySubmissionOfHash, type RegistrySubmission } from '../../core/db/registry-submissions.ts';
import type { DB } from '../../core/db/types.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { conflict, present } from '../acting.ts';
import { type ContractAct, contractRegistry } from '../credits/contract-acts.ts';
import { moveRegistrySubmission } from '../registry/move-submission.ts';
import type { ContractCall, SignerRole } from '../signing/types.ts';
import type { RegistryMove } from '../ways/registry-way.ts';
import { done, type Step, type StepContext, wait } from './define.ts';

export const A_DAY_S = 24 * 3600;

/** The subject of these sagas is the credit's id. */
export async function creditOf(
  trx: Transaction<DB>,
  { subject }: Pick<StepContext, 'subject'>,
): Promise<Credit & { token_id: string }> {
  const credit = present(await findCredit(trx, { credit_id: subject, eyes: 'full' }), {
    what: 'credit',
    id: subject,
  });
  const { token_id } = credit;
  if (token_id === null) throw conflict('the credit is on chain');
  return { ...credit, token_id };
}

export function agentOf(credit: Credit): SignerRole {
  return { kind: 'registry_agent', registry: contractRegistry(credit) };
}

export function callBy(
  { services, tenant_id, process_id }: StepContext,
  about: { act: ContractAct; role: SignerRole; verb: string },
): ContractCall {
  const { act, role, verb } = about;
  const account_id = services.signing.accountFor(role);
  if (account_id === undefined) {
    throw new DmrvError('SIGNING_KEY_MISSING', { facts: { account_id: `the ${role.kind}` } });
  }
  return { tenant_id, purpose: `${verb}:${process_id}`, account_id, ...act };
}

/** The row that the indexer writes from the chain's own log. */
export function voidStep(cause: 'cancelled' | 'redeemed'): Step {
  return {
    name: 'indexed',
    timeout: A_DAY_S,
    run: async (trx, context) => {
      const { status, void_cause } = await creditOf(trx, context);
      if (status !== 'void' || void_cause !== cause) return wait('the indexer');
      await followCustody(trx, context.subject);
      return done({ status, void_cause });
    },
  };
}

/** A submission is about all of what was minted: for a part of it nothing moves. */
export async function moveWhole(
  trx: Transaction<DB>,
  about: {
    credit: Credit;
    move: Exclude<RegistryMove, 'approve' | 'reject' | 'fail' | 'resubmit'>;
    now: Date;
  },
): Promise<RegistrySubmission | undefined> {
  const { credit, move, now } = about;
  const submission = await findRegistrySubmissionOfHash(trx, credit);
  if (submission === undefined || submission.status !== STANDS_BEFORE[move]) return undefined;
  const id = submission.registry_submission_id;
  return (await moveRegistrySubmission(trx, { id, asked: { move }, now })).registry_submission;
}

const STANDS_BEFORE = {
  request_cancellation: 'approved',
  confirm_cancellation: 'cancel_requested',
  refuse_cancellation: 'cancel_requested',
  request_retirement: 'approved',
  confirm_retirement: 'retirement_requested',
  refuse_retirement: 'retirement_requested',
} as const;
