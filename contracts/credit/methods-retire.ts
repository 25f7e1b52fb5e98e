// Owns what the methods of retirements, parts and registry acts say of themselves for the ABI; leaves what they do to their files.
import { DAY, HASH, ref, TEXT, TONNAGE } from './method-types.ts';

const account_id = ref('AccountId');
const token_id = HASH;
const hashes = { type: 'array', items: HASH };
const page = { 'from_index?': ref('U128'), 'limit?': { type: 'integer', minimum: 0 } };
const list = { type: 'array', items: { type: 'object' } };
const nullable = { type: ['object', 'null'] };
const flag = { 'token_id?': token_id, 'origin?': HASH, reason: TEXT };

export const RETIRE_METHODS = {
  retire: {
    kind: 'call',
    doc: 'Owner or approved account; gives the retired hash. 1 yocto for all of a credit; for a part of it the deposit pays for both parts, and the rest comes back.',
    params: {
      token_id,
      'tonnage?': TONNAGE,
      'beneficiary?': TEXT,
      'beneficiary_commitment?': HASH,
      beneficiary_kind: { enum: ['organisation', 'individual'] },
      'beneficiary_id?': TEXT,
      'reason?': TEXT,
      'purpose?': TEXT,
      'jurisdiction?': TEXT,
      'consumption_period?': TEXT,
      'approval_id?': { type: 'integer', minimum: 0 },
    },
    result: HASH,
    is_payable: true,
  },
  retire_batch: {
    kind: 'call',
    doc: 'Several retirements, each with the arguments of retire: all or none. Gives the retired hashes.',
    params: { retirements: list },
    result: hashes,
    is_payable: true,
  },
  reveal_beneficiary: {
    kind: 'call',
    doc: 'Whoever retired, or the registry, 1 yocto. Never paused.',
    params: { token_id, beneficiary: TEXT, salt: HASH },
    is_payable: true,
  },
  confirm_retirement: {
    kind: 'call',
    doc: 'Registry or its agent, 1 yocto. Again with other words it amends, and the deposit pays the storage.',
    params: { token_id, registry_retirement_id: TEXT, registry_retired_on: DAY, evidence_sha256: HASH },
    is_payable: true,
  },
  refuse_retirement: {
    kind: 'call',
    doc: 'Registry or its agent, 1 yocto, where nothing is confirmed.',
    params: { token_id, reason: TEXT },
    is_payable: true,
  },
  retirement: {
    kind: 'view',
    doc: 'The retirement of a hash, or null.',
    params: { token_id },
    result: nullable,
  },
  retirements: { kind: 'view', doc: 'All, oldest first.', params: page, result: list },
  retirements_for_account: {
    kind: 'view',
    doc: 'Of credits that the account owned, oldest first.',
    params: { account_id, ...page },
    result: list,
  },
  retirements_for_beneficiary_id: {
    kind: 'view',
    doc: 'For one beneficiary, oldest first.',
    params: { beneficiary_id: TEXT, ...page },
    result: list,
  },
} as const;

export const PART_METHODS = {
  split: {
    kind: 'call',
    doc: 'Owner. The deposit pays for the parts, the rest comes back. Gives their hashes, in argument order.',
    params: { token_id, tonnages: { type: 'array', items: TONNAGE } },
    result: hashes,
    is_payable: true,
  },
  merge: {
    kind: 'call',
    doc: 'Owner of all, in the order of their serials. The deposit pays for the new credit. Gives its hash.',
    params: { token_ids: hashes },
    result: HASH,
    is_payable: true,
  },
  lineage: {
    kind: 'view',
    doc: 'What a hash was made of and what it became, or null.',
    params: { token_id },
    result: nullable,
  },
} as const;

export const REGISTRY_METHODS = {
  impair: {
    kind: 'call',
    doc: 'Registry or its agent, 1 yocto: one live credit, or all of an origin.',
    params: flag,
    is_payable: true,
  },
  restore: {
    kind: 'call',
    doc: 'Registry or its agent, 1 yocto: takes back what impair did with the same name.',
    params: flag,
    is_payable: true,
  },
  invalidate: {
    kind: 'call',
    doc: 'Registry or its agent, 1 yocto: all or none.',
    params: { token_ids: hashes, reason: TEXT, reference: TEXT },
    is_payable: true,
  },
  redeem: {
    kind: 'call',
    doc: 'Owner of the credit, 1 yocto: back to the registry.',
    params: { token_id, registry_account: TEXT },
    is_payable: true,
  },
  cancel: {
    kind: 'call',
    doc: 'Registry or its agent, 1 yocto.',
    params: { token_id, reason: TEXT },
    is_payable: true,
  },
  expire: { kind: 'call', doc: 'Anyone, once the last day has passed.', params: { token_id } },
} as const;
