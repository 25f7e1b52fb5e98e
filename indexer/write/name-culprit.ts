// Owns finding the receipt of a block that the database refuses, by trying its first ones; leaves writing them to write-batch.ts.

import { DmrvError } from '../../core/errors/index.ts';
import type { DecodedBlock } from '../types.ts';
import { type BatchWriter, TrialOver, writeBatch } from './write-batch.ts';

/** An error that names the block, and the first receipt with which it is refused. */
export async function nameCulprit(
  writer: BatchWriter,
  block: DecodedBlock,
  cause: unknown,
): Promise<DmrvError> {
  const receipts = [...new Set([...block.events, ...block.dead_letters].map(({ receipt_id }) => receipt_id))];
  let [passed, refused] = [0, receipts.length];
  while (refused - passed > 1) {
    const middle = Math.floor((passed + refused) / 2);
    if (await isTaken(writer, firstReceipts(block, new Set(receipts.slice(0, middle))))) passed = middle;
    else refused = middle;
  }
  const receipt = receipts[refused - 1];
  const event = block.events.find(({ receipt_id }) => receipt_id === receipt);
  return new DmrvError('INDEXER_BLOCK_REFUSED', {
    facts: {
      height: block.facts.height,
      hash: block.facts.hash,
      where: event === undefined ? `receipt ${receipt ?? 'none'}` : `${event.event} ${event.identity}`,
      reason: cause instanceof Error ? cause.message : String(cause),
    },
    cause,
  });
}

function firstReceipts(block: DecodedBlock, receipts: ReadonlySet<string>): DecodedBlock {
  const isFirst = ({ receipt_id }: { receipt_id: string }): boolean => receipts.has(receipt_id);
  return {
    ...block,
    events: block.events.filter(isFirst),
    dead_letters: block.dead_letters.filter(isFirst),
  };
}

async function isTaken(writer: BatchWriter, block: DecodedBlock): Promise<boolean> {
  try {
    await writeBatch({ ...writer, is_trial: true }, [block]);
    return true;
  } catch (error) {
    // Which refusal it is was told by the whole block; here only its place is sought.
    return error instanceof TrialOver;
  }
}
