// Owns how far each contract was written, and that what comes next follows it; leaves the rows of a block to write-rows.ts.

import { DmrvError } from '../../core/errors/index.ts';
import { blockTime } from '../projectors/block-time.ts';
import type { BlockFacts, DecodedBlock } from '../types.ts';
import type { Session } from './session.ts';

export interface Cursor {
  height: bigint;
  hash: string;
}

/** By contract; one that was never followed has none. */
export type Cursors = ReadonlyMap<string, Cursor>;

const READ_CURSORS = `select near_contract_id, block_height, block_hash from chain.cursor
  where near_contract_id = any($1) order by near_contract_id`;

/** With the rows locked, nobody else ends a batch or a rebuild of these contracts before this transaction does. */
export async function readCursors(
  session: Session,
  { contracts, is_locked }: { contracts: readonly string[]; is_locked: boolean },
): Promise<Cursors> {
  const { rows } = await session.query<{
    near_contract_id: string;
    block_height: string;
    block_hash: string;
  }>(is_locked ? `${READ_CURSORS} for update` : READ_CURSORS, [contracts]);
  return new Map(
    rows.map((row) => [row.near_contract_id, { height: BigInt(row.block_height), hash: row.block_hash }]),
  );
}

/** Throws unless the blocks are linked, and follow or contain every contract's cursor. */
export function checkFollows(cursors: Cursors, blocks: readonly DecodedBlock[]): void {
  for (const [index, { facts }] of blocks.entries()) {
    const before = blocks[index - 1]?.facts;
    if (before === undefined) continue;
    if (facts.prev_hash !== before.hash || facts.height <= before.height) {
      throw mismatch(facts, { what: `the block before it, ${before.height},`, expected_hash: before.hash });
    }
  }
  for (const [contract, cursor] of cursors) {
    const next = blocks.find(({ facts }) => facts.height > cursor.height)?.facts;
    const last = blocks.at(-1)?.facts;
    if (next !== undefined && next.prev_hash !== cursor.hash) {
      throw mismatch(next, { what: describe(contract, cursor), expected_hash: cursor.hash });
    }
    if (
      next === undefined &&
      last !== undefined &&
      last.height === cursor.height &&
      last.hash !== cursor.hash
    ) {
      throw mismatch(last, { what: describe(contract, cursor), expected_hash: cursor.hash });
    }
  }
}

function mismatch(
  { height, prev_hash }: BlockFacts,
  expected: { what: string; expected_hash: string },
): DmrvError {
  return new DmrvError('INDEXER_CURSOR_MISMATCH', { facts: { height, prev_hash, ...expected } });
}

/** The cursor was moved by somebody else since it was read. */
export function standsElsewhere(contract: string, cursor: Cursor | undefined, next: BlockFacts): DmrvError {
  if (cursor === undefined)
    return mismatch(next, { what: `the cursor of ${contract}`, expected_hash: 'gone' });
  return mismatch(next, { what: describe(contract, cursor), expected_hash: cursor.hash });
}

function describe(contract: string, { height }: Cursor): string {
  return `the block at which the cursor of ${contract} stands, ${height},`;
}

const ADVANCE = `insert into chain.cursor as c
    (near_contract_id, block_height, block_hash, block_timestamp, last_position, indexer_id, updated_at)
  select n.id, $3::int8, $4::text, $5::timestamptz, n.last_position, $6::text, $5::timestamptz
  from unnest($1::text[], $2::text[]) as n (id, last_position)
  on conflict (near_contract_id) do update set block_height = excluded.block_height,
    block_hash = excluded.block_hash, block_timestamp = excluded.block_timestamp,
    last_position = coalesce(excluded.last_position, c.last_position), indexer_id = excluded.indexer_id,
    updated_at = excluded.updated_at`;

/** For contracts that stand before the block, with the position of their last event where the batch has one. */
export async function advanceCursors(
  session: Session,
  to: { contracts: ReadonlyMap<string, string | null>; last: BlockFacts; indexer_id: string },
): Promise<void> {
  const { contracts, last, indexer_id } = to;
  await session.query(ADVANCE, [
    [...contracts.keys()],
    [...contracts.values()],
    last.height,
    last.hash,
    blockTime(last.timestamp_ns),
    indexer_id,
  ]);
}

const ADVANCE_OVER_NOTHING = `update chain.cursor set block_height = $3, block_hash = $4, block_timestamp = $5,
    indexer_id = $6, updated_at = $5
  where near_contract_id = any($1) and block_hash = $2
    and (select count(*) from chain.cursor where near_contract_id = any($1) and block_hash = $2) = cardinality($1)`;

/** One round trip for blocks in which nothing happened; false where not every cursor stands right before them. */
export async function advanceOverNothing(
  session: Session,
  to: { contracts: readonly string[]; from_hash: string; last: BlockFacts; indexer_id: string },
): Promise<boolean> {
  const { contracts, from_hash, last, indexer_id } = to;
  const { rowCount } = await session.query(ADVANCE_OVER_NOTHING, [
    contracts,
    from_hash,
    last.height,
    last.hash,
    blockTime(last.timestamp_ns),
    indexer_id,
  ]);
  return rowCount === contracts.length;
}
