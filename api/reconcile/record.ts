// Owns what a run does to the findings that stand: opened once, seen again, closed when healed, reopened when a waiver has ended;
// leaves the rows to core/db/reconciliation/findings.ts.

import type { Transaction } from 'kysely';
import {
  closeFindings,
  insertFindings,
  type KnownFinding,
  reopenFindings,
  type SeenFinding,
  seeFindingsAgain,
} from '../../core/db/reconciliation/findings.ts';
import type { DB } from '../../core/db/types.ts';
import { FINDINGS, type FindingCode } from './catalogue.ts';
import { type Finding, type NotChecked, showTonnes } from './finding.ts';

export type Record = {
  fresh: Finding[];
  again: { known: KnownFinding; finding: Finding }[];
  healed: KnownFinding[];
  /** Waived until a moment that has passed, and still there. */
  lapsed: KnownFinding[];
  /** Open, and not looked at: they stay as they are. */
  unseen: KnownFinding[];
};

/** Pure. A finding heals only where the rule has looked. */
export function planRecord(about: {
  known: readonly KnownFinding[];
  findings: readonly Finding[];
  codes_checked: readonly FindingCode[];
  not_checked: readonly NotChecked[];
  now: Date;
}): Record {
  const { known, not_checked, now } = about;
  const seen = new Map(onceEach(about.findings).map((finding) => [keyOf(finding), finding]));
  const checked = new Set<string>(about.codes_checked);
  const record: Record = { fresh: [], again: [], healed: [], lapsed: [], unseen: [] };
  for (const one of known) {
    const key = keyOf(one);
    const finding = seen.get(key);
    if (finding !== undefined) {
      seen.delete(key);
      record.again.push({ known: one, finding });
    } else if (checked.has(one.code) && !not_checked.some((gap) => covers(gap, one))) {
      record.healed.push(one);
      continue;
    } else {
      record.unseen.push(one);
    }
    if (one.status === 'waived' && one.waived_until !== null && new Date(one.waived_until) <= now) {
      record.lapsed.push(one);
    }
  }
  record.fresh = [...seen.values()];
  return record;
}

/** Two rules may name one difference; the one that knows more tonnes speaks. */
export function onceEach(findings: readonly Finding[]): Finding[] {
  const kept = new Map<string, Finding>();
  for (const finding of findings) {
    const other = kept.get(keyOf(finding));
    if (other === undefined || other.tonnes < finding.tonnes) kept.set(keyOf(finding), finding);
  }
  return [...kept.values()];
}

function keyOf({
  tenant_id,
  code,
  subject,
}: {
  tenant_id: string | null;
  code: string;
  subject: string;
}): string {
  return `${tenant_id} ${code} ${subject}`;
}

function covers(gap: NotChecked, known: KnownFinding): boolean {
  if (gap.code !== known.code) return false;
  if (gap.subject !== undefined && gap.subject !== known.subject) return false;
  if (gap.tenant_id !== undefined && gap.tenant_id !== known.tenant_id) return false;
  if (gap.registry_type === undefined) return true;
  return gap.registry_type === known.registry_type && (gap.registry_name ?? null) === known.registry_name;
}

export async function applyRecord(
  trx: Transaction<DB>,
  about: { record: Record; run_id: string; opened_by: string; now: Date },
): Promise<void> {
  const { record, run_id, opened_by, now } = about;
  await closeFindings(trx, { run_id, now, finding_ids: record.healed.map(({ finding_id }) => finding_id) });
  await insertFindings(trx, { run_id, now, opened_by, seen: record.fresh.map(rowOf) });
  await seeFindingsAgain(trx, {
    run_id,
    now,
    seen: record.again.map(({ known, finding }) => ({ ...rowOf(finding), finding_id: known.finding_id })),
  });
  await reopenFindings(trx, { lapsed: record.lapsed });
}

export function rowOf(finding: Finding): SeenFinding {
  const { code, tenant_id, subject, registry_type, registry_name, mrv_hash, tonnes, values } = finding;
  const { severity, next_step } = FINDINGS[code];
  return {
    code,
    tenant_id,
    subject,
    registry_type,
    registry_name,
    mrv_hash,
    severity,
    next_step,
    tonnes_at_stake: showTonnes(tonnes),
    values_found: values,
  };
}
