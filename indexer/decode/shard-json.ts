// Owns parsing of a shard's bytes only what a reader needs; leaves what the parts mean to find-receipts.ts and creators.ts.

import { DmrvError } from '../../core/errors/index.ts';
import type { ShardBytes } from '../types.ts';

const OUTCOMES_KEY = Buffer.from('"receipt_execution_outcomes":');
const ARRAY_START = '['.charCodeAt(0);
/** Whichever stands behind the outcomes; both never stand inside one. */
const NEXT_KEYS = [Buffer.from('"state_changes":'), Buffer.from('"shard_id":')];

/**
 * The list of outcomes alone: state changes and the chunk are most of a shard's bytes. A quoted key with its colon
 * never stands inside a JSON text, whose quotes are escaped. What is cut out begins where the list does, so that it
 * can only be read if it ends there too; otherwise the whole is parsed. Plain JSON.parse will do, as every field that
 * is read is a text.
 */
export function parseOutcomes(shard: ShardBytes, height: bigint): unknown[] {
  const { bytes } = shard;
  const list = cutOutcomes(bytes) ?? readWhole(shard, height).receipt_execution_outcomes;
  if (Array.isArray(list)) return list;
  throw unreadable(shard, height, 'it has no list of receipt_execution_outcomes');
}

export function parseShard(shard: ShardBytes, height: bigint): Record<string, unknown> {
  return readWhole(shard, height);
}

function cutOutcomes(bytes: Buffer): unknown {
  const key_at = bytes.indexOf(OUTCOMES_KEY);
  if (key_at < 0) return undefined;
  const start = key_at + OUTCOMES_KEY.length;
  if (bytes[start] !== ARRAY_START) return undefined;
  const next = NEXT_KEYS.map((key) => bytes.indexOf(key, start)).filter((at) => at > 0);
  const end = bytes.lastIndexOf(']', next.length === 0 ? bytes.length : Math.min(...next));
  try {
    return JSON.parse(bytes.toString('utf8', start, end + 1));
  } catch {
    // Written in another order or with other spaces than is usual: then all of it is read.
    return undefined;
  }
}

function readWhole(shard: ShardBytes, height: bigint): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(shard.bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    throw unreadable(shard, height, error instanceof Error ? error.message : 'it is no JSON', error);
  }
  throw unreadable(shard, height, 'it is no JSON object');
}

export function unreadable(
  { shard_id }: Pick<ShardBytes, 'shard_id'>,
  height: bigint,
  reason: string,
  cause?: unknown,
): DmrvError {
  return new DmrvError('INDEXER_BLOCK_UNREADABLE', { facts: { shard_id, height, reason }, cause });
}
