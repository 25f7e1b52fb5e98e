// Owns the steps of a cancellation, which the registry's agent carries out on the registry's word; leaves who may ask for it to the
// routes.

import { cancelAct } from '../credits/contract-acts.ts';
import { chainStep } from './chain-step.ts';
import { A_DAY_S, agentOf, callBy, creditOf, moveWhole, voidStep } from './credit-end.ts';
import { defineSaga, done } from './define.ts';

export const CANCELLATION = defineSaga({
  type: 'credit_cancellation',
  process_type: 'credit_cancellation',
  timeout: 10 * A_DAY_S,
  steps: [
    chainStep({
      name: 'burnt',
      timeout: 3 * A_DAY_S,
      callFor: async (trx, context) => {
        const credit = await creditOf(trx, context);
        const act = cancelAct(credit.token_id, { reason: String(context.input.reason) });
        return callBy(context, { act, role: agentOf(credit), verb: 'cancel' });
      },
    }),
    voidStep('cancelled'),
    {
      name: 'registry',
      timeout: A_DAY_S,
      run: async (trx, context) => {
        const { now } = context;
        const credit = await creditOf(trx, context);
        await moveWhole(trx, { credit, move: 'request_cancellation', now });
        const moved = await moveWhole(trx, { credit, move: 'confirm_cancellation', now });
        return done({ registry_submission_id: moved?.registry_submission_id ?? null });
      },
    },
  ],
});
