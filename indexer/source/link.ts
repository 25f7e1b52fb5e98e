// Owns what is done with a block that does not follow the one before: reading again, asking the other sources, naming both hashes; leaves the usual case to follow.ts.
import { DmrvError, RetryableError } from '../../core/errors/index.ts';
import type { BlockFacts } from '../types.ts';
import { backoffMs, type Clock } from './backoff.ts';
import type { Failover } from './failover.ts';
import { asFault } from './fault.ts';
import type { Limits } from './limits.ts';
import type { Wish } from './read-ahead.ts';
import { type FoundBlock, type Meter, releaseBlock } from './reader.ts';

/** The block that was handed on last; before the first one, the height from which blocks are wanted. */
export type Head = BlockFacts | { height: bigint; hash: null };

export interface LinkOptions {
  head: Head;
  /** Of the block that does not follow. */
  height: bigint;
  failover: Failover;
  wishFor(height: bigint): Wish;
  clock: Clock;
  random: () => number;
  limits: Limits;
  meter: Meter;
  signal: AbortSignal;
}

export function follows(head: Head, { head: { facts } }: FoundBlock): boolean {
  if (head.hash !== null) return facts.prev_hash === head.hash;
  return facts.prev_height === null || facts.prev_height <= head.height;
}

/**
 * Blocks from behind the head up to that height, each the one before the next, from whichever source has them. The
 * source may have served something stale, or the block between may be late; when none has such blocks, nothing goes on.
 */
export async function link(options: LinkOptions): Promise<FoundBlock[]> {
  const { failover, limits, clock, random, signal, height, head } = options;
  let failure: Unlinked = { kind: 'missing', what: 'it was not asked for' };
  for (let attempt = 1; attempt <= limits.link_attempts; attempt++) {
    for (const index of failover.readers.keys()) {
      const linked = await readBack(options, index);
      if (linked.kind === 'linked') return linked.blocks;
      // A hash that differs says more than a block that is missing.
      if (linked.kind === 'differs' || failure.kind === 'missing') failure = linked;
    }
    await clock.sleep(backoffMs(attempt, limits, random), signal);
  }
  if (failure.kind === 'differs') {
    throw new DmrvError('SOURCE_CHAIN_BROKEN', {
      facts: {
        height: failure.height,
        found: failure.found,
        expected: head.hash ?? 'none',
        expected_height: head.height,
        sources: failover.readers.map(({ name }) => name).join(', '),
      },
    });
  }
  throw new RetryableError('SOURCE_UNREADY', { facts: { height, reasons: failure.what } });
}

type Unlinked = { kind: 'missing'; what: string } | { kind: 'differs'; height: bigint; found: string };
type Linked = { kind: 'linked'; blocks: FoundBlock[] } | Unlinked;

/** From the block backward to the head, over the heights that each block says are skipped. */
async function readBack(options: LinkOptions, index: number): Promise<Linked> {
  const { head, failover, wishFor, meter, signal, limits } = options;
  const blocks: FoundBlock[] = [];
  const give = (result: Unlinked): Unlinked => {
    for (const block of blocks) releaseBlock(block, meter);
    return result;
  };
  let is_named = true;
  let height = options.height;
  for (let reads = 0; reads < limits.link_blocks && height > head.height; reads++) {
    const reading = await failover
      .readFrom(index, { height, ...wishFor(height), guess: [], meter, signal })
      .catch((error: unknown) => {
        signal.throwIfAborted();
        return { kind: 'fault', what: asFault(error).message } as const;
      });
    if (reading.kind === 'fault') return give({ kind: 'missing', what: reading.what });
    if (reading.kind === 'absent') {
      const name = failover.readers[index]?.name;
      if (is_named)
        return give({ kind: 'missing', what: `${name} has no block ${height}, which another names` });
      height -= 1n;
      continue;
    }
    blocks.unshift(reading);
    if (follows(head, reading)) return { kind: 'linked', blocks };
    const { prev_height, prev_hash } = reading.head.facts;
    is_named = prev_height !== null;
    height = prev_height ?? height - 1n;
    if (height <= head.height) {
      return give({ kind: 'differs', height: reading.head.facts.height, found: prev_hash });
    }
  }
  return give({ kind: 'missing', what: `no way back to block ${head.height} was found` });
}
