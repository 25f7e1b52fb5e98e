// Owns bringing the tenants' rows of a contract to what the chain says, all of them; leaves how one is attached to the database.

import type { Session } from './session.ts';

const TOKENS_PER_CALL = 2_000;

/** Rows of these follow from the chain; what a rebuild changed in them is counted by the transaction that wrote them. */
const VIEW_TABLES = [
  'registry.global_hash_registry',
  'registry.serial_blocks',
  'registry.consents',
  'credit.credits',
  'credit.credit_ownership',
  'credit.credit_transfers',
  'credit.retirements',
  'credit.credit_lineage',
  'eventing.event_store',
] as const;

/** By table, how many rows were not what they should be; none where there was no such row. */
export async function attachAll(
  session: Session,
  options: { contract: string; signal: AbortSignal; on_page?: (tokens: number) => void },
): Promise<Record<string, number>> {
  await attachOnce(session, options);
  const changed = await countChanged(session);
  // A mended row that brings no newer time is stamped with the present one; seen again, it gets the chain's.
  if (Object.keys(changed).length > 0) await attachOnce(session, options);
  return changed;
}

async function attachOnce(
  session: Session,
  {
    contract,
    signal,
    on_page,
  }: { contract: string; signal: AbortSignal; on_page?: (tokens: number) => void },
): Promise<void> {
  let after = '';
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await session.query<{ token_id: string }>(
      `select token_id from chain.tokens where near_contract_id = $1 and token_id > $2 order by token_id limit $3`,
      [contract, after, TOKENS_PER_CALL],
    );
    const token_ids = rows.map(({ token_id }) => token_id);
    const last = token_ids.at(-1);
    if (last === undefined) break;
    await session.query('select credit.attach_tokens($1::text, $2::text[], true)', [contract, token_ids]);
    after = last;
    on_page?.(token_ids.length);
  }
  await session.query(
    `select registry.attach_consents($1, array_agg(registry_type::text), array_agg(registry_name), array_agg(consent_ref))
     from chain.consents where near_contract_id = $1 having count(*) > 0`,
    [contract],
  );
}

async function countChanged(session: Session): Promise<Record<string, number>> {
  const changed: Record<string, number> = {};
  for (const table of VIEW_TABLES) {
    const { rows } = await session.query<{ count: string }>(
      `select count(*) from ${table} where xmin = pg_current_xact_id()::xid`,
    );
    const count = Number(rows[0]?.count ?? 0);
    if (count > 0) changed[table] = count;
  }
  return changed;
}
