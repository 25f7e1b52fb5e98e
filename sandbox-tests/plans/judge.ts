// Owns whether a plan is what a path or a key deserves; leaves asking for it to filled.ts.

import { type CatalogueIndex, chooseLogin } from './catalogue.ts';
import { type PlanNode, showPlan } from './explain.ts';
import type { FilledDatabase } from './filled.ts';
import type { AccessPath } from './path.ts';
import { askByKey } from './unique-paths.ts';

/** A table of so few pages is read whole at about the price of one visit by an index. */
const SMALL_TABLE_PAGES = 8;
/** A page of a list; so many rows are sorted in no time, as when a parent has few children. */
const PAGE_ROWS = 100;
/** A key names one row; its index may find a few others that the rest of the key then drops. */
const FEW_ROWS = 16;
/**
 * Row security lets only leakproof operators search before its own rule has been asked, and citext's are none. So
 * the people of the tenant are found by the index and compared one by one.
 */
const ONLY_COMPARED: readonly string[] = ['iam.users_tenant_id_email_key'];

/** What is wrong with the plans of this path; nothing when all is well. */
export async function judgePath(filled: FilledDatabase, path: AccessPath): Promise<string[]> {
  const asked = { ...path, as: path.as ?? 'app', values: await filled.sampleFor(path) } as const;
  const faults: string[] = [];
  for (const is_prepared of [false, true]) {
    const nodes = await filled.planOf({ ...asked, is_prepared });
    const how = is_prepared ? 'prepared' : 'planned with its values';
    const is_ordered =
      path.is_ordered === true && !(is_prepared && path.is_sorted_when_prepared !== undefined);
    for (const fault of judgePlan({ filled, path: { ...path, is_ordered }, nodes }))
      faults.push(`${how}: ${fault}\n${showPlan(nodes)}`);
  }
  return faults;
}

export async function judgeKey(filled: FilledDatabase, key: CatalogueIndex): Promise<string[]> {
  const question = await askByKey(filled.admin, key);
  const nodes = await filled.planOf({ as: await chooseLogin(filled.admin, key), ...question });
  const faults = findLargeScans(filled, nodes);
  const is_small = pagesOf(filled, `${key.schema}.${key.table}`) <= SMALL_TABLE_PAGES;
  const name = `${key.schema}.${key.name}`;
  if (!is_small && nodes.every(({ index }) => index === undefined)) faults.push('no index answers');
  const read = nodes.reduce((sum, { rows, dropped }) => sum + rows + dropped, 0);
  if (!is_small && read > FEW_ROWS && !ONLY_COMPARED.includes(name)) faults.push(`reads ${read} rows`);
  return faults.map((fault) => `${name}: ${fault}\n${question.sql}\n${showPlan(nodes)}`);
}

function judgePlan(about: {
  filled: FilledDatabase;
  path: AccessPath;
  nodes: readonly PlanNode[];
}): string[] {
  const { filled, path, nodes } = about;
  const wanted = [path.index, ...(path.or?.indexes ?? [])];
  const used = nodes.filter(({ index }) => index !== undefined && wanted.includes(index));
  const faults = findLargeScans(filled, nodes);
  if (used.length === 0) faults.push(`${wanted.join(' or ')} is not used`);
  for (const column of path.bound_by) {
    if (!used.every((node) => bounds(node, column))) faults.push(`${column} does not bound the search`);
  }
  const sorted = Math.max(...nodes.map((node) => node.sorted));
  if (path.is_ordered === true && sorted > PAGE_ROWS) faults.push(`${sorted} rows are found, then sorted`);
  return faults;
}

function findLargeScans(filled: FilledDatabase, nodes: readonly PlanNode[]): string[] {
  return nodes
    .filter(({ type, table }) => type === 'Seq Scan' && pagesOf(filled, table ?? '') > SMALL_TABLE_PAGES)
    .map(({ table }) => `${table} is read from one end to the other`);
}

function pagesOf(filled: FilledDatabase, table: string): number {
  return filled.pages.get(table) ?? 0;
}

function bounds({ condition }: PlanNode, column: string): boolean {
  return new RegExp(`\\b${column}\\b`).test(condition);
}
