// Owns reading a block's JSON as far as its place in the chain and its chunks' places; leaves its hashes to audit.ts.
import { parseNearJson } from '../../core/near/json.ts';
import type { BlockFacts } from '../types.ts';
import { SourceFault } from './fault.ts';

export interface ChunkPlace {
  shard_id: bigint;
  /** Below the block's own height where the shard has no new chunk. */
  height_included: bigint;
  /** Of what ran in the shard at its last chunk before. */
  outcome_root: string;
}

export interface BlockHead {
  facts: BlockFacts;
  /** In the layout's order. */
  chunks: readonly ChunkPlace[];
  /** Two blocks with the same shard ids have the same key. */
  layout_key: string;
}

const HASH = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;
const NANOSECONDS = /^\d{1,20}$/;

export function readBlockHead(bytes: Buffer, height: bigint): BlockHead {
  const block = parse(bytes);
  const { header, chunks } = block;
  if (!isObject(header) || !Array.isArray(chunks)) throw broken(height, 'has no header or no chunks');
  const facts: BlockFacts = {
    height: whole(header.height, height, 'height'),
    hash: hash(header.hash, height, 'hash'),
    prev_hash: hash(header.prev_hash, height, 'prev_hash'),
    prev_height: prevHeight(header.prev_height, height),
    timestamp_ns: nanoseconds(header, height),
  };
  if (facts.height !== height) throw broken(height, `is block ${facts.height}`);
  const places = chunks.map((chunk: unknown): ChunkPlace => {
    if (!isObject(chunk)) throw broken(height, 'has a chunk that is no object');
    return {
      shard_id: whole(chunk.shard_id, height, 'shard_id'),
      height_included: whole(chunk.height_included, height, 'height_included'),
      outcome_root: typeof chunk.outcome_root === 'string' ? chunk.outcome_root : '',
    };
  });
  if (places.length === 0) throw broken(height, 'has no chunks');
  return { facts, chunks: places, layout_key: layoutKey(places.map(({ shard_id }) => shard_id)) };
}

export function layoutKey(shard_ids: readonly bigint[]): string {
  const is_sorted = shard_ids.every(
    (shard_id, index) => index === 0 || (shard_ids[index - 1] ?? 0n) < shard_id,
  );
  return (is_sorted ? shard_ids : [...shard_ids].sort(byNumber)).join(',');
}

export function byNumber(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

type JsonObject = Record<string, unknown>;

/** Of a header's bytes, most are signatures, which nothing here needs; without them it is read in a quarter of the time. */
const APPROVALS = Buffer.from('"approvals":[');
const END_OF_LIST = 0x5d;

function parse(bytes: Buffer): JsonObject {
  const start = bytes.indexOf(APPROVALS);
  const end = start < 0 ? -1 : bytes.indexOf(END_OF_LIST, start);
  if (end > 0) {
    const text = bytes.toString('latin1', 0, start + APPROVALS.length) + bytes.toString('latin1', end);
    const value = parseText(text);
    if (value !== null) return value;
  }
  const value = parseText(bytes.toString('utf8'));
  if (value !== null) return value;
  throw new SourceFault('corrupt', 'a block is no JSON object');
}

// Almost always no number is beyond 2^53, and then the plain parser, ten times as fast, loses nothing.
function parseText(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return null;
    const exact = hasExactNumbers(value) ? value : parseNearJson(text);
    return isObject(exact) ? exact : null;
  } catch {
    // What the parser says of it quotes the text, and the caller says all that matters.
    return null;
  }
}

function hasExactNumbers({ header, chunks }: JsonObject): boolean {
  if (!isObject(header) || !Array.isArray(chunks)) return true;
  if (!isExact(header.height) || !isExact(header.prev_height)) return false;
  return chunks.every(
    (chunk: unknown) => !isObject(chunk) || (isExact(chunk.shard_id) && isExact(chunk.height_included)),
  );
}

function isExact(value: unknown): boolean {
  return typeof value !== 'number' || Number.isSafeInteger(value);
}

/** Old headers do not tell it, and a chain's first block names itself. */
function prevHeight(value: unknown, height: bigint): bigint | null {
  if (value === null || value === undefined) return null;
  const prev_height = whole(value, height, 'prev_height');
  return prev_height < height ? prev_height : null;
}

function nanoseconds(header: JsonObject, height: bigint): bigint {
  const { timestamp_nanosec } = header;
  if (typeof timestamp_nanosec === 'string' && NANOSECONDS.test(timestamp_nanosec))
    return BigInt(timestamp_nanosec);
  throw broken(height, 'has no timestamp_nanosec');
}

function whole(value: unknown, height: bigint, what: string): bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return BigInt(value);
  throw broken(height, `has no whole number as ${what}`);
}

function hash(value: unknown, height: bigint, what: string): string {
  if (typeof value === 'string' && HASH.test(value)) return value;
  throw broken(height, `has no hash as ${what}`);
}

function broken(height: bigint, what: string): SourceFault {
  return new SourceFault('corrupt', `block ${height} ${what}`);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
