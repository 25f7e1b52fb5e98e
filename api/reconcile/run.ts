// Owns one run from its lock to its end: alone over all processes, looked, recorded, summed up; leaves looking to gather.ts and
// when it is time to schedule.ts.

import type pg from 'pg';
import { runAs } from '../../core/db/identity.ts';
import { createClient } from '../../core/db/pool.ts';
import { listKnownFindings } from '../../core/db/reconciliation/findings.ts';
import {
  completeRun,
  failLeftRuns,
  failRun,
  insertBacking,
  insertRun,
  insertTotals,
  type RunTrigger,
} from '../../core/db/reconciliation/runs.ts';
import { DmrvError } from '../../core/errors/index.ts';
import type { FindingCode } from './catalogue.ts';
import { FINDINGS } from './catalogue.ts';
import { type Finding, type NotChecked, showTonnes } from './finding.ts';
import { type Look, type LookDeps, lookAtEverything } from './gather.ts';
import { applyRecord, onceEach, planRecord, type Record as Recorded } from './record.ts';
import { sumUp, type Totals } from './totals.ts';

/** Held on a connection of its own from before the run's row to after its end. */
const LOCK_KEY = 7_341_206_591_872n;
const MAX_REASON = 2_000;

export type RunDeps = LookDeps & {
  /** The way in of the login `reconciler`. */
  url: string;
};

export type Ran = {
  run_id: string;
  look: Look;
  totals: Totals;
  record: Recorded;
  rules_not_checked: Readonly<Record<string, string>>;
  /** Open after the run, but for information. */
  findings_open: number;
  /** Of what it saw, what is accepted for a time. */
  waived: ReadonlySet<Finding>;
};

const IDENTITY = { kind: 'anyone', actor: 'reconciler' } as const;

/** Refused with RECONCILE_RUNNING while another run is alive, in whichever process. */
export async function beginRun(
  deps: RunDeps,
  about: { trigger: RunTrigger; started_by: string },
): Promise<{ run_id: string; ended: Promise<Ran> }> {
  const lock = await takeLock(deps.url);
  try {
    const run_id = await runAs(deps.pool, { identity: IDENTITY }, async (trx) => {
      const made = await insertRun(trx, { ...about, started_at: deps.now() });
      await failLeftRuns(trx, { but: made, now: deps.now() });
      return made;
    });
    return { run_id, ended: carryOut(deps, { run_id, ...about }).finally(() => lock.end()) };
  } catch (error) {
    await lock.end();
    throw error;
  }
}

export async function runOnce(
  deps: RunDeps,
  about: { trigger: RunTrigger; started_by: string },
): Promise<Ran> {
  return (await beginRun(deps, about)).ended;
}

async function takeLock(url: string): Promise<pg.Client> {
  const client = createClient({ url, on_error: () => undefined });
  await client.connect();
  const { rows } = await client.query<{ is_ours: boolean }>('select pg_try_advisory_lock($1) as is_ours', [
    String(LOCK_KEY),
  ]);
  if (rows[0]?.is_ours === true) return client;
  await client.end();
  throw new DmrvError('RECONCILE_RUNNING');
}

async function carryOut(
  deps: RunDeps,
  about: { run_id: string; trigger: RunTrigger; started_by: string },
): Promise<Ran> {
  const { run_id, started_by } = about;
  try {
    const look = await lookAtEverything(deps);
    return await writeDown(deps, { run_id, started_by, look });
  } catch (error) {
    const reason = error instanceof DmrvError ? error.message : String(error);
    await runAs(deps.pool, { identity: IDENTITY }, (trx) =>
      failRun(trx, { run_id, error: reason.slice(0, MAX_REASON), finished_at: deps.now() }),
    );
    throw error;
  }
}

async function writeDown(
  deps: RunDeps,
  about: { run_id: string; started_by: string; look: Look },
): Promise<Ran> {
  const { run_id, started_by, look } = about;
  const { cursor, outcome, codes_checked, backing } = look;
  const findings = onceEach(outcome.findings);
  const totals = sumUp(findings, outcome.in_transit);
  const rules_not_checked = wordsOf(outcome.not_checked);
  const now = deps.now();
  const written = await runAs(deps.pool, { identity: IDENTITY }, async (trx) => {
    const known = await listKnownFindings(trx);
    const record = planRecord({ known, findings, codes_checked, not_checked: outcome.not_checked, now });
    await applyRecord(trx, { record, run_id, opened_by: started_by, now });
    const findings_open = countOpen(record);
    await insertTotals(trx, { run_id, counted_at: now, totals: totals.by_place });
    await insertBacking(trx, { run_id, backing });
    const is_ours = await completeRun(trx, {
      run_id,
      near_contract_id: cursor.near_contract_id,
      block_height: cursor.block_height,
      rules_checked: codes_checked,
      rules_not_checked,
      unreconciled_co2e: showTonnes(totals.unreconciled),
      in_transit_co2e: showTonnes(totals.in_transit),
      findings_open,
      views_checked: look.views_checked,
      last_viewed_token_id: look.last_viewed_token_id,
      finished_at: now,
    });
    // The lock was lost with its connection, and another run took over: nothing of this one is kept.
    if (!is_ours) throw new DmrvError('RECONCILE_RUNNING');
    return { record, findings_open };
  });
  return { run_id, look, totals, rules_not_checked, waived: waivedOf(written.record), ...written };
}

/** What is waived by then, or known and not looked at, is no agreement either; only the former is accepted. */
function countOpen({ fresh, again, unseen, lapsed }: Recorded): number {
  const ended = new Set(lapsed.map(({ finding_id }) => finding_id));
  const is_open = ({ status, finding_id }: { status: string; finding_id: string }): boolean =>
    status === 'open' || ended.has(finding_id);
  const counts = (code: string): boolean => FINDINGS[code as FindingCode]?.severity !== 'info';
  return (
    fresh.filter(({ code }) => counts(code)).length +
    again.filter(({ known }) => is_open(known) && counts(known.code)).length +
    unseen.filter((known) => is_open(known) && counts(known.code)).length
  );
}

function waivedOf({ again, lapsed }: Recorded): Set<Finding> {
  const ended = new Set(lapsed.map(({ finding_id }) => finding_id));
  const still = again.filter(({ known }) => known.status === 'waived' && !ended.has(known.finding_id));
  return new Set(still.map(({ finding }) => finding));
}

const MAX_PLACES = 20;

/** For each code in plain words where and why it could not be checked. */
export function wordsOf(gaps: readonly NotChecked[]): Record<string, string> {
  const reasons = new Map<string, Map<string, number>>();
  for (const { code, reason } of gaps) {
    const known = reasons.get(code) ?? new Map<string, number>();
    known.set(reason, (known.get(reason) ?? 0) + 1);
    reasons.set(code, known);
  }
  return Object.fromEntries(
    [...reasons].map(([code, counts]) => {
      const words = [...counts].slice(0, MAX_PLACES).map(([reason, count]) => {
        return count === 1 ? reason : `${reason} (${count} tenants)`;
      });
      return [code, words.join('; ')];
    }),
  );
}
