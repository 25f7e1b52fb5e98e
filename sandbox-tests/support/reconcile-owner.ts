// Owns waiting for the indexer, asking a world's database as its owner, and the proofs of its retirements; leaves the world to
// reconcile-world.ts.

import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { createDatabase, createPool } from '../../core/db/pool.ts';
import type { TestApi } from './api.ts';
import type { ContractWorld } from './contract-world.ts';

const LONGEST_MS = 120_000;

export async function untilIndexed(api: TestApi, chain: ContractWorld): Promise<void> {
  const wanted = chain.chain.node.chain.head.header.inner_lite.height;
  const give_up = Date.now() + LONGEST_MS;
  for (;;) {
    const [row] = await askOwner<{ block_height: string }>(
      api,
      sql`select block_height::text from chain.cursor`,
    );
    if (row !== undefined && BigInt(row.block_height) >= wanted) return;
    // A block becomes final, and is audited, by those behind it.
    chain.chain.node.produceBlocks();
    if (Date.now() > give_up)
      throw new Error(`The indexer stands at ${row?.block_height}, behind ${wanted}.`);
    await sleep(100);
  }
}

/** Stands for the worker that stores proofs, which has specs of its own. */
export async function keepProofs(api: TestApi): Promise<void> {
  await askOwner(
    api,
    sql`insert into chain.proof_bundles (near_contract_id, token_id, form, head_block_hash, head_block_height, bundle,
      bundle_sha256)
    select r.near_contract_id, r.token_id, 'dmrv-retirement-proof/1', c.block_hash, c.block_height, '{}', r.token_id
    from chain.retirements r join chain.cursor c using (near_contract_id) on conflict do nothing`,
  );
}

export async function askOwner<Row>(api: TestApi, query: ReturnType<typeof sql>): Promise<Row[]> {
  const pool = createPool({ url: api.database.admin_url, max: 1, on_idle_error: () => undefined });
  const db = createDatabase(pool);
  try {
    return (await query.execute(db)).rows as Row[];
  } finally {
    await db.destroy();
  }
}
