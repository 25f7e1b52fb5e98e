// Owns reading proofs and light-client blocks as nodes answer them; leaves judging them to the verifier.
import * as z from 'zod';
import { decodeHash } from '../near/base58.ts';
import { decodeBase64 } from '../near/crypto.ts';
import type { HeaderLite, InnerLite } from '../near/header.ts';
import { type CurveBytes, parsePublicKey, parseSignature } from '../near/keys.ts';
import type { PathItem } from '../near/merkle.ts';
import type { Outcome, OutcomeStatus } from '../near/outcome.ts';
import type { ValidatorStake } from '../near/validators.ts';

/** Deeper than any tree of 2^64 leaves; a longer path is no path. */
const MAX_PATH = 64;
/** Mainnet had 100 producers in 2023; a list beyond this would only cost the reader time. */
const MAX_PRODUCERS = 4096;
/** NEAR's own limits for one receipt. */
const MAX_LOGS = 100;

const hashSchema = decoded(decodeHash);
const u64Schema = unsigned(64n);
const u128Schema = unsigned(128n);

const pathSchema = z
  .array(z.object({ hash: hashSchema, direction: z.enum(['Left', 'Right']) }))
  .max(MAX_PATH);

const statusSchema = z
  .union([
    z.object({ SuccessValue: decoded(decodeBase64) }),
    z.object({ SuccessReceiptId: hashSchema }),
    z.object({ Failure: z.unknown() }),
    z.literal('Unknown'),
  ])
  .transform((status): OutcomeStatus => {
    if (status === 'Unknown') return { kind: 'unknown' };
    if ('SuccessValue' in status) return { kind: 'value', value: status.SuccessValue };
    if ('SuccessReceiptId' in status) return { kind: 'receipt', receipt_id: status.SuccessReceiptId };
    return { kind: 'failure' };
  });

export const outcomeSchema: z.ZodType<Outcome, unknown> = z.object({
  logs: z.array(z.string()).max(MAX_LOGS),
  receipt_ids: z.array(hashSchema),
  gas_burnt: u64Schema,
  tokens_burnt: u128Schema,
  executor_id: z.string(),
  status: statusSchema,
});

const innerLiteSchema = z
  .object({
    height: u64Schema,
    epoch_id: hashSchema,
    next_epoch_id: hashSchema,
    prev_state_root: hashSchema,
    outcome_root: hashSchema,
    // The plain number is rounded by most JSON readers, so the string beside it is the one that counts.
    timestamp: z.union([z.string(), z.number()]).optional(),
    timestamp_nanosec: z.string().optional(),
    next_bp_hash: hashSchema,
    block_merkle_root: hashSchema,
  })
  .transform(({ timestamp, timestamp_nanosec, ...rest }, context): InnerLite => {
    const parsed = u64Schema.safeParse(timestamp_nanosec ?? timestamp);
    if (parsed.success) return { ...rest, timestamp: parsed.data };
    context.addIssue({ code: 'custom', path: ['timestamp_nanosec'], message: parsed.error.message });
    return z.NEVER;
  });

const headerLiteSchema: z.ZodType<HeaderLite, unknown> = z.object({
  inner_lite: innerLiteSchema,
  inner_rest_hash: hashSchema,
  prev_block_hash: hashSchema,
});

/** The answer to EXPERIMENTAL_light_client_proof. */
export interface OutcomeProof {
  outcome_proof: { id: Uint8Array; block_hash: Uint8Array; proof: PathItem[]; outcome: Outcome };
  outcome_root_proof: PathItem[];
  block_header_lite: HeaderLite;
  block_proof: PathItem[];
}

export const outcomeProofSchema: z.ZodType<OutcomeProof, unknown> = z.object({
  outcome_proof: z.object({
    id: hashSchema,
    block_hash: hashSchema,
    proof: pathSchema,
    outcome: outcomeSchema,
  }),
  outcome_root_proof: pathSchema,
  block_header_lite: headerLiteSchema,
  block_proof: pathSchema,
});

const producersSchema: z.ZodType<ValidatorStake[], unknown> = z
  .array(
    z.object({
      account_id: z.string(),
      public_key: decoded(parsePublicKey),
      stake: u128Schema,
      validator_stake_struct_version: z.literal('V1').default('V1'),
    }),
  )
  .max(MAX_PRODUCERS);

/** The answer to next_light_client_block. */
export interface LightClientBlock {
  header: HeaderLite;
  next_block_inner_hash: Uint8Array;
  next_bps: ValidatorStake[] | null;
  approvals_after_next: (CurveBytes | null)[];
}

export const lightClientBlockSchema: z.ZodType<LightClientBlock, unknown> = z
  .object({
    inner_lite: innerLiteSchema,
    inner_rest_hash: hashSchema,
    prev_block_hash: hashSchema,
    next_block_inner_hash: hashSchema,
    next_bps: producersSchema.nullish(),
    approvals_after_next: z.array(decoded(parseSignature).nullable()).max(MAX_PRODUCERS),
  })
  .transform((block) => ({
    header: {
      inner_lite: block.inner_lite,
      inner_rest_hash: block.inner_rest_hash,
      prev_block_hash: block.prev_block_hash,
    },
    next_block_inner_hash: block.next_block_inner_hash,
    next_bps: block.next_bps ?? null,
    approvals_after_next: block.approvals_after_next,
  }));

/** A text whose decoder throws with a reason; the reason becomes the issue's message. */
function decoded<T>(decode: (text: string) => T) {
  return z.string().transform((text, context) => {
    try {
      return decode(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  });
}

function unsigned(bits: bigint) {
  return z.union([z.string(), z.number()]).transform((value, context) => {
    const exact =
      typeof value === 'number' ? Number.isSafeInteger(value) && value >= 0 : /^\d{1,39}$/.test(value);
    const number = exact ? BigInt(value) : -1n;
    if (number >= 0n && number >> bits === 0n) return number;
    const lost = typeof value === 'number' && value > Number.MAX_SAFE_INTEGER;
    const remedy = lost ? '; read the file with parseNearJson, which keeps every digit' : '';
    context.addIssue({
      code: 'custom',
      message: `${value} is no exact unsigned integer of ${bits} bits${remedy}`,
    });
    return z.NEVER;
  });
}
