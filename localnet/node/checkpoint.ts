// Owns what a ledger needs to go on from a snapshot without the blocks before it; leaves the snapshot's states and files to state/disk.
import { deserialize, serialize } from 'node:v8';
import type { ChainMemory } from '../chain/chain.ts';
import { boundaryLayout } from '../chain/layout.ts';
import type { UsedLayout } from './ledger.ts';
import type { ResolvedOptions } from './options.ts';
import type { OriginsMemory } from './origins.ts';
import type { RoutesMemory } from './receipt-routes.ts';
import { parentsOf } from './reshard.ts';

export interface LedgerMemory {
  /** How many headers there are up to the snapshot's block, genesis included. */
  headers: number;
  chain: ChainMemory;
  routes: RoutesMemory;
  origins: OriginsMemory;
  /** Where each layout began, the first one at genesis; what they are stands in the options. */
  layouts_from: bigint[];
  delayed: ReadonlyMap<bigint, bigint>;
  last_busy: bigint;
  clock_offset: bigint;
}

export function encodeMemory(memory: LedgerMemory): Uint8Array {
  return new Uint8Array(serialize(memory));
}

export function decodeMemory(bytes: Uint8Array): LedgerMemory {
  return deserialize(bytes) as LedgerMemory;
}

/** The layouts that began at these heights, in their order. */
export function layoutsFrom(heights: readonly bigint[], options: ResolvedOptions): UsedLayout[] {
  const layouts: UsedLayout[] = [];
  for (const [index, from_height] of heights.entries()) {
    const from = layouts.at(-1);
    const wish = index === 0 ? options.layout : options.reshardings[index - 1]?.layout;
    if (wish === undefined) throw new Error(`the chain split ${index} times, and the options name fewer`);
    const { shard_ids, boundaries } = wish;
    const parents = from === undefined ? null : parentsOf({ from, to: wish });
    layouts.push({ from_height, shard_ids, boundaries, parents, layout: boundaryLayout(wish) });
  }
  return layouts;
}
