// Owns a step that has an effect on chain: asked of signing outside of any transaction, told by the contract's own words; leaves
// which effect to each saga.

import type { Transaction } from 'kysely';
import type { DB } from '../../core/db/types.ts';
import type { CallOutcome, ContractCall } from '../signing/types.ts';
import { defineStep, done, type Step, type StepContext, wait } from './define.ts';
import { refusedByChain } from './settled-call.ts';

/** Waits as long as signing has not heard of an end; what it has begun is never signed twice. */
export function chainStep(about: {
  name: string;
  timeout: number;
  callFor: (trx: Transaction<DB>, context: StepContext) => Promise<ContractCall>;
}): Step {
  return defineStep<ContractCall, { method: string; outcome: CallOutcome }>({
    name: about.name,
    timeout: about.timeout,
    is_irreversible: true,
    ask: about.callFor,
    call: async (call, { services }) => ({ method: call.method, outcome: await services.signing.call(call) }),
    run: async (_trx, _context, called) => {
      if (called === undefined || called.outcome.status === 'pending') return wait('the chain');
      const { method, outcome } = called;
      if (outcome.status === 'failed') throw refusedByChain(method, outcome);
      const { transaction_hash, block_height, value } = outcome;
      return done({ transaction_hash, block_height, value });
    },
  });
}
