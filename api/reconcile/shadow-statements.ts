// Owns what registries' files say to a shadow, and what they leave open; leaves reading them to scripts/reconcile/shadow-files.ts and
// comparing to shadow.ts.

import type { FindingCode } from './catalogue.ts';
import type { NotChecked } from './finding.ts';

export type ShadowRow = {
  registry_type: string;
  kind: string;
  namespace: string | null;
  serial_range: string | null;
  registry_retirement_id: string | null;
  happened_on: string | null;
  file_name: string;
  line_number: number;
};

/** What a file is about; it is whole but for rows that could not be read. */
export type ShadowFile = {
  registry_type: string;
  file_name: string;
  kinds: readonly string[];
  as_of: Date;
  unread: number;
};

export type ShadowStatements = { rows: readonly ShadowRow[]; files: readonly ShadowFile[] };

type ListedCredit = { mrv_hash: string; registry: string; serial?: unknown };

/** The day of a registry's files of holdings, where they are whole. */
export function holdingsOf(statements: ShadowStatements, registry: string): Date | undefined {
  if (gapOf(statements, { registry, kinds: ['holdings'] }) !== undefined) return undefined;
  return statements.files.find(
    ({ registry_type, kinds }) => registry_type === registry && kinds.includes('holdings'),
  )?.as_of;
}

/** Where the files say nothing of a registry's credits, nothing is known to agree there. */
export function whatFilesLeaveOpen(
  credits: readonly ListedCredit[],
  { statements, outcomes }: { statements: ShadowStatements; outcomes: ReadonlyMap<string, string> },
): NotChecked[] {
  const open: NotChecked[] = [];
  const waiting = credits.filter(({ mrv_hash }) => outcomes.get(mrv_hash) !== 'confirmed');
  for (const registry of [...new Set(waiting.map((credit) => credit.registry))].sort()) {
    const [registry_type = '', registry_name = null] = registry.split(':');
    const place = { registry_type, registry_name };
    const own = waiting.filter((credit) => credit.registry === registry);
    const add = (code: FindingCode, reason: string | undefined): void => {
      if (reason !== undefined) open.push({ ...place, code, reason });
    };
    add('BACKING_MISSING', gapOf(statements, { registry, kinds: ['holdings'] }));
    add('ENDED_AT_REGISTRY', gapOf(statements, { registry, kinds: ['retirements', 'cancellations'] }));
    const unnumbered = own.filter(({ serial }) => serial == null).length;
    const words = `${countOf(unnumbered, 'credit')} of ${registry} without serial numbers`;
    add('BACKING_MISSING', unnumbered === 0 ? undefined : words);
    const by_id = statements.rows.filter(
      (row) => row.registry_type === registry && ENDINGS.has(row.kind) && row.serial_range === null,
    ).length;
    const rows = `${countOf(by_id, 'row')} of ${registry} without serial numbers`;
    add('ENDED_AT_REGISTRY', by_id === 0 ? undefined : rows);
  }
  return open;
}

const ENDINGS = new Set(['retirement', 'cancellation', 'retired_or_cancelled']);

/** Why these kinds are not wholly there; undefined where they are. */
function gapOf(
  { files }: ShadowStatements,
  { registry, kinds }: { registry: string; kinds: readonly string[] },
): string | undefined {
  const own = files.filter(({ registry_type }) => registry_type === registry);
  const lacking = kinds.find((kind) => !own.some((file) => file.kinds.includes(kind)));
  if (lacking !== undefined) return `no file of ${lacking} of ${registry}`;
  const unread = own.find((file) => file.unread > 0 && file.kinds.some((kind) => kinds.includes(kind)));
  return unread === undefined
    ? undefined
    : `${unread.file_name} has ${countOf(unread.unread, 'row')} that could not be read`;
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
