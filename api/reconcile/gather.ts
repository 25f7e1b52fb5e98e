// Owns one look at everything: a read-only snapshot at the cursor's height, all rules on it, and the contract's own word; leaves
// recording what came of it to run.ts.

import type { Transaction } from 'kysely';
import type pg from 'pg';
import { runAs } from '../../core/db/identity.ts';
import { listKnownFindings } from '../../core/db/reconciliation/findings.ts';
import {
  type Cursor,
  findCursor,
  gatherSupply,
  giveMemory,
  listChangedTokens,
  listSampledTokens,
  type SupplySum,
  type ViewedToken,
} from '../../core/db/reconciliation/indexing.ts';
import { type Backing, findLastViews } from '../../core/db/reconciliation/runs.ts';
import { listHoldingStatements } from '../../core/db/reconciliation/serial-groups.ts';
import type { DB } from '../../core/db/types.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { type AskChain, RpcRefusal } from '../chain/json-rpc.ts';
import { FINDING_CODES, type FindingCode } from './catalogue.ts';
import { checkContract } from './chain-views.ts';
import { type Outcome, outcome } from './finding.ts';
import { RULES } from './rules/index.ts';
import type { Scene } from './rules/rule.ts';
import { serialBlocks } from './rules/serial-blocks.ts';
import { backingOf } from './totals.ts';

/** So many tokens are asked of the contract each run, beside those that changed. */
const SAMPLED = 1_000;
const MAX_CHANGED = 5_000;
const EVERY_TOKEN = 100_000_000;

export type Look = {
  cursor: Cursor;
  outcome: Outcome;
  codes_checked: FindingCode[];
  backing: Backing[];
  views_checked: number;
  last_viewed_token_id: string | null;
  /** Whether it answered all that it was asked. */
  is_contract_checked: boolean;
};

export type LookDeps = {
  /** Of the login `reconciler`. */
  pool: pg.Pool;
  contract_id: string;
  /** Undefined leaves the contract unasked. */
  ask: AskChain | undefined;
  now: () => Date;
  all_views?: boolean;
  sampled?: number;
  on_progress?: (words: string) => void;
};

export async function lookAtEverything(deps: LookDeps): Promise<Look> {
  const now = deps.now();
  const tell = deps.on_progress ?? (() => undefined);
  // One snapshot for all rules: what the indexer writes meanwhile belongs to the next run.
  const seen = await runAs(
    deps.pool,
    {
      identity: { kind: 'anyone', actor: 'reconciler' },
      settings: { isolationLevel: 'repeatable read', accessMode: 'read only' },
    },
    (trx) => readSnapshot(trx, { deps, now, tell }),
  );
  const parts = seen.comparisons.map((compare) => compare());
  const viewed = await askContract(deps, { seen, tell });
  const all = [...parts, viewed.outcome];
  const codes_checked = FINDING_CODES.filter((code) => code !== 'CONTRACT_DIFFERS' || viewed.is_asked);
  return {
    cursor: seen.scene.cursor,
    outcome: {
      findings: all.flatMap(({ findings }) => findings),
      in_transit: all.flatMap(({ in_transit }) => in_transit),
      not_checked: all.flatMap(({ not_checked }) => not_checked),
    },
    codes_checked,
    backing: seen.backing,
    views_checked: viewed.views,
    last_viewed_token_id: seen.tokens.last_sampled,
    is_contract_checked: viewed.outcome.not_checked.length === 0,
  };
}

type Snapshot = {
  scene: Scene;
  comparisons: (() => Outcome)[];
  backing: Backing[];
  supply: SupplySum[];
  tokens: { list: ViewedToken[]; last_sampled: string | null };
};

async function readSnapshot(
  trx: Transaction<DB>,
  about: { deps: LookDeps; now: Date; tell: (words: string) => void },
): Promise<Snapshot> {
  const { deps, now, tell } = about;
  const { contract_id } = deps;
  await giveMemory(trx);
  const cursor = await findCursor(trx, contract_id);
  if (cursor === undefined) throw new DmrvError('RECONCILE_NOTHING_INDEXED', { facts: { contract_id } });
  const scene: Scene = { contract_id, cursor, now };
  tell(serialBlocks.codes.join(', '));
  const blocks = await serialBlocks.gather(trx, scene);
  const comparisons: (() => Outcome)[] = [() => serialBlocks.compare(blocks, scene)];
  for (const rule of RULES) {
    tell(rule.codes.join(', '));
    comparisons.push(await rule.look(trx, scene));
  }
  const backing = backingOf(blocks.groups, await listHoldingStatements(trx));
  const supply = await gatherSupply(trx, contract_id);
  const tokens = deps.ask === undefined ? NO_TOKENS : await chooseTokens(trx, deps);
  return { scene, comparisons, backing, supply, tokens };
}

/** Where nobody is asked about them. */
const NO_TOKENS: Snapshot['tokens'] = { list: [], last_sampled: null };

/** Those that changed since the contract last answered, those that differed then, and the next of the sample. */
async function chooseTokens(
  trx: Transaction<DB>,
  {
    contract_id,
    all_views = false,
    sampled = SAMPLED,
  }: Pick<LookDeps, 'contract_id' | 'all_views' | 'sampled'>,
): Promise<Snapshot['tokens']> {
  if (all_views) {
    const list = await listSampledTokens(trx, { contract_id, after: '', limit: EVERY_TOKEN });
    return { list, last_sampled: null };
  }
  const last = await findLastViews(trx, contract_id);
  const differed = (await listKnownFindings(trx))
    .filter(({ code, mrv_hash }) => code === 'CONTRACT_DIFFERS' && mrv_hash !== null)
    .map(({ mrv_hash }) => mrv_hash ?? '');
  // A position begins with its height in twelve digits.
  const since_position = (last?.block_height ?? '').padStart(12, '0').concat('-9');
  const changed = await listChangedTokens(trx, {
    contract_id,
    since_position,
    also: differed,
    limit: MAX_CHANGED,
  });
  const after = last?.last_viewed_token_id ?? '';
  const sample = await listSampledTokens(trx, { contract_id, after, limit: sampled });
  const list = [...new Map([...changed, ...sample].map((token) => [token.token_id, token])).values()];
  return { list, last_sampled: sample.at(-1)?.token_id ?? null };
}

async function askContract(
  deps: LookDeps,
  { seen, tell }: { seen: Snapshot; tell: (words: string) => void },
): Promise<{ outcome: Outcome; views: number; is_asked: boolean }> {
  if (deps.ask === undefined) return unasked('the contract was not asked');
  const { supply, tokens, scene } = seen;
  try {
    const viewed = await checkContract(
      {
        ask: deps.ask,
        contract_id: deps.contract_id,
        block_hash: scene.cursor.block_hash,
        on_progress: (done, of) => tell(`contract: ${done} of ${of} views`),
      },
      { supply, tokens: tokens.list },
    );
    return { ...viewed, is_asked: viewed.views > 0 };
  } catch (error) {
    if (error instanceof DmrvError && error.code === 'CHAIN_UNREACHABLE') return unasked(error.message);
    // Of another chain or contract, such as where its account is not there: the other rules have looked all the same.
    if (error instanceof RpcRefusal)
      return unasked(`the node refused the contract’s views (${error.cause_name})`);
    throw error;
  }
}

function unasked(reason: string): { outcome: Outcome; views: number; is_asked: boolean } {
  return {
    outcome: outcome({ not_checked: [{ code: 'CONTRACT_DIFFERS', reason }] }),
    views: 0,
    is_asked: false,
  };
}
