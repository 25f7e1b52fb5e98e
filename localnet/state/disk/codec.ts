// Owns the bytes of a finished block and of a snapshot on disk; leaves files to block-store.ts.
import { BorshWriter } from '../../../core/near/borsh.ts';
import type { BorshReader } from '../../../core/near/borsh-reader.ts';
import { readWhole } from '../records.ts';
import type { TrieEntry } from '../trie.ts';

export interface Change {
  key: Uint8Array;
  value: Uint8Array | null;
}

/** What a block did to one shard's state; the root says what it must have come to. */
export interface ShardDelta {
  shard_id: bigint;
  root: Uint8Array;
  changes: readonly Change[];
}

export interface StoredBlock {
  height: bigint;
  /** Every shard that lives after the block, changed or not; one that is missing ends here. */
  shards: readonly ShardDelta[];
  /** The chain's own record of the block, opaque here. */
  payload: Uint8Array;
}

/** A snapshot is a head frame and then as many frames of entries as it says. */
export interface SnapshotHead {
  height: bigint;
  shards: { shard_id: bigint; root: Uint8Array }[];
  parts: number;
}

export interface SnapshotPart {
  shard_id: bigint;
  entries: TrieEntry[];
}

/** Raised when the bytes of a frame change their meaning; older folders are then refused. */
const FORMAT = 1;
const ROOT_BYTES = 32;

export function encodeBlock(block: StoredBlock): Uint8Array {
  const writer = new BorshWriter().u8(FORMAT).u64(block.height);
  writer.list(block.shards, (shard) => {
    writer.u64(shard.shard_id).fixed(shard.root);
    writer.list(shard.changes, ({ key, value }) => {
      writer.vec(key).option(value, (bytes) => writer.vec(bytes));
    });
  });
  return writer.vec(block.payload).finish();
}

export function decodeBlock(bytes: Uint8Array): StoredBlock {
  return readWhole(bytes, (reader) => {
    readFormat(reader);
    const height = reader.u64();
    const shards = reader.list(() => ({
      shard_id: reader.u64(),
      root: reader.fixed(ROOT_BYTES),
      changes: reader.list(() => ({ key: reader.vec(), value: reader.option(() => reader.vec()) })),
    }));
    return { height, shards, payload: reader.vec() };
  });
}

export function encodeSnapshotHead(head: SnapshotHead): Uint8Array {
  const writer = new BorshWriter().u8(FORMAT).u64(head.height);
  writer.list(head.shards, (shard) => writer.u64(shard.shard_id).fixed(shard.root));
  return writer.u32(head.parts).finish();
}

export function decodeSnapshotHead(bytes: Uint8Array): SnapshotHead {
  return readWhole(bytes, (reader) => {
    readFormat(reader);
    const height = reader.u64();
    const shards = reader.list(() => ({ shard_id: reader.u64(), root: reader.fixed(ROOT_BYTES) }));
    return { height, shards, parts: reader.u32() };
  });
}

export function encodeSnapshotPart(part: SnapshotPart): Uint8Array {
  const writer = new BorshWriter().u64(part.shard_id);
  writer.list(part.entries, ({ key, value }) => writer.vec(key).vec(value));
  return writer.finish();
}

export function decodeSnapshotPart(bytes: Uint8Array): SnapshotPart {
  return readWhole(bytes, (reader) => ({
    shard_id: reader.u64(),
    entries: reader.list(() => ({ key: reader.vec(), value: reader.vec() })),
  }));
}

function readFormat(reader: BorshReader): void {
  const format = reader.u8();
  if (format !== FORMAT) {
    throw new Error(
      `this data folder has format ${format}, this program reads ${FORMAT}; begin with an empty folder`,
    );
  }
}
