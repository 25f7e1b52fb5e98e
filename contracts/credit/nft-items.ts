// Owns gathering burnt and born tokens into NEP-171's items, one for each owner; leaves their own events to the methods.
import { tellNftJson } from './events.ts';
import { textField } from './json.ts';

/** Hash, owner, and who acted for the owner or ''. */
export type Burn = readonly [token_id: string, owner_id: string, authorized_id: string];
export type Birth = readonly [token_id: string, owner_id: string];

export function tellBurns(burns: readonly Burn[]): void {
  let items = '';
  let last = '';
  for (const [token_id, owner_id, authorized_id] of burns) {
    const head = `{"owner_id":"${owner_id}"${textField('authorized_id', authorized_id)},"token_ids":["`;
    items = addToItems(items, { is_same: head === last, head, token_id });
    last = head;
  }
  tellNftJson('nft_burn', `${items}"]}`);
}

export function tellMints(births: readonly Birth[]): void {
  let items = '';
  let last = '';
  for (const [token_id, owner_id] of births) {
    const head = `{"owner_id":"${owner_id}","token_ids":["`;
    items = addToItems(items, { is_same: head === last, head, token_id });
    last = head;
  }
  tellNftJson('nft_mint', `${items}"]}`);
}

/** The last item stays open for further hashes of the same owner. */
function addToItems(
  items: string,
  { is_same, head, token_id }: { is_same: boolean; head: string; token_id: string },
): string {
  if (is_same) return `${items}","${token_id}`;
  return items === '' ? head + token_id : `${items}"]},${head}${token_id}`;
}
