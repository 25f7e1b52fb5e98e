// Owns asking how far each contract is indexed; leaves moving a cursor to indexer/write.
import { type Kysely, sql } from 'kysely';
import type { DB } from './types.ts';

export interface IndexedContract {
  near_contract_id: string;
  block_height: string;
  block_hash: string;
  /** ISO, UTC. */
  block_timestamp: string;
  indexer_id: string | null;
  events: string;
  tokens: string;
  retirements: string;
  /** That wait to be driven again. */
  dead_letters: string;
}

export async function listCursors(db: Kysely<DB>): Promise<IndexedContract[]> {
  const { rows } = await sql<IndexedContract>`
    select c.near_contract_id, c.block_height::text as block_height, c.block_hash,
      to_char(c.block_timestamp at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as block_timestamp, c.indexer_id,
      (select count(*) from chain.contract_events e where e.near_contract_id = c.near_contract_id)::text as events,
      (select count(*) from chain.tokens t where t.near_contract_id = c.near_contract_id)::text as tokens,
      (select count(*) from chain.retirements r where r.near_contract_id = c.near_contract_id)::text as retirements,
      (select count(*) from chain.dead_letters d
        where d.near_contract_id = c.near_contract_id and d.redriven_at is null)::text as dead_letters
    from chain.cursor c order by c.near_contract_id`.execute(db);
  return rows;
}
