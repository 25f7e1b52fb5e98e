// Owns folding a contract's kept events anew into tables of one session; leaves what is done with them to rebuild.ts.

import { namedTokens } from '../decode/event-place.ts';
import { foldEvents } from '../projectors/fold.ts';
import { needsOf } from '../projectors/needs.ts';
import type { ChainEvent } from '../types.ts';
import { FOLDED_TABLES, prepareFolded } from './chain-tables.ts';
import { loadState } from './load-state.ts';
import type { Session } from './session.ts';
import { RowSender, sendFolded } from './write-rows.ts';

/** Where a session's own tables are: they go with it, whatever becomes of it, and no other session sees them. */
export const REPLAY_SCHEMA = 'pg_temp';
const REPLAYED = prepareFolded(REPLAY_SCHEMA);

/** Memory for a session's own tables; the server's usual 8 MB holds 10,000 tokens. */
const TEMP_BUFFERS = '64MB';
/** A page ends with a whole block, of which one may have more events than this. */
const EVENTS_PER_PAGE = 2_000;

export async function makeReplayTables(session: Session): Promise<void> {
  await session.query(`set temp_buffers = '${TEMP_BUFFERS}'`);
  for (const table of FOLDED_TABLES) {
    await session.query(`create temporary table ${table}
      (like chain.${table} including defaults including constraints including indexes)`);
  }
}

export interface ReplayOptions {
  contract: string;
  /** Behind this position, the end of what was folded before; null at the beginning. */
  after: string | null;
  signal: AbortSignal;
  on_page?: (events: number) => void;
}

/** Answers the position of the last event folded. */
export async function replayEvents(session: Session, options: ReplayOptions): Promise<string | null> {
  const { contract, signal, on_page } = options;
  let after = options.after;
  for (;;) {
    signal.throwIfAborted();
    const page = await readPage(session, { contract, after });
    const last = page.at(-1);
    if (last === undefined) return after;
    const state = await loadState(session, { needs: needsOf(page), schema: REPLAY_SCHEMA });
    const rows = foldEvents(state, page);
    const sender = new RowSender(session);
    sendFolded(sender, { rows, state, statements: REPLAYED });
    await sender.settle();
    after = last.position;
    on_page?.(page.length);
  }
}

interface StoredEvent
  extends Pick<
    ChainEvent,
    | 'transaction_hash'
    | 'receipt_id'
    | 'log_index'
    | 'item_index'
    | 'method_name'
    | 'standard'
    | 'version'
    | 'event'
    | 'data'
  > {
  event_identity: string;
  event_position: string;
  block_height: string;
  block_hash: string;
  timestamp_us: string;
  prev_hash: string | null;
}

const SELECT_EVENTS = `select e.event_identity, e.event_position, e.block_height, e.block_hash, b.prev_hash,
    (extract(epoch from e.block_timestamp) * 1000000)::int8 as timestamp_us, e.transaction_hash, e.receipt_id,
    e.log_index, e.item_index, e.method_name, e.standard, e.version, e.event, e.data
  from chain.contract_events e left join chain.blocks b on b.block_height = e.block_height
  where e.near_contract_id = $1`;
const SELECT_PAGE = `${SELECT_EVENTS} and e.event_position > $2 order by e.event_position limit $3`;
const SELECT_REST_OF_BLOCK = `${SELECT_EVENTS} and e.block_height = $2 and e.event_position > $3
  order by e.event_position`;

/** Below every position. */
const BEFORE_ALL = '';

async function readPage(
  session: Session,
  { contract, after }: { contract: string; after: string | null },
): Promise<ChainEvent[]> {
  const page = await session.query<StoredEvent>(SELECT_PAGE, [
    contract,
    after ?? BEFORE_ALL,
    EVENTS_PER_PAGE,
  ]);
  const last = page.rows.at(-1);
  if (last === undefined) return [];
  const rest =
    page.rows.length < EVENTS_PER_PAGE
      ? []
      : (
          await session.query<StoredEvent>(SELECT_REST_OF_BLOCK, [
            contract,
            last.block_height,
            last.event_position,
          ])
        ).rows;
  return [...page.rows, ...rest].map((row) => eventOf(contract, row));
}

function eventOf(contract_id: string, row: StoredEvent): ChainEvent {
  const { event_identity, event_position, block_height, block_hash, timestamp_us, prev_hash, ...event } = row;
  return {
    ...event,
    identity: event_identity,
    position: event_position,
    contract_id,
    block: {
      height: BigInt(block_height),
      hash: block_hash,
      prev_hash: prev_hash ?? '',
      prev_height: null,
      timestamp_ns: BigInt(timestamp_us) * 1_000n,
    },
    token_ids: namedTokens(event.event, event.data),
  };
}
