// Owns generated blocks of a chosen size in the shape of a real one, with every hash an audit looks at; leaves serving them to corpus-server.ts.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeHash, encodeBase58 } from '../../core/near/base58.ts';
import { chunkHeadersRoot } from '../../core/near/chunk.ts';
import { parseNearJson } from '../../core/near/json.ts';
import { merklize, rootOverChunks } from '../../core/near/merkle.ts';
import {
  hashShownChunk,
  hashShownHeader,
  hashShownOutcome,
  type ShownChunkHeader,
  type ShownHeader,
  type ShownOutcome,
} from '../../core/near/shown-block.ts';

export interface CorpusWish {
  /** Of one block, all its objects together. */
  block_bytes: number;
  blocks: number;
  /** Heights that name the contract: none, each so many, or all. */
  hit_every: number | null;
  /** A reader checks these whole, so that their shards must be exact. */
  audit_every: number;
}

export interface Corpus {
  first: number;
  last: number;
  /** `block.json` and `shard_N.json` of a height. */
  object(height: number, name: string): Buffer | undefined;
  layout: unknown;
  hashOf(height: number): string;
  bytes_per_block: number;
}

export const CONTRACT = 'dmrv.near';
/** Contiguous, so that readers that know no other numbers can read them. */
export const SHARDS = 4;
export const CONTRACT_SHARD = 1;
export const FIRST_HEIGHT = 100_000_001;
const BOUNDARIES = ['c', 'm', 't'];
const EXECUTORS = ['app.alpha.near', 'dealer.quick.near', 'pool.quiet.near', 'wrap.zone.near'];
/** Shards that differ; they are served by turns. */
const VARIANTS = 16;
const INTERVAL_NS = 600_000_000n;
const FIRST_TIME_NS = 1_767_225_600_000_000_000n;
const NO_HASH = '1'.repeat(32);
const FIXTURE = join(
  import.meta.dirname,
  '..',
  '..',
  'sandbox-tests',
  'fixtures',
  'near',
  'lake_61321189.json',
);

type Json = Record<string, unknown>;

interface RealBlock {
  block: { header: ShownHeader & Json; chunks: (ShownChunkHeader & Json)[] };
  shards: {
    chunk: { receipts: Json[]; transactions: Json[] };
    receipt_execution_outcomes: (Json & { execution_outcome: ShownOutcome })[];
    state_changes: Json[];
  }[];
}

interface Variant {
  receipts: Json[];
  outcomes: (Json & { execution_outcome: ShownOutcome })[];
  state_changes: Json[];
  root: string;
}

export function makeCorpus(wish: CorpusWish): Corpus {
  const real = snakeCased(parseNearJson(readFileSync(FIXTURE, 'utf8'))) as RealBlock;
  const { header } = real.block;
  const block_size = JSON.stringify(real.block).length;
  const shard_bytes = Math.max(1000, Math.round((wish.block_bytes - block_size) / SHARDS));
  const variants = Array.from({ length: VARIANTS }, (_, variant) =>
    Array.from({ length: SHARDS }, (__, shard_id) => makeVariant(real, { variant, shard_id, shard_bytes })),
  );
  const shared = variants.map((shards) =>
    shards.map((shard, shard_id) =>
      shardObject(shard, { shard_id, header: real.block.chunks[0], block_hash: header.hash }),
    ),
  );
  const blocks: Buffer[] = [];
  const hashes: string[] = [];
  const exact = new Map<number, Buffer[]>();
  let prev = { hash: NO_HASH, roots: variants[0]?.map(() => NO_HASH) ?? [] };
  for (let index = 0; index < wish.blocks; index++) {
    const height = FIRST_HEIGHT + index;
    const has_hit = wish.hit_every !== null && height % wish.hit_every === 0;
    const shards = [...(variants[index % VARIANTS] ?? [])];
    const plain = shards[CONTRACT_SHARD];
    if (has_hit && plain !== undefined) shards[CONTRACT_SHARD] = withHit(plain, height);
    const chunks = shards.map((_, shard_id) => chunkAt(real, { height, shard_id, prev }));
    const made = blockAt(real, { height, chunks, prev, index });
    blocks.push(Buffer.from(JSON.stringify({ author: 'node.near', chunks, header: made })));
    hashes.push(made.hash);
    if (has_hit || height % wish.audit_every === 0) {
      exact.set(
        height,
        shards.map((shard, shard_id) =>
          shardObject(shard, { shard_id, header: chunks[shard_id], block_hash: made.hash }),
        ),
      );
    }
    prev = { hash: made.hash, roots: shards.map(({ root }) => root) };
  }
  const object = (height: number, name: string): Buffer | undefined => {
    const index = height - FIRST_HEIGHT;
    if (name === 'block.json') return blocks[index];
    const shard_id = Number(/^shard_(\d+)\.json$/.exec(name)?.[1] ?? -1);
    if (index < 0 || index >= wish.blocks) return undefined;
    return exact.get(height)?.[shard_id] ?? shared[index % VARIANTS]?.[shard_id];
  };
  return {
    first: FIRST_HEIGHT,
    last: FIRST_HEIGHT + wish.blocks - 1,
    object,
    layout: { V1: { boundary_accounts: BOUNDARIES, version: 1 } },
    hashOf: (height) => hashes[height - FIRST_HEIGHT] ?? NO_HASH,
    bytes_per_block:
      (blocks[0]?.length ?? 0) + (shared[0] ?? []).reduce((sum, { length }) => sum + length, 0),
  };
}

/** A real shard's receipts, outcomes and state changes by turns, until it is as long as wished. */
function makeVariant(
  real: RealBlock,
  about: { variant: number; shard_id: number; shard_bytes: number },
): Variant {
  const { variant, shard_id, shard_bytes } = about;
  const receipts = real.shards.flatMap((shard) => shard.chunk.receipts);
  const outcomes = real.shards.flatMap((shard) => shard.receipt_execution_outcomes);
  const changes = real.shards.flatMap((shard) => shard.state_changes);
  const made: Omit<Variant, 'root'> = { receipts: [], outcomes: [], state_changes: [] };
  // Behind the outcomes come their paths, two fifths as long again.
  let left = shard_bytes - 1_500;
  for (let turn = variant; left > 0; turn++) {
    const receipt = receipts[turn % receipts.length] ?? {};
    const outcome = outcomes[turn % outcomes.length];
    if (outcome === undefined) throw new Error('the real block has no outcomes');
    const some = Array.from({ length: 8 }, (_, at) => changes[(8 * turn + at) % changes.length] ?? {});
    const executed = structuredClone(outcome);
    executed.execution_outcome.outcome.executor_id = EXECUTORS[shard_id] ?? '';
    executed.execution_outcome.id = encodeBase58(
      Buffer.from(`receipt ${variant} ${turn} on ${shard_id}`.padEnd(32, '.').slice(0, 32)),
    );
    executed.execution_outcome.proof = [];
    made.receipts.push(receipt);
    made.outcomes.push(executed);
    made.state_changes.push(...some);
    left -= JSON.stringify([receipt, executed, some]).length + 350;
  }
  return proven(made);
}

/** One receipt more that the contract executed, without an event. */
function withHit(plain: Variant, height: number): Variant {
  const [first] = plain.outcomes;
  if (first === undefined) throw new Error('a shard has no outcomes');
  const hit = structuredClone(first);
  hit.execution_outcome.id = encodeBase58(
    Buffer.from(`receipt of ${CONTRACT} at ${height}`.padEnd(32, '.').slice(0, 32)),
  );
  hit.execution_outcome.outcome = {
    ...hit.execution_outcome.outcome,
    executor_id: CONTRACT,
    logs: [],
    status: { SuccessValue: '' },
  };
  hit.receipt = { ...Object(hit.receipt), receiver_id: CONTRACT, receipt_id: hit.execution_outcome.id };
  return proven({ ...plain, outcomes: [...plain.outcomes.map((outcome) => structuredClone(outcome)), hit] });
}

function proven(made: Omit<Variant, 'root'>): Variant {
  const { root, paths } = merklize(
    made.outcomes.map(({ execution_outcome }) => hashShownOutcome(execution_outcome)),
  );
  for (const [index, { execution_outcome }] of made.outcomes.entries()) {
    execution_outcome.proof = (paths[index] ?? []).map(({ hash, direction }) => ({
      hash: encodeBase58(hash),
      direction,
    }));
  }
  return { ...made, root: encodeBase58(root) };
}

function shardObject(
  shard: Variant,
  about: { shard_id: number; header: object | undefined; block_hash: string },
): Buffer {
  const { shard_id, header, block_hash } = about;
  const receipt_execution_outcomes = shard.outcomes.map((item) => ({
    ...item,
    execution_outcome: { ...item.execution_outcome, block_hash },
  }));
  const chunk = { author: 'node.near', header, receipts: shard.receipts, transactions: [] };
  return Buffer.from(
    JSON.stringify({ chunk, receipt_execution_outcomes, shard_id, state_changes: shard.state_changes }),
  );
}

interface Before {
  hash: string;
  roots: string[];
}

function chunkAt(
  real: RealBlock,
  about: { height: number; shard_id: number; prev: Before },
): ShownChunkHeader {
  const { height, shard_id, prev } = about;
  const [model] = real.block.chunks;
  if (model === undefined) throw new Error('the real block has no chunks');
  const chunk = {
    ...model,
    height_created: height,
    height_included: height,
    outcome_root: prev.roots[shard_id] ?? NO_HASH,
    prev_block_hash: prev.hash,
    shard_id,
    validator_proposals: [],
  };
  return { ...chunk, chunk_hash: encodeBase58(hashShownChunk(chunk)) };
}

function blockAt(
  real: RealBlock,
  about: { height: number; chunks: readonly ShownChunkHeader[]; prev: Before; index: number },
): ShownHeader {
  const { height, chunks, prev, index } = about;
  const over = (pick: (chunk: ShownChunkHeader) => string) =>
    encodeBase58(rootOverChunks(chunks.map((chunk) => decodeHash(pick(chunk)))));
  const time = (FIRST_TIME_NS + BigInt(index) * INTERVAL_NS).toString();
  const header = {
    ...real.block.header,
    block_ordinal: index + 1,
    height,
    prev_height: height - 1,
    prev_hash: prev.hash,
    timestamp_nanosec: time,
    outcome_root: over(({ outcome_root }) => outcome_root),
    chunk_tx_root: over(({ tx_root }) => tx_root),
    chunk_receipts_root: over(({ outgoing_receipts_root }) => outgoing_receipts_root),
    prev_state_root: over(({ prev_state_root }) => prev_state_root),
    chunk_headers_root: encodeBase58(
      chunkHeadersRoot(
        chunks.map(({ chunk_hash }) => ({ hash: decodeHash(chunk_hash), height_included: BigInt(height) })),
      ),
    ),
    validator_proposals: [],
  };
  return { ...header, hash: encodeBase58(hashShownHeader(header)) };
}

/** The fixture's keys are those of a client that renames them; names of variants begin with a capital and stay. */
function snakeCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      /^[A-Z]/.test(key) ? key : key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snakeCased(inner),
    ]),
  );
}
