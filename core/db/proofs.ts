// Owns the rows of what is proven of receipts, of files to be made and of files that were; leaves proving to api/proofs.

import { sql, type Transaction } from 'kysely';
import type { Proven } from '../proofs/assemble-bundle.ts';
import type { RetirementProof } from '../proofs/bundle-schema.ts';
import { firstOf } from './list-page.ts';
import type { DB } from './types.ts';

type Trx = Transaction<DB>;

/** Events whose receipts a file may need. */
const PROVEN_EVENTS = [
  'credit_issue',
  'credit_split',
  'credit_merge',
  'credit_retire',
  'retirement_confirm',
  'retirement_refuse',
  'beneficiary_reveal',
];
/** Events of which a file tells of its own retirement. */
const TOLD_EVENTS = PROVEN_EVENTS.slice(3);

/** Notes the receipts of the next page of the log, and the files that follow from them; answers how many events it had. */
export async function noteReceipts(
  trx: Trx,
  about: { near_contract_id: string; now: Date; limit: number },
): Promise<number> {
  const { near_contract_id, now, limit } = about;
  const found = await firstOf(
    trx,
    sql<{ events: number }>`with page as (
        select event_position, receipt_id, block_height, event, token_id from chain.contract_events
        where near_contract_id = ${near_contract_id} and event_position > coalesce((select last_position
          from chain.proof_cursor where near_contract_id = ${near_contract_id}), '')
        order by event_position limit ${limit}),
      receipts as (
        insert into chain.outcome_proofs (near_contract_id, receipt_id, block_height, next_try_at)
        select ${near_contract_id}, receipt_id, max(block_height), ${now} from page
        where event = any(${PROVEN_EVENTS}::text[]) group by receipt_id
        on conflict (near_contract_id, receipt_id) do nothing),
      tasks as (
        insert into chain.proof_tasks as t (near_contract_id, token_id, next_try_at)
        select distinct ${near_contract_id}, token_id, ${now}::timestamptz from page
        where event = any(${TOLD_EVENTS}::text[]) and token_id is not null
        on conflict (near_contract_id, token_id) do update
          set asked = t.asked + 1, attempts = 0, next_try_at = excluded.next_try_at, note = null),
      moved as (
        insert into chain.proof_cursor (near_contract_id, last_position)
        select ${near_contract_id}, max(event_position) from page having count(*) > 0
        on conflict (near_contract_id) do update set last_position = excluded.last_position)
      select count(*)::int as events from page`,
  );
  return found?.events ?? 0;
}

export type DueReceipt = { receipt_id: string; block_height: string; attempts: number };

export async function listDueReceipts(
  trx: Trx,
  about: { near_contract_id: string; now: Date; limit: number },
): Promise<DueReceipt[]> {
  const { near_contract_id, now, limit } = about;
  const { rows } = await sql<DueReceipt>`select receipt_id, block_height::text as block_height, attempts
    from chain.outcome_proofs
    where near_contract_id = ${near_contract_id} and status = 'pending' and next_try_at <= ${now}
    order by next_try_at limit ${limit}`.execute(trx);
  return rows;
}

type OfReceipt = { near_contract_id: string; receipt_id: string };

export async function keepOutcome(trx: Trx, about: OfReceipt & { proven: Proven }): Promise<void> {
  const { near_contract_id, receipt_id, proven } = about;
  const { height } = proven.head.header.inner_lite;
  await sql`update chain.outcome_proofs set status = 'proven', outcome = ${JSON.stringify(proven.outcome)}::jsonb,
      head = ${JSON.stringify(proven.head)}::jsonb, head_block_height = ${height}::bigint, attempts = attempts + 1,
      next_try_at = null, note = null
    where near_contract_id = ${near_contract_id} and receipt_id = ${receipt_id}`.execute(trx);
}

/** Without a next time it is given up. */
export async function postponeOutcome(
  trx: Trx,
  about: OfReceipt & { next_try_at: Date | null; note: string },
): Promise<void> {
  const { near_contract_id, receipt_id, next_try_at, note } = about;
  await sql`update chain.outcome_proofs set status = ${next_try_at === null ? 'forgotten' : 'pending'},
      attempts = attempts + 1, next_try_at = ${next_try_at}, note = ${note}
    where near_contract_id = ${near_contract_id} and receipt_id = ${receipt_id}`.execute(trx);
}

/** Below the first block that a node keeps nothing is asked for. */
export async function forgetBelow(
  trx: Trx,
  about: { near_contract_id: string; height: bigint; note: string },
): Promise<number> {
  const { near_contract_id, height, note } = about;
  const { numAffectedRows = 0n } =
    await sql`update chain.outcome_proofs set status = 'forgotten', next_try_at = null,
      note = ${note}
    where near_contract_id = ${near_contract_id} and status = 'pending' and block_height < ${height}::bigint`.execute(
      trx,
    );
  return Number(numAffectedRows);
}

/** At a start of the worker: a node that keeps more may have come. */
export async function askAgain(trx: Trx, about: { near_contract_id: string; now: Date }): Promise<void> {
  const { near_contract_id, now } = about;
  await sql`update chain.outcome_proofs set status = 'pending', attempts = 0, next_try_at = ${now}
    where near_contract_id = ${near_contract_id} and status = 'forgotten'`.execute(trx);
  await sql`update chain.proof_tasks set attempts = 0, next_try_at = ${now}
    where near_contract_id = ${near_contract_id} and next_try_at is null`.execute(trx);
}

export type DueTask = { token_id: string; asked: number; attempts: number };

export async function listDueTasks(
  trx: Trx,
  about: { near_contract_id: string; now: Date; limit: number },
): Promise<DueTask[]> {
  const { near_contract_id, now, limit } = about;
  const { rows } = await sql<DueTask>`select token_id, asked, attempts from chain.proof_tasks
    where near_contract_id = ${near_contract_id} and next_try_at <= ${now}
    order by next_try_at, token_id limit ${limit}`.execute(trx);
  return rows;
}

type OfToken = { near_contract_id: string; token_id: string };

export async function postponeTask(
  trx: Trx,
  about: OfToken & { next_try_at: Date | null; note: string },
): Promise<void> {
  const { near_contract_id, token_id, next_try_at, note } = about;
  await sql`update chain.proof_tasks set attempts = attempts + 1, next_try_at = ${next_try_at}, note = ${note}
    where near_contract_id = ${near_contract_id} and token_id = ${token_id}`.execute(trx);
}

export type NeededReceipt = OfReceipt & {
  status: 'pending' | 'proven' | 'forgotten';
  outcome: Proven['outcome'] | null;
  head: Proven['head'] | null;
};

/** Of the retirement, of what was said of it, and of every birth on the way back to the mint. */
export async function listNeededReceipts(trx: Trx, about: OfToken): Promise<NeededReceipt[]> {
  const { near_contract_id, token_id } = about;
  const { rows } = await sql<NeededReceipt>`with recursive line (token_id) as (
      select ${token_id}::text
      union
      select l.parent_token_id from chain.lineage l join line on l.token_id = line.token_id
      where l.near_contract_id = ${near_contract_id}),
    needed as (
      select split_part(t.minted_identity, ':', 1) as receipt_id from chain.tokens t
      join line on t.token_id = line.token_id where t.near_contract_id = ${near_contract_id}
      union
      select receipt_id from chain.contract_events
      where near_contract_id = ${near_contract_id} and token_id = ${token_id} and event = any(${TOLD_EVENTS}::text[]))
    select p.near_contract_id, p.receipt_id, p.status, p.outcome, p.head from needed n
    join chain.outcome_proofs p on p.receipt_id = n.receipt_id and p.near_contract_id = ${near_contract_id}`.execute(
    trx,
  );
  return rows;
}

export async function findPayload(trx: Trx, about: OfToken): Promise<RetirementProof['canonical_payload']> {
  const { near_contract_id, token_id } = about;
  const found = await firstOf(
    trx,
    sql<{
      canonical_payload: RetirementProof['canonical_payload'];
    }>`select h.canonical_payload from chain.tokens t
      join hashing.mrv_hashes h on h.mrv_hash = t.origin
      where t.near_contract_id = ${near_contract_id} and t.token_id = ${token_id} limit 1`,
  );
  return found?.canonical_payload ?? null;
}

export async function keepBundle(
  trx: Trx,
  about: OfToken & {
    asked: number;
    bundle: string;
    bundle_sha256: string;
    head: { hash: string; height: string };
  },
): Promise<{ revision: number }> {
  const { near_contract_id, token_id, asked, bundle, bundle_sha256, head } = about;
  const kept = await firstOf(
    trx,
    sql<{
      revision: number;
    }>`insert into chain.proof_bundles as b (near_contract_id, token_id, form, head_block_hash,
        head_block_height, bundle, bundle_sha256)
      values (${near_contract_id}, ${token_id}, 'dmrv-retirement-proof/1', ${head.hash}, ${head.height}::bigint,
        ${bundle}::jsonb, ${bundle_sha256})
      on conflict (near_contract_id, token_id) do update set head_block_hash = excluded.head_block_hash,
        head_block_height = excluded.head_block_height, bundle = excluded.bundle, bundle_sha256 = excluded.bundle_sha256,
        revision = b.revision + 1, updated_at = now()
      returning revision`,
  );
  await sql`delete from chain.proof_tasks where near_contract_id = ${near_contract_id} and token_id = ${token_id}
    and asked = ${asked}`.execute(trx);
  return { revision: kept?.revision ?? 1 };
}

export type KeptBundle = {
  token_id: string;
  bundle: RetirementProof;
  bundle_sha256: string;
  revision: number;
  head_block_hash: string;
  head_block_height: string;
  created_at: string;
  updated_at: string;
};

export async function findBundle(trx: Trx, about: OfToken): Promise<KeptBundle | undefined> {
  const { near_contract_id, token_id } = about;
  return firstOf(
    trx,
    sql<KeptBundle>`select token_id, bundle, bundle_sha256, revision, head_block_hash,
        head_block_height::text as head_block_height, created_at, updated_at from chain.proof_bundles
      where near_contract_id = ${near_contract_id} and token_id = ${token_id}`,
  );
}

/** Why there is no file yet, where there is none. */
export async function findTask(
  trx: Trx,
  about: OfToken,
): Promise<{ note: string | null; is_waiting: boolean } | undefined> {
  const { near_contract_id, token_id } = about;
  return firstOf(
    trx,
    sql<{ note: string | null; is_waiting: boolean }>`select note, next_try_at is not null as is_waiting
      from chain.proof_tasks where near_contract_id = ${near_contract_id} and token_id = ${token_id}`,
  );
}
