// Owns which projector reads which event; leaves what each changes to the projectors.

import type {
  CreditEventName,
  CreditEvents,
  NftEventName,
  NftEvents,
} from '../../core/credit/event-types.ts';
import type { ChainEvent } from '../types.ts';
import type { RowChange } from './changes.ts';
import {
  projectConsentRecord,
  projectConsentWithdraw,
  projectCreditCancel,
  projectCreditExpire,
  projectCreditImpair,
  projectCreditInvalidate,
  projectCreditRedeem,
  projectCreditRestore,
} from './project-acts.ts';
import {
  projectNftBurn,
  projectNftMetadataUpdate,
  projectNftMint,
  projectNftTransfer,
} from './project-nft.ts';
import { projectCreditIssue, projectCreditMerge, projectCreditSplit } from './project-parts.ts';
import {
  projectBeneficiaryReveal,
  projectCreditRetire,
  projectRetirementConfirm,
  projectRetirementRefuse,
} from './project-retirements.ts';

type Items = CreditEvents & NftEvents;
type Projectors = {
  [E in CreditEventName | NftEventName]: (item: Items[E], event: ChainEvent) => RowChange[];
};

/** Who may do what, and the contract's own life: kept as events, and no row says more than they do. */
const keptOnly = (): RowChange[] => [];

const PROJECTORS: Projectors = {
  credit_issue: projectCreditIssue,
  credit_split: projectCreditSplit,
  credit_merge: projectCreditMerge,
  credit_retire: projectCreditRetire,
  credit_impair: projectCreditImpair,
  credit_restore: projectCreditRestore,
  credit_invalidate: projectCreditInvalidate,
  credit_redeem: projectCreditRedeem,
  credit_cancel: projectCreditCancel,
  credit_expire: projectCreditExpire,
  retirement_confirm: projectRetirementConfirm,
  retirement_refuse: projectRetirementRefuse,
  beneficiary_reveal: projectBeneficiaryReveal,
  consent_record: projectConsentRecord,
  consent_withdraw: projectConsentWithdraw,
  nft_mint: projectNftMint,
  nft_transfer: projectNftTransfer,
  nft_burn: projectNftBurn,
  nft_metadata_update: projectNftMetadataUpdate,
  contract_metadata_update: keptOnly,
  contract_init: keptOnly,
  role_grant: keptOnly,
  role_revoke: keptOnly,
  owner_propose: keptOnly,
  owner_proposal_cancel: keptOnly,
  owner_change: keptOnly,
  pause: keptOnly,
  unpause: keptOnly,
  upgrade_announce: keptOnly,
  upgrade_cancel: keptOnly,
  upgrade_apply: keptOnly,
};

const BY_NAME = new Map(Object.entries(PROJECTORS)) as ReadonlyMap<
  string,
  (item: unknown, event: ChainEvent) => RowChange[]
>;

/** Pure. The data were checked where the event was read, so that its name says its type. */
export function projectEvent(event: ChainEvent): RowChange[] {
  const project = BY_NAME.get(event.event);
  if (project === undefined) throw new TypeError(`no projector reads ${event.event} of ${event.identity}`);
  return project(event.data, event);
}
