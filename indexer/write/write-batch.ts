// Owns the one transaction of a batch: cursor, events, rows, the tenants' view; leaves what to do when it fails to writer.ts.

import { foldEvents } from '../projectors/fold.ts';
import { needsOf } from '../projectors/needs.ts';
import type { ChainEvent, DeadLetter, DecodedBlock } from '../types.ts';
import {
  advanceCursors,
  advanceOverNothing,
  type Cursors,
  checkFollows,
  readCursors,
  standsElsewhere,
} from './cursors.ts';
import { loadState } from './load-state.ts';
import { inTransaction, type Session } from './session.ts';
import {
  RowSender,
  sendAttaching,
  sendBlocks,
  sendDeadLetters,
  sendEvents,
  sendFolded,
} from './write-rows.ts';

export interface BatchWriter {
  session: Session;
  contracts: readonly string[];
  indexer_id: string;
  /** As they stand; what a contract was told before is passed by. */
  cursors: Cursors;
  /** Ends with TrialOver where all would have been written, and leaves nothing. */
  is_trial?: boolean;
}

export class TrialOver extends Error {}

export interface Written {
  cursors: Cursors;
  events: number;
  dead_letters: number;
}

/** Whole, linked blocks; all of it is written or nothing. */
export async function writeBatch(writer: BatchWriter, blocks: readonly DecodedBlock[]): Promise<Written> {
  const { session, contracts, indexer_id } = writer;
  const last = blocks.at(-1)?.facts;
  const first = blocks[0]?.facts;
  if (first === undefined || last === undefined)
    return { cursors: writer.cursors, events: 0, dead_letters: 0 };
  checkFollows(writer.cursors, blocks);
  const batch = selectNew(writer, blocks);
  if (
    batch.events.length === 0 &&
    batch.dead_letters.length === 0 &&
    writer.cursors.size === contracts.length
  ) {
    const passed = { contracts, from_hash: first.prev_hash, last, indexer_id };
    if (await advanceOverNothing(session, passed)) return advanced(writer, batch, last);
  }
  await inTransaction(session, async () => {
    const needs = needsOf(batch.events);
    // In one flight: the cursors' locks are taken before the rows are read.
    const [cursors, state] = await Promise.all([
      readCursors(session, { contracts, is_locked: true }),
      loadState(session, { needs, schema: 'chain' }),
    ]);
    checkStand(writer.cursors, cursors, blocks);
    const sender = new RowSender(session);
    sendBlocks(sender, batch.blocks);
    if (batch.events.length > 0) {
      const rows = foldEvents(state, batch.events);
      sendEvents(sender, rows.contract_events);
      sendFolded(sender, { rows, state });
      sendAttaching(sender, session, rows);
    }
    sendDeadLetters(sender, batch.dead_letters);
    const to = { contracts: behind(writer, batch, last.height), last, indexer_id };
    if (to.contracts.size > 0) sender.add(advanceCursors(session, to));
    await sender.settle();
    if (writer.is_trial === true) throw new TrialOver();
  });
  return advanced(writer, batch, last);
}

interface Batch {
  events: readonly ChainEvent[];
  dead_letters: readonly DeadLetter[];
  blocks: DecodedBlock['facts'][];
}

/** Without what lies at or below the cursor of its own contract: that was written when it came first. */
function selectNew({ cursors, contracts }: BatchWriter, blocks: readonly DecodedBlock[]): Batch {
  const followed = new Set(contracts);
  const isNew = ({ contract_id, block }: ChainEvent | DeadLetter): boolean => {
    const cursor = cursors.get(contract_id);
    return followed.has(contract_id) && (cursor === undefined || block.height > cursor.height);
  };
  const events = blocks.flatMap((block) => block.events.filter(isNew));
  const dead_letters = blocks.flatMap((block) => block.dead_letters.filter(isNew));
  const heights = new Set([...events, ...dead_letters].map(({ block }) => block.height));
  return {
    events,
    dead_letters,
    blocks: blocks.flatMap(({ facts }) => (heights.has(facts.height) ? [facts] : [])),
  };
}

/** Someone else who moved a cursor would have written these blocks already, or others. */
function checkStand(known: Cursors, found: Cursors, blocks: readonly DecodedBlock[]): void {
  const first = blocks[0]?.facts;
  for (const contract of new Set([...known.keys(), ...found.keys()])) {
    const cursor = found.get(contract);
    if (first !== undefined && known.get(contract)?.hash !== cursor?.hash) {
      throw standsElsewhere(contract, cursor, first);
    }
  }
}

function behind(
  { contracts, cursors }: BatchWriter,
  { events }: Batch,
  height: bigint,
): Map<string, string | null> {
  const last_positions = new Map(events.map(({ contract_id, position }) => [contract_id, position]));
  const standing = contracts.filter((contract) => (cursors.get(contract)?.height ?? -1n) < height);
  return new Map(standing.map((contract) => [contract, last_positions.get(contract) ?? null]));
}

function advanced(
  { contracts, cursors }: BatchWriter,
  { events, dead_letters }: Batch,
  last: DecodedBlock['facts'],
): Written {
  const moved = new Map(cursors);
  for (const contract of contracts) {
    if ((cursors.get(contract)?.height ?? -1n) < last.height) {
      moved.set(contract, { height: last.height, hash: last.hash });
    }
  }
  return { cursors: moved, events: events.length, dead_letters: dead_letters.length };
}
