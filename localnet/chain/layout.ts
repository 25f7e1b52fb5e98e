// Owns which shard an account belongs to; leaves the shards' states to localnet/state.
import type { ShardLayout } from './chunk-header.ts';

/**
 * Shards side by side along the alphabet of account ids: the first holds all ids below the first boundary, and so on.
 * A boundary belongs to the shard behind it.
 */
export function boundaryLayout(options: {
  boundaries: readonly string[];
  shard_ids: readonly bigint[];
}): ShardLayout {
  const { boundaries, shard_ids } = options;
  if (shard_ids.length !== boundaries.length + 1) {
    throw new Error(
      `${boundaries.length} boundaries make ${boundaries.length + 1} shards, not ${shard_ids.length}`,
    );
  }
  if (new Set(shard_ids).size !== shard_ids.length)
    throw new Error(`a shard id stands twice in [${shard_ids}]`);
  if (boundaries.some((boundary, index) => index > 0 && boundary <= (boundaries[index - 1] ?? ''))) {
    throw new Error(`boundaries [${boundaries}] are not in rising order`);
  }
  return {
    shard_ids,
    shardOf: (account_id) => {
      // Ids are ASCII, so the order of text is the order of bytes.
      const index = boundaries.filter((boundary) => boundary <= account_id).length;
      return shard_ids[index] ?? unreachableShard(account_id);
    },
  };
}

function unreachableShard(account_id: string): never {
  throw new Error(`no shard for ${account_id}; the layout is broken`);
}
