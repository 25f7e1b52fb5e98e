// Owns what the database says of being ready: its migrations and how far the indexer is; leaves the verdict to the API.

import type pg from 'pg';

export async function readLatestMigration(pool: pg.Pool): Promise<string | undefined> {
  const { rows } = await pool.query<{ name: string | null }>('select app.latest_migration() as name');
  return rows[0]?.name ?? undefined;
}

export type ChainCursor = { block_height: string; block_timestamp: string };

/** Nothing where no indexer has followed this contract yet. */
export async function readChainCursor(
  pool: pg.Pool,
  near_contract_id: string,
): Promise<ChainCursor | undefined> {
  const { rows } = await pool.query<ChainCursor>(
    'select block_height, block_timestamp from chain.cursor where near_contract_id = $1',
    [near_contract_id],
  );
  return rows[0];
}
