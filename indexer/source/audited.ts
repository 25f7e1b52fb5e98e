// Owns which fields an audit reads of a block and of a shard; leaves what must follow from them to audit.ts.
import { z } from 'zod';

const whole = z.union([z.number(), z.string()]);
const stake = z.object({ account_id: z.string(), public_key: z.string(), stake: z.string() });
const later_form = z.unknown().optional();

const chunkHeader = z.object({
  balance_burnt: z.string(),
  chunk_hash: z.string(),
  encoded_length: whole,
  encoded_merkle_root: z.string(),
  gas_limit: whole,
  gas_used: whole,
  height_created: whole,
  height_included: whole,
  outcome_root: z.string(),
  outgoing_receipts_root: z.string(),
  prev_block_hash: z.string(),
  prev_state_root: z.string(),
  shard_id: whole,
  tx_root: z.string(),
  validator_proposals: z.array(stake).optional(),
  congestion_info: later_form,
  bandwidth_requests: later_form,
});

export const auditedBlock = z.object({
  chunks: z.array(chunkHeader),
  header: z.object({
    approvals: z.array(z.string().nullable()),
    block_merkle_root: z.string(),
    block_ordinal: whole.nullable().optional(),
    challenges_root: z.string(),
    chunk_headers_root: z.string(),
    chunk_mask: z.array(z.boolean()),
    chunk_receipts_root: z.string(),
    chunk_tx_root: z.string(),
    epoch_id: z.string(),
    epoch_sync_data_hash: z.string().nullable().optional(),
    gas_price: z.string(),
    hash: z.string(),
    height: whole,
    last_ds_final_block: z.string(),
    last_final_block: z.string(),
    latest_protocol_version: z.number(),
    next_bp_hash: z.string(),
    next_epoch_id: z.string(),
    outcome_root: z.string(),
    prev_hash: z.string(),
    prev_height: whole.nullable().optional(),
    prev_state_root: z.string(),
    random_value: z.string(),
    timestamp_nanosec: z.string(),
    total_supply: z.string(),
    validator_proposals: z.array(stake).optional(),
    block_body_hash: later_form,
    chunk_endorsements: later_form,
  }),
});
export type AuditedBlock = z.infer<typeof auditedBlock>;

const shownOutcome = z.object({
  block_hash: z.string(),
  id: z.string(),
  proof: z.array(z.object({ hash: z.string(), direction: z.enum(['Left', 'Right']) })),
  outcome: z.object({
    executor_id: z.string(),
    gas_burnt: whole,
    logs: z.array(z.string()),
    receipt_ids: z.array(z.string()),
    status: z.union([
      z.string(),
      z.object({
        SuccessValue: z.string().optional(),
        SuccessReceiptId: z.string().optional(),
        Failure: z.unknown().optional(),
      }),
    ]),
    tokens_burnt: z.string(),
  }),
});

export const auditedShard = z.object({
  shard_id: whole,
  chunk: z
    .object({
      header: z.object({ chunk_hash: z.string() }),
      transactions: z.array(z.object({ outcome: z.object({ execution_outcome: shownOutcome }) })),
    })
    .nullable(),
  receipt_execution_outcomes: z.array(z.object({ execution_outcome: shownOutcome })),
});
