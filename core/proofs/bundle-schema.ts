// Owns the form of a retirement's proof file, field by field; leaves what the fields must agree with to verify-retirement.ts.
import * as z from 'zod';

/** A list of its own: the API has shapes of the same names. */
const WORDS = z.registry<{ id?: string; title?: string; description?: string }>();

export const BUNDLE_FORM = 'dmrv-retirement-proof/1';

/** Beyond these a file is refused unread: whoever checks one spends bounded work on it. */
export const MAX_BUNDLE_BYTES = 4 * 1024 * 1024;
export const MAX_OUTCOMES = 256;
export const MAX_ACTS = 1024;
/** Deeper than any tree of 2^64 leaves. */
const MAX_PATH = 64;
const MAX_HEADS = 8;
/** Signatures of light-client blocks are the costly part: at most so many blocks of so many producers. */
const MAX_LIGHT_BLOCKS = 8;
const MAX_PRODUCERS = 400;
/** NEAR's own limits for one receipt. */
const MAX_LOGS = 100;
const MAX_LOG_LENGTH = 16_384;
const MAX_RECEIPTS = 1_024;
const MAX_VALUE_LENGTH = 64 * 1024;

const nearHash = z
  .string()
  .regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/)
  .register(WORDS, { id: 'NearHash', description: '32 bytes in base58' });
export const hex64 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .register(WORDS, { id: 'Sha256', description: '32 bytes in lower-case hex' });
const accountId = z
  .string()
  .regex(/^(?=.{2,64}$)[a-z0-9]+([-_.][a-z0-9]+)*$/)
  .register(WORDS, { id: 'AccountId' });
// Numbers of 64 and 128 bits are texts, so that a reader of JSON who has no such numbers loses no digit.
const u64 = unsigned(20).register(WORDS, { id: 'U64' });
const u128 = unsigned(39).register(WORDS, { id: 'U128' });
const tonnage = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,11})(\.[0-9]{0,7}[1-9])?$/)
  .register(WORDS, { id: 'Tonnage', description: 'Tonnes of CO2e, exact' });
const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .register(WORDS, { id: 'Day' });
const base64 = z
  .string()
  .max(MAX_VALUE_LENGTH)
  .regex(/^[A-Za-z0-9+/]*={0,2}$/);
const word = z.string().min(1).max(256);

function unsigned(digits: number) {
  return z.string().regex(new RegExp(`^(0|[1-9][0-9]{0,${digits - 1}})$`));
}

const path = z
  .array(z.strictObject({ hash: nearHash, direction: z.enum(['Left', 'Right']) }))
  .max(MAX_PATH)
  .register(WORDS, { id: 'MerklePath' });

const header = z
  .strictObject({
    inner_lite: z.strictObject({
      height: u64,
      epoch_id: nearHash,
      next_epoch_id: nearHash,
      prev_state_root: nearHash,
      outcome_root: nearHash,
      timestamp_nanosec: u64,
      next_bp_hash: nearHash,
      block_merkle_root: nearHash,
    }),
    inner_rest_hash: nearHash,
    prev_block_hash: nearHash,
  })
  .register(WORDS, { id: 'BlockHeaderLite' });

const outcome = z.strictObject({
  logs: z.array(z.string().max(MAX_LOG_LENGTH)).max(MAX_LOGS),
  receipt_ids: z.array(nearHash).max(MAX_RECEIPTS),
  gas_burnt: u64,
  tokens_burnt: u128,
  executor_id: accountId,
  status: z.union([z.strictObject({ SuccessValue: base64 }), z.strictObject({ SuccessReceiptId: nearHash })]),
});

const outcomeEntry = z
  .strictObject({
    outcome_proof: z.strictObject({ id: nearHash, block_hash: nearHash, proof: path, outcome }),
    /** Where the first path leads, said so that a wrong outcome and a wrong block are told apart. */
    shard_root: nearHash,
    outcome_root_proof: path,
    block_header_lite: header,
    block_proof: path,
    head: z
      .int()
      .min(0)
      .max(MAX_HEADS - 1)
      .register(WORDS, { description: 'The place of its head among the heads' }),
  })
  .register(WORDS, {
    id: 'OutcomeProof',
    description: 'What EXPERIMENTAL_light_client_proof answers, without what no hash holds',
  });

const curveBytes = z.string().regex(/^(ed25519|secp256k1):[1-9A-HJ-NP-Za-km-z]{32,90}$/);
const producers = z
  .array(z.strictObject({ account_id: accountId, public_key: curveBytes, stake: u128 }))
  .min(1)
  .max(MAX_PRODUCERS);

const lightClientPath = z
  .strictObject({
    start: z.strictObject({ header, next_bps: producers }),
    blocks: z
      .array(
        z.strictObject({
          header,
          next_block_inner_hash: nearHash,
          next_bps: producers.nullable(),
          approvals_after_next: z.array(curveBytes.nullable()).max(MAX_PRODUCERS),
        }),
      )
      .min(1)
      .max(MAX_LIGHT_BLOCKS),
  })
  .register(WORDS, {
    id: 'LightClientPath',
    description: 'From an older block over blocks that their producers signed; the last one is the head',
  });

const head = z
  .strictObject({ header, light_client: lightClientPath.optional() })
  .register(WORDS, { id: 'Head' });

export const ACTS = ['mint', 'split', 'merge', 'retire', 'confirm', 'refuse', 'reveal'] as const;
export type ActName = (typeof ACTS)[number];

const act = z
  .strictObject({
    act: z.enum(ACTS),
    receipt_id: nearHash,
    log_index: z
      .int()
      .min(0)
      .max(MAX_LOGS - 1),
    item_index: z.int().min(0).max(99),
  })
  .register(WORDS, { id: 'Act', description: 'Where in the logs something was told' });

const serial = z
  .strictObject({ namespace: word, start: unsigned(20), end: unsigned(21) })
  .register(WORDS, { id: 'SerialRange' });

/** The event `credit_retire`, word for word. */
const retirement = z
  .strictObject({
    token_id: hex64,
    origin: hex64,
    account_id: accountId,
    authorized_id: accountId.optional(),
    registry: word,
    project_id: word,
    methodology: word,
    tonnage,
    unit: tonnage,
    serial: serial.optional(),
    vintage_year: z.int(),
    issued_on: day,
    beneficiary: word.optional(),
    beneficiary_commitment: hex64.optional(),
    beneficiary_kind: z.enum(['organisation', 'individual']),
    beneficiary_id: word.optional(),
    reason: word.optional(),
    purpose: word.optional(),
    jurisdiction: word.optional(),
    consumption_period: word.optional(),
    retired_at_ns: u64,
  })
  .register(WORDS, { id: 'RetirementEvent' });

/** What the registry's own public list must show beside its id; each field is one that the chain has. */
const registryRow = z
  .strictObject({
    registry: word,
    project_id: word,
    tonnage,
    unit: tonnage,
    serial: serial.optional(),
    vintage_year: z.int(),
    registry_retirement_id: word,
    registry_retired_on: day,
    evidence_sha256: hex64,
    attested_by: z.enum(['registry', 'registry_agent']),
    account_id: accountId,
  })
  .register(WORDS, { id: 'RegistryRow' });

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
const json: z.ZodType<Json> = z.json() as z.ZodType<Json>;

export const bundleSchema = z
  .strictObject({
    form: z.literal(BUNDLE_FORM),
    contract_id: accountId,
    token_id: hex64,
    retirement,
    acts: z.array(act).min(2).max(MAX_ACTS),
    outcomes: z.array(outcomeEntry).min(1).max(MAX_OUTCOMES),
    heads: z.array(head).min(1).max(MAX_HEADS),
    canonical_payload: z.record(z.string(), json).nullable().register(WORDS, {
      description: 'Its RFC 8785 form hashes to the minted hash; null where nobody gave it',
    }),
    registry_row: registryRow
      .nullable()
      .register(WORDS, { description: 'Null until the registry has confirmed' }),
  })
  .register(WORDS, {
    id: 'RetirementProof',
    title: 'Proof of a retirement',
    description: 'docs/proofs.md says how to check it',
  });

export type RetirementProof = z.infer<typeof bundleSchema>;
export type WireOutcome = RetirementProof['outcomes'][number];
export type WireHead = RetirementProof['heads'][number];
export type WireHeader = WireHead['header'];
export type WireLightClient = NonNullable<WireHead['light_client']>;
export type RetirementEvent = RetirementProof['retirement'];
export type RegistryRow = NonNullable<RetirementProof['registry_row']>;
export type Act = RetirementProof['acts'][number];

/** As JSON Schema 2020-12, for readers in other languages. */
export function bundleJsonSchema(): Record<string, unknown> {
  const $id = `urn:dmrv:${BUNDLE_FORM}`;
  return { $id, ...z.toJSONSchema(bundleSchema, { target: 'draft-2020-12', io: 'input', metadata: WORDS }) };
}
