// Owns the calls that mint and consent specs vary; leaves what comes of them to the specs.
import { type Call, ENOUGH_DEPOSIT } from './contract-chain.ts';
import { type ContractWorld, type NewCredit, REGISTRY, usualConsent } from './contract-world.ts';

/** Also what a credit must not have. */
export type CreditChange = {
  [F in keyof NewCredit | 'buffer_tonnage' | 'replaces' | 'reference' | 'reference_hash']?: unknown;
};

/** A mint as usual, but for these fields of the credit and these arguments. */
export function mintCallOf(world: ContractWorld, change: CreditChange, args: object = {}): Call {
  const call = world.mintCall();
  const given = call.args as { credit: object };
  return { ...call, args: { ...given, credit: { ...given.credit, ...change }, ...args } };
}

export function recordCallOf(change: object, from = 'registry.near'): Call {
  const args = { ...usualConsent(REGISTRY), ...change };
  return { from, method: 'record_consent', args, deposit: ENOUGH_DEPOSIT };
}
