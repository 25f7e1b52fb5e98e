// Owns handing the contract over in two steps; leaves what an owner may do to the other rules.
import * as near from 'near-sdk-js/lib/api.js';
import { requireOwner } from './access.ts';
import { asAccountId, readArgs } from './args.ts';
import { requireOneYocto } from './deposits.ts';
import { panic } from './errors.ts';
import { tellCredit } from './events.ts';
import { loadGlobal, saveGlobal } from './global-record.ts';

export function propose_owner(): void {
  const args = readArgs();
  requireOneYocto();
  const global = loadGlobal();
  const owner_id = requireOwner(global);
  const proposed_id = asAccountId(args.account_id, 'account_id');
  if (proposed_id === owner_id) panic('ALREADY_SET', `${owner_id} owns the contract already`);
  if (proposed_id === global.proposed_id) panic('ALREADY_SET', `${proposed_id} is proposed already`);
  global.proposed_id = proposed_id;
  saveGlobal(global);
  tellCredit('owner_propose', { owner_id, proposed_id });
}

export function cancel_owner_proposal(): void {
  requireOneYocto();
  const global = loadGlobal();
  const owner_id = requireOwner(global);
  const { proposed_id } = global;
  if (proposed_id === '') panic('NOT_FOUND', 'nobody is proposed as owner');
  global.proposed_id = '';
  saveGlobal(global);
  tellCredit('owner_proposal_cancel', { owner_id, proposed_id });
}

export function accept_owner(): void {
  requireOneYocto();
  const global = loadGlobal();
  const caller_id = near.predecessorAccountId();
  if (caller_id !== global.proposed_id) {
    panic('NOT_PROPOSED', `${caller_id} is not proposed as owner`);
  }
  const old_owner_id = global.owner_id;
  global.owner_id = caller_id;
  global.proposed_id = '';
  saveGlobal(global);
  tellCredit('owner_change', { old_owner_id, new_owner_id: caller_id });
}
