// Owns what the methods of minting, NFT standards and views say of themselves for the ABI; leaves what they do to their files.
import { HASH, ref, TEXT } from './method-types.ts';

const account_id = ref('AccountId');
const token_id = HASH;
const mint = { receiver_id: account_id, mrv_hash: HASH, credit: ref('NewCredit'), 'memo?': TEXT };
const page = { 'from_index?': ref('U128'), 'limit?': { type: 'integer', minimum: 0 } };
const approval_id = { type: 'integer', minimum: 0 };
const tokens = { type: 'array', items: ref('Token') };
const nullable = { type: ['object', 'null'] };
const transfer = { receiver_id: account_id, token_id, 'approval_id?': approval_id, 'memo?': TEXT };

export const NFT_METHODS = {
  nft_mint: {
    kind: 'call',
    doc: 'Minter of the registry. The deposit reserves storage_cost; the rest comes back.',
    params: mint,
    is_payable: true,
  },
  nft_mint_batch: {
    kind: 'call',
    doc: 'Several mints of one registry: all or none.',
    params: { mints: { type: 'array', items: { type: 'object' } } },
    is_payable: true,
  },
  storage_cost: {
    kind: 'view',
    doc: 'The deposit that nft_mint of the same arguments keeps, in yoctoNEAR.',
    params: { ...mint, 'minter_id?': account_id },
    result: ref('U128'),
  },
  nft_transfer: { kind: 'call', doc: 'NEP-171, 1 yocto.', params: transfer, is_payable: true },
  nft_transfer_call: {
    kind: 'call',
    doc: 'NEP-171, 1 yocto. True where the receiver keeps the token.',
    params: { ...transfer, msg: TEXT },
    result: { type: 'boolean' },
    is_payable: true,
  },
  nft_resolve_transfer: {
    kind: 'call',
    doc: 'NEP-171, the end of nft_transfer_call.',
    params: {
      owner_id: account_id,
      receiver_id: account_id,
      token_id,
      approved_account_ids: { type: 'object' },
      transfer_nonce: { type: 'integer' },
    },
    result: { type: 'boolean' },
    is_private: true,
  },
  nft_approve: {
    kind: 'call',
    doc: 'NEP-178, owner of the token, at least 1 yocto; what is above comes back.',
    params: { token_id, account_id, 'msg?': TEXT },
    is_payable: true,
  },
  nft_revoke: { kind: 'call', doc: 'NEP-178, 1 yocto.', params: { token_id, account_id }, is_payable: true },
  nft_revoke_all: { kind: 'call', doc: 'NEP-178, 1 yocto.', params: { token_id }, is_payable: true },
  nft_is_approved: {
    kind: 'view',
    doc: 'NEP-178.',
    params: { token_id, approved_account_id: account_id, 'approval_id?': approval_id },
    result: { type: 'boolean' },
  },
  nft_token: { kind: 'view', doc: 'NEP-171: a live token, or null.', params: { token_id }, result: nullable },
  nft_total_supply: { kind: 'view', doc: 'NEP-181.', result: ref('U128') },
  nft_supply_for_owner: { kind: 'view', doc: 'NEP-181.', params: { account_id }, result: ref('U128') },
  nft_tokens: { kind: 'view', doc: 'NEP-181.', params: page, result: tokens },
  nft_tokens_for_owner: { kind: 'view', doc: 'NEP-181.', params: { account_id, ...page }, result: tokens },
  nft_metadata: { kind: 'view', doc: 'NEP-177.', result: ref('ContractMetadata') },
  contract_source_metadata: { kind: 'view', doc: 'NEP-330.', result: { type: 'object' } },
  credit: {
    kind: 'view',
    doc: 'All that is known of a hash, live or gone; null where it was never used.',
    params: { mrv_hash: HASH },
    result: nullable,
  },
  mrv_hash_status: {
    kind: 'view',
    doc: 'not_minted, active, impaired, retired, invalidated, void with its cause, or expired.',
    params: { mrv_hash: HASH },
    result: { type: 'object' },
  },
  supply: {
    kind: 'view',
    doc: 'Counts and tonnes by status, of all, a registry, its project, or a vintage.',
    params: {
      'registry?': ref('RegistryId'),
      'project_id?': TEXT,
      'vintage_year?': { type: 'integer' },
    },
    result: { type: 'object' },
  },
} as const;
