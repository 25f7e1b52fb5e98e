// Owns reading a credit with all that it is shown with, by one statement; leaves its parts to credits.ts.

import { type RawBuilder, sql } from 'kysely';
import type { Ask } from './ask.ts';
import { compileSql } from './compile-sql.ts';
import {
  type Credit,
  type CreditEyes,
  creditColumns,
  type Ownership,
  type Retirement,
  SHOWN_TRANSFERS,
  type Transfer,
} from './credits.ts';

export type WholeCredit = {
  credit: Credit;
  ownership: Ownership | undefined;
  transfers: Transfer[];
  retirement: Retirement | undefined;
};

type Row = Credit & {
  o_owner: string | null;
  o_type: Ownership['owner_type'];
  o_ended_at: string | null;
  o_updated_at: string;
  transfers: Transfer[];
  retirement: Retirement | null;
};

// JSON of the database's own making has to spell times as the pool does, whose sessions speak ISO and UTC.
const TIMES = new Set([
  'transferred_at',
  'registry_confirmed_at',
  'registry_refused_at',
  'retired_at',
  'created_at',
]);
const TONNES = new Set(['tonnage_co2e']);
const NUMBERS = new Set(['blockchain_block_height']);

const TRANSFER = [
  'transfer_id',
  'credit_id',
  'event_identity',
  'leg',
  'from_account_id',
  'to_account_id',
  'tonnage_co2e',
  'blockchain_tx_hash',
  'blockchain_block_height',
  'transfer_reason',
  'transferred_at',
] as const satisfies readonly (keyof Transfer)[];

const RETIREMENT = [
  'retirement_id',
  'credit_id',
  'token_id',
  'tonnage_co2e',
  'beneficiary',
  'beneficiary_kind',
  'beneficiary_commitment',
  'retirement_reason',
  'certificate_uri',
  'registry_confirmed',
  'registry_confirmed_at',
  'registry_retirement_id',
  'registry_retired_on',
  'attested_by',
  'registry_refused_at',
  'registry_refusal_reason',
  'event_identity',
  'blockchain_tx_hash',
  'blockchain_receipt_id',
  'blockchain_block_height',
  'retired_at',
  'created_at',
] as const satisfies readonly (keyof Retirement)[];

function jsonOf(names: readonly string[]): RawBuilder<unknown> {
  const pairs = names.flatMap((name) => [sql.lit(name), spelling(name)]);
  return sql`json_build_object(${sql.join(pairs)})`;
}

function spelling(name: string): RawBuilder<unknown> {
  const column = sql.ref(`x.${name}`);
  if (TIMES.has(name)) return sql`replace(replace(${column}::text, ' ', 'T'), '+00', 'Z')`;
  if (TONNES.has(name)) return sql`trim_scale(${column})::text`;
  return NUMBERS.has(name) ? sql`${column}::text` : column;
}

const RETIRED = sql`case when c.status = 'retired' then
  (select ${jsonOf(RETIREMENT)} from credit.retirements x where x.credit_id = c.credit_id) end as retirement`;
const MOVED = sql`coalesce((select json_agg(${jsonOf(TRANSFER)} order by x.transferred_at desc, x.transfer_id desc)
  from (select * from credit.credit_transfers where credit_id = c.credit_id
    order by transferred_at desc, transfer_id desc limit ${sql.lit(SHOWN_TRANSFERS)}) x), '[]') as transfers`;

function ownedBy(eyes: CreditEyes): string {
  return compileSql(sql`select ${creditColumns(eyes)}, o.owner_account_id as o_owner, o.owner_type as o_type,
      o.ended_at as o_ended_at, o.updated_at as o_updated_at, ${RETIRED}, ${MOVED}
    from credit.credits c left join credit.credit_ownership o on o.credit_id = c.credit_id
    where c.credit_id = ${''}`);
}

// Made once: putting such a text together costs as much as asking it.
const OWNED: Readonly<Record<CreditEyes, string>> = { full: ownedBy('full'), narrow: ownedBy('narrow') };
const UNOWNED =
  compileSql(sql`select ${creditColumns('narrow')}, ${RETIRED}, '[]'::json as transfers, null as o_owner
  from credit.credits c where c.credit_id = ${''}`);

/** Whoever may not see owners sees no transfers either. */
export async function findWholeCredit(
  ask: Ask,
  about: { credit_id: string; eyes: CreditEyes; sees_owners: boolean },
): Promise<WholeCredit | undefined> {
  const { credit_id, eyes, sees_owners } = about;
  const [found = []] = await ask([{ sql: sees_owners ? OWNED[eyes] : UNOWNED, parameters: [credit_id] }]);
  const [row] = found as Row[];
  if (row === undefined) return undefined;
  const { transfers, retirement } = row;
  return { credit: row, ownership: ownershipOf(row), transfers, retirement: retirement ?? undefined };
}

function ownershipOf({ credit_id, o_owner, o_type, o_ended_at, o_updated_at }: Row): Ownership | undefined {
  if (o_owner === null) return undefined;
  return {
    credit_id,
    owner_account_id: o_owner,
    owner_type: o_type,
    ended_at: o_ended_at,
    updated_at: o_updated_at,
  };
}
