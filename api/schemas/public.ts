// Owns the schemas of what anybody may ask: certificates, retirements, proofs, one credit with its past, what the contract rests on;
// leaves the rows to core/db/public-chain.ts.

import { z } from 'zod';
import { accountId, country, day, pageQuery, sha256, timestamp } from './shared.ts';

const MAX_CURSOR = 64;

export const tokenParams = z.strictObject({ token_id: sha256 });

const serial = z.object({ namespace: z.string(), start: z.string(), end: z.string() }).nullable();
const STATES = ['burnt_registry_pending', 'confirmed', 'refused'] as const;

const article6Row = z.object({
  kind: z.enum(['authorisation', 'corresponding_adjustment', 'revocation']),
  host_country: country,
  authorised_use: z.enum(['ndc', 'international_mitigation', 'other_purposes']),
  tonnage_co2e: z.string().nullable(),
  effective_on: day,
  reference: z.string(),
  document_sha256: sha256,
});

export const publicRetirementSchema = z
  .object({
    state: z.enum(STATES),
    token_id: sha256,
    mrv_hash: sha256,
    near_contract_id: z.string(),
    account_id: z.string(),
    registry: z.string(),
    registry_project_id: z.string(),
    methodology: z.string(),
    tonnage_co2e: z.string(),
    unit: z.string(),
    serial,
    vintage_year: z.int(),
    issued_on: z.string(),
    beneficiary: z.string().nullable(),
    beneficiary_commitment: z.string().nullable(),
    beneficiary_kind: z.enum(['organisation', 'individual']),
    beneficiary_id: z.string().nullable(),
    revealed_at: timestamp.nullable(),
    reason: z.string().nullable(),
    purpose: z.string().nullable(),
    consumption_country: z.string().nullable(),
    consumption_period: z.string().nullable(),
    retired_at: timestamp,
    block_height: z
      .string()
      .nullable()
      .meta({ description: 'Null until the block is indexed, as the next two' }),
    transaction_hash: z.string().nullable(),
    receipt_id: z.string().nullable(),
    registry_retirement_id: z.string().nullable(),
    registry_retired_on: z.string().nullable(),
    attested_by: z.enum(['registry', 'registry_agent']).nullable(),
    evidence_sha256: z.string().nullable(),
    amendment: z.int().nullable(),
    confirmed_at: timestamp.nullable(),
    refused_at: timestamp.nullable(),
    refusal_reason: z.string().nullable(),
    has_proof: z.boolean(),
  })
  .meta({ id: 'PublicRetirement' });

export const publicCertificateSchema = publicRetirementSchema
  .extend({
    network: z.string(),
    source: z
      .enum(['index', 'final_block'])
      .meta({ description: 'Whether it was indexed, or asked of the contract in its last final block' }),
    payload_is_known: z.boolean(),
    methodology_version: z.string().nullable(),
    project_type: z.string().nullable(),
    host_country: z.string().nullable(),
    monitoring_period: z.object({ start_on: z.string(), end_on: z.string() }).nullable(),
    evidence_hash: z.string().nullable(),
    verification_report_hash: z.string().nullable(),
    article6: z
      .object({
        is_known: z.boolean(),
        is_authorised: z.boolean(),
        is_adjusted: z.boolean(),
        on: z.string(),
        rows: z.array(article6Row),
      })
      .meta({ id: 'Article6AsOfRetirement' }),
    proof: z.object({
      state: z.enum(['kept', 'waiting', 'impossible']),
      note: z.string().nullable(),
      bundle_sha256: z.string().nullable(),
      revision: z.int().nullable(),
      head_block_hash: z.string().nullable(),
      head_block_height: z.string().nullable(),
    }),
  })
  .meta({ id: 'PublicCertificate' });

export const publicRetirementsQuery = z.strictObject({
  registry_outcome: z.enum(['pending', 'confirmed', 'refused']).optional(),
  account_id: accountId.optional(),
  page_size: pageQuery.page_size,
  cursor: z
    .string()
    .max(MAX_CURSOR)
    .regex(/^[\d-]+$/)
    .optional(),
});

export const publicRetirementList = z.object({
  retirements: z.array(publicRetirementSchema),
  next_cursor: z.string().optional(),
});

export const publicCreditSchema = z
  .object({
    credit: z.object({
      token_id: sha256,
      mrv_hash: sha256,
      near_contract_id: z.string(),
      owner_account_id: z.string(),
      status: z.string(),
      tonnage_co2e: z.string(),
      unit: z.string(),
      registry: z.string(),
      registry_project_id: z.string(),
      methodology: z.string(),
      serial,
      vintage_year: z.int(),
      issued_on: z.string(),
      expires_on: z.string().nullable(),
      consent_ref: z.string(),
      minter_account_id: z.string(),
      birth: z.enum(['issue', 'split', 'merge']),
      minted_at: timestamp,
      ended_at: timestamp.nullable(),
    }),
    timeline: z.array(
      z.object({
        event_identity: z.string(),
        event: z.string(),
        leg: z.string().nullable(),
        from_account_id: z.string().nullable(),
        to_account_id: z.string().nullable(),
        block_height: z.string(),
        happened_at: timestamp,
        transaction_hash: z.string().nullable(),
        data: z.record(z.string(), z.unknown()),
      }),
    ),
    lineage: z.array(
      z.object({
        token_id: z.string(),
        parent_token_id: z.string(),
        lineage_type: z.enum(['split', 'merge']),
        ordinal: z.int(),
        status: z.string(),
        tonnage_co2e: z.string(),
      }),
    ),
  })
  .meta({ id: 'PublicCredit' });

const role = z.object({
  role: z.string(),
  account_id: z.string(),
  registry: z.string().optional(),
  daily_tonnage: z.string().optional(),
});

export const trustSchema = z
  .object({
    network: z.string(),
    near_contract_id: z.string(),
    block_height: z.string(),
    code_sha256: z.string(),
    keys: z.array(z.object({ public_key: z.string(), permission: z.string() })),
    is_locked: z.boolean().meta({ description: 'Nobody has a key of the contract’s account' }),
    owner_id: z.string(),
    proposed_owner_id: z.string().nullable(),
    paused: z.array(z.string()),
    upgrade_delay_ns: z.string(),
    pending_upgrade: z.object({ code_sha256: z.string(), not_before_ns: z.string() }).nullable(),
    registries: z.array(z.string()),
    roles: z.array(role),
    source: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'NEP-330: what the code was built of' }),
  })
  .meta({ id: 'Trust' });
