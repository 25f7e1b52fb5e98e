// Owns which hashes of a block must follow from which of its fields; leaves when to look to follow.ts and the hashing to core/near.
import { decodeHash, encodeBase58 } from '../../core/near/base58.ts';
import { chunkHeadersRoot } from '../../core/near/chunk.ts';
import { parseNearJson } from '../../core/near/json.ts';
import { merklize, rootOverChunks } from '../../core/near/merkle.ts';
import {
  hashShownChunk,
  hashShownHeader,
  hashShownOutcome,
  rootOfShownOutcome,
  type ShownOutcome,
} from '../../core/near/shown-block.ts';
import type { ShardBytes } from '../types.ts';
import { type AuditedBlock, auditedBlock, auditedShard } from './audited.ts';
import type { FoundBlock } from './reader.ts';

export interface AuditResult {
  /** What differs, in words; nothing in an honest block. */
  differences: string[];
  /** By shard, the outcome root that the shard's next chunk must commit to. */
  roots: Map<bigint, string>;
}

export interface AuditScope {
  /** Every root of the block and every outcome of its shards; else its header and the contracts' own outcomes. */
  is_thorough: boolean;
  contract_ids: readonly string[];
  /** Of these contracts, where the layout is known: no other shard may execute them. */
  shards: readonly bigint[] | null;
}

/** A block without bytes has no form. */
const NO_BYTES = Buffer.from('null');

export function auditBlock(block: FoundBlock, scope: AuditScope): AuditResult {
  const result: AuditResult = { differences: [], roots: new Map() };
  const shown = auditedBlock.safeParse(parseNearJson((block.block_bytes ?? NO_BYTES).toString('utf8')));
  if (!shown.success) return { ...result, differences: ['block.json has not the form of a block'] };
  const say = (what: string): void => void result.differences.push(what);
  try {
    auditPlace(shown.data, block, say);
    auditHeader(shown.data, say);
    if (scope.is_thorough) auditRoots(shown.data, say);
    for (const shard of block.shards) auditShard(shard, { block: shown.data, scope, result });
  } catch (error) {
    // A field that is no hash, no key, no base64.
    say(error instanceof Error ? error.message : String(error));
  }
  return result;
}

/** What the block was taken for when it was linked. */
function auditPlace({ header }: AuditedBlock, block: FoundBlock, say: (what: string) => void): void {
  const { hash, prev_hash, timestamp_ns } = block.head.facts;
  if (
    header.hash !== hash ||
    header.prev_hash !== prev_hash ||
    header.timestamp_nanosec !== `${timestamp_ns}`
  ) {
    say(`it was read as block ${hash} behind ${prev_hash}, and is ${header.hash} behind ${header.prev_hash}`);
  }
}

/**
 * Only the form for which real blocks are at hand to check against: the third one, which is the first to tell
 * prev_height and the last without a body hash. Of other forms the hash is not recomputed.
 */
function auditHeader({ header }: AuditedBlock, say: (what: string) => void): void {
  const { block_ordinal, prev_height, block_body_hash, chunk_endorsements, ...rest } = header;
  if (block_ordinal == null || prev_height == null) return;
  if (block_body_hash != null || chunk_endorsements != null) return;
  const computed = encodeBase58(hashShownHeader({ ...rest, block_ordinal, prev_height }));
  if (computed !== header.hash) say(`the header gives the hash ${computed}, not ${header.hash}`);
}

function auditRoots({ header, chunks }: AuditedBlock, say: (what: string) => void): void {
  const compare = (what: string, computed: Uint8Array, found: string): void => {
    const text = encodeBase58(computed);
    if (text !== found) say(`${what} is ${found}, and its parts give ${text}`);
  };
  const over = (pick: (chunk: AuditedBlock['chunks'][number]) => string): Uint8Array =>
    rootOverChunks(chunks.map((chunk) => decodeHash(pick(chunk))));
  const headers = chunks.map((chunk) => ({
    hash: decodeHash(chunk.chunk_hash),
    height_included: BigInt(chunk.height_included),
  }));
  compare(
    'outcome_root',
    over((chunk) => chunk.outcome_root),
    header.outcome_root,
  );
  compare(
    'chunk_tx_root',
    over((chunk) => chunk.tx_root),
    header.chunk_tx_root,
  );
  compare(
    'chunk_receipts_root',
    over((chunk) => chunk.outgoing_receipts_root),
    header.chunk_receipts_root,
  );
  compare(
    'prev_state_root',
    over((chunk) => chunk.prev_state_root),
    header.prev_state_root,
  );
  compare('chunk_headers_root', chunkHeadersRoot(headers), header.chunk_headers_root);
  for (const chunk of chunks) {
    // Later forms hash what stands in these as well.
    if (chunk.congestion_info != null || chunk.bandwidth_requests != null) continue;
    compare(`the hash of chunk ${chunk.shard_id}`, hashShownChunk(chunk), chunk.chunk_hash);
  }
}

function auditShard(
  { shard_id, bytes }: ShardBytes,
  about: { block: AuditedBlock; scope: AuditScope; result: AuditResult },
): void {
  const { block, scope, result } = about;
  const say = (what: string): void => void result.differences.push(`shard ${shard_id}: ${what}`);
  const parsed = auditedShard.safeParse(parseNearJson(bytes.toString('utf8')));
  const header = block.chunks.find((item) => BigInt(item.shard_id) === shard_id);
  if (!parsed.success || header === undefined || BigInt(parsed.data.shard_id) !== shard_id) {
    say('it has not the form of that shard of the block');
    return;
  }
  const { chunk } = parsed.data;
  if (chunk !== null && chunk.header.chunk_hash !== header.chunk_hash) {
    say(`its chunk is ${chunk.header.chunk_hash}, the block names ${header.chunk_hash}`);
  }
  const receipts = parsed.data.receipt_execution_outcomes.map(
    (item) => item.execution_outcome as ShownOutcome,
  );
  const transactions = (chunk?.transactions ?? []).map(
    (item) => item.outcome.execution_outcome as ShownOutcome,
  );
  const own = receipts.filter(({ outcome }) => scope.contract_ids.includes(outcome.executor_id));
  if (scope.shards !== null && own.length > 0 && !scope.shards.includes(shard_id)) {
    say(`${own[0]?.outcome.executor_id} executes here, the layout says on ${scope.shards.join(', ')}`);
  }
  const outcomes = scope.is_thorough ? [...transactions, ...receipts] : own;
  for (const { id, block_hash } of outcomes) {
    if (block_hash !== block.header.hash) say(`outcome ${id} names the block ${block_hash}`);
  }
  const root = rootOf(outcomes, { all: scope.is_thorough, say });
  if (root !== null && chunk !== null) result.roots.set(shard_id, root);
}

/** Null where nothing can be said: none of the outcomes was looked at, and the others are not known to be all. */
function rootOf(
  outcomes: readonly ShownOutcome[],
  { all, say }: { all: boolean; say: (what: string) => void },
): string | null {
  const tree = all ? encodeBase58(merklize(outcomes.map(hashShownOutcome)).root) : null;
  let root = tree;
  for (const outcome of outcomes) {
    const led_to = encodeBase58(rootOfShownOutcome(outcome));
    root ??= led_to;
    if (led_to !== root) say(`the proof of ${outcome.id} leads to ${led_to}, the others to ${root}`);
  }
  return root;
}
