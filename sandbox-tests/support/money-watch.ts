// Owns a second count of all yocto, from blocks alone, over missing chunks and splits; leaves what it must come to to the specs.
import { toHex } from '../../core/near/bytes.ts';
import type { Receipt } from '../../core/near/receipt.ts';
import type { FullBlock, LocalnetNode } from '../../localnet/node/types.ts';
import { burntMoreThanOnce, moneyIn, moneyInState } from './near-node.ts';

export interface MoneyCount {
  /** On accounts, in receipts that wait in the state, and in those on their way. */
  held: bigint;
  /** By the newest header, less what chunks burnt that no header has counted yet. */
  stated: bigint;
  /** Receipts that wait for a chunk or in a full chunk's queue. */
  on_their_way: number;
}

/** Begins before the first block; receipts that a chunk made are on their way until a chunk is handed them. */
export function watchMoney(node: LocalnetNode): { count(): MoneyCount } {
  const on_their_way = new Map<string, Receipt>();
  const burnt = new Map<bigint, bigint>();
  let head: FullBlock | null = null;
  node.onBlock((full) => {
    head = full;
    const living = new Set(full.shards.map(({ shard_id }) => shard_id));
    for (const shard_id of [...burnt.keys()]) if (!living.has(shard_id)) burnt.delete(shard_id);
    for (const { shard_id, chunk } of full.shards) {
      if (chunk === null) continue;
      for (const { receipt_id } of chunk.incoming) {
        if (!on_their_way.delete(toHex(receipt_id)))
          throw new Error(
            `block ${full.block.height} hands out ${toHex(receipt_id)}, which is not on its way`,
          );
      }
      burnt.set(shard_id, chunk.balance_burnt);
    }
    for (const { chunk } of full.shards)
      for (const receipt of chunk?.outgoing ?? []) on_their_way.set(toHex(receipt.receipt_id), receipt);
  });
  return {
    count: () => {
      if (head === null) throw new Error('no block was made yet');
      let held = 0n;
      for (const { shard_id } of head.shards) held += moneyInState(node, shard_id);
      for (const receipt of on_their_way.values()) held += moneyIn(node, receipt);
      let stated = head.block.header.inner_rest.total_supply + burntMoreThanOnce(node);
      for (const amount of burnt.values()) stated -= amount;
      const delayed = head.shards.reduce((sum, { chunk }) => sum + Number(chunk?.delayed_count ?? 0n), 0);
      return { held, stated, on_their_way: on_their_way.size + delayed };
    },
  };
}
