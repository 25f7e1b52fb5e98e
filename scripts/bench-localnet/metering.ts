// Owns measuring what metering costs against the bare engine, and a fresh call; leaves the programs to programs.ts.

import { ContractCache, instantiate, prepareContract } from '../../localnet/vm/prepare.ts';
import { runContract } from '../../localnet/vm/run.ts';
import { METER_EXPORT, METHOD_PREFIX } from '../../localnet/vm/wasm/instrument.ts';
import {
  assemble,
  MemoryState,
  mainModule,
  parameters,
  testContext,
} from '../../sandbox-tests/support/near-vm.ts';
import { PROGRAMS } from './programs.ts';

export interface Metering {
  program: string;
  bare_ms: number;
  metered_ms: number;
  ratio: number;
}

/** More operators than a turn of a program has. */
const OPERATORS = 2 ** 31 - 1;
const SIZE = 1_000_000;
const STORE = `(drop (call $write
  (i64.const 5) (i64.const 0) (i64.const 5) (i64.const 9) (i64.const 0)))`;
const IMPORTED = '(import "env" "storage_write" (func $write (param i64 i64 i64 i64 i64) (result i64)))';

/** `duration_ms` for each program: long enough for the engine to optimise the code. */
export function measureMetering(duration_ms: number): Metering[] {
  return Object.entries(PROGRAMS).map(([program, functions]) => {
    const code = assemble(`(module (memory 1024) (global $out (mut i64) (i64.const 0)) ${functions(SIZE)})`);
    const bare = new WebAssembly.Instance(new WebAssembly.Module(code), {}).exports.main as () => void;
    const fastest = raceFastest({ bare, metered: loadMetered(program, code), duration_ms });
    return { program, ...fastest, ratio: fastest.metered_ms / fastest.bare_ms };
  });
}

function loadMetered(program: string, code: Uint8Array): () => void {
  const prepared = prepareContract(code, parameters);
  if (prepared.kind === 'refused')
    throw new Error(`The program "${program}" is refused: ${prepared.message}`);
  const { initial_memory_pages, max_memory_pages, max_stack_height } = parameters.limits;
  const memory = new WebAssembly.Memory({ initial: initial_memory_pages, maximum: max_memory_pages });
  const exports = instantiate(prepared, memory);
  const gas = exports[METER_EXPORT.gas] as WebAssembly.Global;
  const stack = exports[METER_EXPORT.stack] as WebAssembly.Global;
  const main = exports[`${METHOD_PREFIX}main`] as () => void;
  return () => {
    gas.value = OPERATORS;
    stack.value = max_stack_height;
    main();
  };
}

/**
 * Both in turn, so that what slows the machine slows both; of each the fastest turn: the others tell of the
 * machine, and the first ones of code not yet optimised.
 */
function raceFastest(options: { bare: () => void; metered: () => void; duration_ms: number }): {
  bare_ms: number;
  metered_ms: number;
} {
  const until = performance.now() + options.duration_ms;
  let bare_ms = Number.POSITIVE_INFINITY;
  let metered_ms = Number.POSITIVE_INFINITY;
  while (performance.now() < until) {
    bare_ms = Math.min(bare_ms, timeOnce(options.bare));
    metered_ms = Math.min(metered_ms, timeOnce(options.metered));
  }
  return { bare_ms, metered_ms };
}

function timeOnce(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** Mean milliseconds of a call that writes once, memory of its own and finding the code by its hash included. */
export function measureFreshCall(calls: number): number {
  const cache = new ContractCache(parameters);
  const code = assemble(mainModule(STORE, IMPORTED));
  const start = performance.now();
  for (let index = 0; index < calls; index += 1) {
    const { failure } = runContract({
      contract: cache.get(code),
      method: 'main',
      context: testContext(),
      external: new MemoryState(),
      parameters,
    });
    if (failure !== null) throw new Error(`Fresh call ${index} failed with ${failure.kind}.`);
  }
  return (performance.now() - start) / calls;
}
