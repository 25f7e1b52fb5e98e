// Owns the bench of the localnet: its pace under load, what metering costs, its start; leaves each measurement to scripts/bench-localnet/.

import { type BenchRun, defineBench, runBench } from './bench/bench.ts';
import { atLeast, atMost, type Goal } from './bench/goal.ts';
import { type Load, measureCalls, measureTransfers } from './bench-localnet/load.ts';
import { type Metering, measureFreshCall, measureMetering } from './bench-localnet/metering.ts';
import { measureStarts, type Starts } from './bench-localnet/starting.ts';

interface Sizes {
  load_ms: number;
  warmup_ms: number;
  /** Of one program, metered and bare together. */
  metering_ms: number;
  fresh_calls: number;
  starts: number;
}

const QUICK: Sizes = { load_ms: 6000, warmup_ms: 1500, metering_ms: 2500, fresh_calls: 300, starts: 5 };
const FULL: Sizes = { load_ms: 60_000, warmup_ms: 3000, metering_ms: 8000, fresh_calls: 2000, starts: 21 };

const bench = defineBench({
  name: 'localnet',
  what: 'Sends transfers and contract calls to a running localnet, compares metered code with the bare engine, and times starts.',
  async run({ quick, log }) {
    const sizes = quick ? QUICK : FULL;
    const starts = await logged(log, `${sizes.starts} starts`, () => measureStarts(sizes.starts));
    // Before the rest, whose garbage it would pay for.
    const fresh_call_ms = await logged(log, 'fresh calls', () => measureFreshCall(sizes.fresh_calls));
    const transfers = await logged(log, `transfers for ${sizes.load_ms} ms`, () => measureTransfers(sizes));
    const calls = await logged(log, `contract calls for ${sizes.load_ms} ms`, () => measureCalls(sizes));
    const metering = await logged(log, 'metered and bare programs', () => measureMetering(sizes.metering_ms));
    return {
      results: { sizes, starts, transfers, calls, metering, fresh_call_ms },
      goals: [...judgeLoads({ transfers, calls }), judgeMetering(metering), judgeStarts(starts)],
    };
  },
});

async function logged<T>(log: BenchRun['log'], what: string, measure: () => T | Promise<T>): Promise<T> {
  log(what);
  return measure();
}

function judgeLoads({ transfers, calls }: { transfers: Load; calls: Load }): Goal[] {
  return [
    atLeast({
      id: 'transfers',
      what: `transfers over JSON-RPC from ${transfers.clients} clients, executed`,
      value: transfers.per_second,
      unit: 'a second',
      goal: 300,
    }),
    atLeast({
      id: 'calls',
      what: `small contract calls over JSON-RPC from ${calls.clients} clients, executed`,
      value: calls.per_second,
      unit: 'a second',
      goal: 50,
    }),
  ];
}

function judgeMetering(metering: readonly Metering[]): Goal {
  return atMost({
    id: 'metering',
    what: 'metered code, the worst of the programs',
    value: Math.max(...metering.map(({ ratio }) => ratio)),
    unit: 'times the bare engine',
    goal: 3,
  });
}

function judgeStarts({ call_ms }: Starts): Goal {
  return atMost({
    id: 'start',
    what: 'startLocalnet with both servers in a fresh process',
    value: call_ms.median,
    unit: 'ms',
    goal: 300,
  });
}

await runBench(bench);
