// Owns the last chunk of each shard and how shards take each other's place; leaves blocks to chain.ts.
import type { Receipt } from '../../core/near/receipt.ts';
import {
  type ChunkHeader,
  type ChunkResult,
  outgoingReceiptsRoot,
  type ShardLayout,
  summarizeChunk,
} from './chunk-header.ts';

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

export interface TipsMemory {
  tips: ReadonlyMap<bigint, ShardTip>;
  children: ReadonlyMap<bigint, readonly bigint[]>;
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

  /** For a checkpoint; `recall` takes it back. */
  remember(): TipsMemory {
    return { tips: this.tips, children: this.children };
  }

  recall(layout: ShardLayout, memory: TipsMemory): void {
    this.layout = layout;
    this.tips = new Map(memory.tips);
    for (const [shard_id, children] of memory.children) this.children.set(shard_id, [...children]);
  }

  /** Without a result the shard's chunk is an old one, repeated. */
  set(shard_id: bigint, header: ChunkHeader, result: ChunkResult | undefined): void {
    this.tips.set(shard_id, { header, result: result ?? this.get(shard_id).result });
  }

  changeLayout(layout: ShardLayout, begun: readonly NewShard[]): void {
    const tips = new Map<bigint, ShardTip>();
    for (const shard_id of layout.shard_ids) {
      const fresh = begun.find((shard) => shard.shard_id === shard_id);
      tips.set(
        shard_id,
        fresh === undefined ? this.keptTip(shard_id, layout) : this.childTip(fresh, { layout, begun }),
      );
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

  private keptTip(shard_id: bigint, layout: ShardLayout): ShardTip {
    const { header, result } = this.get(shard_id);
    return { header, result: withReceipts(result, result.outgoing, layout) };
  }

  /**
   * As NEAR does it: each child takes over all that the parent's last chunk did but its state, so outcomes stay
   * provable with any child, and gas and burnt tokens count once for each. Its receipts leave with the lowest child.
   */
  private childTip(child: NewShard, change: { layout: ShardLayout; begun: readonly NewShard[] }): ShardTip {
    const { shard_id, parent_id, state_root } = child;
    const { result: parent } = this.get(parent_id);
    const outgoing = shard_id === lowestChild(change.begun, parent_id) ? parent.outgoing : [];
    return { header: null, result: { ...withReceipts(parent, outgoing, change.layout), state_root } };
  }
}

/** The child that takes what its parent sent. */
export function lowestChild(begun: readonly NewShard[], parent_id: bigint): bigint | undefined {
  const children = begun.filter((child) => child.parent_id === parent_id).map((child) => child.shard_id);
  return children.reduce<bigint | undefined>(
    (lowest, shard_id) => (lowest === undefined || shard_id < lowest ? shard_id : lowest),
    undefined,
  );
}

/** Receipts are committed to by the shards of the layout in which they leave. */
function withReceipts(result: ChunkResult, outgoing: readonly Receipt[], layout: ShardLayout): ChunkResult {
  return { ...result, outgoing, outgoing_receipts_root: outgoingReceiptsRoot(outgoing, layout) };
}
