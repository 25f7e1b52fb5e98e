// Owns the words of the contract's events, for chain and platform alike; leaves when an event is told to the rules.

/** NEP-297: each event is one log, `EVENT_JSON:` and the JSON of an envelope. */
export const EVENT_PREFIX = 'EVENT_JSON:';

export const NFT_STANDARD = { standard: 'nep171', version: '1.2.0' } as const;
export const CREDIT_STANDARD = { standard: 'dmrv', version: '1.0.0' } as const;

// Spelling, everywhere below: token ids and SHA-256 are 64 lower-case hex characters, tonnages canonical decimal
// strings (see tonnage.ts), u64 and u128 decimal strings, days YYYY-MM-DD, times nanoseconds since 1970 as strings.
// An absent field is left out, never null.

/** A registry's id: `verra`, `isometric`, …, or `other:<name>`. */
export type RegistryId = string;

/** A registry's own attestation, or that of an operator who acts on its document. */
export type AttestedBy = 'registry' | 'registry_agent';

export type Role = 'minter' | 'registry' | 'registry_agent' | 'guardian';

/** What can be paused, each by itself. Views, reveals and the resolver of a transfer never pause. */
export type Feature = 'mint' | 'transfer' | 'approve' | 'retire' | 'parts' | 'registry_acts';

/** The first and last unit's numbers in a registry's namespace, both inclusive. */
export interface SerialRange {
  namespace: string;
  start: string;
  end: string;
}

export interface CreditEvents {
  /** A credit is born: what was measured, by whose consent, to whom. */
  credit_issue: {
    token_id: string;
    owner_id: string;
    minter_id: string;
    registry: RegistryId;
    project_id: string;
    methodology: string;
    tonnage: string;
    unit: string;
    serial?: SerialRange;
    vintage_year: number;
    issued_on: string;
    expires_on?: string;
    consent_ref: string;
    buffer_tonnage?: string;
    replaces?: string;
    reference?: string;
    reference_hash?: string;
    memo?: string;
  };
  /** The tombstone: it says all that a certificate needs without any state. */
  credit_retire: {
    token_id: string;
    origin: string;
    account_id: string;
    authorized_id?: string;
    registry: RegistryId;
    project_id: string;
    methodology: string;
    tonnage: string;
    unit: string;
    serial?: SerialRange;
    vintage_year: number;
    issued_on: string;
    beneficiary?: string;
    beneficiary_commitment?: string;
    beneficiary_kind: 'organisation' | 'individual';
    beneficiary_id?: string;
    reason?: string;
    purpose?: string;
    jurisdiction?: string;
    consumption_period?: string;
    retired_at_ns: string;
  };
  /** `amendment` is 0 for the first confirmation and counts its corrections. */
  retirement_confirm: {
    token_id: string;
    registry: RegistryId;
    registry_retirement_id: string;
    registry_retired_on: string;
    evidence_sha256: string;
    amendment: number;
    account_id: string;
    attested_by: AttestedBy;
  };
  retirement_refuse: {
    token_id: string;
    registry: RegistryId;
    reason: string;
    account_id: string;
    attested_by: AttestedBy;
  };
  beneficiary_reveal: {
    token_id: string;
    beneficiary: string;
    /** 32 bytes as hex. */
    salt: string;
    account_id: string;
  };
  /** Children in argument order, with consecutive serials; their tonnages add up to the parent's. */
  credit_split: {
    token_id: string;
    origin: string;
    owner_id: string;
    authorized_id?: string;
    children: { token_id: string; tonnage: string; serial?: SerialRange }[];
  };
  /** `token_id` is the new credit; `parents` are in the order of their serials. */
  credit_merge: {
    token_id: string;
    origin: string;
    owner_id: string;
    parents: string[];
    tonnage: string;
    serial?: SerialRange;
  };
  /** Either one token or a whole origin with all its parts. */
  credit_impair: CreditFlag;
  credit_restore: CreditFlag;
  credit_invalidate: {
    token_id: string;
    owner_id: string;
    registry: RegistryId;
    tonnage: string;
    reason: string;
    reference: string;
    account_id: string;
    attested_by: AttestedBy;
  };
  credit_redeem: {
    token_id: string;
    owner_id: string;
    registry: RegistryId;
    tonnage: string;
    registry_account: string;
  };
  credit_cancel: {
    token_id: string;
    owner_id: string;
    registry: RegistryId;
    tonnage: string;
    reason: string;
    account_id: string;
    attested_by: AttestedBy;
  };
  credit_expire: {
    token_id: string;
    owner_id: string;
    registry: RegistryId;
    tonnage: string;
    expires_on: string;
    account_id: string;
  };
  consent_record: {
    consent_ref: string;
    registry: RegistryId;
    mrv_hash?: string;
    tonnage: string;
    unit: string;
    serial?: SerialRange;
    document_sha256: string;
    immobilised_on: string;
    valid_to?: string;
    account_id: string;
    attested_by: AttestedBy;
  };
  /** `remaining` was not minted and never will be. */
  consent_withdraw: {
    consent_ref: string;
    registry: RegistryId;
    remaining: string;
    account_id: string;
    attested_by: AttestedBy;
  };
  contract_init: { owner_id: string; upgrade_delay_ns: string };
  role_grant: RoleGrant;
  role_revoke: RoleChange;
  owner_propose: { owner_id: string; proposed_id: string };
  owner_proposal_cancel: { owner_id: string; proposed_id: string };
  owner_change: { old_owner_id: string; new_owner_id: string };
  pause: { feature: Feature; account_id: string };
  unpause: { feature: Feature; account_id: string };
  upgrade_announce: { code_sha256: string; not_before_ns: string; account_id: string };
  upgrade_cancel: { code_sha256: string; account_id: string };
  /** Told by the new code's migration: both versions of the state. */
  upgrade_apply: { code_sha256: string; from_version: number; to_version: number };
}

export interface CreditFlag {
  token_id?: string;
  origin?: string;
  registry: RegistryId;
  reason: string;
  account_id: string;
  attested_by: AttestedBy;
}

export interface RoleChange {
  role: Role;
  account_id: string;
  registry?: RegistryId;
  granted_by: string;
}

/** Of a minter with the tonnes that it may mint on one UTC day; a repeated grant changes them. */
export interface RoleGrant extends RoleChange {
  daily_tonnage?: string;
}

/** NEP-171 and NEP-177, version 1.2.0. */
export interface NftEvents {
  nft_mint: { owner_id: string; token_ids: string[]; memo?: string };
  nft_transfer: {
    authorized_id?: string;
    old_owner_id: string;
    new_owner_id: string;
    token_ids: string[];
    memo?: string;
  };
  nft_burn: { owner_id: string; authorized_id?: string; token_ids: string[]; memo?: string };
  nft_metadata_update: { token_ids: string[]; memo?: string };
  contract_metadata_update: { memo?: string };
}

export type CreditEventName = keyof CreditEvents;
export type NftEventName = keyof NftEvents;

/** Of every envelope, `data` has at least one item. */
export type ContractEvent =
  | {
      [E in CreditEventName]: { standard: 'dmrv'; version: string; event: E; data: CreditEvents[E][] };
    }[CreditEventName]
  | {
      [E in NftEventName]: { standard: 'nep171'; version: string; event: E; data: NftEvents[E][] };
    }[NftEventName];
