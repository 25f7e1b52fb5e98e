// Owns the goals for gas and which rows they are of; leaves measuring the rows to the stories.

import { atLeast, atMost, type Goal } from '../bench/goal.ts';
import { MAX_WASM_BYTES } from '../build-contract/validate.ts';
import type { Row } from './meter.ts';
import { growthOf, inTgas, nameOf, type Pair } from './tables.ts';

const MAX_GROWTH_PERCENT = 5;

/** Operations alone, and with host fees, of calls of one credit. */
const CALLS = [
  { method: 'nft_mint', ops: 1.5, with_host: 3.1 },
  { method: 'nft_transfer', ops: 1.3, with_host: 2.5 },
  { method: 'retire', ops: 1.8, with_host: 4.5 },
] as const;
/** Of retire alone: it is a split and a retirement, and pays for both. */
const OF_A_PART = 'of a part';
const VIEW_OPS = 0.5;
const VIEW_RATIO = 15;
const MINT_RATIO = 6;
const TRANSFER_CALL = 15;

export interface Measured {
  pairs: readonly Pair[];
  flatness: { small: readonly Row[]; large: readonly Row[] };
  wasm_bytes: number;
}

export function judge({ pairs, flatness, wasm_bytes }: Measured): Goal[] {
  return [
    ...CALLS.flatMap((call) => judgeCall(pairs, call)),
    judgeTransferCall(pairs),
    ...judgeViews(pairs),
    judgeMintRatio(pairs),
    judgeFlatness(flatness),
    atMost({
      id: 'wasm',
      what: 'the deployed module',
      value: wasm_bytes,
      unit: 'bytes',
      goal: MAX_WASM_BYTES,
    }),
  ];
}

/** The dearest case counts. */
function judgeCall(pairs: readonly Pair[], { method, ops, with_host }: (typeof CALLS)[number]): Goal[] {
  const rows = pairs.map(({ fast }) => fast).filter((row) => row.method === method && row.what !== OF_A_PART);
  const by_ops = dearest(rows, ({ gas }) => gas.ops);
  const by_both = dearest(rows, ({ gas }) => gas.ops + gas.host);
  return [
    atMost({
      id: `${method}_ops`,
      what: `${nameOf(by_ops.row)}: operations`,
      value: inTgas(by_ops.gas),
      unit: 'Tgas',
      goal: ops,
    }),
    atMost({
      id: `${method}_host`,
      what: `${nameOf(by_both.row)}: operations and host fees`,
      value: inTgas(by_both.gas),
      unit: 'Tgas',
      goal: with_host,
    }),
  ];
}

function judgeTransferCall(pairs: readonly Pair[]): Goal {
  const rows = pairs.map(({ fast }) => fast).filter(({ method }) => method === 'nft_transfer_call');
  const { row, gas } = dearest(rows, (item) => item.gas.whole);
  return atMost({
    id: 'transfer_call',
    what: `${nameOf(row)}: the whole transaction`,
    value: inTgas(gas),
    unit: 'Tgas',
    goal: TRANSFER_CALL,
  });
}

/** Of one thing, and of pages; a page's items are counted apart, as how many there are is the caller's choice. */
function judgeViews(pairs: readonly Pair[]): Goal[] {
  const views = pairs.filter(({ fast }) => fast.kind === 'view');
  const single = views.filter(({ fast }) => itemsOf(fast) === 0);
  const { row, gas } = dearest(
    single.map(({ fast }) => fast),
    (item) => item.gas.ops,
  );
  const ratios = single.map(({ fast, stock }) => Number(stock.gas.ops) / Number(fast.gas.ops));
  const least = ratios.indexOf(Math.min(...ratios));
  const pages = views.map(({ fast }) => fast).filter((item) => itemsOf(item) === 10);
  const page = dearest(pages, (item) => item.gas.ops / 10n);
  return [
    atMost({
      id: 'views',
      what: `the dearest view of one thing, ${nameOf(row)}: operations`,
      value: inTgas(gas),
      unit: 'Tgas',
      goal: VIEW_OPS,
    }),
    atMost({
      id: 'pages',
      what: `the dearest page of 10, ${nameOf(page.row)}: operations an item`,
      value: inTgas(page.gas),
      unit: 'Tgas',
      goal: VIEW_OPS,
    }),
    atLeast({
      id: 'view_ratio',
      what: `views of one thing, stock / ours, the least, of ${nameOf((single[least] as Pair).fast)}`,
      value: ratios[least] ?? 0,
      unit: 'times',
      goal: VIEW_RATIO,
    }),
  ];
}

function judgeMintRatio(pairs: readonly Pair[]): Goal {
  const ratios = pairs
    .filter(({ fast }) => fast.method === 'nft_mint')
    .map(({ fast, stock }) => Number(stock.gas.ops) / Number(fast.gas.ops));
  return atLeast({
    id: 'mint_ratio',
    what: 'nft_mint, stock / ours, the least',
    value: Math.min(...ratios),
    unit: 'times',
    goal: MINT_RATIO,
  });
}

function judgeFlatness({ small, large }: Measured['flatness']): Goal {
  const growths = small.map((row, index) => Math.abs(growthOf(row.gas, large[index]?.gas ?? row.gas)));
  const most = growths.indexOf(Math.max(...growths));
  return atMost({
    id: 'flat',
    what: `many tokens against few, the largest difference, of ${nameOf(small[most] as Row)}`,
    value: (growths[most] ?? 0) * 100,
    unit: '%',
    goal: MAX_GROWTH_PERCENT,
  });
}

/** `10 of all` has ten; a view of one thing has none. */
function itemsOf({ what }: Row): number {
  return Number(/^(\d+) of/.exec(what)?.[1] ?? 0);
}

function dearest(rows: readonly Row[], cost: (row: Row) => bigint): { row: Row; gas: bigint } {
  const [first, ...others] = rows;
  if (first === undefined) throw new Error('a goal has no row; name a method that the stories measure');
  return others.reduce((most, row) => (cost(row) > most.gas ? { row, gas: cost(row) } : most), {
    row: first,
    gas: cost(first),
  });
}
