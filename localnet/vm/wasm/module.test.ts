// Owns which modules are refused, and under which of NEAR's names; leaves running accepted ones to the tests of run.ts.
import test from 'ava';
import { assemble, callCode, callText, failed, parameters } from '../../../sandbox-tests/support/near-vm.ts';
import { parametersFor } from '../params.ts';
import { prepareContract } from '../prepare.ts';

const main = '(func (export "main"))';

const REFUSED: [string, string, string][] = [
  [
    'several results',
    `(module (func (result i32 i32) (i32.const 1) (i32.const 2)) ${main})`,
    'Deserialization',
  ],
  [
    'blocks with several results',
    `(module (func (block (result i32 i32) (i32.const 1) (i32.const 2)) (drop) (drop)) ${main})`,
    'Deserialization',
  ],
  ['SIMD', `(module (func (drop (v128.const i32x4 1 2 3 4))) ${main})`, 'Deserialization'],
  [
    'atomics',
    `(module (memory 1 1 shared) (func (drop (i32.atomic.load (i32.const 0)))) ${main})`,
    'Deserialization',
  ],
  [
    'atomics on plain memory',
    `(module (memory 1) (func (drop (i32.atomic.load (i32.const 0)))) ${main})`,
    'Deserialization',
  ],
  ['tail calls', `(module (func $f (return_call $f)) ${main})`, 'Deserialization'],
  ['externref', `(module (func (param externref)) ${main})`, 'Deserialization'],
  ['externref tables', `(module (table 1 externref) ${main})`, 'Deserialization'],
  ['typed references', `(module (type $t (func)) (func (param (ref null $t))) ${main})`, 'Deserialization'],
  [
    'garbage-collected types',
    `(module (type $s (struct (field i32))) (func (param (ref null $s))) ${main})`,
    'Deserialization',
  ],
  ['exceptions', `(module (tag $e) (func (throw $e)) ${main})`, 'Deserialization'],
  ['64-bit memory', `(module (memory i64 1) ${main})`, 'Deserialization'],
  ['two memories', `(module (memory 1) (memory 1) ${main})`, 'Deserialization'],
  [
    'extended constants',
    `(module (global i32 (i32.add (i32.const 1) (i32.const 2))) ${main})`,
    'Deserialization',
  ],
  [
    'a constant that reads a global',
    `(module (global $a i32 (i32.const 1)) (global i32 (global.get $a)) ${main})`,
    'Deserialization',
  ],
  ['an import of another module', `(module (import "wasi" "f" (func)) ${main})`, 'Instantiate'],
  ['an imported global', `(module (import "env" "g" (global i32)) ${main})`, 'Instantiate'],
  ['an imported table', `(module (import "env" "t" (table 1 funcref)) ${main})`, 'Instantiate'],
  ['an imported memory', `(module (import "env" "memory" (memory 1)) ${main})`, 'Memory'],
  ['two tables', `(module (table 1 funcref) (table 1 funcref) ${main})`, 'TooManyTables'],
  ['a large table', `(module (table 10001 funcref) ${main})`, 'TooManyTableElements'],
];

for (const [what, text, reason] of REFUSED) {
  test(`${what} are refused as ${reason} and cost nothing`, (t) => {
    const code = assemble(text, { newer: true });
    t.true(WebAssembly.validate(code), 'the engine itself would run it');
    const outcome = callCode(code);
    t.is(outcome.failure?.kind, 'prepare');
    t.is(failed(outcome), reason);
    t.is(outcome.burnt_gas, 0n);
    t.is(outcome.used_gas, 0n);
  });
}

const ACCEPTED: [string, string][] = [
  ['sign extension', '(func (export "main") (drop (i32.extend8_s (i32.const 1))))'],
  ['saturating conversions', '(func (export "main") (drop (i32.trunc_sat_f64_s (f64.const nan))))'],
  [
    'mutable globals that are exported',
    '(global (export "g") (mut i32) (i32.const 1)) (func (export "main"))',
  ],
  [
    'bulk memory with passive data',
    '(memory 1) (data $d "abc") (func (export "main") (memory.init $d (i32.const 0) (i32.const 0) (i32.const 3)) (data.drop $d))',
  ],
  [
    'function references',
    '(table $t 2 funcref) (elem declare func $f) (func $f) (func (export "main") (table.set $t (i32.const 0) (ref.func $f)) (drop (ref.is_null (table.get $t (i32.const 1)))))',
  ],
  [
    'a table that is filled and called',
    '(type $v (func)) (table 1 funcref) (elem (i32.const 0) $f) (func $f) (func (export "main") (call_indirect (type $v) (i32.const 0)))',
  ],
  [
    'a memory declared larger than it will be',
    '(memory 60000) (func (export "main") (if (i32.ne (memory.size) (i32.const 1024)) (then (unreachable))))',
  ],
  ['no memory at all', '(func (export "main"))'],
];

for (const [what, text] of ACCEPTED) {
  test(`${what} is accepted and runs`, (t) => {
    t.is(failed(callText(`(module ${text})`)), 'no failure');
  });
}

test('bytes that are no module are refused', (t) => {
  t.is(failed(callCode(Uint8Array.of(1, 2, 3))), 'Deserialization');
  t.is(failed(callCode(new Uint8Array())), 'Deserialization');
});

test('a module cut short anywhere is refused', (t) => {
  const code = assemble('(module (memory 1) (data (i32.const 0) "abc") (func (export "main") (nop)))');
  for (let length = 1; length < code.length; length++) {
    const { kind } = prepareContract(code.subarray(0, length), parameters);
    // A cut at a section's end can leave a smaller, whole module.
    if (kind === 'ready') t.true(WebAssembly.validate(code.subarray(0, length)), `${length} bytes`);
    else t.is(kind, 'refused');
  }
});

const LIMITS: [string, string, string][] = [
  [
    'a function of more than 64 parameters',
    `(func (param ${'i32 '.repeat(65)}))`,
    'TooManyParamsPerFunction',
  ],
  [
    'more than 1,024 types',
    Array.from({ length: 1025 }, (_, i) => `(func (param ${bits(i)}))`).join(' '),
    'TooManyTypes',
  ],
  [
    'a function of more than 5,000 blocks',
    `(func ${'(block (br_if 0 (i32.const 1)))'.repeat(5001)})`,
    'TooManyBlocksPerFunction',
  ],
  [
    'an operand stack beyond 8,192 bytes',
    `(func (drop ${'(i64.add (i64.const 1) '.repeat(1024)} (i64.const 1) ${')'.repeat(1024)}))`,
    'OperandStackTooLarge',
  ],
  ['a body beyond 196,608 bytes', `(func ${'(nop)'.repeat(196_608)})`, 'FunctionBodyTooLarge'],
];

for (const [what, text, reason] of LIMITS) {
  test(`${what} is refused as ${reason}`, (t) => {
    t.is(failed(callText(`(module ${main} ${text})`)), reason);
  });
}

test('from version 87 on, locals are bounded by the size of the code', (t) => {
  const code = assemble(`(module (func (export "main") (local ${'i32 '.repeat(100)})))`);
  t.is(prepareContract(code, parametersFor(86)).kind, 'ready');
  t.like(prepareContract(code, parametersFor(87)), { kind: 'refused', reason: 'TooManyLocals' });
});

/** A parameter list that no other number gives. */
function bits(number: number): string {
  return [...number.toString(2).padStart(11, '0')].map((bit) => (bit === '1' ? 'i64' : 'i32')).join(' ');
}
