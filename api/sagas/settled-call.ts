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
  if (is_there.includes(outcome.code)) return { transaction_hash, block_height: null };
  throw refusedByChain(method, outcome);
}

export function refusedByChain(
  method: string,
  { code, message, transaction_hash }: Extract<CallOutcome, { status: 'failed' }>,
): DmrvError {
  const reason = message.replace(/\.$/, '');
  return new DmrvError('CHAIN_REFUSED', { facts: { method, refusal: code, reason, transaction_hash } });
}
