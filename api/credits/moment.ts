// Owns reading a moment of the past from a query, and refusing one that the chain has not reached; leaves what was true then
// to core/db/credit-history.ts.

import type { Transaction } from 'kysely';
import { findMoment, findTip, type Moment } from '../../core/db/credit-history.ts';
import type { DB } from '../../core/db/types.ts';
import { conflict, invalid } from '../acting.ts';

export type Shown = { block_height: string; block_timestamp: string | null };

/** A height, or a time. Beyond the last indexed block an answer could still change, so there is none. */
export async function readMoment(
  trx: Transaction<DB>,
  about: { as_of: string; near_contract_id: string },
): Promise<Moment> {
  const { as_of } = about;
  const tip = await findTip(trx, about.near_contract_id);
  if (tip === undefined) throw invalid('as_of is a block that is indexed; none is yet', 'query.as_of');
  const beyond = invalid(
    `as_of is at most block ${tip.block_height}, the last that is indexed`,
    'query.as_of',
  );
  if (/^\d+$/.test(as_of)) {
    const height = BigInt(as_of);
    if (height > tip.block_height) throw beyond;
    return findMoment(trx, { height });
  }
  if (Date.parse(as_of) > Date.parse(tip.block_timestamp)) throw beyond;
  return findMoment(trx, { time: as_of });
}

/** The moment that was asked for, or the last one. */
export async function momentOrTip(
  trx: Transaction<DB>,
  about: { as_of: string | undefined; near_contract_id: string },
): Promise<Moment> {
  const { as_of, near_contract_id } = about;
  if (as_of !== undefined) return readMoment(trx, { as_of, near_contract_id });
  const tip = await findTip(trx, near_contract_id);
  if (tip === undefined) throw conflict('the chain is indexed');
  return tip;
}

export function showMoment({ block_height, block_timestamp }: Moment): Shown {
  return { block_height: String(block_height), block_timestamp };
}
