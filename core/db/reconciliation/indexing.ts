// Owns the height at which a run stands, what the indexer's tables lack, the sums that the contract is asked for and the tokens
// whose views are asked; leaves asking the contract to api/reconcile/chain-views.ts.

import { sql, type Transaction } from 'kysely';
import type { DB } from '../types.ts';
import { tonnesText } from './standing.ts';

export type Cursor = {
  near_contract_id: string;
  block_height: string;
  block_hash: string;
  block_timestamp: string;
  last_position: string | null;
};

export async function findCursor(trx: Transaction<DB>, contract_id: string): Promise<Cursor | undefined> {
  const { rows } = await sql<Cursor>`select near_contract_id, block_height::text as block_height, block_hash,
      block_timestamp, last_position from chain.cursor where near_contract_id = ${contract_id}`.execute(trx);
  return rows[0];
}

/** Joins of whole tables want memory; the transaction gives it back. */
export async function giveMemory(trx: Transaction<DB>): Promise<void> {
  await sql`select set_config('work_mem', '256MB', true), set_config('hash_mem_multiplier', '2', true),
    set_config('jit', 'off', true), set_config('statement_timeout', '0', true)`.execute(trx);
}

export type Gaps = {
  dead_letters: { dead_letter_id: string; block_height: string; receipt_id: string; error_code: string }[];
  /** Events that lie behind the cursor's height. */
  events_beyond: string;
  /** Tokens whose history has not as many events as they have seen. */
  broken_histories: { token_id: string; versions: string; events: string; tonnage_co2e: string }[];
};

const MAX_LISTED = 200;

export async function gatherGaps(trx: Transaction<DB>, cursor: Cursor): Promise<Gaps> {
  const contract_id = cursor.near_contract_id;
  const dead = await sql<
    Gaps['dead_letters'][number]
  >`select dead_letter_id, block_height::text as block_height,
      receipt_id, error_code from chain.dead_letters where near_contract_id = ${contract_id} and redriven_at is null
    order by block_height limit ${MAX_LISTED}`.execute(trx);
  const beyond = await sql<{ events: string }>`select count(*)::text as events from chain.contract_events
    where near_contract_id = ${contract_id} and block_height > ${cursor.block_height}::bigint`.execute(trx);
  const sums = await sql<{ is_whole: boolean }>`select
    (select coalesce(sum(token_version), 0) from chain.tokens where near_contract_id = ${contract_id})
      = (select count(*) from chain.token_events where near_contract_id = ${contract_id}) as is_whole`.execute(
    trx,
  );
  const broken = sums.rows[0]?.is_whole === true ? [] : await listBrokenHistories(trx, contract_id);
  return { dead_letters: dead.rows, events_beyond: beyond.rows[0]?.events ?? '0', broken_histories: broken };
}

async function listBrokenHistories(
  trx: Transaction<DB>,
  contract_id: string,
): Promise<Gaps['broken_histories']> {
  const { rows } = await sql<
    Gaps['broken_histories'][number]
  >`select t.token_id, t.token_version::text as versions,
      coalesce(e.events, 0)::text as events, trim_scale(t.tonnage_co2e)::text as tonnage_co2e
    from chain.tokens t left join (select token_id, count(*) as events from chain.token_events
      where near_contract_id = ${contract_id} group by 1) e on e.token_id = t.token_id
    where t.near_contract_id = ${contract_id} and t.token_version <> coalesce(e.events, 0)
    order by t.token_id limit ${MAX_LISTED}`.execute(trx);
  return rows;
}

export type SupplySum = { status: string; is_minted: boolean; token_count: string; tonnage_co2e: string };

export async function gatherSupply(trx: Transaction<DB>, contract_id: string): Promise<SupplySum[]> {
  const { rows } =
    await sql<SupplySum>`select status, birth = 'issue' as is_minted, count(*)::text as token_count,
      ${tonnesText(sql`sum(tonnage_co2e)`)} as tonnage_co2e
    from chain.tokens where near_contract_id = ${contract_id} group by 1, 2`.execute(trx);
  return rows;
}

export type ViewedToken = {
  token_id: string;
  origin: string;
  origin_co2e: string;
  tenant_id: string | null;
  registry_type: string;
  registry_name: string | null;
  status: string;
  owner_account_id: string;
  tonnage_co2e: string;
  serial_namespace: string | null;
  serial_start: string | null;
  serial_end: string | null;
};

const VIEWED = sql`t.token_id, t.origin, trim_scale(o.tonnage_co2e)::text as origin_co2e, h.tenant_id,
    t.registry_type::text as registry_type, t.registry_name, t.status, t.owner_account_id,
    trim_scale(t.tonnage_co2e)::text as tonnage_co2e, t.serial_namespace, lower(t.serial_range)::text as serial_start,
    (upper(t.serial_range) - 1)::text as serial_end`;
const VIEWED_FROM = sql`chain.tokens t
    join chain.tokens o on o.near_contract_id = t.near_contract_id and o.token_id = t.origin
    left join hashing.mrv_hashes h on h.mrv_hash = t.origin`;

/** Those that changed since the last run, and those that differed then. */
export async function listChangedTokens(
  trx: Transaction<DB>,
  about: { contract_id: string; since_position: string; also: readonly string[]; limit: number },
): Promise<ViewedToken[]> {
  const { rows } = await sql<ViewedToken>`select ${VIEWED} from ${VIEWED_FROM}
    where t.near_contract_id = ${about.contract_id}
      and (t.last_position > ${about.since_position} or t.token_id = any(${[...about.also]}::text[]))
    order by t.last_position desc limit ${about.limit}`.execute(trx);
  return rows;
}

/** The next ones by their hashes, which come in no order that anyone could choose; from the first again at the end. */
export async function listSampledTokens(
  trx: Transaction<DB>,
  about: { contract_id: string; after: string; limit: number },
): Promise<ViewedToken[]> {
  const { contract_id, after, limit } = about;
  const { rows } = await sql<ViewedToken>`select ${VIEWED} from ${VIEWED_FROM}
    where t.near_contract_id = ${contract_id} and t.token_id > ${after} order by t.token_id limit ${limit}`.execute(
    trx,
  );
  if (rows.length >= limit || after === '') return rows;
  const rest = await sql<ViewedToken>`select ${VIEWED} from ${VIEWED_FROM}
    where t.near_contract_id = ${contract_id} and t.token_id <= ${after} order by t.token_id
    limit ${limit - rows.length}`.execute(trx);
  return [...rows, ...rest.rows];
}
