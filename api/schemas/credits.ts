// Owns the schemas of credits, ownership, transfers, lineage, retirements, supply, and of asking for the past; leaves buffers
// to buffers.ts.

import { z } from 'zod';
import { CREDIT_STATUSES, VOID_CAUSES } from '../../core/db/statuses.ts';
import {
  accountId,
  anyOf,
  batchBody,
  id,
  listOf,
  pageQuery,
  REGISTRY_TYPES,
  sha256,
  timestamp,
  u64,
  vintages,
} from './shared.ts';

const LEGS = ['mint', 'transfer', 'revert', 'split', 'merge', 'burn'] as const;

/** A moment of the past: a block's height, or a time, of which the last block before it is meant. */
export const asOfQuery = {
  as_of: z
    .union([u64, timestamp])
    .optional()
    .meta({
      description: 'A block height, or a time: what was true after the last block until then',
      examples: ['1000', '2026-01-31T00:00:00Z'],
    }),
};

/** The moment that was answered for. */
export const momentSchema = z
  .object({ block_height: z.string(), block_timestamp: timestamp.nullable() })
  .meta({ id: 'Moment' });

export const creditSchema = z
  .object({
    credit_id: id,
    mrv_hash: sha256,
    registry_type: z.string(),
    registry_name: z.string().nullable(),
    registry_serial: z.string().nullable(),
    token_id: z.string().nullable(),
    near_contract_id: z.string().nullable(),
    tonnage_co2e: z.string(),
    unit: z.string(),
    vintage_year: z.int(),
    issuance_date: z.string(),
    expires_on: z.string().nullable(),
    status: z.enum(CREDIT_STATUSES),
    void_cause: z.enum(VOID_CAUSES).nullable(),
    minted_at: timestamp.nullable(),
    retired_at: timestamp.nullable(),
    created_at: timestamp,
    updated_at: timestamp,
    tenant_id: id.optional(),
    project_id: id.optional(),
    mrv_submission_id: id.optional(),
    serial_block: id.nullable().optional(),
    near_minter_account_id: z.string().nullable().optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'Credit' });

export const ownershipSchema = z
  .object({
    credit_id: id,
    owner_account_id: z.string(),
    owner_type: z.enum(['near', 'custodial', 'internal']),
    ended_at: timestamp.nullable(),
    updated_at: timestamp,
  })
  .meta({ id: 'CreditOwnership' });

export const transferSchema = z
  .object({
    transfer_id: id,
    credit_id: id,
    event_identity: z.string().nullable(),
    leg: z.enum(LEGS),
    from_account_id: z.string(),
    to_account_id: z.string(),
    tonnage_co2e: z.string(),
    blockchain_tx_hash: z.string().nullable(),
    blockchain_block_height: z.string().nullable(),
    transfer_reason: z.string().nullable(),
    transferred_at: timestamp,
  })
  .meta({ id: 'CreditTransfer' });

export const retirementSchema = z
  .object({
    retirement_id: id,
    credit_id: id,
    token_id: sha256,
    tonnage_co2e: z.string(),
    beneficiary: z.string(),
    beneficiary_kind: z.enum(['organisation', 'individual']),
    beneficiary_commitment: z.string().nullable(),
    retirement_reason: z.string().nullable(),
    certificate_uri: z.string().nullable(),
    registry_confirmed: z.boolean(),
    registry_confirmed_at: timestamp.nullable(),
    registry_retirement_id: z.string().nullable(),
    registry_retired_on: z.string().nullable(),
    attested_by: z.enum(['registry', 'registry_agent']).nullable(),
    registry_refused_at: timestamp.nullable(),
    registry_refusal_reason: z.string().nullable(),
    event_identity: z.string().nullable(),
    blockchain_tx_hash: z.string().nullable(),
    blockchain_receipt_id: z.string().nullable(),
    blockchain_block_height: z.string().nullable(),
    retired_at: timestamp,
    created_at: timestamp,
  })
  .meta({ id: 'Retirement' });

export const creditParams = z.strictObject({ credit_id: id });
export const retirementParams = z.strictObject({ retirement_id: id });

export const creditsQuery = z.strictObject({
  ...pageQuery,
  status: anyOf(CREDIT_STATUSES),
  registry: anyOf(REGISTRY_TYPES),
  vintage: vintages,
  project_id: id.optional().meta({ description: 'For tenants and operators' }),
  owner_account_id: accountId.optional().meta({ description: 'For tenants and operators' }),
  ...asOfQuery,
});

export const creditList = listOf('credits', creditSchema).extend({ as_of: momentSchema.optional() });
export const creditBatchBody = batchBody;
export const creditBatch = z.object({ credits: z.array(creditSchema) });

export const creditQuery = z.strictObject(asOfQuery);

export const creditView = z.object({
  credit: creditSchema,
  ownership: ownershipSchema.optional(),
  transfers: z.array(transferSchema),
  retirement: retirementSchema.optional(),
  as_of: momentSchema.optional(),
});

export const transfersQuery = z.strictObject({ ...pageQuery });
export const transferList = listOf('transfers', transferSchema);

const edge = z.object({
  credit_id: id,
  parent_credit_id: id.nullable(),
  lineage_type: z.enum(['split', 'merge', 'correction', 'reissuance']),
  depth: z.int(),
});
export const lineageView = z
  .object({ credit_id: id, ancestors: z.array(edge), descendants: z.array(edge) })
  .meta({ id: 'CreditLineage' });

export const retirementsQuery = z.strictObject({
  ...pageQuery,
  registry_outcome: z.enum(['pending', 'confirmed', 'refused']).optional(),
  ...asOfQuery,
});
export const retirementList = listOf('retirements', retirementSchema).extend({
  as_of: momentSchema.optional(),
});

export const supplyQuery = z.strictObject({ ...asOfQuery, registry: anyOf(REGISTRY_TYPES) });

export const supplyView = z
  .object({
    as_of: momentSchema,
    near_contract_id: z.string(),
    supply: z.array(
      z.object({
        registry_type: z.string(),
        registry_name: z.string().nullable(),
        status: z.string(),
        token_count: z.int(),
        tonnage_co2e: z.string(),
      }),
    ),
  })
  .meta({ id: 'Supply' });

export const holdingsQuery = z.strictObject({
  account_id: accountId.optional().meta({ description: "Absent, a holder's own" }),
  page: pageQuery.page,
  page_size: pageQuery.page_size,
  ...asOfQuery,
});

export const holdingsView = z
  .object({
    as_of: momentSchema,
    account_id: z.string(),
    holdings: z.array(
      z.object({
        token_id: z.string(),
        origin: z.string(),
        registry_type: z.string(),
        registry_name: z.string().nullable(),
        vintage_year: z.int(),
        tonnage_co2e: z.string(),
        status: z.string(),
        held_since_height: z.string(),
      }),
    ),
    has_more: z.boolean(),
  })
  .meta({ id: 'Holdings' });
