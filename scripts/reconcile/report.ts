// Owns how a run is shown: as a table for people, as JSON, as CSV; leaves what is in it to api/reconcile.

import { FINDINGS } from '../../api/reconcile/catalogue.ts';
import { type Finding, type Outcome, registryOf, showTonnes } from '../../api/reconcile/finding.ts';
import { onceEach, rowOf } from '../../api/reconcile/record.ts';
import { wordsOf } from '../../api/reconcile/run.ts';
import { sumUp } from '../../api/reconcile/totals.ts';
import { csvText } from '../../api/registries/csv-text.ts';

export type Report = {
  run_id: string | null;
  block_height: string | null;
  compared_at: string;
  unreconciled_co2e: string;
  in_transit_co2e: string;
  findings_open: number;
  findings_waived: number;
  rules_not_checked: Readonly<Record<string, string>>;
  findings: (ReturnType<typeof rowOf> & { title: string; is_waived: boolean })[];
};

const RANK = { critical: 0, major: 1, minor: 2, info: 3 } as const;

export function reportOf(about: {
  run_id: string | null;
  block_height: string | null;
  now: Date;
  outcome: Outcome;
  findings_open?: number;
  waived?: ReadonlySet<Finding>;
}): Report {
  const { run_id, block_height, now, outcome, waived = new Set() } = about;
  const findings = onceEach(outcome.findings).sort(byWeight);
  const totals = sumUp(findings, outcome.in_transit);
  const counted = findings.filter(({ code }) => FINDINGS[code].severity !== 'info').length;
  return {
    run_id,
    block_height,
    compared_at: now.toISOString(),
    unreconciled_co2e: showTonnes(totals.unreconciled),
    in_transit_co2e: showTonnes(totals.in_transit),
    findings_open: about.findings_open ?? counted,
    findings_waived: waived.size,
    rules_not_checked: wordsOf(outcome.not_checked),
    findings: findings.map((finding) => ({
      ...rowOf(finding),
      title: FINDINGS[finding.code].title,
      is_waived: waived.has(finding),
    })),
  };
}

function byWeight(a: Finding, b: Finding): number {
  const rank = RANK[FINDINGS[a.code].severity] - RANK[FINDINGS[b.code].severity];
  if (rank !== 0) return rank;
  return a.tonnes === b.tonnes ? a.code.localeCompare(b.code) : a.tonnes > b.tonnes ? -1 : 1;
}

const SHOWN = 50;
const CODE_WIDTH = 28;
const TONNES_WIDTH = 16;

/** Where something was not looked at, nobody is to read that it agrees. */
const CHECKED_AGREES = 'What was checked agrees.';

/** The heaviest first. */
export function linesOf(report: Report): string[] {
  const { findings, rules_not_checked } = report;
  const unchecked = Object.entries(rules_not_checked);
  return [
    `Compared at block ${report.block_height ?? 'of the head'}: ${report.unreconciled_co2e} t unreconciled, ${report.in_transit_co2e} t in transit.`,
    ...(findings.length > 0 ? [''] : [unchecked.length === 0 ? 'Everything agrees.' : CHECKED_AGREES]),
    ...findings.slice(0, SHOWN).map(lineOf),
    ...(findings.length > SHOWN
      ? [`… and ${findings.length - SHOWN} more; --json or --csv has them all.`]
      : []),
    ...(unchecked.length === 0 ? [] : ['', 'Not checked:']),
    ...unchecked.map(([code, reason]) => `  ${code}: ${reason}`),
  ];
}

function lineOf(finding: Report['findings'][number]): string {
  const { severity, code, tonnes_at_stake, subject, is_waived } = finding;
  const registry = finding.registry_type === null ? '' : ` (${registryOf(finding)})`;
  return `${severity.padEnd(9)}${code.padEnd(CODE_WIDTH)}${tonnes_at_stake.padStart(TONNES_WIDTH)} t  ${subject}${registry}${is_waived ? ', waived' : ''}`;
}

const COLUMNS = [
  'code',
  'severity',
  'title',
  'tenant_id',
  'registry_type',
  'registry_name',
  'subject',
  'mrv_hash',
  'tonnes_at_stake',
  'is_waived',
  'values_found',
  'next_step',
] as const;

export function reportCsv({ findings }: Report): string {
  return csvText([
    COLUMNS,
    ...findings.map((finding) =>
      COLUMNS.map((column) => {
        const value = finding[column];
        if (value === null) return '';
        return typeof value === 'object' ? JSON.stringify(value) : String(value);
      }),
    ),
  ]);
}
