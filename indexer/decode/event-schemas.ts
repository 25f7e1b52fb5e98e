// Owns the shape of one item of every event that the contract tells; leaves kinds of fields to field-schemas.ts and the words to core/credit.

import { z } from 'zod';
import type {
  CreditEventName,
  CreditEvents,
  NftEventName,
  NftEvents,
} from '../../core/credit/event-types.ts';
import {
  account,
  areConsecutive,
  attester,
  day,
  hash,
  isCounted,
  registry,
  rest,
  serial,
  text,
  tonnage,
  whole,
  year,
} from './field-schemas.ts';

// Further fields are kept and mean nothing here: a later minor version may add them.

/** More than the contract ever tells of in one item. */
const MAX_TOKENS = 256;
const UNCOUNTED = 'has a tonnage that is no whole number of units, or does not fit its serial numbers';

const tokens = z.array(hash).min(1).max(MAX_TOKENS).refine(areDifferent, 'names a token twice');
const memo = { memo: z.string().exactOptional() };

const facts = {
  registry,
  project_id: text,
  methodology: text,
  tonnage,
  unit: tonnage,
  serial: serial.exactOptional(),
  vintage_year: year,
  issued_on: day,
};

const creditIssue = z
  .looseObject({
    token_id: hash,
    owner_id: account,
    minter_id: account,
    ...facts,
    expires_on: day.exactOptional(),
    consent_ref: text,
    buffer_tonnage: tonnage.exactOptional(),
    replaces: hash.exactOptional(),
    reference: text.exactOptional(),
    reference_hash: text.exactOptional(),
    ...memo,
  })
  .refine(isCounted, UNCOUNTED);

const creditRetire = z
  .looseObject({
    token_id: hash,
    origin: hash,
    account_id: account,
    authorized_id: account.exactOptional(),
    ...facts,
    beneficiary: text.exactOptional(),
    beneficiary_commitment: hash.exactOptional(),
    beneficiary_kind: z.enum(['organisation', 'individual']),
    beneficiary_id: text.exactOptional(),
    reason: text.exactOptional(),
    purpose: text.exactOptional(),
    jurisdiction: text.exactOptional(),
    consumption_period: text.exactOptional(),
    retired_at_ns: whole,
  })
  .refine(isCounted, UNCOUNTED)
  .refine(
    ({ beneficiary, beneficiary_commitment }) => (beneficiary ?? beneficiary_commitment) !== undefined,
    'names no beneficiary and no commitment',
  );

const part = z.looseObject({ token_id: hash, tonnage, serial: serial.exactOptional() });

const creditSplit = z
  .looseObject({
    token_id: hash,
    origin: hash,
    owner_id: account,
    authorized_id: account.exactOptional(),
    children: z
      .array(part)
      .min(2)
      .max(MAX_TOKENS)
      .refine(areConsecutive, 'have serials that do not follow each other'),
  })
  .refine(
    ({ token_id, children }) => areDifferent([token_id, ...children.map((child) => child.token_id)]),
    'names a token twice',
  );

const creditMerge = z
  .looseObject({
    token_id: hash,
    origin: hash,
    owner_id: account,
    parents: tokens.min(2),
    tonnage,
    serial: serial.exactOptional(),
  })
  .refine(({ token_id, parents }) => !parents.includes(token_id), 'names a token twice');

const flag = z
  .looseObject({
    token_id: hash.exactOptional(),
    origin: hash.exactOptional(),
    registry,
    reason: text,
    account_id: account,
    attested_by: attester,
  })
  .refine(
    ({ token_id, origin }) => (token_id === undefined) !== (origin === undefined),
    'names neither a token nor an origin, or both',
  );

const ended = { token_id: hash, owner_id: account, registry, tonnage };
const attested = { account_id: account, attested_by: attester };

const roleChange = {
  role: z.enum(['minter', 'registry', 'registry_agent', 'guardian']),
  account_id: account,
  registry: registry.exactOptional(),
  granted_by: account,
};
const feature = z.enum(['mint', 'transfer', 'approve', 'retire', 'parts', 'registry_acts']);

export const CREDIT_SCHEMAS = {
  credit_issue: creditIssue,
  credit_retire: creditRetire,
  credit_split: creditSplit,
  credit_merge: creditMerge,
  credit_impair: flag,
  credit_restore: flag,
  credit_invalidate: z.looseObject({ ...ended, reason: text, reference: text, ...attested }),
  credit_redeem: z.looseObject({ ...ended, registry_account: text }),
  credit_cancel: z.looseObject({ ...ended, reason: text, ...attested }),
  credit_expire: z.looseObject({ ...ended, expires_on: day, account_id: account }),
  retirement_confirm: z.looseObject({
    token_id: hash,
    registry,
    registry_retirement_id: text,
    registry_retired_on: day,
    evidence_sha256: hash,
    amendment: z.int().min(0).max(1_000_000),
    ...attested,
  }),
  retirement_refuse: z.looseObject({ token_id: hash, registry, reason: text, ...attested }),
  beneficiary_reveal: z.looseObject({ token_id: hash, beneficiary: text, salt: hash, account_id: account }),
  consent_record: z.looseObject({
    consent_ref: text,
    registry,
    mrv_hash: hash.exactOptional(),
    tonnage,
    unit: tonnage,
    serial: serial.exactOptional(),
    document_sha256: hash,
    immobilised_on: day,
    valid_to: day.exactOptional(),
    ...attested,
  }),
  consent_withdraw: z.looseObject({ consent_ref: text, registry, remaining: rest, ...attested }),
  contract_init: z.looseObject({ owner_id: account, upgrade_delay_ns: whole }),
  role_grant: z.looseObject({ ...roleChange, daily_tonnage: rest.exactOptional() }),
  role_revoke: z.looseObject(roleChange),
  owner_propose: z.looseObject({ owner_id: account, proposed_id: account }),
  owner_proposal_cancel: z.looseObject({ owner_id: account, proposed_id: account }),
  owner_change: z.looseObject({ old_owner_id: account, new_owner_id: account }),
  pause: z.looseObject({ feature, account_id: account }),
  unpause: z.looseObject({ feature, account_id: account }),
  upgrade_announce: z.looseObject({ code_sha256: hash, not_before_ns: whole, account_id: account }),
  upgrade_cancel: z.looseObject({ code_sha256: hash, account_id: account }),
  upgrade_apply: z.looseObject({ code_sha256: hash, from_version: z.int(), to_version: z.int() }),
} as const satisfies { [E in CreditEventName]: z.ZodType<CreditEvents[E]> };

export const NFT_SCHEMAS = {
  nft_mint: z.looseObject({ owner_id: account, token_ids: tokens, ...memo }),
  nft_transfer: z.looseObject({
    authorized_id: account.exactOptional(),
    old_owner_id: account,
    new_owner_id: account,
    token_ids: tokens,
    ...memo,
  }),
  nft_burn: z.looseObject({
    owner_id: account,
    authorized_id: account.exactOptional(),
    token_ids: tokens,
    ...memo,
  }),
  nft_metadata_update: z.looseObject({ token_ids: tokens, ...memo }),
  contract_metadata_update: z.looseObject(memo),
} as const satisfies { [E in NftEventName]: z.ZodType<NftEvents[E]> };

function areDifferent(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
