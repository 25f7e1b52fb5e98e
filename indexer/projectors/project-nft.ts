// Owns what NEP-171's items change: who holds a token, and which leg of its way each is; leaves why a token is born or ends to the others.

import type { NftEvents } from '../../core/credit/event-types.ts';
import type { ChainEvent } from '../types.ts';
import { blockTime } from './block-time.ts';
import type { RowChange } from './changes.ts';

/** What gives a transfer back where its receiver did not keep it. */
const RESOLVER = 'nft_resolve_transfer';

/** Expects: each token born by the same receipt, of that owner. The contract's account stands for nobody. */
export function projectNftMint(
  { owner_id, token_ids }: NftEvents['nft_mint'],
  event: ChainEvent,
): RowChange[] {
  const move = { leg: 'by birth', from_account_id: event.contract_id, to_account_id: owner_id } as const;
  return token_ids.map((token_id) => ({
    kind: 'change_token',
    token_id,
    expect: { owner_account_id: owner_id, born_by: event.receipt_id },
    set: {},
    move,
  }));
}

/**
 * Expects: each token live and of its old owner. A transfer of an impaired token is refused by the contract, giving
 * one back is not.
 */
export function projectNftTransfer(item: NftEvents['nft_transfer'], event: ChainEvent): RowChange[] {
  const { old_owner_id, new_owner_id, token_ids } = item;
  const is_back = event.method_name === RESOLVER;
  const move = {
    leg: is_back ? 'revert' : 'transfer',
    from_account_id: old_owner_id,
    to_account_id: new_owner_id,
  } as const;
  return token_ids.map((token_id) => ({
    kind: 'change_token',
    token_id,
    expect: { is_live: true, owner_account_id: old_owner_id, ...(is_back ? {} : { is_free: true }) },
    set: { owner_account_id: new_owner_id },
    move,
  }));
}

/** Expects: each token ended in the same block, of that owner, who stays its last one. */
export function projectNftBurn(
  { owner_id, token_ids }: NftEvents['nft_burn'],
  event: ChainEvent,
): RowChange[] {
  const move = { leg: 'by end', from_account_id: owner_id, to_account_id: event.contract_id } as const;
  const ended_at = blockTime(event.block.timestamp_ns);
  return token_ids.map((token_id) => ({
    kind: 'change_token',
    token_id,
    expect: { is_live: false, owner_account_id: owner_id, ended_at },
    set: {},
    move,
  }));
}

/** Expects: each token known. Nothing that the tables hold changes. */
export function projectNftMetadataUpdate({ token_ids }: NftEvents['nft_metadata_update']): RowChange[] {
  return token_ids.map((token_id) => ({ kind: 'change_token', token_id, expect: {}, set: {} }));
}
