// Owns reading what PostgreSQL plans for a query; leaves what is expected of it to plans.spec.ts.

import { CompiledQuery, type Transaction } from 'kysely';
import pg from 'pg';
import { z } from 'zod';
import type { DB } from '../../core/db/types.ts';

export type PlanNode = {
  type: string;
  /** With its schema. */
  index: string | undefined;
  /** With its schema. */
  table: string | undefined;
  /** What bounds the search; a bitmap has it on the index's own node. */
  condition: string;
  /** Rows that came out of it, over all its loops. */
  rows: number;
  /** Rows that it read and then dropped. */
  dropped: number;
  /** Rows that it sorted. */
  sorted: number;
};

type RawNode = {
  'Node Type': string;
  Schema?: string | undefined;
  'Relation Name'?: string | undefined;
  'Index Name'?: string | undefined;
  'Index Cond'?: string | undefined;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number | undefined;
  'Rows Removed by Index Recheck'?: number | undefined;
  Plans?: RawNode[] | undefined;
};

const rawNode: z.ZodType<RawNode> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    Schema: z.string().optional(),
    'Relation Name': z.string().optional(),
    'Index Name': z.string().optional(),
    'Index Cond': z.string().optional(),
    'Actual Rows': z.number(),
    'Actual Loops': z.number(),
    'Rows Removed by Filter': z.number().optional(),
    'Rows Removed by Index Recheck': z.number().optional(),
    Plans: z.array(rawNode).optional(),
  }),
);
const answer = z.tuple([z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: rawNode })]) })]);

export type Question = { sql: string; values: readonly unknown[] };

const EXPLAIN = 'explain (analyze, verbose, timing off, format json)';

/** Runs the query and gives all nodes of its plan, the root first, planned with these values in view. */
export async function explain(trx: Transaction<DB>, { sql, values }: Question): Promise<PlanNode[]> {
  return readPlan(await trx.executeQuery(CompiledQuery.raw(`${EXPLAIN} ${sql}`, [...values])));
}

/** The same, as a prepared query that has one plan for all values: so PostgreSQL keeps those that are asked often. */
export async function explainPrepared(trx: Transaction<DB>, { sql, values }: Question): Promise<PlanNode[]> {
  // EXECUTE takes no parameters of its own inside EXPLAIN; the values come from this test's own samples.
  const literals = values.map((value) => pg.escapeLiteral(String(value))).join(', ');
  const run = (text: string) => trx.executeQuery(CompiledQuery.raw(text));
  await run('set local plan_cache_mode = force_generic_plan');
  await run(`prepare path as ${sql}`);
  const plan = await run(`${EXPLAIN} execute path${literals === '' ? '' : ` (${literals})`}`);
  await run('deallocate path');
  return readPlan(plan);
}

function readPlan({ rows }: { rows: unknown[] }): PlanNode[] {
  return flatten(answer.parse(rows)[0]['QUERY PLAN'][0].Plan);
}

// A bitmap's index node names no schema; it is that of the table above it.
function flatten(node: RawNode, schema_above = ''): PlanNode[] {
  const schema = node.Schema ?? schema_above;
  const loops = node['Actual Loops'];
  const named = (name: string | undefined): string | undefined => name && `${schema}.${name}`;
  const own: PlanNode = {
    type: node['Node Type'],
    index: named(node['Index Name']),
    table: named(node['Relation Name']),
    condition: node['Index Cond'] ?? '',
    rows: node['Actual Rows'] * loops,
    dropped: ((node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)) * loops,
    sorted: /sort/i.test(node['Node Type']) ? countRows(node.Plans ?? []) : 0,
  };
  return [own, ...(node.Plans ?? []).flatMap((child) => flatten(child, schema))];
}

function countRows(nodes: readonly RawNode[]): number {
  return nodes.reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0);
}

export function showPlan(nodes: readonly PlanNode[]): string {
  return nodes
    .map(({ type, index, table, condition, rows, dropped }) =>
      [type, table ?? '', index ?? '', condition, `${rows} rows, ${dropped} dropped`]
        .filter((part) => part !== '')
        .join(' | '),
    )
    .join('\n');
}
