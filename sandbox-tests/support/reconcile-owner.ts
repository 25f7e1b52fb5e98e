// Owns waiting for the indexer, asking a world's database as its owner, and the proofs of its retirements; leaves the world to
// reconcile-world.ts.

import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { AskChain } from '../../api/chain/json-rpc.ts';
import { keepProofs } from '../../api/proofs/keep-proofs.ts';
import { createDatabase, createPool } from '../../core/db/pool.ts';
import type { TestApi } from './api.ts';
import { CONTRACT_ID } from './contract-chain.ts';
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

/** As the product's worker does it, one round after the other. */
export async function keepRetirementsProven(about: {
  api: TestApi;
  chain: ContractWorld;
  ask: AskChain;
}): Promise<void> {
  const { api, chain, ask } = about;
  const pool = createPool({ url: api.database.urlFor('prover'), max: 2, on_idle_error: () => undefined });
  const give_up = Date.now() + LONGEST_MS;
  let now = Date.now();
  try {
    for (;;) {
      // What was put off is due again.
      now += PUT_OFF_MS;
      const at = new Date(now);
      const services = { network: 'localnet', contract_account_id: CONTRACT_ID, ask };
      const deps = { pool, chain: services, now: () => at, log: () => undefined };
      await keepProofs(deps, AbortSignal.timeout(LONGEST_MS));
      const [row] = await askOwner<{ missing: number }>(
        api,
        sql`select count(*)::int as missing from chain.retirements r
          where not exists (select from chain.proof_bundles b where b.token_id = r.token_id)`,
      );
      if (row?.missing === 0) return;
      if (Date.now() > give_up) throw new Error(`${row?.missing} retirements have no file.`);
      chain.chain.node.produceBlocks();
    }
  } finally {
    await pool.end();
  }
}

const PUT_OFF_MS = 120_000;

export async function askOwner<Row>(api: TestApi, query: ReturnType<typeof sql>): Promise<Row[]> {
  const pool = createPool({ url: api.database.admin_url, max: 1, on_idle_error: () => undefined });
  const db = createDatabase(pool);
  try {
    return (await query.execute(db)).rows as Row[];
  } finally {
    await db.destroy();
  }
}
