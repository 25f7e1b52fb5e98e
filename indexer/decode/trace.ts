// Owns finding the transaction from which a receipt follows, backwards through what made it; leaves reading blocks, and keeping the last ones at hand, to the source.

import { decodeBase58, encodeBase58 } from '../../core/near/base58.ts';
import { type IdBlock, receiptIdOfTransaction } from '../../core/near/receipt-id.ts';
import type { BlockFacts, BlockSource, Observer, ShardBytes } from '../types.ts';
import { type Creator, findCreator } from './creators.ts';

/** How far back all steps of one trace may go: a yielded promise waits for 200 blocks, congestion for some dozens. */
const MAX_TRACE_BLOCKS = 256;
/** A transaction has gas for about a hundred calls one behind the other. */
const MAX_STEPS = 128;

export interface WholeBlock {
  facts: BlockFacts;
  shards: readonly ShardBytes[];
}

export interface Tracer {
  /** Null where it is not found in time; nothing else stops an event from being taken. */
  trace(receipt_id: string, block: WholeBlock, signal: AbortSignal): Promise<string | null>;
}

export function createTracer(
  source: Pick<BlockSource, 'readWhole'>,
  observer: Partial<Pick<Observer, 'traced'>> = {},
): Tracer {
  return {
    async trace(receipt_id, block, signal) {
      const start = performance.now();
      const hash = await findTransaction(source, { receipt_id, block, signal });
      observer.traced?.({ ms: performance.now() - start, found: hash !== null });
      return hash;
    },
  };
}

interface Search {
  receipt_id: string;
  /** Where the receipt ran; of its shards only the one it ran in is needed. */
  block: WholeBlock;
  signal: AbortSignal;
}

async function findTransaction(
  source: Pick<BlockSource, 'readWhole'>,
  { receipt_id, block, signal }: Search,
): Promise<string | null> {
  const lowest = block.facts.height - BigInt(MAX_TRACE_BLOCKS);
  let wanted = receipt_id;
  // What runs in the block in which it was made was made in its own shard; everything else comes from a block before.
  let at: WholeBlock | null = block;
  let height = block.facts.height;
  for (let steps = 0; steps < MAX_STEPS; ) {
    const creator = at === null ? null : findIn(at, wanted);
    if (at !== null && creator?.kind === 'transaction') {
      return isMadeBy(wanted, creator.hash, at.facts) ? creator.hash : null;
    }
    if (creator?.kind === 'receipt') {
      if (creator.transaction_hash !== null) return creator.transaction_hash;
      wanted = creator.receipt_id;
      steps += 1;
      continue;
    }
    const before: bigint | null = at?.facts.prev_height ?? null;
    height = before !== null && before < height ? before : height - 1n;
    if (height < lowest || height < 0n) return null;
    at = await source.readWhole(height, signal);
  }
  return null;
}

function findIn({ shards, facts }: WholeBlock, receipt_id: string): Creator | null {
  for (const shard of shards) {
    const creator = findCreator(shard, receipt_id, facts.height);
    if (creator !== null) return creator;
  }
  return null;
}

/** A source may claim anything, but an id follows from what made it. Old blocks put a block's hash where heights are. */
function isMadeBy(
  receipt_id: string,
  transaction_hash: string,
  { height, hash, prev_hash }: BlockFacts,
): boolean {
  const transaction = decodeBase58(transaction_hash);
  const places: IdBlock[] = [height, decodeBase58(hash), decodeBase58(prev_hash)];
  return places.some((place) => encodeBase58(receiptIdOfTransaction(transaction, place)) === receipt_id);
}
