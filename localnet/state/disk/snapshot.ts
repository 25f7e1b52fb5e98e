// Owns a whole state in one file, written beside the old one and put in place at once; leaves when to block-store.ts.
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { equalBytes } from '../../../core/near/bytes.ts';
import { Trie, type TrieEntry } from '../trie.ts';
import { decodeSnapshotHead, decodeSnapshotPart, encodeSnapshotHead, encodeSnapshotPart } from './codec.ts';
import { FrameWriter, readFrames } from './frames.ts';

/** Shard states by shard id. */
export type Tries = ReadonlyMap<bigint, Trie>;

/** Entries are gathered up to this size before they become a frame. */
const PART_BYTES = 1 << 20;

export function writeSnapshot(options: { path: string; height: bigint; tries: Tries }): void {
  const { path, height, tries } = options;
  const draft = `${path}.draft`;
  rmSync(draft, { force: true });
  const shards = [...tries].map(([shard_id, trie]) => ({ shard_id, root: trie.root }));
  let parts = 0;
  for (const _ of partsOf(tries)) parts += 1;
  const writer = new FrameWriter({ path: draft, end: 0, survive: 'kill' });
  writer.append(encodeSnapshotHead({ height, shards, parts }));
  for (const part of partsOf(tries)) writer.append(encodeSnapshotPart(part));
  writer.close();
  renameSync(draft, path);
  syncFolder(dirname(path));
}

/** Null when the file is not whole; its content is checked against the roots it states. */
export function readSnapshot(path: string): { height: bigint; tries: Map<bigint, Trie> } | null {
  const { frames, torn } = readFrames(path);
  const [first, ...rest] = frames;
  if (first === undefined || torn > 0) return null;
  const head = decodeSnapshotHead(first);
  if (rest.length !== head.parts) return null;
  const tries = new Map(head.shards.map(({ shard_id }) => [shard_id, new Trie()]));
  for (const frame of rest) {
    const { shard_id, entries } = decodeSnapshotPart(frame);
    tries.set(shard_id, (tries.get(shard_id) ?? new Trie()).with(entries));
  }
  for (const { shard_id, root } of head.shards) {
    if (!equalBytes(tries.get(shard_id)?.root ?? new Uint8Array(), root)) return null;
  }
  return { height: head.height, tries };
}

function* partsOf(tries: Tries): Generator<{ shard_id: bigint; entries: TrieEntry[] }> {
  for (const [shard_id, trie] of tries) {
    let entries: TrieEntry[] = [];
    let bytes = 0;
    for (const entry of trie.entries(new Uint8Array())) {
      entries.push(entry);
      bytes += entry.key.length + entry.value.length;
      if (bytes < PART_BYTES) continue;
      yield { shard_id, entries };
      entries = [];
      bytes = 0;
    }
    if (entries.length > 0) yield { shard_id, entries };
  }
}

/** A new name is safe only once its folder is. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}
