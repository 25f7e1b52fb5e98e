// Shows that each event of a credit has words of its own, and that a part's birth is not taken for its end.

import test from 'ava';
import { eventWords } from './event-words.ts';

const EVENTS: [event: string, leg: string | null, is_first: boolean, words: string][] = [
  ['credit_issue', null, true, 'Issued'],
  ['nft_mint', 'mint', false, 'Came to its first owner'],
  ['credit_split', null, true, 'Made by a division'],
  ['nft_mint', 'split', false, 'Came to its owner as a part'],
  ['credit_split', null, false, 'Divided'],
  ['nft_burn', 'split', false, 'Ended as a whole'],
  ['credit_merge', null, true, 'Made of parts'],
  ['nft_burn', 'merge', false, 'Ended as a part'],
  ['nft_transfer', 'transfer', false, 'Handed over'],
  ['nft_transfer', 'revert', false, 'Handed back'],
  ['credit_retire', null, false, 'Retired'],
  ['nft_burn', 'burn', false, 'Taken out of circulation'],
  ['something_new', null, false, 'something new'],
  ['constructor', null, true, 'constructor'],
];

for (const [event, leg, is_first, words] of EVENTS) {
  const place = is_first ? ', the first of all,' : '';
  test(`${event}${place} on the leg ${leg ?? 'of none'} is called "${words}"`, (t) => {
    t.is(eventWords({ event, leg }, is_first), words);
  });
}
