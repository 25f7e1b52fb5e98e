// Owns usual rows of what the chain says; leaves inserting them to world.ts.

import type { Random } from './random.ts';
import type { Recipes } from './world-kit.ts';

export const chainRecipes: Recipes<
  | 'chain.cursor'
  | 'chain.blocks'
  | 'chain.contract_events'
  | 'chain.tokens'
  | 'chain.token_events'
  | 'chain.lineage'
  | 'chain.consents'
  | 'chain.binding'
  | 'chain.retirements'
  | 'chain.dead_letters'
  | 'chain.proof_bundles'
  | 'chain.outcome_proofs'
  | 'chain.proof_cursor'
  | 'chain.proof_tasks'
> = {
  'chain.cursor': ({ random }) => ({
    near_contract_id: `c-${random.hash().slice(0, 12)}.near`,
    block_height: '100',
    block_hash: random.nearHash(),
    block_timestamp: BLOCK_TIME,
  }),
  'chain.blocks': ({ random }) => ({
    block_height: String(random.below(2 ** 40)),
    block_hash: random.nearHash(),
    prev_hash: random.nearHash(),
    block_timestamp: BLOCK_TIME,
  }),
  'chain.contract_events': ({ random }, given) => {
    const receipt_id = given.receipt_id ?? random.nearHash();
    const { log_index = 0, item_index = 0 } = given;
    return {
      event_identity: `${receipt_id}:${log_index}:${item_index}`,
      event_position: drawPosition(random),
      near_contract_id: CONTRACT,
      block_height: '100',
      block_hash: random.nearHash(),
      block_timestamp: BLOCK_TIME,
      receipt_id,
      log_index,
      item_index,
      standard: 'dmrv',
      version: '1.0.0',
      event: 'credit_mint',
      data: '{}',
    };
  },
  'chain.tokens': ({ random }, given) => {
    const token_id = given.token_id ?? random.hash();
    const { status = 'active' } = given;
    return {
      near_contract_id: CONTRACT,
      token_id,
      origin: token_id,
      owner_account_id: 'holder.near',
      status: 'active',
      tonnage_co2e: '100',
      unit: '1',
      registry_type: 'verra',
      registry_project_id: 'VCS-1',
      vintage_year: 2025,
      issued_on: '2026-01-15',
      consent_ref: 'C-1',
      minted_at: BLOCK_TIME,
      minted_identity: drawIdentity(random),
      methodology: 'VM0042',
      minter_account_id: 'minter.near',
      birth: (given.origin ?? token_id) === token_id ? 'issue' : 'split',
      is_impaired: status === 'impaired',
      ended_at: status === 'active' || status === 'impaired' ? null : BLOCK_TIME,
      token_version: 2,
      last_position: drawPosition(random),
    };
  },
  'chain.token_events': async (world, given) => ({
    near_contract_id: CONTRACT,
    token_id: given.token_id ?? (await world.make('chain.tokens')).token_id,
    token_version: 1,
    event_identity: given.event_identity ?? (await world.make('chain.contract_events')).event_identity,
    event_position: drawPosition(world.random),
    event: 'credit_issue',
  }),
  'chain.lineage': async (world, given) => ({
    near_contract_id: CONTRACT,
    token_id: given.token_id ?? (await world.make('chain.tokens')).token_id,
    parent_token_id: given.parent_token_id ?? (await world.make('chain.tokens')).token_id,
    lineage_type: 'split',
    ordinal: 0,
    event_identity: given.event_identity ?? (await world.make('chain.contract_events')).event_identity,
  }),
  'chain.consents': ({ random }) => ({
    near_contract_id: CONTRACT,
    registry_type: 'verra',
    consent_ref: `C-${random.hash().slice(0, 16)}`,
    tonnage_co2e: '1000',
    unit: '1',
    document_sha256: random.hash(),
    immobilised_on: '2026-01-10',
    account_id: 'registry.near',
    attested_by: 'registry',
    recorded_at: BLOCK_TIME,
    recorded_identity: drawIdentity(random),
    last_position: drawPosition(random),
  }),
  'chain.binding': ({ random }) => ({ network: 'localnet', genesis_hash: random.nearHash() }),
  'chain.retirements': async (world, given) => ({
    near_contract_id: CONTRACT,
    token_id: given.token_id ?? (await world.make('chain.tokens', { status: 'retired' })).token_id,
    event_identity: drawIdentity(world.random),
    event_position: drawPosition(world.random),
    receipt_id: world.random.nearHash(),
    block_height: '100',
    retired_at: BLOCK_TIME,
    account_id: 'holder.near',
    tonnage_co2e: '100',
    beneficiary: 'A company',
    beneficiary_kind: 'organisation',
  }),
  'chain.dead_letters': ({ random }) => ({
    dead_letter_id: random.uuid(),
    near_contract_id: CONTRACT,
    block_height: '100',
    receipt_id: random.nearHash(),
    shard_id: '0',
    outcome_index: 0,
    block_hash: random.nearHash(),
    block_timestamp: BLOCK_TIME,
    log_index: 0,
    log: 'EVENT_JSON:{',
    error_code: 'EVENT_UNREADABLE',
    error_message: 'The log is no JSON',
    first_seen_at: BLOCK_TIME,
  }),
  'chain.proof_bundles': async (world, given) => ({
    near_contract_id: CONTRACT,
    token_id: given.token_id ?? (await world.make('chain.retirements')).token_id,
    form: 'dmrv-retirement-proof/1',
    head_block_hash: world.random.nearHash(),
    head_block_height: '200',
    bundle: '{}',
    bundle_sha256: world.random.hash(),
  }),
  'chain.outcome_proofs': ({ random }) => ({
    near_contract_id: CONTRACT,
    receipt_id: random.nearHash(),
    block_height: '100',
    next_try_at: BLOCK_TIME,
  }),
  'chain.proof_cursor': ({ random }) => ({
    near_contract_id: `c-${random.hash().slice(0, 12)}.near`,
    last_position: drawPosition(random),
  }),
  'chain.proof_tasks': ({ random }) => ({
    near_contract_id: CONTRACT,
    token_id: random.hash(),
    next_try_at: BLOCK_TIME,
  }),
};

const CONTRACT = 'credits.near';
const BLOCK_TIME = '2026-01-15T00:00:00Z';

export function drawIdentity(random: Random): string {
  return `${random.nearHash()}:0:0`;
}

export function drawPosition(random: Random): string {
  const height = String(random.below(10 ** 12)).padStart(12, '0');
  return `${height}-0000000000-000000-000-00000`;
}
