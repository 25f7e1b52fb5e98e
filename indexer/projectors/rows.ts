// Owns the rows that a fold reads and makes, named as the columns of chain.*; leaves loading and writing them to write/.

// Values are as the writer binds them: texts, decimal strings, bigint for heights, numbers for small integers, null for
// what is absent. Times are UTC texts with microseconds, `2026-06-01T12:00:03.200000Z` (see block-time.ts), days
// `YYYY-MM-DD`, ranges `[1000,1100)`. Amounts that come loaded may have trailing zeros; those that are made have none.

export type TokenStatus =
  | 'active'
  | 'impaired'
  | 'retired'
  | 'invalidated'
  | 'divided'
  | 'merged'
  | 'redeemed'
  | 'cancelled'
  | 'expired';

export type Birth = 'issue' | 'split' | 'merge';

/** What an nft item did to who holds a token, and why (credit.credit_transfers). */
export type Leg = 'mint' | 'transfer' | 'revert' | 'split' | 'merge' | 'burn';

export type AttestedBy = 'registry' | 'registry_agent';

/** Key: near_contract_id, token_id. */
export interface TokenRow {
  near_contract_id: string;
  token_id: string;
  origin: string;
  /** Of an ended token its last owner. */
  owner_account_id: string;
  /** `impaired` where it is live and either of its flags holds. */
  status: TokenStatus;
  tonnage_co2e: string;
  unit: string;
  registry_type: string;
  registry_name: string | null;
  serial_namespace: string | null;
  serial_range: string | null;
  registry_project_id: string;
  methodology: string;
  minter_account_id: string;
  vintage_year: number;
  issued_on: string;
  expires_on: string | null;
  consent_ref: string;
  buffer_tonnage_co2e: string | null;
  replaces: string | null;
  reference: string | null;
  reference_hash: string | null;
  birth: Birth;
  /** Its own flag, and its origin's; both stay as they were when it ends. */
  is_impaired: boolean;
  origin_is_impaired: boolean;
  minted_at: string;
  /** Of the credit_issue, credit_split or credit_merge item that bore it: parts of one split share it. */
  minted_identity: string;
  ended_at: string | null;
  last_position: string;
  /** How many token_events it has. */
  token_version: number;
}

/** Key: near_contract_id, registry_type, registry_name, consent_ref. */
export interface ConsentRow {
  near_contract_id: string;
  registry_type: string;
  registry_name: string | null;
  consent_ref: string;
  mrv_hash: string | null;
  tonnage_co2e: string;
  /** What mints have taken of it. */
  debited_co2e: string;
  unit: string;
  serial_namespace: string | null;
  /** A whole number of at most 20 digits. */
  serial_start: string | null;
  document_sha256: string;
  immobilised_on: string;
  valid_to: string | null;
  account_id: string;
  attested_by: AttestedBy;
  recorded_at: string;
  withdrawn_at: string | null;
  recorded_identity: string;
  last_position: string;
}

/** Key: near_contract_id, token_id. */
export interface RetirementRow {
  near_contract_id: string;
  token_id: string;
  event_identity: string;
  event_position: string;
  transaction_hash: string | null;
  receipt_id: string;
  block_height: bigint;
  retired_at: string;
  account_id: string;
  authorized_id: string | null;
  tonnage_co2e: string;
  beneficiary: string | null;
  beneficiary_commitment: string | null;
  beneficiary_kind: 'organisation' | 'individual';
  beneficiary_id: string | null;
  reason: string | null;
  purpose: string | null;
  jurisdiction: string | null;
  consumption_period: string | null;
  registry_outcome: 'pending' | 'confirmed' | 'refused';
  registry_retirement_id: string | null;
  registry_retired_on: string | null;
  evidence_sha256: string | null;
  /** Of the confirmation that holds, 0 for the first; null before any. */
  amendment: number | null;
  refusal_reason: string | null;
  /** Of the statement that holds. */
  attested_by: AttestedBy | null;
  outcome_identity: string | null;
  revealed_at: string | null;
  /** Of the first confirmation, whatever amended it. */
  confirmed_at: string | null;
  refused_at: string | null;
}

/** Key: near_contract_id, token_id, parent_token_id. */
export interface LineageRow {
  near_contract_id: string;
  token_id: string;
  parent_token_id: string;
  lineage_type: 'split' | 'merge';
  /** Of a part among its parent's parts, of a parent among those that were merged; from 0. */
  ordinal: number;
  event_identity: string;
}

/** Key: near_contract_id, token_id, token_version. */
export interface TokenEventRow {
  near_contract_id: string;
  token_id: string;
  token_version: number;
  event_identity: string;
  event_position: string;
  event: string;
  leg: Leg | null;
  from_account_id: string | null;
  to_account_id: string | null;
}

/** Key: event_identity. */
export interface ContractEventRow {
  event_identity: string;
  event_position: string;
  near_contract_id: string;
  block_height: bigint;
  block_hash: string;
  block_timestamp: string;
  transaction_hash: string | null;
  receipt_id: string;
  log_index: number;
  item_index: number;
  standard: 'nep171' | 'dmrv';
  version: string;
  event: string;
  method_name: string | null;
  /** The first that the item names; null for a whole origin and where no token is meant. */
  token_id: string | null;
  /** JSON. */
  data: string;
}

export interface ConsentKey {
  registry_type: string;
  registry_name: string | null;
  consent_ref: string;
}

/** What must be loaded of one contract before its events can be folded; nothing twice. */
export interface Needs {
  tokens: string[];
  /** Every token of these, live or ended. */
  origins: string[];
  consents: ConsentKey[];
  /** By token id. */
  retirements: string[];
}

/** What is written already, of all contracts; a fold leaves it as it is. */
export interface ChainState {
  tokens: readonly TokenRow[];
  consents: readonly ConsentRow[];
  retirements: readonly RetirementRow[];
}

export interface RowSet<T> {
  inserted: T[];
  /** Whole rows; only what the key does not name may differ from what was loaded. */
  updated: T[];
}

/** Of one batch, each row once, in the order of the events that first touched it. */
export interface BatchRows {
  contract_events: ContractEventRow[];
  token_events: TokenEventRow[];
  tokens: RowSet<TokenRow>;
  consents: RowSet<ConsentRow>;
  retirements: RowSet<RetirementRow>;
  lineage: LineageRow[];
  /** Every token that the batch names, whether its row changed or not. */
  touched_tokens: { near_contract_id: string; token_id: string }[];
}
