// Owns which texts are account ids and what kind each is; leaves whether an account exists to the chain.
export type AccountKind = 'named' | 'near_implicit' | 'eth_implicit' | 'deterministic';

const MIN_LENGTH = 2;
const MAX_LENGTH = 64;

/** Lower-case letters and digits, joined by single separators: one of "-", "_" and "." between any two parts. */
export function isAccountId(text: string): boolean {
  if (text.length < MIN_LENGTH || text.length > MAX_LENGTH) return false;
  // One separator between parts and none at the ends; no nested repetition, so the time is linear.
  return /^[a-z0-9]+(?:[-_.][a-z0-9]+)*$/.test(text);
}

export function accountKind(account_id: string): AccountKind {
  if (/^[0-9a-f]{64}$/.test(account_id)) return 'near_implicit';
  if (/^0x[0-9a-f]{40}$/.test(account_id)) return 'eth_implicit';
  if (/^0s[0-9a-f]{40}$/.test(account_id)) return 'deterministic';
  return 'named';
}
