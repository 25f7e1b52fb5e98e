// Owns the gas tables of the docs, as Markdown; leaves measuring to others and the words around them to docs/gas.md.
import type { Goal } from '../bench/goal.ts';
import type { Gas } from './gas.ts';
import type { Row } from './meter.ts';

const GAS_PER_TGAS = 1e12;
const PERCENT = 100;
/** A contract that does nothing else than fail is told by its reason. */
const MAX_REASON = 60;

export interface Pair {
  fast: Row;
  stock: Row;
}

export function inTgas(gas: bigint): number {
  return Number(gas) / GAS_PER_TGAS;
}

/** The stories are the same on both builds, so that rows meet by their place. */
export function pairRows(fast: readonly Row[], stock: readonly Row[]): Pair[] {
  return fast.map((row, index) => {
    const other = stock[index];
    if (other === undefined || other.method !== row.method || other.what !== row.what)
      throw new Error(`row ${index}, ${nameOf(row)}, has no partner on the stock build`);
    return { fast: row, stock: other };
  });
}

export function nameOf({ method, what }: Row): string {
  return what === '' ? method : `${method}, ${what}`;
}

/** Calls have what a view has not: fees, a transaction, and changes of the storage. */
export function renderCalls(pairs: readonly Pair[]): string {
  const head = [
    'call',
    'operations',
    'host fees',
    'loading',
    'receipts and actions',
    'whole',
    'storage',
    'stock: operations',
    'stock: whole',
    'stock / ours',
  ];
  const rows = pairs.map(({ fast, stock }) => [
    nameOf(fast),
    ...[fast.gas.ops, fast.gas.host, fast.gas.loading, fast.gas.fees, fast.gas.whole].map(showTgas),
    showAccesses(fast.gas),
    showTgas(stock.gas.ops),
    stock.error === '' ? showTgas(stock.gas.whole) : `fails: ${stock.error.slice(0, MAX_REASON)}`,
    showRatio(stock.gas.ops, fast.gas.ops),
  ]);
  return renderTable(head, rows);
}

export function renderViews(pairs: readonly Pair[]): string {
  const head = ['view', 'operations', 'host fees', 'loading', 'storage', 'stock: operations', 'stock / ours'];
  const rows = pairs.map(({ fast, stock }) => [
    nameOf(fast),
    ...[fast.gas.ops, fast.gas.host, fast.gas.loading].map(showTgas),
    showAccesses(fast.gas),
    showTgas(stock.gas.ops),
    showRatio(stock.gas.ops, fast.gas.ops),
  ]);
  return renderTable(head, rows);
}

/** Without the fees of tree nodes, which every contract pays for the size of the whole chain's state. */
export function renderFlatness(
  sides: { small: readonly Row[]; large: readonly Row[] },
  names: { small: string; large: string },
): string {
  const head = ['call', names.small, names.large, 'more', 'tree nodes there', 'tree nodes here'];
  const rows = sides.small.map((row, index) => {
    const other = sides.large[index]?.gas ?? row.gas;
    return [
      nameOf(row),
      showTgas(flatCost(row.gas)),
      showTgas(flatCost(other)),
      `${(growthOf(row.gas, other) * PERCENT).toFixed(1)}%`,
      showTgas(row.gas.trie_nodes),
      showTgas(other.trie_nodes),
    ];
  });
  return renderTable(head, rows);
}

export function growthOf(small: Gas, large: Gas): number {
  return Number(flatCost(large)) / Number(flatCost(small)) - 1;
}

function flatCost({ ops, host, trie_nodes }: Gas): bigint {
  return ops + host - trie_nodes;
}

export function renderGoalTable(goals: readonly Goal[]): string {
  const head = ['goal', 'value', 'wanted', 'unit', 'reached'];
  const rows = goals.map(({ what, value, goal, unit, reached }) => [
    what,
    showNumber(value),
    showNumber(goal),
    unit,
    reached ? 'yes' : 'no',
  ]);
  return renderTable(head, rows);
}

function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function showTgas(gas: bigint): string {
  return inTgas(gas).toFixed(3);
}

function showRatio(stock: bigint, fast: bigint): string {
  return `${(Number(stock) / Number(fast)).toFixed(1)}`;
}

function showNumber(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 4, useGrouping: false });
}

/** Reads, writes, removals and looks whether a key is there. */
function showAccesses({ accesses: { read, write, remove, has_key } }: Gas): string {
  const parts = [
    [read, 'r'],
    [write, 'w'],
    [remove, 'd'],
    [has_key, 'h'],
  ].filter(([count]) => count !== 0);
  return parts.length === 0 ? 'none' : parts.map(([count, letter]) => `${count}${letter}`).join(' ');
}
