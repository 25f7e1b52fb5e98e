// Owns reading a credit with all that it is shown with, in as few questions as it can be; leaves its parts to credits.ts.

import { CompiledQuery, sql, type Transaction } from 'kysely';
import { compileSql } from './compile-sql.ts';
import {
  type Credit,
  type CreditEyes,
  creditColumns,
  type Ownership,
  RETIREMENT_COLUMNS,
  type Retirement,
  SHOWN_TRANSFERS,
  TRANSFER_COLUMNS,
  type Transfer,
} from './credits.ts';
import type { DB } from './types.ts';

export type WholeCredit = {
  credit: Credit;
  ownership: Ownership | undefined;
  transfers: Transfer[];
  retirement: Retirement | undefined;
};

type OwnedCredit = Credit & {
  o_owner: string | null;
  o_type: Ownership['owner_type'];
  o_ended_at: string | null;
  o_updated_at: string;
};

// Its texts are made once: putting one together costs as much as asking it. A credit has one owner and at most one retirement,
// and few have the latter, so that only the owner is joined.
const OF_OWNER = sql`o.owner_account_id as o_owner, o.owner_type as o_type, o.ended_at as o_ended_at,
  o.updated_at as o_updated_at`;
const OWNED = {
  full: textOf('full'),
  narrow: textOf('narrow'),
} as const;
const UNOWNED = compileSql(
  sql`select ${creditColumns('narrow')} from credit.credits c where c.credit_id = ${''}`,
);
const TRANSFERS = compileSql(sql`select ${TRANSFER_COLUMNS} from credit.credit_transfers
  where credit_id = ${''} order by transferred_at desc, transfer_id desc limit ${sql.lit(SHOWN_TRANSFERS)}`);
const RETIREMENT = compileSql(
  sql`select ${RETIREMENT_COLUMNS} from credit.retirements r where r.credit_id = ${''}`,
);

function textOf(eyes: CreditEyes): string {
  return compileSql(sql`select ${creditColumns(eyes)}, ${OF_OWNER} from credit.credits c
    left join credit.credit_ownership o on o.credit_id = c.credit_id where c.credit_id = ${''}`);
}

/** All leave together: on a pipelined connection they are one round trip. */
export async function findWholeCredit(
  trx: Transaction<DB>,
  about: { credit_id: string; eyes: CreditEyes; sees_owners: boolean },
): Promise<WholeCredit | undefined> {
  const { credit_id, eyes, sees_owners } = about;
  const ask = <Row>(text: string) =>
    trx.executeQuery(CompiledQuery.raw(text, [credit_id]) as CompiledQuery<Row>);
  const [found, transfers, retirements] = await Promise.all([
    ask<OwnedCredit>(sees_owners ? OWNED[eyes] : UNOWNED),
    sees_owners ? ask<Transfer>(TRANSFERS) : { rows: [] },
    ask<Retirement>(RETIREMENT),
  ]);
  const [row] = found.rows;
  if (row === undefined) return undefined;
  return {
    credit: row,
    ownership: sees_owners ? ownershipOf(row) : undefined,
    transfers: transfers.rows,
    retirement: retirements.rows[0],
  };
}

function ownershipOf({
  credit_id,
  o_owner,
  o_type,
  o_ended_at,
  o_updated_at,
}: OwnedCredit): Ownership | undefined {
  if (o_owner === null) return undefined;
  return {
    credit_id,
    owner_account_id: o_owner,
    owner_type: o_type,
    ended_at: o_ended_at,
    updated_at: o_updated_at,
  };
}
