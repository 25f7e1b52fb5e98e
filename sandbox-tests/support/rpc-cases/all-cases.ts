// Owns which requests each method is asked; leaves them to the tables.
import { BLOCKS, CHUNKS, PRICES, RECEIPTS } from './block-cases.ts';
import type { Case } from './case.ts';
import { CHANGES, TOUCHED } from './change-cases.ts';
import {
  FORWARDS,
  GENESIS_CONFIGS,
  HEALTH,
  ORDERED,
  PATCHES,
  PEERS,
  PROTOCOL_CONFIGS,
  STATUS,
  VALIDATORS,
} from './network-cases.ts';
import { BLOCK_PROOFS, NEXT_BLOCKS, PROOFS } from './proof-cases.ts';
import { QUERIES } from './query-cases.ts';
import { TRANSACTIONS } from './transaction-cases.ts';

export const CASES: Record<string, Case[]> = {
  ...TRANSACTIONS,
  block: BLOCKS,
  block_effects: TOUCHED,
  changes: CHANGES,
  chunk: CHUNKS,
  gas_price: PRICES,
  genesis_config: GENESIS_CONFIGS,
  health: HEALTH,
  light_client_proof: PROOFS,
  network_info: PEERS,
  next_light_client_block: NEXT_BLOCKS,
  query: QUERIES,
  status: STATUS,
  validators: VALIDATORS,
  EXPERIMENTAL_changes: CHANGES,
  EXPERIMENTAL_changes_in_block: TOUCHED,
  EXPERIMENTAL_genesis_config: GENESIS_CONFIGS,
  EXPERIMENTAL_light_client_block_proof: BLOCK_PROOFS,
  EXPERIMENTAL_light_client_proof: PROOFS,
  EXPERIMENTAL_protocol_config: PROTOCOL_CONFIGS,
  EXPERIMENTAL_receipt: RECEIPTS,
  EXPERIMENTAL_validators_ordered: ORDERED,
  sandbox_fast_forward: FORWARDS,
  sandbox_patch_state: PATCHES,
};
