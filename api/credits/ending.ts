// Owns who may end a credit, and whether the platform signs for its holder or a wallet does; leaves the steps to api/sagas and the
// shapes to the routes.

import type { Transaction } from 'kysely';
import { type Credit, findCredit, findOwnership, findTenantOfCredit } from '../../core/db/credits.ts';
import type { DB } from '../../core/db/types.ts';
import { conflict, invalid, present } from '../acting.ts';
import { unitsOf } from '../mrv/compare-tonnes.ts';
import type { Services } from '../services.ts';

export type LiveCredit = {
  credit: Credit;
  token_id: string;
  owner_account_id: string;
  is_custodial: boolean;
};

export const CREDIT = 'credit';

export function findCreditsTenant(credit_id: string) {
  return (trx: Transaction<DB>) => findTenantOfCredit(trx, credit_id);
}

/** Live on chain, with its present owner. Custodial is what the platform's own account holds for somebody. */
export async function readLiveCredit(
  trx: Transaction<DB>,
  about: { credit_id: string; eyes: 'full' | 'narrow'; services: Pick<Services, 'signing'> },
): Promise<LiveCredit> {
  const { credit_id, eyes, services } = about;
  const credit = present(await findCredit(trx, { credit_id, eyes }), { what: CREDIT, id: credit_id });
  const ownership = await findOwnership(trx, credit_id);
  const { token_id, status } = credit;
  const is_live = status === 'active' || status === 'impaired';
  if (!is_live || token_id === null || ownership === undefined || ownership.ended_at !== null) {
    throw conflict('the credit is live on chain');
  }
  const { owner_account_id } = ownership;
  const is_custodial = owner_account_id === services.signing.accountFor({ kind: 'custody' });
  return { credit, token_id, owner_account_id, is_custodial };
}

/** The part to retire; undefined where it is all of the credit. */
export function partOf(credit: Credit, tonnage: string | undefined): string | undefined {
  if (tonnage === undefined) return undefined;
  const [part, whole, unit] = [unitsOf(tonnage), unitsOf(credit.tonnage_co2e), unitsOf(credit.unit)];
  if (part > whole) throw invalid(`the credit has ${credit.tonnage_co2e} t`, 'body.tonnage');
  if (part % unit !== 0n) throw invalid(`tonnage is a multiple of ${credit.unit} t`, 'body.tonnage');
  return part === whole ? undefined : tonnage;
}
