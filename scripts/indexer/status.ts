// Owns showing where the indexer stands, as its tables say; leaves the figures of a running one to its metrics.

import type { Config } from '../../core/config/index.ts';
import { listCursors } from '../../core/db/chain-cursor.ts';
import { createDatabase, createPool } from '../../core/db/pool.ts';
import { note } from '../console.ts';
import type { Reached } from './reach.ts';

const MS_PER_S = 1000;

export async function showStatus(about: {
  reached: Reached;
  config: Config;
  json: boolean;
  now_ms: number;
}): Promise<string[]> {
  const pool = createPool({
    url: about.reached.indexer_url,
    max: 1,
    on_idle_error: (error) => note(`A database connection was lost: ${error.message}`),
  });
  const db = createDatabase(pool);
  try {
    const contracts = (await listCursors(db)).map((cursor) => ({
      ...cursor,
      lag_seconds: Math.max(0, (about.now_ms - Date.parse(cursor.block_timestamp)) / MS_PER_S),
    }));
    if (about.json) return [JSON.stringify({ network: about.config.network.name, contracts })];
    if (contracts.length === 0) return ['No block is written yet. Run "npm run indexer -- follow".'];
    return contracts.map(
      (at) =>
        `${at.near_contract_id}: block ${at.block_height} of ${at.block_timestamp} (${at.lag_seconds.toFixed(1)} s ago), ` +
        `${at.events} events, ${at.tokens} tokens, ${at.retirements} retirements, ${at.dead_letters} dead letters` +
        (at.indexer_id === null ? '' : `, last written by ${at.indexer_id}`),
    );
  } finally {
    await db.destroy();
  }
}
