// Owns all rows of a batch while it is folded, and their keys; leaves what becomes of them to apply-change.ts.

import { RowBook } from './row-book.ts';
import type {
  ChainState,
  ConsentKey,
  ConsentRow,
  LineageRow,
  RetirementRow,
  TokenEventRow,
  TokenRow,
} from './rows.ts';

export interface BatchBook {
  tokens: RowBook<TokenRow>;
  consents: RowBook<ConsentRow>;
  retirements: RowBook<RetirementRow>;
  token_events: TokenEventRow[];
  lineage: LineageRow[];
  touched: Map<string, { near_contract_id: string; token_id: string }>;
  /** Keys of tokens by key of their origin, loaded and born. */
  by_origin: Map<string, string[]>;
  /** Keys of tokens whose birth or end this batch has told by an nft item. */
  minted: Set<string>;
  burnt: Set<string>;
}

export function openBook(state: ChainState): BatchBook {
  const book: BatchBook = {
    tokens: new RowBook(state.tokens, (row) => tokenKey(row.near_contract_id, row.token_id)),
    consents: new RowBook(state.consents, (row) => consentKey(row.near_contract_id, row)),
    retirements: new RowBook(state.retirements, (row) => tokenKey(row.near_contract_id, row.token_id)),
    token_events: [],
    lineage: [],
    touched: new Map(),
    by_origin: new Map(),
    minted: new Set(),
    burnt: new Set(),
  };
  for (const row of state.tokens) enterOrigin(book, row);
  return book;
}

export function enterOrigin(
  book: BatchBook,
  { near_contract_id, token_id, origin }: Readonly<TokenRow>,
): void {
  const key = tokenKey(near_contract_id, origin);
  const known = book.by_origin.get(key);
  const own = tokenKey(near_contract_id, token_id);
  if (known === undefined) book.by_origin.set(key, [own]);
  else known.push(own);
}

// No account id and no registry type has a slash or a space.
export function tokenKey(near_contract_id: string, token_id: string): string {
  return `${near_contract_id}/${token_id}`;
}

export function consentKey(near_contract_id: string, consent: Readonly<ConsentKey>): string {
  const { registry_type, registry_name, consent_ref } = consent;
  return `${near_contract_id}/${registry_type}/${registry_name ?? ''}/${consent_ref}`;
}
