// Owns when a layout takes another's place and what the new shards begin with; leaves headers to the chain, splitting to the state.
import type { ShardLayout } from '../chain/chunk-header.ts';
import { isLastOfEpoch } from '../chain/epochs.ts';
import { boundaryLayout } from '../chain/layout.ts';
import type { NewShard } from '../chain/shard-tips.ts';
import { splitState } from '../state/split.ts';
import type { Trie } from '../state/trie.ts';
import { getTrie, type World } from './make-block.ts';
import type { LayoutWish, Resharding } from './options.ts';

/** A layout lives for whole epochs, so a new one begins with the first block of an epoch, at or above its height. */
export function dueResharding(
  world: Pick<World, 'chain'>,
  options: { height: bigint; reshardings: readonly Resharding[]; done: number },
): Resharding | null {
  const next = options.reshardings[options.done];
  const { head, rules } = world.chain;
  return next !== undefined && next.height <= options.height && isLastOfEpoch(head, rules) ? next : null;
}

/** Answers the states of the shards that begin. */
export function reshard(
  world: Pick<World, 'chain' | 'tries' | 'routes'>,
  change: { from: LayoutWish; to: LayoutWish },
): Map<bigint, Trie> {
  const { chain, tries, routes } = world;
  const layout = boundaryLayout(change.to);
  const parents = parentsOf(change);
  const begun: NewShard[] = [];
  const states = new Map<bigint, Trie>();
  for (const parent_id of new Set(parents.values())) {
    const children = layout.shard_ids.filter((shard_id) => parents.get(shard_id) === parent_id);
    const split = splitState(getTrie(world, parent_id), { children, shardOf: shardOf(layout) });
    for (const shard_id of children) {
      const trie = split.get(shard_id);
      if (trie === undefined) throw new Error(`splitting shard ${parent_id} left no state for ${shard_id}`);
      states.set(shard_id, trie);
      begun.push({ shard_id, parent_id, state_root: trie.root });
    }
  }
  chain.changeLayout(layout, begun);
  routes.changeLayout(layout, begun);
  for (const parent_id of parents.values()) tries.delete(parent_id);
  for (const [shard_id, trie] of states) tries.set(shard_id, trie);
  return states;
}

/** For each new shard the one whose accounts it takes; refuses a layout that joins shards or moves a kept one. */
export function parentsOf(change: { from: LayoutWish; to: LayoutWish }): Map<bigint, bigint> {
  const { from, to } = change;
  const before = boundaryLayout(from);
  boundaryLayout(to);
  const lost = from.boundaries.find((boundary) => !to.boundaries.includes(boundary));
  if (lost !== undefined)
    throw new Error(`the new layout joins shards at "${lost}"; shards can only be split`);
  const parents = new Map<bigint, bigint>();
  for (const [index, shard_id] of to.shard_ids.entries()) {
    const parent_id = before.shardOf(to.boundaries[index - 1] ?? '');
    const siblings = to.shard_ids.filter(
      (_, at) => before.shardOf(to.boundaries[at - 1] ?? '') === parent_id,
    );
    if (shard_id === parent_id && siblings.length === 1) continue;
    if (from.shard_ids.includes(shard_id)) {
      throw new Error(`shard ${shard_id} would stand for other accounts than before; give its parts new ids`);
    }
    parents.set(shard_id, parent_id);
  }
  return parents;
}

function shardOf(layout: ShardLayout): (account_id: string) => bigint {
  return (account_id) => layout.shardOf(account_id);
}
