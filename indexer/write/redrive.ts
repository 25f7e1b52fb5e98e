// Owns reading dead letters once more and giving their events the place they would have had; leaves reading a log to decode/.

import { OWNER_ROLE } from '../../core/db/logins.ts';
import { blockTime } from '../projectors/block-time.ts';
import { contractEvent } from '../projectors/fold.ts';
import type { ChainEvent, DeadLetter } from '../types.ts';
import { readCursors } from './cursors.ts';
import { mend, type RebuildOptions, type RebuildResult } from './rebuild.ts';
import { makeReplayTables, replayEvents } from './replay.ts';
import { inTransaction, openSession, type Session } from './session.ts';
import { RowSender, sendEvents } from './write-rows.ts';

export type Redecode = (
  letter: DeadLetter,
) => { kind: 'events'; events: ChainEvent[] } | { kind: 'dead'; dead_letter: DeadLetter };

export interface RedriveOptions extends RebuildOptions {
  redecode: Redecode;
}

export interface RedriveResult extends RebuildResult {
  tried: number;
  /** Letters that could be read now, and the events in them. */
  revived: number;
  revived_events: number;
}

/** Letters are rare: a defect of a release, mended by the next. So many are read at once. */
const LETTERS_AT_ONCE = 1_000;

/**
 * An event that was read late may change all that its tokens did since, and a consent what every mint of it left. So
 * everything is folded anew with it, in one transaction: it is rare, and right by the same way as a rebuild.
 */
export async function redrive(options: RedriveOptions): Promise<RedriveResult> {
  const { contract, signal, on_progress } = options;
  const session = await openSession(options.admin_url, OWNER_ROLE);
  try {
    await makeReplayTables(session);
    return await inTransaction(session, async () => {
      await readCursors(session, { contracts: [contract], is_locked: true });
      const read = await readAgain(session, options);
      const result = { events: 0, differences: [], view_changes: {}, ...read };
      if (read.revived_events === 0) return result;
      const on_page = (events: number): void => {
        result.events += events;
        on_progress?.({ phase: 'replaying', done: result.events, of: result.events });
      };
      await replayEvents(session, { contract, after: null, signal, on_page });
      return { ...result, ...(await mend(session, options)) };
    });
  } finally {
    await session.close();
  }
}

interface StoredLetter extends Omit<DeadLetter, 'contract_id' | 'block' | 'shard_id'> {
  dead_letter_id: string;
  block_height: string;
  block_hash: string;
  prev_hash: string | null;
  timestamp_us: string;
  shard_id: string;
}

const OPEN_LETTERS = `select d.dead_letter_id, d.block_height, d.block_hash, b.prev_hash, d.shard_id, d.outcome_index,
    (extract(epoch from d.block_timestamp) * 1000000)::int8 as timestamp_us, d.receipt_id, d.log_index,
    d.transaction_hash, d.method_name, d.log, d.error_code, d.error_message
  from chain.dead_letters d left join chain.blocks b on b.block_height = d.block_height
  where d.near_contract_id = $1 and d.redriven_at is null
  order by d.block_height, d.shard_id, d.outcome_index, d.log_index limit $2`;

const CLOSE_LETTER = `update chain.dead_letters set redriven_at = now(), attempts = attempts + 1 where dead_letter_id = $1`;
const KEEP_LETTER = `update chain.dead_letters set attempts = attempts + 1, error_code = $2, error_message = $3
  where dead_letter_id = $1`;

async function readAgain(
  session: Session,
  { contract, redecode }: RedriveOptions,
): Promise<Pick<RedriveResult, 'tried' | 'revived' | 'revived_events'>> {
  const { rows } = await session.query<StoredLetter>(OPEN_LETTERS, [contract, LETTERS_AT_ONCE]);
  const sender = new RowSender(session);
  const events: ChainEvent[] = [];
  let revived = 0;
  for (const row of rows) {
    const decoded = redecode(letterOf(contract, row));
    if (decoded.kind === 'dead') {
      const { error_code, error_message } = decoded.dead_letter;
      sender.add(session.query(KEEP_LETTER, [row.dead_letter_id, error_code, error_message]));
      continue;
    }
    revived += 1;
    events.push(...decoded.events);
    sender.add(session.query(CLOSE_LETTER, [row.dead_letter_id]));
  }
  sendEvents(
    sender,
    events.map((event) => contractEvent(event, blockTime(event.block.timestamp_ns))),
  );
  await sender.settle();
  return { tried: rows.length, revived, revived_events: events.length };
}

function letterOf(contract_id: string, row: StoredLetter): DeadLetter {
  const { dead_letter_id, block_height, block_hash, prev_hash, timestamp_us, shard_id, ...letter } = row;
  void dead_letter_id;
  return {
    ...letter,
    contract_id,
    shard_id: BigInt(shard_id),
    block: {
      height: BigInt(block_height),
      hash: block_hash,
      prev_hash: prev_hash ?? '',
      prev_height: null,
      timestamp_ns: BigInt(timestamp_us) * 1_000n,
    },
  };
}
