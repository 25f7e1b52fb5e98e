// Owns turning a block's bytes into its events in order, with their transactions; leaves logs to decode-log.ts and the way back to trace.ts.

import type { ChainEvent, DeadLetter, DecodedBlock, Observer, SourceBlock } from '../types.ts';
import { decodeLog } from './decode-log.ts';
import { type FoundReceipt, findReceipts } from './find-receipts.ts';
import type { Tracer } from './trace.ts';

export interface DecodeContext {
  contract_ids: ReadonlySet<string>;
  /** Left out, hashes that the source does not tell stay null. */
  tracer?: Tracer;
  observer?: Partial<Pick<Observer, 'decoded'>>;
  signal: AbortSignal;
}

export async function decodeBlock(block: SourceBlock, context: DecodeContext): Promise<DecodedBlock> {
  const { facts, is_tip } = block;
  if (block.found.length === 0) return { facts, is_tip, events: [], dead_letters: [] };
  const start = performance.now();
  const events: ChainEvent[] = [];
  const dead_letters: DeadLetter[] = [];
  for (const shard of block.found) {
    const { contract_ids } = context;
    for (const receipt of findReceipts(shard, { contract_ids, height: facts.height })) {
      const found = readLogs(receipt, block);
      events.push(...found.events);
      dead_letters.push(...found.dead_letters);
    }
  }
  context.observer?.decoded?.({ ms: performance.now() - start, events: events.length });
  await addTransactions([...events, ...dead_letters], block, context);
  return { facts, is_tip, events, dead_letters };
}

function readLogs(
  { logs, ...receipt }: FoundReceipt,
  { facts }: SourceBlock,
): { events: ChainEvent[]; dead_letters: DeadLetter[] } {
  const events: ChainEvent[] = [];
  const dead_letters: DeadLetter[] = [];
  for (const { log_index, log } of logs) {
    const decoded = decodeLog({ ...receipt, block: facts, log_index, log });
    if (decoded?.kind === 'events') events.push(...decoded.events);
    else if (decoded?.kind === 'dead') dead_letters.push(decoded.dead_letter);
  }
  return { events, dead_letters };
}

/** Each receipt is traced once, one after the other: they mostly share the blocks that are looked through. */
async function addTransactions(
  told: (ChainEvent | DeadLetter)[],
  { facts, found }: SourceBlock,
  { tracer, signal }: DecodeContext,
): Promise<void> {
  if (tracer === undefined) return;
  const hashes = new Map<string, string | null>();
  for (const item of told) {
    const { receipt_id } = item;
    if (item.transaction_hash !== null) continue;
    let hash = hashes.get(receipt_id);
    if (hash === undefined) {
      hash = await tracer.trace(receipt_id, { facts, shards: found }, signal);
      hashes.set(receipt_id, hash);
    }
    item.transaction_hash = hash;
  }
}
