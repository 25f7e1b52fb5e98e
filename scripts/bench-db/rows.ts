// Owns rows as the indexer would flush them, the same for every run; leaves writing them to writing.ts.

import { createHash } from 'node:crypto';
import type { UpsertRow, UpsertTarget } from '../../core/db/upsert.ts';

export const EVENTS: UpsertTarget<'chain.contract_events'> = {
  table: 'chain.contract_events',
  columns: {
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
    token_id: 'text',
    data: 'jsonb',
  },
  unique_by: ['event_identity'],
};

export const TRANSFERS: UpsertTarget<'credit.credit_transfers'> = {
  table: 'credit.credit_transfers',
  columns: {
    transfer_id: 'uuid',
    tenant_id: 'uuid',
    credit_id: 'uuid',
    event_identity: 'text',
    leg: 'text',
    from_account_id: 'text',
    to_account_id: 'text',
    tonnage_co2e: 'numeric',
    blockchain_tx_hash: 'text',
    blockchain_block_height: 'int8',
    transferred_at: 'timestamptz',
  },
  unique_by: ['event_identity', 'credit_id'],
};

const FIRST_HEIGHT = 200_000_000;
const EVENTS_PER_BLOCK = 4;
const WALLETS = 5000;
const TOKENS = 50_000;
const NEAR_HASH_LENGTH = 44;

export type Holding = { tenant_id: string; credit_id: string };

export function makeEvents(count: number): UpsertRow<'chain.contract_events'>[] {
  return Array.from({ length: count }, (_, index) => {
    const height = FIRST_HEIGHT + Math.floor(index / EVENTS_PER_BLOCK);
    const receipt_id = nearHash(`receipt ${index}`);
    const token_id = sha256(`token ${index % TOKENS}`);
    return {
      event_identity: `${receipt_id}:0:0`,
      event_position: `${String(height).padStart(12, '0')}-0000000000-${String(index % EVENTS_PER_BLOCK).padStart(6, '0')}-000-00000`,
      near_contract_id: 'credits.dmrv.near',
      block_height: String(height),
      block_hash: nearHash(`block ${height}`),
      block_timestamp: makeTime(height),
      transaction_hash: nearHash(`transaction ${index}`),
      receipt_id,
      log_index: 0,
      item_index: 0,
      standard: 'nep171',
      version: '1.0.0',
      event: 'nft_transfer',
      token_id,
      data: { old_owner_id: makeWallet(index), new_owner_id: makeWallet(index + 1), token_ids: [token_id] },
    };
  });
}

/** Transfers of credits that stand: their keys are checked as in production. */
export function makeTransfers(
  count: number,
  holdings: readonly Holding[],
): UpsertRow<'credit.credit_transfers'>[] {
  return Array.from({ length: count }, (_, index) => {
    const height = FIRST_HEIGHT + Math.floor(index / EVENTS_PER_BLOCK);
    const id = sha256(`transfer ${index}`);
    return {
      // As a uuidv7: the time first.
      transfer_id: `${(Date.UTC(2026, 0) + height)
        .toString(16)
        .padStart(12, '0')
        .replace(/^(.{8})/, '$1-')}-7${id.slice(0, 3)}-8${id.slice(3, 6)}-${id.slice(6, 18)}`,
      ...holdings[index % holdings.length],
      event_identity: `${nearHash(`receipt ${index}`)}:0:0`,
      leg: 'transfer',
      from_account_id: makeWallet(index),
      to_account_id: makeWallet(index + 1),
      tonnage_co2e: `${1 + (index % 900)}.5`,
      blockchain_tx_hash: nearHash(`transaction ${index}`),
      blockchain_block_height: String(height),
      transferred_at: makeTime(height),
    };
  });
}

function makeTime(height: number): string {
  return new Date(Date.UTC(2026, 0) + (height - FIRST_HEIGHT) * 600).toISOString();
}

function makeWallet(index: number): string {
  return `wallet-${(index * 7919) % WALLETS}.near`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

// Base58 knows no 0; every other hex digit is in it.
function nearHash(text: string): string {
  return sha256(text).slice(0, NEAR_HASH_LENGTH).replaceAll('0', 'Z');
}
