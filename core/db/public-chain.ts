// Owns what anybody may ask of the chain: retirements, one credit with its past and its family, what a retirement publishes; leaves
// whose rows they are to the login `visitor`.

import { type RawBuilder, sql, type Transaction } from 'kysely';
import { cutPage, firstOf, given } from './list-page.ts';
import type { DB, JsonObject } from './types.ts';

type Trx = Transaction<DB>;

export type PublicRetirement = {
  token_id: string;
  origin: string;
  near_contract_id: string;
  account_id: string;
  authorized_id: string | null;
  registry: string;
  registry_project_id: string;
  methodology: string;
  tonnage_co2e: string;
  unit: string;
  serial_namespace: string | null;
  serial_start: string | null;
  serial_end: string | null;
  vintage_year: number;
  issued_on: string;
  beneficiary: string | null;
  beneficiary_commitment: string | null;
  beneficiary_kind: 'organisation' | 'individual';
  beneficiary_id: string | null;
  revealed_at: string | null;
  reason: string | null;
  purpose: string | null;
  jurisdiction: string | null;
  consumption_period: string | null;
  retired_at: string;
  block_height: string;
  transaction_hash: string | null;
  receipt_id: string;
  registry_outcome: 'pending' | 'confirmed' | 'refused';
  registry_retirement_id: string | null;
  registry_retired_on: string | null;
  attested_by: 'registry' | 'registry_agent' | null;
  evidence_sha256: string | null;
  amendment: number | null;
  confirmed_at: string | null;
  refused_at: string | null;
  refusal_reason: string | null;
  event_position: string;
  has_proof: boolean;
};

/** As the contract writes it: the type, or `other:` and the name. */
const REGISTRY = sql`case when t.registry_type = 'other' then 'other:' || t.registry_name else t.registry_type::text end`;

const SERIAL = sql`t.serial_namespace, trim_scale(lower(t.serial_range))::text as serial_start,
  trim_scale(upper(t.serial_range) - 1)::text as serial_end`;

const RETIREMENT = sql`r.token_id, t.origin, r.near_contract_id, r.account_id, r.authorized_id, ${REGISTRY} as registry,
  t.registry_project_id, t.methodology, trim_scale(r.tonnage_co2e)::text as tonnage_co2e, trim_scale(t.unit)::text as unit,
  ${SERIAL}, t.vintage_year, t.issued_on, r.beneficiary, r.beneficiary_commitment, r.beneficiary_kind, r.beneficiary_id,
  r.revealed_at, r.reason, r.purpose, r.jurisdiction, r.consumption_period, r.retired_at,
  r.block_height::text as block_height, r.transaction_hash, r.receipt_id, r.registry_outcome, r.registry_retirement_id,
  r.registry_retired_on, r.attested_by, r.evidence_sha256, r.amendment, r.confirmed_at, r.refused_at, r.refusal_reason,
  r.event_position, exists (select from chain.proof_bundles b where b.near_contract_id = r.near_contract_id
    and b.token_id = r.token_id) as has_proof`;

const FROM = sql`chain.retirements r join chain.tokens t
  on t.near_contract_id = r.near_contract_id and t.token_id = r.token_id`;

type OfToken = { near_contract_id: string; token_id: string };

export async function findPublicRetirement(trx: Trx, about: OfToken): Promise<PublicRetirement | undefined> {
  const { near_contract_id, token_id } = about;
  return firstOf(
    trx,
    sql<PublicRetirement>`select ${RETIREMENT} from ${FROM}
      where r.near_contract_id = ${near_contract_id} and r.token_id = ${token_id}`,
  );
}

/** The newest first, below the place where the page before ended; one more than asked for tells of a page behind. */
export async function listPublicRetirements(
  trx: Trx,
  about: {
    near_contract_id: string;
    outcome?: 'pending' | 'confirmed' | 'refused' | undefined;
    account_id?: string | undefined;
    before?: string | undefined;
    limit: number;
  },
): Promise<PublicRetirement[]> {
  const { near_contract_id, outcome, account_id, before, limit } = about;
  const conditions: RawBuilder<unknown>[] = [
    ...given(outcome, (value) => sql`and r.registry_outcome = ${value}`),
    ...given(account_id, (value) => sql`and r.account_id = ${value}`),
    ...given(before, (value) => sql`and r.event_position < ${value}`),
  ];
  const ordered = sql<PublicRetirement>`select ${RETIREMENT} from ${FROM}
    where r.near_contract_id = ${near_contract_id} ${sql.join(conditions, sql` `)}
    order by r.event_position desc`;
  const { rows } = await cutPage(ordered, { limit: limit + 1 }).execute(trx);
  return rows;
}

/** Published with the first retirement of what was minted. */
export async function findPublishedPayload(trx: Trx, origin: string): Promise<JsonObject | undefined> {
  const found = await firstOf(
    trx,
    sql<{ canonical_payload: JsonObject }>`select canonical_payload from hashing.mrv_hashes
      where mrv_hash = ${origin} limit 1`,
  );
  return found?.canonical_payload;
}

export type PublicArticle6 = {
  kind: 'authorisation' | 'corresponding_adjustment' | 'revocation';
  host_country: string;
  authorised_use: 'ndc' | 'international_mitigation' | 'other_purposes';
  tonnage_co2e: string | null;
  effective_on: string;
  reference: string;
  document_sha256: string;
};

/** What was in effect on the day of the retirement: of the project, and of this very credit. */
export async function listArticle6AsOf(
  trx: Trx,
  about: { token_id: string; on: string },
): Promise<PublicArticle6[]> {
  const { token_id, on } = about;
  const { rows } = await sql<PublicArticle6>`select a.kind, a.host_country, a.authorised_use,
      trim_scale(a.tonnage_co2e)::text as tonnage_co2e, a.effective_on, a.reference, a.document_sha256
    from credit.credits c join credit.article6 a on a.project_id = c.project_id
      and (a.credit_id is null or a.credit_id = c.credit_id)
    where c.token_id = ${token_id} and c.status = 'retired' and a.effective_on <= ${on}::date
    order by a.effective_on, a.created_at, a.article6_id`.execute(trx);
  return rows;
}

/** Whether the platform knows the credit: of one that it does not know it cannot say whether anything was authorised. */
export async function isKnownCredit(trx: Trx, token_id: string): Promise<boolean> {
  const found = await firstOf(
    trx,
    sql<{ credit_id: string }>`select credit_id from credit.credits where token_id = ${token_id} limit 1`,
  );
  return found !== undefined;
}

export type PublicToken = {
  token_id: string;
  origin: string;
  near_contract_id: string;
  owner_account_id: string;
  status: string;
  tonnage_co2e: string;
  unit: string;
  registry: string;
  registry_project_id: string;
  methodology: string;
  serial_namespace: string | null;
  serial_start: string | null;
  serial_end: string | null;
  vintage_year: number;
  issued_on: string;
  expires_on: string | null;
  consent_ref: string;
  minter_account_id: string;
  birth: 'issue' | 'split' | 'merge';
  minted_at: string;
  ended_at: string | null;
};

export async function findPublicToken(trx: Trx, about: OfToken): Promise<PublicToken | undefined> {
  const { near_contract_id, token_id } = about;
  return firstOf(
    trx,
    sql<PublicToken>`select t.token_id, t.origin, t.near_contract_id, t.owner_account_id, t.status,
        trim_scale(t.tonnage_co2e)::text as tonnage_co2e, trim_scale(t.unit)::text as unit, ${REGISTRY} as registry,
        t.registry_project_id, t.methodology, ${SERIAL}, t.vintage_year, t.issued_on, t.expires_on, t.consent_ref,
        t.minter_account_id, t.birth, t.minted_at, t.ended_at
      from chain.tokens t where t.near_contract_id = ${near_contract_id} and t.token_id = ${token_id}`,
  );
}

export type PublicTokenEvent = {
  event_identity: string;
  event: string;
  leg: string | null;
  from_account_id: string | null;
  to_account_id: string | null;
  block_height: string;
  happened_at: string;
  transaction_hash: string | null;
  data: JsonObject;
};

export const MAX_TIMELINE = 200;
export const MAX_FAMILY = 500;

/** In the order in which it happened. */
export async function listTimeline(trx: Trx, about: OfToken): Promise<PublicTokenEvent[]> {
  const { near_contract_id, token_id } = about;
  const { rows } =
    await sql<PublicTokenEvent>`select h.event_identity, h.event, h.leg, h.from_account_id, h.to_account_id,
      e.block_height::text as block_height, e.block_timestamp as happened_at, e.transaction_hash, e.data
    from chain.token_events h join chain.contract_events e using (event_identity)
    where h.near_contract_id = ${near_contract_id} and h.token_id = ${token_id}
    order by h.token_version limit ${MAX_TIMELINE}`.execute(trx);
  return rows;
}

export type FamilyEdge = {
  token_id: string;
  parent_token_id: string;
  lineage_type: 'split' | 'merge';
  ordinal: number;
  status: string;
  tonnage_co2e: string;
};

/** Every division and merger of the same origin. */
export async function listFamily(
  trx: Trx,
  about: { near_contract_id: string; origin: string },
): Promise<FamilyEdge[]> {
  const { near_contract_id, origin } = about;
  const { rows } =
    await sql<FamilyEdge>`select l.token_id, l.parent_token_id, l.lineage_type, l.ordinal, t.status,
      trim_scale(t.tonnage_co2e)::text as tonnage_co2e
    from chain.tokens t join chain.lineage l on l.near_contract_id = t.near_contract_id and l.token_id = t.token_id
    where t.origin = ${origin} and t.near_contract_id = ${near_contract_id}
    order by t.last_position, l.ordinal limit ${MAX_FAMILY}`.execute(trx);
  return rows;
}
