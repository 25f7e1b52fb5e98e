// Owns comparing what is written with the contract's views at the cursor's height, page by page in one snapshot; leaves single rows to verify-contract.ts.

import type { ConsentRow, RetirementRow, TokenRow } from '../projectors/rows.ts';
import { COLUMNS } from '../write/chain-tables.ts';
import { readCursors } from '../write/cursors.ts';
import { list } from '../write/load-state.ts';
import { inTransaction, type Session } from '../write/session.ts';
import type { Difference } from './compare.ts';
import type { ContractViews } from './contract-views.ts';
import { type SupplyPart, sumSupply } from './supply.ts';
import {
  MAX_DIFFERENCES,
  type Verification,
  type VerifiedRows,
  verifyAgainstContract,
} from './verify-contract.ts';

export interface VerifyTablesOptions {
  contract_id: string;
  /** The contract's views behind the block of that height. */
  viewsAt(height: bigint): ContractViews;
  /** So many tokens, retirements and consents at most; left out, all of them. */
  sample?: number;
  /** A sample takes the hashes behind this one, of which there may be fewer: whoever draws it anew sees all in time. */
  from_hash?: string;
  /** After each page, with what was compared so far. */
  on_progress?: (checked: { tokens: number; retirements: number; consents: number }) => void;
  signal?: AbortSignal;
}

/** The height is null where nothing of the contract is written yet. */
export type TablesVerification = Verification & { height: bigint | null };

const PAGE = 500;
const LOWEST_HASH = '0'.repeat(64);
const SNAPSHOT = 'set transaction isolation level repeatable read read only';

const SUPPLY = `select status, birth, count(*)::int4 as count, sum(tonnage_co2e)::text as tonnage_co2e
  from chain.tokens where near_contract_id = $1 group by status, birth`;
const TOKENS = `select ${list(COLUMNS.tokens, 't')} from chain.tokens t
  where t.near_contract_id = $1 and t.token_id > $2 order by t.token_id limit $3`;
const RETIREMENTS = `select ${list(COLUMNS.retirements, 'r')} from chain.retirements r
  where r.near_contract_id = $1 and r.token_id > $2 order by r.token_id limit $3`;
const CONSENTS = `select ${list(COLUMNS.consents, 'c')} from chain.consents c
  where c.near_contract_id = $1 and c.recorded_identity > $2 order by c.recorded_identity limit $3`;

export function verifyTables(session: Session, options: VerifyTablesOptions): Promise<TablesVerification> {
  return inTransaction(session, async () => {
    await session.query(SNAPSHOT);
    const { contract_id } = options;
    const cursors = await readCursors(session, { contracts: [contract_id], is_locked: false });
    const cursor = cursors.get(contract_id);
    if (cursor === undefined) {
      return { kind: 'not_checked', reason: `no block of ${contract_id} is written`, height: null };
    }
    const found = await verifyPages(session, options, options.viewsAt(cursor.height));
    return { ...found, height: cursor.height };
  });
}

async function verifyPages(
  session: Session,
  options: VerifyTablesOptions,
  views: ContractViews,
): Promise<Verification> {
  const { on_progress, signal } = options;
  const total = { kind: 'checked' as const, tokens: 0, retirements: 0, consents: 0 };
  const differences: Difference[] = [];
  for await (const page of pagesOf(session, options)) {
    signal?.throwIfAborted();
    const found = await verifyAgainstContract(views, { ...NOTHING, ...page });
    if (found.kind === 'not_checked') return found;
    differences.push(...found.differences);
    total.tokens += found.tokens;
    total.retirements += found.retirements;
    total.consents += found.consents;
    on_progress?.({ ...total });
    if (differences.length >= MAX_DIFFERENCES) break;
  }
  const is_cut = differences.length >= MAX_DIFFERENCES;
  return { ...total, differences: differences.slice(0, MAX_DIFFERENCES), is_cut };
}

const NOTHING: VerifiedRows = { tokens: [], retirements: [], consents: [], supply: null };

async function* pagesOf(
  session: Session,
  options: VerifyTablesOptions,
): AsyncGenerator<Partial<VerifiedRows>> {
  const { contract_id, sample, from_hash } = options;
  const { rows: parts } = await session.query<SupplyPart>(SUPPLY, [contract_id]);
  yield { supply: sumSupply(parts) };
  const about = { contract_id, most: sample ?? Number.POSITIVE_INFINITY };
  const from = from_hash ?? LOWEST_HASH;
  for await (const tokens of readPages<TokenRow>(
    session,
    TOKENS,
    { ...about, from },
    (row) => row.token_id,
  )) {
    yield { tokens };
  }
  const retirements = readPages<RetirementRow>(
    session,
    RETIREMENTS,
    { ...about, from },
    (row) => row.token_id,
  );
  for await (const page of retirements) {
    yield { retirements: page.map((row) => ({ ...row, block_height: BigInt(row.block_height) })) };
  }
  const consents = readPages<ConsentRow>(
    session,
    CONSENTS,
    { ...about, from: '' },
    (row) => row.recorded_identity,
  );
  for await (const page of consents) yield { consents: page };
}

/** Each page begins behind the last key of the one before. */
async function* readPages<Row extends object>(
  session: Session,
  text: string,
  about: { contract_id: string; from: string; most: number },
  keyOf: (row: Row) => string,
): AsyncGenerator<Row[]> {
  let { from, most } = about;
  while (most > 0) {
    const size = Math.min(PAGE, most);
    const { rows } = await session.query<Row>(text, [about.contract_id, from, size]);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return;
    from = keyOf(last);
    most -= rows.length;
  }
}
