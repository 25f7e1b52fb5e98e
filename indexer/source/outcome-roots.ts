// Owns that later blocks commit to the outcomes handed on before; leaves computing an outcome root to audit.ts.
import type { BlockHead } from './block-head.ts';

interface Expected {
  height: bigint;
  root: string;
}

/** The next chunk of a shard commits to what its last one did, so a root is known to be right one block later or more. */
export class OutcomeRoots {
  private readonly expected = new Map<bigint, Expected>();

  /** In words, what another root than the expected one is; null in an honest chain. */
  check({ facts, chunks }: BlockHead): { height: bigint; what: string } | null {
    if (this.expected.size === 0) return null;
    for (const { shard_id, height_included, outcome_root } of chunks) {
      const expected = this.expected.get(shard_id);
      if (expected === undefined || height_included !== facts.height) continue;
      this.expected.delete(shard_id);
      if (outcome_root === expected.root) continue;
      const what = `shard ${shard_id}: its outcomes give the root ${expected.root}, block ${facts.height} commits to ${outcome_root}`;
      return { height: expected.height, what };
    }
    // A shard that was split has no next chunk of its own.
    for (const shard_id of this.expected.keys()) {
      if (!chunks.some((chunk) => chunk.shard_id === shard_id)) this.expected.delete(shard_id);
    }
    return null;
  }

  expect(height: bigint, roots: ReadonlyMap<bigint, string>): void {
    for (const [shard_id, root] of roots) this.expected.set(shard_id, { height, root });
  }
}
