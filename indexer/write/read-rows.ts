// Owns reading a contract's rows as they stand at one height, all or a sample of them; leaves comparing them to verify/.

import type { ConsentRow, RetirementRow, TokenRow } from '../projectors/rows.ts';
import { type SupplyPart, sumSupply } from '../verify/supply.ts';
import type { VerifiedRows } from '../verify/verify-contract.ts';
import { COLUMNS } from './chain-tables.ts';
import { list } from './load-state.ts';
import type { Session } from './session.ts';

export interface RowsAtHeight {
  height: bigint;
  rows: VerifiedRows;
  /** Of them all, whatever the sample. */
  tokens: number;
}

/** The most that one sample may hold: each row is one question to a node. */
export const MAX_SAMPLE = 100_000;

const CURSOR = 'select block_height from chain.cursor where near_contract_id = $1';
const SUPPLY = `select status, birth, count(*)::int as count, sum(tonnage_co2e)::text as tonnage_co2e
  from chain.tokens where near_contract_id = $1 group by status, birth`;

// By a hash of the seed, so that another run looks at other rows and each row's turn comes.
const ORDER = `order by hashtextextended(x.key, $2) limit $3`;
const TOKENS = `select ${list(COLUMNS.tokens, 'x')} from (select *, token_id::text as key from chain.tokens) x
  where x.near_contract_id = $1 ${ORDER}`;
const RETIREMENTS = `select ${list(COLUMNS.retirements, 'x')}
  from (select *, token_id::text as key from chain.retirements) x where x.near_contract_id = $1 ${ORDER}`;
const CONSENTS = `select ${list(COLUMNS.consents, 'x')}
  from (select *, consent_ref as key from chain.consents) x where x.near_contract_id = $1 ${ORDER}`;

/** In one snapshot: rows and height belong together, also while an indexer writes. Null where nothing is written. */
export async function readRowsAtHeight(
  session: Session,
  { contract, sample, seed }: { contract: string; sample: number; seed: bigint },
): Promise<RowsAtHeight | null> {
  await session.query('begin isolation level repeatable read read only');
  try {
    const { rows: cursor } = await session.query<{ block_height: string }>(CURSOR, [contract]);
    const [at] = cursor;
    if (at === undefined) return null;
    const parts = await session.query<SupplyPart>(SUPPLY, [contract]);
    const values = [contract, seed.toString(), Math.min(sample, MAX_SAMPLE)];
    const tokens = await session.query<TokenRow>(TOKENS, values);
    const retirements = await session.query<RetirementRow>(RETIREMENTS, values);
    const consents = await session.query<ConsentRow>(CONSENTS, values);
    return {
      height: BigInt(at.block_height),
      tokens: parts.rows.reduce((sum, { count }) => sum + count, 0),
      rows: {
        tokens: tokens.rows,
        retirements: retirements.rows.map((row) => ({ ...row, block_height: BigInt(row.block_height) })),
        consents: consents.rows,
        supply: sumSupply(parts.rows),
      },
    };
  } finally {
    await session.query('rollback');
  }
}
