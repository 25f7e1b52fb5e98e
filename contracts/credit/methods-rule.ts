// Owns what the methods of birth, roles, owner, pauses, upgrade and consents say of themselves for the ABI; leaves what they do to their files.
import { DAY, HASH, ref, TEXT, TONNAGE } from './method-types.ts';

const account_id = ref('AccountId');
const registry = ref('RegistryId');
const role = { role: ref('Role'), account_id, 'registry?': registry };
const feature = { feature: ref('Feature') };
const consent_key = { registry, consent_ref: TEXT };

export const RULE_METHODS = {
  new: {
    kind: 'call',
    doc: 'Gives the contract its owner, metadata and the delay of upgrades. Once, by the account itself.',
    params: { owner_id: account_id, metadata: ref('ContractMetadata'), upgrade_delay_ns: ref('U64') },
    is_init: true,
    is_private: true,
  },
  grant_role: {
    kind: 'call',
    doc: 'Owner, 1 yocto. Of a minter also changes the tonnes of a day. A registry begins with its first role.',
    params: { ...role, 'daily_tonnage?': TONNAGE },
    is_payable: true,
  },
  revoke_role: { kind: 'call', doc: 'Owner, 1 yocto.', params: role, is_payable: true },
  has_role: {
    kind: 'view',
    doc: 'Whether the account has the role.',
    params: role,
    result: { type: 'boolean' },
  },
  list_roles: {
    kind: 'view',
    doc: 'The roles of one registry, or all with the guardians.',
    params: { 'registry?': registry },
    result: { type: 'array', items: { type: 'object' } },
  },
  propose_owner: { kind: 'call', doc: 'Owner, 1 yocto.', params: { account_id }, is_payable: true },
  cancel_owner_proposal: { kind: 'call', doc: 'Owner, 1 yocto.', is_payable: true },
  accept_owner: { kind: 'call', doc: 'Whoever is proposed, 1 yocto.', is_payable: true },
  pause: { kind: 'call', doc: 'Owner or guardian, 1 yocto.', params: feature, is_payable: true },
  unpause: { kind: 'call', doc: 'Owner, 1 yocto.', params: feature, is_payable: true },
  announce_upgrade: {
    kind: 'call',
    doc: 'Owner, 1 yocto: the delay begins.',
    params: { code_sha256: HASH },
    is_payable: true,
  },
  cancel_upgrade: { kind: 'call', doc: 'Owner, 1 yocto.', is_payable: true },
  upgrade: {
    kind: 'call',
    doc: 'Owner, 1 yocto, after the delay. The input is the announced code, byte for byte.',
    is_payable: true,
  },
  migrate: {
    kind: 'call',
    doc: 'The second half of upgrade, run by the new code.',
    params: { code_sha256: HASH },
    is_private: true,
  },
  record_consent: {
    kind: 'call',
    doc: 'Registry or its agent; the deposit pays the storage. Tonnes may be minted.',
    params: {
      ...consent_key,
      'mrv_hash?': HASH,
      tonnage: TONNAGE,
      unit: TONNAGE,
      'serial?': ref('SerialStart'),
      document_sha256: HASH,
      immobilised_on: DAY,
      'valid_to?': DAY,
    },
    is_payable: true,
  },
  withdraw_consent: {
    kind: 'call',
    doc: 'Registry or its agent, 1 yocto. Stops mints; holders keep what they have.',
    params: consent_key,
    is_payable: true,
  },
  consent: {
    kind: 'view',
    doc: 'The consent with what is left of it, or null.',
    params: consent_key,
    result: { type: ['object', 'null'] },
  },
  rules: {
    kind: 'view',
    doc: 'Owner, pauses, delay, announced upgrade, registries.',
    result: { type: 'object' },
  },
  limits: { kind: 'view', doc: 'What fits into one call.', result: { type: 'object' } },
} as const;
