// Owns what was true of credits, owners, retirements and supply at a moment of the past, from the log of events; leaves the
// present to credits.ts.

import { type RawBuilder, sql, type Transaction } from 'kysely';
import {
  type Credit,
  type CreditEyes,
  type CreditFilters,
  creditColumns,
  creditConditions,
  type Ownership,
  type Retirement,
  SHOWN_TRANSFERS,
  TRANSFER_COLUMNS,
  type Transfer,
} from './credits.ts';
import { cutPage, firstOf, given, listPage, type Page, type PageAsked } from './list-page.ts';
import type { DB } from './types.ts';

/**
 * After which block something is asked. Blocks' times increase, so that the time of the last block in which something
 * happened parts what had happened by then from what had not; positions do the same for events.
 */
export type Moment = { block_height: bigint; block_timestamp: string | null };

/** Up to where the chain is known. */
export async function findTip(
  trx: Transaction<DB>,
  near_contract_id: string,
): Promise<{ block_height: bigint; block_timestamp: string } | undefined> {
  const found = await firstOf(
    trx,
    sql<{
      block_height: string;
      block_timestamp: string;
    }>`select block_height::text as block_height, block_timestamp
      from chain.cursor where near_contract_id = ${near_contract_id}`,
  );
  return found && { ...found, block_height: BigInt(found.block_height) };
}

/** The last block with events up to a height, or up to a time. */
export async function findMoment(
  trx: Transaction<DB>,
  asked: { height: bigint } | { time: string },
): Promise<Moment> {
  const condition =
    'height' in asked
      ? sql`block_height <= ${asked.height}::bigint`
      : sql`block_timestamp <= ${asked.time}::timestamptz`;
  const order = 'height' in asked ? sql`block_height` : sql`block_timestamp`;
  const found = await firstOf(
    trx,
    sql<{
      block_height: string;
      block_timestamp: string;
    }>`select block_height::text as block_height, block_timestamp
      from chain.blocks where ${condition} order by ${order} desc limit 1`,
  );
  if ('height' in asked)
    return { block_height: asked.height, block_timestamp: found?.block_timestamp ?? null };
  return { block_height: BigInt(found?.block_height ?? 0), block_timestamp: found?.block_timestamp ?? null };
}

const HEIGHT_DIGITS = 12;

/** Every event up to the moment lies before this position. */
function boundOf({ block_height }: Moment): RawBuilder<unknown> {
  return sql`${String(block_height + 1n).padStart(HEIGHT_DIGITS, '0')}::text collate "C"`;
}

function timeOf({ block_timestamp }: Moment): RawBuilder<unknown> {
  return sql`${block_timestamp}::timestamptz`;
}

/** Of the token t: whether its own flag or its origin's stood. A part is born of a credit that has neither. */
function wasImpaired(moment: Moment): RawBuilder<unknown> {
  return sql`exists (select from (values (false), (true)) as scope (is_origin), lateral (
      select te.event from chain.token_events te join chain.contract_events e on e.event_identity = te.event_identity
      where te.near_contract_id = t.near_contract_id and te.token_id = t.token_id
        and te.event in ('credit_impair', 'credit_restore') and te.event_position < ${boundOf(moment)}
        and (e.data ? 'origin') = scope.is_origin
      order by te.token_version desc limit 1) as last where last.event = 'credit_impair')`;
}

function hadEnded(moment: Moment): RawBuilder<unknown> {
  return sql`coalesce(t.ended_at <= ${timeOf(moment)}, false)`;
}

/** The credits that stood, each in its state of then; one that was not minted yet is not among them. */
function creditsAt(moment: Moment, eyes: CreditEyes): RawBuilder<unknown> {
  const own =
    eyes === 'full'
      ? sql`, n.tenant_id, n.project_id, n.mrv_submission_id, n.serial_block, n.near_minter_account_id, n.metadata`
      : sql``;
  return sql`(select n.credit_id, n.mrv_hash, n.registry_type, n.registry_name, n.registry_serial, n.token_id,
      n.near_contract_id, n.tonnage_co2e, n.unit, n.vintage_year, n.issuance_date, n.expires_on,
      case when ${hadEnded(moment)} then n.status when ${wasImpaired(moment)} then 'impaired' else 'active' end as status,
      case when ${hadEnded(moment)} then n.void_cause end as void_cause, n.minted_at,
      case when ${hadEnded(moment)} then n.retired_at end as retired_at, n.created_at,
      least(n.updated_at, ${timeOf(moment)}) as updated_at ${own}
    from credit.credits n
      join chain.tokens t on t.near_contract_id = n.near_contract_id and t.token_id = n.token_id
    where n.minted_at <= ${timeOf(moment)})`;
}

/** Who held the credit's token: after its end, whoever was the last to. */
function ownerAt(moment: Moment, credit: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select case when t.ended_at <= ${timeOf(moment)} then te.from_account_id else te.to_account_id end
    from chain.token_events te join chain.tokens t on t.near_contract_id = te.near_contract_id and t.token_id = te.token_id
    where te.near_contract_id = ${credit}.near_contract_id and te.token_id = ${credit}.token_id and te.leg is not null
      and te.event_position < ${boundOf(moment)} order by te.token_version desc limit 1)`;
}

export async function findCreditAt(
  trx: Transaction<DB>,
  { credit_id, eyes, moment }: { credit_id: string; eyes: CreditEyes; moment: Moment },
): Promise<Credit | undefined> {
  return firstOf(
    trx,
    sql<Credit>`select ${creditColumns(eyes)} from ${creditsAt(moment, eyes)} c where c.credit_id = ${credit_id}`,
  );
}

export async function listCreditsAt(
  trx: Transaction<DB>,
  about: { filters: CreditFilters; eyes: CreditEyes; page: PageAsked; moment: Moment },
): Promise<Page<Credit>> {
  const { filters, eyes, page, moment } = about;
  const { owner_account_id, ...others } = filters;
  return listPage(trx, {
    columns: creditColumns(eyes),
    from: sql`${creditsAt(moment, eyes)} c`,
    where: [
      ...creditConditions(others),
      ...given(
        owner_account_id,
        (value) => sql`c.status in ('active', 'impaired') and ${ownerAt(moment, sql`c`)} = ${value}`,
      ),
    ],
    at: sql`c.created_at`,
    id: sql`c.credit_id`,
    page,
  });
}

export async function findOwnershipAt(
  trx: Transaction<DB>,
  { credit, moment }: { credit: Credit; moment: Moment },
): Promise<Ownership | undefined> {
  const { credit_id, token_id, near_contract_id } = credit;
  return firstOf(
    trx,
    sql<Ownership>`select ${credit_id}::uuid as credit_id,
        case when ${hadEnded(moment)} then te.from_account_id else te.to_account_id end as owner_account_id,
        'near' as owner_type, case when ${hadEnded(moment)} then t.ended_at end as ended_at,
        e.block_timestamp as updated_at
      from chain.token_events te join chain.contract_events e on e.event_identity = te.event_identity
        join chain.tokens t on t.near_contract_id = te.near_contract_id and t.token_id = te.token_id
      where te.near_contract_id = ${near_contract_id} and te.token_id = ${token_id} and te.leg is not null
        and te.event_position < ${boundOf(moment)} order by te.token_version desc limit 1`,
  );
}

export async function findTransfersAt(
  trx: Transaction<DB>,
  { credit_id, moment }: { credit_id: string; moment: Moment },
): Promise<Transfer[]> {
  const { rows } = await sql<Transfer>`select ${TRANSFER_COLUMNS} from credit.credit_transfers
    where credit_id = ${credit_id} and transferred_at <= ${timeOf(moment)}
    order by transferred_at desc, transfer_id desc limit ${SHOWN_TRANSFERS}`.execute(trx);
  return rows;
}

/** Retirements of then, each with what its registry had said by then, and nobody's name before it was revealed. */
function retirementsAt(moment: Moment): { columns: RawBuilder<unknown>; from: RawBuilder<unknown> } {
  const time = timeOf(moment);
  const confirmed = sql`coalesce(r.registry_confirmed_at <= ${time}, false)`;
  const refused = sql`coalesce(r.registry_refused_at <= ${time}, false)`;
  return {
    columns: sql`r.retirement_id, r.credit_id, r.token_id, trim_scale(r.tonnage_co2e)::text as tonnage_co2e,
      case when n.revealed_at > ${time} then r.beneficiary_commitment else r.beneficiary end as beneficiary,
      r.beneficiary_kind, r.beneficiary_commitment, r.retirement_reason, r.certificate_uri,
      ${confirmed} as registry_confirmed, case when ${confirmed} then r.registry_confirmed_at end as registry_confirmed_at,
      case when ${confirmed} then r.registry_retirement_id end as registry_retirement_id,
      case when ${confirmed} then r.registry_retired_on end as registry_retired_on,
      case when ${confirmed} or ${refused} then r.attested_by end as attested_by,
      case when ${refused} then r.registry_refused_at end as registry_refused_at,
      case when ${refused} then r.registry_refusal_reason end as registry_refusal_reason, r.event_identity,
      r.blockchain_tx_hash, r.blockchain_receipt_id, r.blockchain_block_height::text as blockchain_block_height,
      r.retired_at, r.created_at`,
    from: sql`credit.retirements r left join chain.retirements n on n.event_identity = r.event_identity`,
  };
}

export async function findRetirementAt(
  trx: Transaction<DB>,
  { credit_id, moment }: { credit_id: string; moment: Moment },
): Promise<Retirement | undefined> {
  const { columns, from } = retirementsAt(moment);
  return firstOf(
    trx,
    sql<Retirement>`select ${columns} from ${from} where r.credit_id = ${credit_id} and r.retired_at <= ${timeOf(moment)}`,
  );
}

export async function listRetirementsAt(
  trx: Transaction<DB>,
  about: {
    registry_outcome: 'pending' | 'confirmed' | 'refused' | undefined;
    page: PageAsked;
    moment: Moment;
  },
): Promise<Page<Retirement>> {
  const { registry_outcome, page, moment } = about;
  const time = timeOf(moment);
  const confirmed = sql`coalesce(r.registry_confirmed_at <= ${time}, false)`;
  const refused = sql`coalesce(r.registry_refused_at <= ${time}, false)`;
  return listPage(trx, {
    ...retirementsAt(moment),
    where: [
      sql`r.retired_at <= ${time}`,
      ...given(registry_outcome, (outcome) => {
        if (outcome === 'confirmed') return confirmed;
        return outcome === 'refused' ? refused : sql`not ${confirmed} and not ${refused}`;
      }),
    ],
    at: sql`r.retired_at`,
    id: sql`r.retirement_id`,
    page,
  });
}

export type SupplyRow = {
  registry_type: string;
  registry_name: string | null;
  status: string;
  token_count: number;
  tonnage_co2e: string;
};

/** Of the whole contract, whoever owns it: the tokens by registry and state, as the chain's log tells it. */
export async function sumSupplyAt(
  trx: Transaction<DB>,
  about: { near_contract_id: string; registry: readonly string[] | undefined; moment: Moment },
): Promise<SupplyRow[]> {
  const { near_contract_id, registry, moment } = about;
  const conditions = given(registry, (values) => sql`and t.registry_type = any(${[...values]}::text[])`);
  const { rows } =
    await sql<SupplyRow>`select s.registry_type, s.registry_name, s.status, count(*)::int as token_count,
      trim_scale(sum(s.tonnage_co2e))::text as tonnage_co2e
    from (select t.registry_type, t.registry_name, t.tonnage_co2e,
        case when ${hadEnded(moment)} then t.status when ${wasImpaired(moment)} then 'impaired' else 'active' end as status
      from chain.tokens t where t.near_contract_id = ${near_contract_id} and t.minted_at <= ${timeOf(moment)}
        ${sql.join(conditions, sql` `)}) s
    group by 1, 2, 3 order by 1, 2 nulls first, 3`.execute(trx);
  return rows;
}

export type Holding = {
  token_id: string;
  origin: string;
  registry_type: string;
  registry_name: string | null;
  vintage_year: number;
  tonnage_co2e: string;
  status: string;
  held_since_height: string;
};

/** The live tokens of an account, those that came last first. One row more than the limit says that there are more. */
export async function listHoldingsAt(
  trx: Transaction<DB>,
  about: { near_contract_id: string; account_id: string; moment: Moment; offset: number; limit: number },
): Promise<Holding[]> {
  const { near_contract_id, account_id, moment, offset, limit } = about;
  const ordered = sql<Holding>`select t.token_id, t.origin, t.registry_type, t.registry_name, t.vintage_year,
      trim_scale(t.tonnage_co2e)::text as tonnage_co2e,
      case when ${wasImpaired(moment)} then 'impaired' else 'active' end as status,
      split_part(h.event_position, '-', 1)::bigint::text as held_since_height
    from chain.token_events h join chain.tokens t on t.near_contract_id = h.near_contract_id and t.token_id = h.token_id
    where h.to_account_id = ${account_id} and h.near_contract_id = ${near_contract_id}
      and h.event_position < ${boundOf(moment)} and not ${hadEnded(moment)}
      and not exists (select from chain.token_events l where l.near_contract_id = h.near_contract_id
        and l.token_id = h.token_id and l.token_version > h.token_version and l.leg is not null
        and l.event_position < ${boundOf(moment)})
    order by h.event_position desc, h.token_id`;
  const { rows } = await cutPage(ordered, { offset, limit: limit + 1 }).execute(trx);
  return rows;
}
