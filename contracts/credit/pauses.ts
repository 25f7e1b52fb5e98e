// Owns pausing and unpausing each feature by itself; leaves heeding a pause to each rule.
import * as near from 'near-sdk-js/lib/api.js';
import { FEATURE_LETTERS, isGuardian, requireOwner } from './access.ts';
import { asOneOf, readArgs } from './args.ts';
import { requireOneYocto } from './deposits.ts';
import { panic } from './errors.ts';
import type { Feature } from './event-types.ts';
import { tellCredit } from './events.ts';
import { loadGlobal, saveGlobal } from './global-record.ts';

export const FEATURES = Object.keys(FEATURE_LETTERS) as Feature[];

/** A guardian may stop what looks wrong; only the owner may set it going again. */
export function pause(): void {
  const args = readArgs();
  requireOneYocto();
  const global = loadGlobal();
  const account_id = near.predecessorAccountId();
  if (account_id !== global.owner_id && !isGuardian(global, account_id)) {
    panic('ROLE_MISSING', `${account_id} is neither owner nor guardian`);
  }
  const feature = asOneOf(args.feature, 'feature', FEATURES);
  const letter = FEATURE_LETTERS[feature];
  if (global.paused.indexOf(letter) >= 0) panic('ALREADY_SET', `${feature} is paused already`);
  global.paused += letter;
  saveGlobal(global);
  tellCredit('pause', { feature, account_id });
}

export function unpause(): void {
  const args = readArgs();
  requireOneYocto();
  const global = loadGlobal();
  const account_id = requireOwner(global);
  const feature = asOneOf(args.feature, 'feature', FEATURES);
  const letter = FEATURE_LETTERS[feature];
  if (global.paused.indexOf(letter) < 0) panic('ALREADY_SET', `${feature} is not paused`);
  global.paused = global.paused.split(letter).join('');
  saveGlobal(global);
  tellCredit('unpause', { feature, account_id });
}
