// Owns the steps of a redemption: a custodial credit goes back to its registry; leaves wallets' redemptions to their owners.

import { tellEvent } from '../../core/db/domain-events.ts';
import { redeemAct } from '../credits/contract-acts.ts';
import { chainStep } from './chain-step.ts';
import { A_DAY_S, callBy, creditOf, voidStep } from './credit-end.ts';
import { defineSaga, done } from './define.ts';

export const REDEMPTION = defineSaga({
  type: 'credit_redemption',
  process_type: 'credit_redemption',
  timeout: 10 * A_DAY_S,
  steps: [
    chainStep({
      name: 'burnt',
      timeout: 3 * A_DAY_S,
      callFor: async (trx, context) => {
        const { token_id } = await creditOf(trx, context);
        const act = redeemAct(token_id, { registry_account: String(context.input.registry_account) });
        return callBy(context, { act, role: { kind: 'custody' }, verb: 'redeem' });
      },
    }),
    voidStep('redeemed'),
    {
      name: 'registry_told',
      timeout: A_DAY_S,
      run: async (trx, context) => {
        const { credit_id, mrv_hash, tonnage_co2e } = await creditOf(trx, context);
        const { registry_account } = context.input;
        await tellEvent(trx, {
          event_type: 'registry.redemption_asked.v1',
          aggregate_id: context.process_id,
          payload: { credit_id, mrv_hash, tonnage_co2e, registry_account },
        });
        return done({ registry_account });
      },
    },
  ],
});
