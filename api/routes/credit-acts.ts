// Owns the routes that end a credit: retirement, cancellation, redemption; leaves carrying them out to the sagas, or to the wallet that
// holds the credit.

import { actInTenantOf, conflict } from '../acting.ts';
import { type ContractAct, redeemAct, retireAct } from '../credits/contract-acts.ts';
import { CREDIT, findCreditsTenant, type LiveCredit, partOf, readLiveCredit } from '../credits/ending.ts';
import { answerWith, defineRoute } from '../route.ts';
import { CANCELLATION } from '../sagas/cancellation.ts';
import { REDEMPTION } from '../sagas/redemption.ts';
import { RETIREMENT } from '../sagas/retirement.ts';
import { startSaga } from '../sagas/start-saga.ts';
import { cancelBody, redeemBody, retireBody, startedSchema, unsignedSchema } from '../schemas/credit-acts.ts';
import { creditParams } from '../schemas/credits.ts';
import type { Services } from '../services.ts';
import { unsignedCall } from '../signing/unsigned.ts';

const TAG = 'credits';
const HOLDERS = { tenant: 'retirements:write', holder: 'own' } as const;

export const creditActRoutes = {
  retireCredit: defineRoute({
    method: 'POST',
    path: '/api/v1/credits/{credit_id}/retire',
    tag: TAG,
    summary: 'Retire a credit, or a part of it',
    description:
      'What the platform holds is retired by a process that goes on by itself; the answer names it. For what a wallet holds the answer is the transaction that the wallet signs and sends. Asked again while the process lives, it is the same one.',
    callers: HOLDERS,
    params: creditParams,
    body: retireBody,
    status: 202,
    answer: startedSchema,
    also: { 200: unsignedSchema },
    errors: ['CONFLICT'],
    handle: ({ caller, params: { credit_id }, body, transact, services, now }) =>
      transact(async (trx) => {
        const eyes = caller.kind === 'holder' ? 'narrow' : 'full';
        const live = await readLiveCredit(trx, { credit_id, eyes, services });
        const { tonnage, ...said } = body;
        const part = partOf(live.credit, tonnage);
        const wish = { ...said, ...(part === undefined ? {} : { tonnage: part }) };
        if (!live.is_custodial || caller.kind === 'holder') {
          return answerWith(200, unsignedFor(live, { act: retireAct(live.token_id, wish), services }));
        }
        const { process_id } = await startSaga(trx, RETIREMENT, {
          subject: credit_id,
          input: wish,
          shown: { credit_id, token_id: live.token_id, tonnage_co2e: part ?? live.credit.tonnage_co2e },
          now,
        });
        return { process_id };
      }),
  }),
  redeemCredit: defineRoute({
    method: 'POST',
    path: '/api/v1/credits/{credit_id}/redeem',
    tag: TAG,
    summary: 'Give a credit back to its registry',
    description: 'Carried out or given to the wallet as with retirements.',
    callers: HOLDERS,
    params: creditParams,
    body: redeemBody,
    status: 202,
    answer: startedSchema,
    also: { 200: unsignedSchema },
    errors: ['CONFLICT'],
    handle: ({ caller, params: { credit_id }, body, transact, services, now }) =>
      transact(async (trx) => {
        const eyes = caller.kind === 'holder' ? 'narrow' : 'full';
        const live = await readLiveCredit(trx, { credit_id, eyes, services });
        if (!live.is_custodial || caller.kind === 'holder') {
          return answerWith(200, unsignedFor(live, { act: redeemAct(live.token_id, body), services }));
        }
        const { process_id } = await startSaga(trx, REDEMPTION, {
          subject: credit_id,
          input: body,
          shown: { credit_id, token_id: live.token_id, ...body },
          now,
        });
        return { process_id };
      }),
  }),
  cancelCredit: defineRoute({
    method: 'POST',
    path: '/api/v1/credits/{credit_id}/cancel',
    tag: TAG,
    summary: 'Cancel a credit by the key of its registry’s agent, on the registry’s word',
    description: 'Operators may cancel any credit of a tenant; a tenant those that the platform holds.',
    callers: { tenant: 'credits:write', operator: 'credits:write' },
    params: creditParams,
    body: cancelBody,
    status: 202,
    answer: startedSchema,
    errors: ['CONFLICT'],
    handle: (context) => {
      const { caller, params, body, services, now } = context;
      const { credit_id } = params;
      const about = { what: CREDIT, id: credit_id, find: findCreditsTenant(credit_id) };
      return actInTenantOf(context, about, async (trx) => {
        const live = await readLiveCredit(trx, { credit_id, eyes: 'full', services });
        if (caller.kind === 'tenant' && !live.is_custodial) {
          throw conflict('a credit in a wallet is cancelled by an operator alone');
        }
        const { process_id } = await startSaga(trx, CANCELLATION, {
          subject: credit_id,
          input: body,
          shown: { credit_id, token_id: live.token_id, ...body },
          now,
        });
        return { process_id };
      });
    },
  }),
};

function unsignedFor(
  { owner_account_id: signer_id }: LiveCredit,
  { act, services }: { act: ContractAct; services: Pick<Services, 'chain'> },
) {
  const { network, contract_account_id: contract_id } = services.chain;
  return unsignedCall({ network, contract_id, signer_id, call: act });
}
