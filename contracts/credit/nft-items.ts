// Owns gathering burnt and born tokens into NEP-171's items, one for each owner; leaves their own events to the methods.
import type { NftEvents } from './event-types.ts';
import { tellNft } from './events.ts';

/** Hash, owner, and who acted for the owner or ''. */
export type Burn = readonly [token_id: string, owner_id: string, authorized_id: string];
export type Birth = readonly [token_id: string, owner_id: string];

export function tellBurns(burns: readonly Burn[]): void {
  const items: NftEvents['nft_burn'][] = [];
  for (const [token_id, owner_id, authorized_id] of burns) {
    const last = items[items.length - 1];
    if (last !== undefined && last.owner_id === owner_id && (last.authorized_id ?? '') === authorized_id) {
      last.token_ids.push(token_id);
    } else if (authorized_id === '') {
      items.push({ owner_id, token_ids: [token_id] });
    } else {
      items.push({ owner_id, authorized_id, token_ids: [token_id] });
    }
  }
  tellNft('nft_burn', ...items);
}

export function tellMints(births: readonly Birth[]): void {
  const items: NftEvents['nft_mint'][] = [];
  for (const [token_id, owner_id] of births) {
    const last = items[items.length - 1];
    if (last !== undefined && last.owner_id === owner_id) last.token_ids.push(token_id);
    else items.push({ owner_id, token_ids: [token_id] });
  }
  tellNft('nft_mint', ...items);
}
