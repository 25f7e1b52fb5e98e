// Owns what the outcome of a call of the contract means for a step; leaves calling to api/signing.

import { DmrvError } from '../../core/errors/index.ts';
import type { CallOutcome } from '../signing/types.ts';

export type SettledCall = { transaction_hash: string; block_height: string | null };

/** Undefined while it is pending. A refusal ends the step, but for those that say that the effect is there already. */
export function settledCall(
  outcome: CallOutcome,
  { method, is_there = [] }: { method: string; is_there?: readonly string[] },
): SettledCall | undefined {
  if (outcome.status === 'pending') return undefined;
  const { transaction_hash } = outcome;
  if (outcome.status === 'succeeded') return { transaction_hash, block_height: outcome.block_height };
  const { code: refusal, message: reason } = outcome;
  if (is_there.includes(refusal)) return { transaction_hash, block_height: null };
  throw new DmrvError('CHAIN_REFUSED', { facts: { method, refusal, reason, transaction_hash } });
}
