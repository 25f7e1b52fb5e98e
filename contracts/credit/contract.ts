// Owns the list of what can be called: every export is a method of the contract; leaves each to its own file.

export { nft_approve, nft_is_approved, nft_revoke, nft_revoke_all } from './approvals.ts';
export { initialise as new } from './birth.ts';
export { consent, record_consent, withdraw_consent } from './consents.ts';
export { credit, mrv_hash_status } from './credit-views.ts';
export {
  nft_supply_for_owner,
  nft_token,
  nft_tokens,
  nft_tokens_for_owner,
  nft_total_supply,
} from './enumeration.ts';
export { contract_source_metadata, nft_metadata } from './metadata.ts';
export { nft_mint, nft_mint_batch, storage_cost } from './mint.ts';
export { accept_owner, cancel_owner_proposal, propose_owner } from './ownership.ts';
export { pause, unpause } from './pauses.ts';
export { cancel, expire, invalidate, redeem } from './registry-acts.ts';
export { impair, restore } from './registry-acts-flags.ts';
export { retire, retire_batch } from './retire.ts';
export { confirm_retirement, refuse_retirement, reveal_beneficiary } from './retire-confirm.ts';
export {
  retirement,
  retirements,
  retirements_for_account,
  retirements_for_beneficiary_id,
} from './retire-views.ts';
export { grant_role, has_role, list_roles, revoke_role } from './roles.ts';
export { limits, rules, supply } from './rule-views.ts';
export { lineage, merge, split } from './split-merge.ts';
export { nft_resolve_transfer, nft_transfer, nft_transfer_call } from './transfers.ts';
export { announce_upgrade, cancel_upgrade, migrate, upgrade } from './upgrade.ts';
