// Owns measuring what metering costs against the bare engine, and a fresh call; leaves judging the figures to the reader.
import { Command } from 'commander';
import { ContractCache, prepareContract } from '../localnet/vm/prepare.ts';
import { runContract } from '../localnet/vm/run.ts';
import { METER_EXPORT, METHOD_PREFIX } from '../localnet/vm/wasm/instrument.ts';
import { assemble, MemoryState, parameters, testContext } from '../sandbox-tests/support/near-vm.ts';

const GAS_WITHOUT_END = 2n ** 62n;
/** Long enough for the engine to optimise the code on a busy machine. */
const MEASURED_MS = 2_000;

const PROGRAMS: Record<string, (size: number) => string> = {
  'arithmetic loop': (size) => `(func (export "main") (local $i i32) (local $a i64)
    (loop $l
      (local.set $a (i64.xor (i64.mul (local.get $a) (i64.const 6364136223846793005)) (i64.extend_i32_u (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get $i) (i32.const ${size * 10}))))
    (global.set $out (local.get $a)))`,
  'sieve in memory': (size) => `(func (export "main") (local $i i32) (local $j i32)
    (local.set $i (i32.const 2))
    (loop $outer
      (if (i32.eqz (i32.load8_u (local.get $i))) (then
        (local.set $j (i32.mul (local.get $i) (i32.const 2)))
        (block $done (loop $inner
          (br_if $done (i32.ge_u (local.get $j) (i32.const ${size})))
          (i32.store8 (local.get $j) (i32.const 1))
          (local.set $j (i32.add (local.get $j) (local.get $i)))
          (br $inner)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $outer (i32.lt_u (local.get $i) (i32.const ${size})))))`,
  'recursive calls': (size) => `(func $fib (param $n i32) (result i32)
    (if (result i32) (i32.lt_u (local.get $n) (i32.const 2)) (then (local.get $n))
      (else (i32.add (call $fib (i32.sub (local.get $n) (i32.const 1))) (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
    (func (export "main") (drop (call $fib (i32.const ${Math.round(18 + Math.log2(size / 1000))}))))`,
  'interpreter loop': (size) => `(func (export "main") (local $i i32) (local $a i32)
    (loop $l
      (block $d (block $c (block $b (block $a
        (br_table $a $b $c $d (i32.and (local.get $i) (i32.const 3))))
        (local.set $a (i32.add (local.get $a) (i32.const 3))) (br $d))
        (local.set $a (i32.xor (local.get $a) (local.get $i))) (br $d))
        (local.set $a (i32.rotl (local.get $a) (i32.const 5))))
      (i32.store (i32.and (local.get $a) (i32.const 0xffc)) (local.get $a))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get $i) (i32.const ${size * 4})))))`,
  floats: (size) => `(func (export "main") (local $i i32) (local $x f64)
    (local.set $x (f64.const 0.5))
    (loop $l
      (local.set $x (f64.sub (f64.mul (f64.mul (f64.const 3.9) (local.get $x)) (f64.sub (f64.const 1) (local.get $x))) (f64.const 1e-9)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get $i) (i32.const ${size * 4}))))
    (global.set $out (i64.reinterpret_f64 (local.get $x))))`,
};

new Command('measure')
  .description('Compares metered code with the bare engine, and times fresh calls of a small contract.')
  .option('--size <number>', 'how much each program does', '1000000')
  .option('--calls <number>', 'how many fresh calls are timed', '500')
  .action((options: { size: string; calls: string }) => {
    for (const [name, program] of Object.entries(PROGRAMS)) compare(name, program(Number(options.size)));
    timeCalls(Number(options.calls));
  })
  .parse();

function compare(name: string, functions: string): void {
  const code = assemble(`(module (memory 1024) (global $out (mut i64) (i64.const 0)) ${functions})`);
  const prepared = prepareContract(code, parameters);
  if (prepared.kind === 'refused') throw new Error(`${name}: ${prepared.message}`);
  const metered = new WebAssembly.Instance(prepared.module, prepared.imports).exports;
  (metered[METER_EXPORT.gas] as WebAssembly.Global).value = GAS_WITHOUT_END;
  const bare = new WebAssembly.Instance(new WebAssembly.Module(code), {}).exports;
  const bareTime = fastest(bare.main as () => void);
  const meteredTime = fastest(metered[`${METHOD_PREFIX}main`] as () => void);
  const ratio = (meteredTime / bareTime).toFixed(2);
  console.log(
    `${name.padEnd(18)} bare ${bareTime.toFixed(1)} ms, metered ${meteredTime.toFixed(1)} ms: ${ratio} times`,
  );
}

/** The fastest of many turns: the others tell of the machine, and the first ones of code not yet optimised. */
function fastest(run: () => void): number {
  const until = performance.now() + MEASURED_MS;
  let best = Number.POSITIVE_INFINITY;
  for (let now = performance.now(); now < until; ) {
    run();
    const after = performance.now();
    best = Math.min(best, after - now);
    now = after;
  }
  return best;
}

function timeCalls(calls: number): void {
  const cache = new ContractCache(parameters);
  const code =
    assemble(`(module (import "env" "storage_write" (func $write (param i64 i64 i64 i64 i64) (result i64)))
    (memory 1) (func (export "main") (drop (call $write (i64.const 5) (i64.const 0) (i64.const 5) (i64.const 9) (i64.const 0)))))`);
  const from = performance.now();
  for (let i = 0; i < calls; i++) {
    const contract = cache.get(code);
    runContract({
      contract,
      method: 'main',
      context: testContext(),
      external: new MemoryState(),
      parameters,
    });
  }
  console.log(
    `a fresh call        ${((performance.now() - from) / calls).toFixed(2)} ms, memory and hashing the code included`,
  );
}
