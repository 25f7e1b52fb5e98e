// Owns which shards of a block are fetched: one for each contract once the layout is known, all before; leaves the forms of layouts to layout.ts.
import type { Clock } from './backoff.ts';
import { type BlockHead, layoutKey } from './block-head.ts';
import { Bracket } from './bracket.ts';
import { readExecutors } from './executors.ts';
import type { Limits } from './limits.ts';
import type { FoundBlock, Shards } from './reader.ts';
import type { ChainRpc } from './rpc.ts';

/** After another layout took over, for so many blocks everything is fetched: what was under way may still surprise. */
const WHOLE_AFTER_CHANGE = 4;

export interface LayoutKeeperOptions {
  contract_ids: readonly string[];
  rpc: ChainRpc | null;
  clock: Clock;
  limits: Limits;
  signal: AbortSignal;
  /** Told why the endpoint did not say the layout; reading goes on with all shards. */
  onTrouble(reason: string): void;
}

export class LayoutKeeper {
  private readonly options: LayoutKeeperOptions;
  /** By layout key, the shards of the followed contracts. */
  private readonly known = new Map<string, readonly bigint[]>();
  private readonly brackets = new Map<string, Bracket>();
  private current: string | null = null;
  private whole_blocks = 0;
  private asked_at = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | null = null;

  constructor(options: LayoutKeeperOptions) {
    this.options = options;
  }

  /** What a block that was not read yet probably needs; nothing while that is not known. */
  guess(): readonly bigint[] {
    return this.current === null || this.whole_blocks > 0 ? [] : (this.known.get(this.current) ?? []);
  }

  choose(head: BlockHead): Shards {
    const known = this.known.get(head.layout_key);
    if (known === undefined) {
      void this.learn(head.facts.height);
      return 'all';
    }
    return head.layout_key === this.current && this.whole_blocks === 0 ? known : 'all';
  }

  /** Needs whole blocks, in their order, where `wantsExecutors` says so. */
  observe(block: FoundBlock): void {
    const { layout_key, chunks } = block.head;
    if (layout_key !== this.current) {
      this.whole_blocks = this.current === null ? 0 : WHOLE_AFTER_CHANGE;
      this.current = layout_key;
    } else if (this.whole_blocks > 0) this.whole_blocks -= 1;
    if (this.known.has(layout_key) || !block.is_whole) return;
    const bracket = this.brackets.get(layout_key) ?? new Bracket(chunks.map(({ shard_id }) => shard_id));
    this.brackets.set(layout_key, bracket);
    for (const { shard_id, bytes } of block.shards) bracket.add(shard_id, readExecutors(bytes));
    const shards = this.options.contract_ids.map((contract_id) => bracket.shardOf(contract_id));
    if (shards.every((shard_id) => shard_id !== null)) this.know(layout_key, shards);
  }

  /** Null while that layout is not known. */
  shardsOf(layout_key: string): readonly bigint[] | null {
    return this.known.get(layout_key) ?? null;
  }

  wantsExecutors(): boolean {
    return this.current === null || !this.known.has(this.current);
  }

  /** Asks the endpoint, once at a time and with a pause between; it never rejects. */
  learn(height: bigint | null): Promise<void> {
    const { rpc, clock, limits } = this.options;
    if (rpc === null || this.asking !== null) return this.asking ?? Promise.resolve();
    if (clock.now() - this.asked_at < limits.layout_pause_ms) return Promise.resolve();
    this.asked_at = clock.now();
    this.asking = this.ask(rpc, height).finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async ask(rpc: ChainRpc, height: bigint | null): Promise<void> {
    const { contract_ids, signal, onTrouble } = this.options;
    try {
      const layout = await rpc.shardLayout(height, signal);
      this.know(layoutKey(layout.shard_ids), contract_ids.map(layout.shardOf));
      this.current ??= layoutKey(layout.shard_ids);
    } catch (error) {
      if (!signal.aborted) onTrouble(error instanceof Error ? error.message : String(error));
    }
  }

  private know(key: string, shards: readonly bigint[]): void {
    this.known.set(key, [...new Set(shards)]);
    this.brackets.delete(key);
  }
}
