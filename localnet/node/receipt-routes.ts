// Owns receipts on their way between chunks: sent with the sender's next chunk, kept until the receiver's; leaves running them to the runtime.
import type { Receipt } from '../../core/near/receipt.ts';
import type { ShardLayout } from '../chain/chunk-header.ts';
import type { NewShard } from '../chain/shard-tips.ts';

/**
 * What a chunk sends out stands in the body of its shard's next chunk, and reaches other shards with the block that
 * brings that chunk. A shard without a chunk in a block neither sends nor receives.
 */
export class ReceiptRoutes {
  private layout: ShardLayout;
  /** By the shard that sent them; they leave with its next chunk. */
  private sent = new Map<bigint, readonly Receipt[]>();
  /** By the shard that they wait for. */
  private waiting = new Map<bigint, Receipt[]>();

  constructor(layout: ShardLayout) {
    this.layout = layout;
  }

  /** The body of each new chunk, by its shard, and what each is handed; shards send in the layout's order. */
  deliver(shards: ReadonlySet<bigint>): {
    bodies: Map<bigint, readonly Receipt[]>;
    incoming: Map<bigint, Receipt[]>;
  } {
    const { layout } = this;
    const bodies = new Map<bigint, readonly Receipt[]>();
    const incoming = new Map<bigint, Receipt[]>();
    const present = layout.shard_ids.filter((shard_id) => shards.has(shard_id));
    for (const shard_id of present) {
      const body = this.sent.get(shard_id) ?? [];
      bodies.set(shard_id, body);
      this.sent.delete(shard_id);
      for (const receipt of body) this.enqueue(layout.shardOf(receipt.receiver_id), receipt);
    }
    for (const shard_id of present) {
      incoming.set(shard_id, this.waiting.get(shard_id) ?? []);
      this.waiting.delete(shard_id);
    }
    return { bodies, incoming };
  }

  send(shard_id: bigint, receipts: readonly Receipt[]): void {
    if (receipts.length > 0) this.sent.set(shard_id, receipts);
  }

  get are_empty(): boolean {
    return this.sent.size === 0 && this.waiting.size === 0;
  }

  /** As the chain does it: what a shard sent leaves with the child that the sender belongs to. */
  changeLayout(layout: ShardLayout, begun: readonly NewShard[]): void {
    const { sent, waiting } = this;
    this.layout = layout;
    this.sent = new Map();
    this.waiting = new Map();
    for (const [shard_id, receipts] of sent) {
      const children = begun.filter((child) => child.parent_id === shard_id).map((child) => child.shard_id);
      const [first = shard_id] = children;
      for (const receipt of receipts) {
        const home = layout.shardOf(receipt.predecessor_id);
        const child = children.includes(home) ? home : first;
        this.sent.set(child, [...(this.sent.get(child) ?? []), receipt]);
      }
    }
    for (const receipts of waiting.values())
      for (const receipt of receipts) this.enqueue(layout.shardOf(receipt.receiver_id), receipt);
  }

  private enqueue(shard_id: bigint, receipt: Receipt): void {
    const receipts = this.waiting.get(shard_id) ?? [];
    if (receipts.length === 0) this.waiting.set(shard_id, receipts);
    receipts.push(receipt);
  }
}
