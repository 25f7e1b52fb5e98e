// Owns the last chunk of each shard and how shards take each other's place; leaves blocks to chain.ts.
import { type ChunkHeader, type ChunkResult, type ShardLayout, summarizeChunk } from './chunk-header.ts';

export interface ShardTip {
  /** Null for a shard that has had no chunk yet. */
  header: ChunkHeader | null;
  /** What its last chunk left behind; the next one commits to it. */
  result: ChunkResult;
}

export interface NewShard {
  shard_id: bigint;
  parent_id: bigint;
  state_root: Uint8Array;
}

export class ShardTips {
  layout: ShardLayout;
  private tips = new Map<bigint, ShardTip>();
  private readonly children = new Map<bigint, bigint[]>();

  constructor(layout: ShardLayout, state_roots: ReadonlyMap<bigint, Uint8Array>) {
    this.layout = layout;
    for (const shard_id of layout.shard_ids) {
      const state_root = state_roots.get(shard_id);
      if (state_root === undefined)
        throw new Error(`shard ${shard_id} has no state root; give one for each shard`);
      const nothing = { state_root, outcomes: [], outgoing: [], gas_used: 0n, balance_burnt: 0n, layout };
      this.tips.set(shard_id, { header: null, result: summarizeChunk(nothing) });
    }
  }

  get(shard_id: bigint): ShardTip {
    const tip = this.tips.get(shard_id);
    if (tip === undefined)
      throw new Error(`shard ${shard_id} is not in the layout [${this.layout.shard_ids}]`);
    return tip;
  }

  /** Without a result the shard's chunk is an old one, repeated. */
  set(shard_id: bigint, header: ChunkHeader, result: ChunkResult | undefined): void {
    this.tips.set(shard_id, { header, result: result ?? this.get(shard_id).result });
  }

  changeLayout(layout: ShardLayout, begun: readonly NewShard[]): void {
    const tips = new Map<bigint, ShardTip>();
    for (const shard_id of layout.shard_ids) {
      const fresh = begun.find((shard) => shard.shard_id === shard_id);
      tips.set(shard_id, fresh === undefined ? this.get(shard_id) : this.childTip(fresh, { layout, begun }));
    }
    for (const { shard_id, parent_id } of begun) {
      this.children.set(parent_id, [...this.childrenOf(parent_id), shard_id]);
    }
    this.tips = tips;
    this.layout = layout;
  }

  childrenOf(shard_id: bigint): readonly bigint[] {
    return this.children.get(shard_id) ?? [];
  }

  /**
   * All children commit to what the parent's last chunk did, so that its outcomes stay provable. What it burnt counts
   * once, with its first child; its receipts go out with the child that their sender belongs to.
   */
  private childTip(
    child: NewShard,
    { layout, begun }: { layout: ShardLayout; begun: readonly NewShard[] },
  ): ShardTip {
    const { shard_id, parent_id, state_root } = child;
    const { result: parent } = this.get(parent_id);
    const siblings = begun.filter((shard) => shard.parent_id === parent_id);
    const [first] = siblings;
    const outgoing = parent.outgoing.filter(({ predecessor_id }) => {
      const sender = siblings.find((shard) => shard.shard_id === layout.shardOf(predecessor_id)) ?? first;
      return sender?.shard_id === shard_id;
    });
    const { gas_used, balance_burnt } = child === first ? parent : { gas_used: 0n, balance_burnt: 0n };
    const own = summarizeChunk({ state_root, outcomes: [], outgoing, gas_used, balance_burnt, layout });
    return { header: null, result: { ...own, outcome_root: parent.outcome_root } };
  }
}
