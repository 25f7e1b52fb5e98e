// Owns the columns of chain.* as they are written, and the statements for them; leaves their values to the fold.

import { prepareUpdate, prepareUpsert, type UpdateTarget, type UpsertTarget } from '../../core/db/upsert.ts';

/** The tables that follow from the events alone: a rebuild makes them anew, in the order of their keys. */
export const FOLDED_TABLES = ['tokens', 'token_events', 'lineage', 'consents', 'retirements'] as const;
export type FoldedTable = (typeof FOLDED_TABLES)[number];

export const KEYS = {
  tokens: ['near_contract_id', 'token_id'],
  token_events: ['near_contract_id', 'token_id', 'token_version'],
  lineage: ['near_contract_id', 'token_id', 'parent_token_id'],
  consents: ['near_contract_id', 'registry_type', 'consent_ref', 'registry_name'],
  retirements: ['near_contract_id', 'token_id'],
} as const satisfies Record<FoldedTable, readonly string[]>;

const TOKEN_CHANGES = {
  near_contract_id: 'text',
  token_id: 'text',
  owner_account_id: 'text',
  status: 'text',
  is_impaired: 'bool',
  origin_is_impaired: 'bool',
  ended_at: 'timestamptz',
  last_position: 'text',
  token_version: 'int4',
} as const satisfies UpdateTarget<'chain.tokens'>['columns'];

const TOKEN = {
  ...TOKEN_CHANGES,
  origin: 'text',
  tonnage_co2e: 'numeric',
  unit: 'numeric',
  registry_type: 'text',
  registry_name: 'text',
  serial_namespace: 'text',
  serial_range: 'numrange',
  registry_project_id: 'text',
  methodology: 'text',
  minter_account_id: 'text',
  vintage_year: 'int4',
  issued_on: 'date',
  expires_on: 'date',
  consent_ref: 'text',
  buffer_tonnage_co2e: 'numeric',
  replaces: 'text',
  reference: 'text',
  reference_hash: 'text',
  birth: 'text',
  minted_at: 'timestamptz',
  minted_identity: 'text',
} as const satisfies UpsertTarget<'chain.tokens'>['columns'];

const TOKEN_EVENT = {
  near_contract_id: 'text',
  token_id: 'text',
  token_version: 'int4',
  event_identity: 'text',
  event_position: 'text',
  event: 'text',
  leg: 'text',
  from_account_id: 'text',
  to_account_id: 'text',
} as const satisfies UpsertTarget<'chain.token_events'>['columns'];

const LINEAGE = {
  near_contract_id: 'text',
  token_id: 'text',
  parent_token_id: 'text',
  lineage_type: 'text',
  ordinal: 'int4',
  event_identity: 'text',
} as const satisfies UpsertTarget<'chain.lineage'>['columns'];

const CONSENT = {
  near_contract_id: 'text',
  registry_type: 'text',
  registry_name: 'text',
  consent_ref: 'text',
  mrv_hash: 'text',
  tonnage_co2e: 'numeric',
  debited_co2e: 'numeric',
  unit: 'numeric',
  serial_namespace: 'text',
  serial_start: 'numeric',
  document_sha256: 'text',
  immobilised_on: 'date',
  valid_to: 'date',
  account_id: 'text',
  attested_by: 'text',
  recorded_at: 'timestamptz',
  withdrawn_at: 'timestamptz',
  recorded_identity: 'text',
  last_position: 'text',
} as const satisfies UpsertTarget<'chain.consents'>['columns'];

const RETIREMENT = {
  near_contract_id: 'text',
  token_id: 'text',
  event_identity: 'text',
  event_position: 'text',
  transaction_hash: 'text',
  receipt_id: 'text',
  block_height: 'int8',
  retired_at: 'timestamptz',
  account_id: 'text',
  authorized_id: 'text',
  tonnage_co2e: 'numeric',
  beneficiary: 'text',
  beneficiary_commitment: 'text',
  beneficiary_kind: 'text',
  beneficiary_id: 'text',
  reason: 'text',
  purpose: 'text',
  jurisdiction: 'text',
  consumption_period: 'text',
  registry_outcome: 'text',
  registry_retirement_id: 'text',
  registry_retired_on: 'date',
  evidence_sha256: 'text',
  amendment: 'int4',
  refusal_reason: 'text',
  attested_by: 'text',
  outcome_identity: 'text',
  revealed_at: 'timestamptz',
  confirmed_at: 'timestamptz',
  refused_at: 'timestamptz',
} as const satisfies UpsertTarget<'chain.retirements'>['columns'];

const CONTRACT_EVENT = {
  event_identity: 'text',
  event_position: 'text',
  near_contract_id: 'text',
  block_height: 'int8',
  block_hash: 'text',
  block_timestamp: 'timestamptz',
  transaction_hash: 'text',
  receipt_id: 'text',
  log_index: 'int4',
  item_index: 'int4',
  standard: 'text',
  version: 'text',
  event: 'text',
  method_name: 'text',
  token_id: 'text',
  data: 'jsonb_text',
} as const satisfies UpsertTarget<'chain.contract_events'>['columns'];

const DEAD_LETTER = {
  dead_letter_id: 'uuid',
  near_contract_id: 'text',
  block_height: 'int8',
  block_hash: 'text',
  block_timestamp: 'timestamptz',
  shard_id: 'int8',
  outcome_index: 'int4',
  receipt_id: 'text',
  log_index: 'int4',
  transaction_hash: 'text',
  method_name: 'text',
  log: 'text',
  error_code: 'text',
  error_message: 'text',
  first_seen_at: 'timestamptz',
} as const satisfies UpsertTarget<'chain.dead_letters'>['columns'];

const BLOCK = {
  block_height: 'int8',
  block_hash: 'text',
  prev_hash: 'text',
  block_timestamp: 'timestamptz',
} as const satisfies UpsertTarget<'chain.blocks'>['columns'];

/** Of the tables of a rebuild, each by its name; a comparison reads them in this order. */
export const COLUMNS = {
  tokens: TOKEN,
  token_events: TOKEN_EVENT,
  lineage: LINEAGE,
  consents: CONSENT,
  retirements: RETIREMENT,
} as const;

/** What is written once. A key that is there already makes the count of rows another, and the batch fails. */
export const CONTRACT_EVENTS = prepareUpsert<'chain.contract_events'>({
  table: 'chain.contract_events',
  columns: CONTRACT_EVENT,
  unique_by: ['event_identity'],
});
/** Another contract of the same database may have kept the block. */
export const BLOCKS = prepareUpsert<'chain.blocks'>({
  table: 'chain.blocks',
  columns: BLOCK,
  unique_by: ['block_height'],
});
export const DEAD_LETTERS = prepareUpsert<'chain.dead_letters'>({
  table: 'chain.dead_letters',
  columns: DEAD_LETTER,
  unique_by: ['receipt_id', 'log_index'],
});

export type FoldedStatements = ReturnType<typeof prepareFolded>;

/** The statements of a fold's rows, into chain.* or into the tables of a rebuild. */
export function prepareFolded(schema?: string) {
  const into = schema === undefined ? {} : { schema };
  return {
    insert_tokens: prepareUpsert<'chain.tokens'>({
      table: 'chain.tokens',
      columns: TOKEN,
      unique_by: KEYS.tokens,
      ...into,
    }),
    update_tokens: prepareUpdate<'chain.tokens'>({
      table: 'chain.tokens',
      columns: TOKEN_CHANGES,
      key: KEYS.tokens,
      expect: 'last_position',
      ...into,
    }),
    token_events: prepareUpsert<'chain.token_events'>({
      table: 'chain.token_events',
      columns: TOKEN_EVENT,
      unique_by: KEYS.token_events,
      ...into,
    }),
    lineage: prepareUpsert<'chain.lineage'>({
      table: 'chain.lineage',
      columns: LINEAGE,
      unique_by: KEYS.lineage,
      ...into,
    }),
    consents: prepareUpsert<'chain.consents'>({
      table: 'chain.consents',
      columns: CONSENT,
      unique_by: KEYS.consents,
      overwrite: ['debited_co2e', 'withdrawn_at', 'last_position'],
      ...into,
    }),
    retirements: prepareUpsert<'chain.retirements'>({
      table: 'chain.retirements',
      columns: RETIREMENT,
      unique_by: KEYS.retirements,
      overwrite: [
        'beneficiary',
        'registry_outcome',
        'registry_retirement_id',
        'registry_retired_on',
        'evidence_sha256',
        'amendment',
        'refusal_reason',
        'attested_by',
        'outcome_identity',
        'revealed_at',
        'confirmed_at',
        'refused_at',
      ],
      ...into,
    }),
  };
}
