// Owns a step that has an effect on chain: asked of signing outside of any transaction, told by the contract's own words; leaves
// which effect to each saga.

import type { Transaction } from 'kysely';
import type { DB } from '../../core/db/types.ts';
import { DmrvError } from '../../core/errors/index.ts';
import type { CallOutcome, ContractCall } from '../signing/types.ts';
import { defineStep, done, type Step, type StepContext, wait } from './define.ts';

/** Waits as long as signing has not heard of an end; what it has begun is never signed twice. */
export function chainStep(about: {
  name: string;
  timeout: number;
  callFor: (trx: Transaction<DB>, context: StepContext) => Promise<ContractCall>;
}): Step {
  return defineStep<ContractCall, CallOutcome>({
    name: about.name,
    timeout: about.timeout,
    is_irreversible: true,
    ask: about.callFor,
    call: (call, { services }) => services.signing.call(call),
    run: async (_trx, _context, outcome) => {
      if (outcome === undefined || outcome.status === 'pending') return wait('the chain');
      if (outcome.status === 'failed') throw refusedByChain(outcome);
      const { transaction_hash, block_height, value } = outcome;
      return done({ transaction_hash, block_height, value });
    },
  });
}

export function refusedByChain({ code, message }: { code: string; message: string }): DmrvError {
  return new DmrvError('CHAIN_REFUSED', { facts: { code, message: message.replace(/\.$/, '') } });
}
