// Owns what a credit's events are called for whoever holds it; leaves which there are to the contract.

/** By event, and by the leg of the token's way where that matters. The first event of a part is its birth. */
const WORDS: Readonly<Record<string, string>> = {
  credit_issue: 'Issued',
  'nft_mint mint': 'Came to its first owner',
  'nft_mint split': 'Came to its owner as a part',
  'nft_mint merge': 'Came to its owner as one',
  nft_transfer: 'Handed over',
  'nft_transfer revert': 'Handed back',
  'nft_burn burn': 'Taken out of circulation',
  'nft_burn split': 'Ended as a whole',
  'nft_burn merge': 'Ended as a part',
  nft_metadata_update: 'Described anew',
  'credit_split birth': 'Made by a division',
  credit_split: 'Divided',
  'credit_merge birth': 'Made of parts',
  credit_merge: 'Joined with others',
  credit_retire: 'Retired',
  retirement_confirm: 'Confirmed by its registry',
  retirement_refuse: 'Refused by its registry',
  beneficiary_reveal: 'Beneficiary named',
  credit_impair: 'Impaired',
  credit_restore: 'Restored',
  credit_invalidate: 'Invalidated',
  credit_redeem: 'Given back to its registry',
  credit_cancel: 'Cancelled',
  credit_expire: 'Expired',
};

/** One that has no words yet keeps its name. */
export function eventWords({ event, leg }: { event: string; leg: string | null }, is_first: boolean): string {
  const keys = [is_first ? `${event} birth` : undefined, leg === null ? undefined : `${event} ${leg}`, event];
  for (const key of keys) {
    const words = key !== undefined && Object.hasOwn(WORDS, key) ? WORDS[key] : undefined;
    if (words !== undefined) return words;
  }
  return event.replaceAll('_', ' ');
}
