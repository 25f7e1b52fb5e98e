// Owns a made-up chain for tests of the disk, each block following from its height alone; leaves judging to the tests.
import { BorshWriter } from '../../core/near/borsh.ts';
import { sha256 } from '../../core/near/crypto.ts';
import type { FinishedBlock } from '../../localnet/state/disk/block-store.ts';
import type { Change } from '../../localnet/state/disk/codec.ts';
import { Trie } from '../../localnet/state/trie.ts';

const CHANGES = 6;
const KEYS = 40;
/** From this block on shard 4 is gone and shard 9 has come. */
export const SPLIT_HEIGHT = 30n;

export function shardsAt(height: bigint): bigint[] {
  return height < SPLIT_HEIGHT ? [0n, 4n] : [0n, 9n];
}

export function blockAt(height: bigint, before: ReadonlyMap<bigint, Trie>): FinishedBlock {
  const shards = shardsAt(height).map((shard_id) => {
    const changes = changesAt(height, shard_id);
    return { shard_id, changes, trie: (before.get(shard_id) ?? new Trie()).with(changes) };
  });
  return { height, shards, payload: payloadAt(height) };
}

export function triesAt(height: bigint): Map<bigint, Trie> {
  let tries = new Map<bigint, Trie>();
  for (let at = 1n; at <= height; at++) {
    tries = new Map(blockAt(at, tries).shards.map(({ shard_id, trie }) => [shard_id, trie]));
  }
  return tries;
}

export function payloadAt(height: bigint): Uint8Array {
  return new TextEncoder().encode(`block ${height}`);
}

function changesAt(height: bigint, shard_id: bigint): Change[] {
  const seed = sha256(new BorshWriter().u64(height).u64(shard_id).finish());
  return Array.from({ length: CHANGES }, (_, index) => {
    const [chosen = 0, kind = 0, size = 0] = seed.subarray(3 * index);
    const key = sha256(Uint8Array.of(chosen % KEYS)).subarray(0, 1 + (chosen % 5));
    // One change in four removes, and a few values are long enough to cross write buffers.
    if (kind % 4 === 0) return { key, value: null };
    return { key, value: new Uint8Array(size < 8 ? 9_000 : size).fill(kind) };
  });
}
