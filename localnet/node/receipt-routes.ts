// Owns receipts on their way between chunks: sent with the sender's next chunk, kept until the receiver's; leaves running them to the runtime.
import type { Receipt } from '../../core/near/receipt.ts';
import type { ShardLayout } from '../chain/chunk-header.ts';
import { lowestChild, type NewShard } from '../chain/shard-tips.ts';
import { shuffled } from './shuffle.ts';

export interface RoutesMemory {
  sent: ReadonlyMap<bigint, readonly Receipt[]>;
  waiting: ReadonlyMap<bigint, Receipt[][]>;
}

/**
 * What a chunk sends out stands in the body of its shard's next chunk, and reaches other shards with the block that
 * brings that chunk. A shard without a chunk in a block neither sends nor receives.
 */
export class ReceiptRoutes {
  private layout: ShardLayout;
  /** By the shard that sent them; they leave with its next chunk. */
  private sent = new Map<bigint, readonly Receipt[]>();
  /** By the shard that they wait for: what each block brought, the newest block first, as NEAR collects it. */
  private waiting = new Map<bigint, Receipt[][]>();

  constructor(layout: ShardLayout) {
    this.layout = layout;
  }

  /** The body of each new chunk, by its shard, and what each is handed; `salt` is the hash of the block before. */
  deliver(options: { shards: ReadonlySet<bigint>; salt: Uint8Array }): {
    bodies: Map<bigint, readonly Receipt[]>;
    incoming: Map<bigint, Receipt[]>;
  } {
    const { layout } = this;
    const present = layout.shard_ids.filter((shard_id) => options.shards.has(shard_id));
    const bodies = new Map(present.map((shard_id) => [shard_id, this.sent.get(shard_id) ?? []]));
    for (const shard_id of present) this.sent.delete(shard_id);
    for (const shard_id of layout.shard_ids) {
      // One group for each new chunk, those that hold nothing for this shard too: they are mixed along.
      const groups = [...bodies.values()].map((body) =>
        body.filter(({ receiver_id }) => layout.shardOf(receiver_id) === shard_id),
      );
      if (groups.some((group) => group.length > 0))
        this.await(shard_id, shuffled(groups, options.salt).flat());
    }
    const incoming = new Map(
      present.map((shard_id) => [shard_id, (this.waiting.get(shard_id) ?? []).flat()]),
    );
    for (const shard_id of present) this.waiting.delete(shard_id);
    return { bodies, incoming };
  }

  send(shard_id: bigint, receipts: readonly Receipt[]): void {
    if (receipts.length > 0) this.sent.set(shard_id, receipts);
  }

  /** For a checkpoint; `recall` takes it back. */
  remember(): RoutesMemory {
    return { sent: this.sent, waiting: this.waiting };
  }

  recall(layout: ShardLayout, memory: RoutesMemory): void {
    this.layout = layout;
    this.sent = new Map(memory.sent);
    this.waiting = new Map(memory.waiting);
  }

  get are_empty(): boolean {
    return this.sent.size === 0 && this.waiting.size === 0;
  }

  /** As the chain does it: what a parent sent leaves with its lowest child, what waits finds its receiver's shard. */
  changeLayout(layout: ShardLayout, begun: readonly NewShard[]): void {
    const { sent, waiting } = this;
    this.layout = layout;
    this.sent = new Map(
      [...sent].map(([shard_id, receipts]) => [lowestChild(begun, shard_id) ?? shard_id, receipts]),
    );
    this.waiting = new Map();
    for (const batches of waiting.values()) {
      for (const batch of batches.toReversed()) {
        for (const shard_id of layout.shard_ids) {
          const receipts = batch.filter(({ receiver_id }) => layout.shardOf(receiver_id) === shard_id);
          if (receipts.length > 0) this.await(shard_id, receipts);
        }
      }
    }
  }

  private await(shard_id: bigint, batch: Receipt[]): void {
    this.waiting.set(shard_id, [batch, ...(this.waiting.get(shard_id) ?? [])]);
  }
}
