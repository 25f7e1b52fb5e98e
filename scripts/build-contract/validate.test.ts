// Shows that a module which NEAR, or this project, would not take is refused before anyone deploys it, and why.
import test from 'ava';
import { assemble } from '../../sandbox-tests/support/near-vm.ts';
import { findWasmProblems } from './validate.ts';

const METHODS = ['get', 'set'];
const GOOD = module('(func (export "get")) (func (export "set") (call $log (i64.const 0) (i64.const 0)))');

test('a module of methods and memory is accepted', (t) => {
  t.deepEqual(findWasmProblems({ wasm: assemble(GOOD), methods: METHODS }), []);
});

const body = (text: string) => module(`(func (export "get") ${text}) (func (export "set"))`);
const blocks = (count: number) => '(loop (nop))'.repeat(count);
const types = Array.from({ length: 1_025 }, (_, index) => {
  const letters = index.toString(2).padStart(11, '0').replaceAll('0', ' i32').replaceAll('1', ' i64');
  return `(func (param${letters}))`;
}).join('\n');

const REFUSED: readonly [what: string, text: string, problem: RegExp][] = [
  ['a method that is missing', module('(func (export "get"))'), /does not export set/],
  [
    'a method that is not on the list',
    module('(func (export "get")) (func (export "set")) (func (export "steal"))'),
    /exports the function steal, which is not on the list/,
  ],
  [
    'a method with a parameter',
    module('(func (export "get") (param i32)) (func (export "set"))'),
    /parameters or a result/,
  ],
  [
    'a method with a result',
    module('(func (export "get") (result i32) (i32.const 1)) (func (export "set"))'),
    /parameters or a result/,
  ],
  ['no memory among the exports', GOOD.replace('(export "memory")', ''), /does not export memory/],
  [
    'an export of a global',
    module('(global (export "get") i32 (i32.const 1)) (func (export "set"))'),
    /exports the global get/,
  ],
  ['an import from elsewhere', GOOD.replace('"env"', '"wasi_snapshot_preview1"'), /not of module "env"/],
  ['an import that NEAR does not have', GOOD.replace('log_utf8', 'log_utf9'), /unknown or invalid import/],
  [
    'an import of another form',
    GOOD.replace('(param i64 i64)', '(param i64)').replace('(i64.const 0) (i64.const 0)', '(i64.const 0)'),
    /incompatible import type for `env::log_utf8`/,
  ],
  [
    'an imported memory',
    GOOD.replace(
      '(memory (export "memory") 1)',
      '(import "env" "m" (memory $m 1)) (export "memory" (memory $m))',
    ),
    /NEAR brings its own/,
  ],
  ['vectors', body('(drop (v128.const i32x4 0 0 0 0))'), /NEAR refuses it/],
  [
    'bulk memory, which NEAR has and the contract must not need',
    body('(memory.fill (i32.const 0) (i32.const 0) (i32.const 0))'),
    /more than the core features/,
  ],
  ['saturating floats', body('(drop (i32.trunc_sat_f32_s (f32.const 1)))'), /more than the core features/],
  [
    'two tables',
    module('(table 1 funcref) (table 1 funcref) (func (export "get")) (func (export "set"))'),
    /2 tables/,
  ],
  [
    'a table of 10,001 elements',
    module('(table 10001 funcref) (func (export "get")) (func (export "set"))'),
    /begins with 10001 elements/,
  ],
  ['5,001 blocks in a function', body(blocks(5_001)), /has 5001 blocks/],
  [
    '50,001 blocks',
    module(`${`(func ${blocks(4_900)})`.repeat(11)} (func (export "get")) (func (export "set"))`),
    /more than 50000 blocks/,
  ],
  [
    'a function body above 196,608 bytes',
    body('(drop (i64.const 0x7fffffffffffffff))'.repeat(16_500)),
    /has \d+ bytes/,
  ],
  [
    '10,001 functions',
    module(`${'(func)'.repeat(10_001)} (func (export "get")) (func (export "set"))`),
    /more than 10000 functions/,
  ],
  ['1,025 types', module(`${types} (func (export "get")) (func (export "set"))`), /types, 1024 are allowed/],
  [
    'data behind the memory',
    module('(data (i32.const 65530) "seven b") (func (export "get")) (func (export "set"))'),
    /cannot start/,
  ],
  [
    'a start function that fails',
    module('(func $s unreachable) (start $s) (func (export "get")) (func (export "set"))'),
    /cannot start/,
  ],
];

for (const [what, text, problem] of REFUSED) {
  test(`refused: ${what}`, (t) => {
    const problems = findWasmProblems({
      wasm: assemble(text, { newer: text.includes('v128') }),
      methods: METHODS,
    });
    t.regex(problems.join('\n'), problem);
  });
}

test('refused: bytes that are no module', (t) => {
  t.regex(findWasmProblems({ wasm: new Uint8Array([1, 2, 3]), methods: [] }).join(), /NEAR refuses it/);
});

test('refused: a module above the size that is allowed', (t) => {
  const wasm = assemble(GOOD);
  t.deepEqual(findWasmProblems({ wasm, methods: METHODS, max_bytes: wasm.length }), []);
  const [problem] = findWasmProblems({ wasm, methods: METHODS, max_bytes: wasm.length - 1 });
  t.is(problem, `it has ${wasm.length} bytes; ${wasm.length - 1} are allowed`);
});

test('refused: a module that one transaction cannot carry, whatever else is allowed', (t) => {
  const wasm = assemble(
    module(
      `(data (i32.const 0) "${'x'.repeat(1_572_864)}") ${METHODS.map((name) => `(func (export "${name}"))`).join('')}`,
    ).replace('1)', '32)'),
  );
  t.regex(findWasmProblems({ wasm, methods: METHODS, max_bytes: 10 ** 9 }).join(), /1571840 are allowed/);
});

function module(parts: string): string {
  return `(module
    (import "env" "log_utf8" (func $log (param i64 i64)))
    (memory (export "memory") 1)
    ${parts}
  )`;
}
