// Owns which shard an account lives on, out of NEAR's four forms of a layout; leaves learning a layout to layout-keeper.ts.
import { createHash } from 'node:crypto';
import { z } from 'zod';

export interface ShardLayout {
  shard_ids: readonly bigint[];
  shardOf(account_id: string): bigint;
}

const id = z.union([z.number().int().nonnegative(), z.string().regex(/^\d{1,20}$/)]).transform(BigInt);
const named = z.object({ boundary_accounts: z.array(z.string()), shard_ids: z.array(id) });
const form = z.union([
  z.object({ V0: z.object({ num_shards: z.number().int().positive() }) }),
  // Its shards are numbered from 0 in the order of the accounts.
  z.object({ V1: z.object({ boundary_accounts: z.array(z.string()) }) }),
  z.object({ V2: named }),
  // That of splits that the chain decides by itself; what it adds tells of the past.
  z.object({ V3: named }),
]);

/** Takes `shard_layout` as EXPERIMENTAL_protocol_config shows it. A form that is not known here is refused. */
export function readShardLayout(value: unknown): ShardLayout {
  const layout = form.parse(value);
  if ('V0' in layout) return hashLayout(layout.V0.num_shards);
  if ('V1' in layout) {
    const { boundary_accounts } = layout.V1;
    return boundaryLayout(boundary_accounts, [...Array(boundary_accounts.length + 1).keys()].map(BigInt));
  }
  const { boundary_accounts, shard_ids } = 'V2' in layout ? layout.V2 : layout.V3;
  return boundaryLayout(boundary_accounts, shard_ids);
}

/** A boundary belongs to the shard behind it. */
function boundaryLayout(boundaries: readonly string[], shard_ids: readonly bigint[]): ShardLayout {
  const rising = boundaries.every(
    (boundary, index) => index === 0 || (boundaries[index - 1] ?? '') < boundary,
  );
  if (shard_ids.length !== boundaries.length + 1 || !rising) {
    throw new RangeError(
      `a layout of ${shard_ids.length} shards with the boundaries [${boundaries}] is none`,
    );
  }
  return {
    shard_ids,
    shardOf: (account_id) => {
      // Account ids are ASCII, so the order of texts is that of bytes.
      const index = boundaries.findLastIndex((boundary) => boundary <= account_id) + 1;
      return shard_ids[index] ?? 0n;
    },
  };
}

function hashLayout(num_shards: number): ShardLayout {
  return {
    shard_ids: [...Array(num_shards).keys()].map(BigInt),
    shardOf: (account_id) => {
      const digest = createHash('sha256').update(account_id, 'latin1').digest();
      return digest.readBigUInt64LE(0) % BigInt(num_shards);
    },
  };
}
