// Owns what programs cost, counted by hand from NEAR's rules; leaves host prices to the tests beside host functions.
import test from 'ava';
import {
  assemble,
  callCode,
  entryGas,
  failed,
  loadingFee,
  OP,
  PREPAID,
} from '../../../sandbox-tests/support/near-vm.ts';

const LINEAR = (count: bigint) => 26_328_192n + 822_756n * count;

/** [what, module around the body, operators run, gas on top of them, bytes of parameters and locals of main]. */
const PROGRAMS: [string, string, bigint, bigint, number][] = [
  ['an empty method costs its entry only', '(func (export "main"))', 0n, 0n, 0],
  ['locals make the entry dearer', '(func (export "main") (local i32 i64 f32 f64))', 0n, 0n, 24],
  [
    'each operator costs the same, whatever it does',
    '(func (export "main") (drop (i64.mul (i64.const 2) (i64.popcnt (i64.const 3)))) (nop))',
    6n,
    0n,
    0,
  ],
  [
    'a block and its end are free',
    '(func (export "main") (block (block (nop) (br_if 0 (i32.const 0)) (nop))))',
    4n,
    0n,
    0,
  ],
  [
    'only the arm that runs is paid for, and else is free',
    '(func (export "main") (if (i32.const 1) (then (nop)) (else (nop) (nop) (nop))))',
    3n,
    0n,
    0,
  ],
  [
    'the other arm likewise',
    '(func (export "main") (if (i32.const 0) (then (nop)) (else (nop) (nop) (nop))))',
    5n,
    0n,
    0,
  ],
  [
    'a loop is paid for on every turn',
    `(func (export "main") (local $i i32)
       (loop $l (local.set $i (i32.add (local.get $i) (i32.const 1)))
         (br_if $l (i32.lt_u (local.get $i) (i32.const 10)))))`,
    90n,
    0n,
    4,
  ],
  [
    'code behind an unconditional branch is not paid for',
    '(func (export "main") (block (br 0) (nop) (nop)) (nop))',
    2n,
    0n,
    0,
  ],
  [
    'a called function pays its own entry',
    '(func $f (param i64) (result i64) (i64.eqz (local.get 0)) (i64.extend_i32_u)) (func (export "main") (drop (call $f (i64.const 1))))',
    6n,
    9n * OP,
    0,
  ],
  [
    'growing memory is paid for by the page',
    '(memory 1) (func (export "main") (drop (memory.grow (i32.const 3))))',
    2n,
    LINEAR(3n),
    0,
  ],
  [
    'growing beyond the most is paid for all the same and answers -1',
    '(memory 1) (func (export "main") (if (i32.ne (memory.grow (i32.const 1025)) (i32.const -1)) (then (unreachable))))',
    4n,
    LINEAR(1025n),
    0,
  ],
  [
    'filling memory is paid for by the byte',
    '(memory 1) (func (export "main") (memory.fill (i32.const 0) (i32.const 7) (i32.const 1000)))',
    3n,
    LINEAR(1000n),
    0,
  ],
  [
    'copying memory is paid for by the byte',
    '(memory 1) (func (export "main") (memory.copy (i32.const 0) (i32.const 7) (i32.const 500)))',
    3n,
    LINEAR(500n),
    0,
  ],
  [
    'a start function runs and is paid for before the method',
    '(func $s (nop) (nop)) (start $s) (func (export "main") (nop))',
    3n,
    8n * OP,
    0,
  ],
];

for (const [what, program, operators, more, locals] of PROGRAMS) {
  test(what, (t) => {
    const code = assemble(`(module ${program})`);
    const outcome = callCode(code);
    t.is(failed(outcome), 'no failure');
    t.is(outcome.burnt_gas, loadingFee(code) + entryGas(locals) + operators * OP + more);
  });
}

const TRAPS: [string, string, bigint, string][] = [
  [
    'a trapping division is paid for, what is behind it is not',
    '(drop (i32.div_u (i32.const 1) (i32.const 0))) (nop)',
    3n,
    'IllegalArithmetic',
  ],
  ['a load outside the memory likewise', '(drop (i32.load (i32.const -4))) (nop)', 2n, 'MemoryOutOfBounds'],
  ['an unreachable likewise', '(nop) (unreachable)', 2n, 'Unreachable'],
  [
    'a float that fits no integer likewise',
    '(drop (i32.trunc_f64_s (f64.const nan)))',
    2n,
    'IllegalArithmetic',
  ],
];

for (const [what, body, operators, reason] of TRAPS) {
  test(what, (t) => {
    const code = assemble(`(module (memory 1) (func (export "main") ${body}))`);
    const outcome = callCode(code);
    t.is(failed(outcome), reason);
    t.is(outcome.burnt_gas, loadingFee(code) + entryGas() + operators * OP);
  });
}

test('an endless loop ends with exactly the prepaid gas burnt', (t) => {
  const code = assemble('(module (func (export "main") (loop $l (br $l))))');
  const prepaid_gas = 5_000_000_000n;
  const outcome = callCode(code, { context: { prepaid_gas } });
  t.is(failed(outcome), 'GasExceeded');
  t.is(outcome.burnt_gas, prepaid_gas);
  t.is(outcome.used_gas, prepaid_gas);
});

test('a call within its gas to the last unit succeeds, one unit less fails', (t) => {
  const code = assemble('(module (func (export "main") (nop) (nop)))');
  const exact = loadingFee(code) + entryGas() + 2n * OP;
  t.is(failed(callCode(code, { context: { prepaid_gas: exact } })), 'no failure');
  t.is(failed(callCode(code, { context: { prepaid_gas: exact - 1n } })), 'GasExceeded');
});

test('a bulk operator that costs more than is prepaid burns all, and names the limit it breaks', (t) => {
  // A call may burn 1,215,427,173 operators. The last two counts would take the counter below what 32 bits hold.
  const cases: [string, number, string][] = [
    ['memory.grow', 1_000_000_000, 'GasExceeded'],
    ['memory.grow', 1_215_000_000, 'GasExceeded'],
    ['memory.grow', 0x7fff_ffff, 'GasLimitExceeded'],
    ['memory.grow', 0xffff_ffff, 'GasLimitExceeded'],
    ['memory.fill', 0xffff_ffff, 'GasLimitExceeded'],
  ];
  for (const [operator, count, reason] of cases) {
    const operands = operator === 'memory.grow' ? '' : '(i32.const 0) (i32.const 7)';
    const bulk = `(${operator} ${operands} (i32.const ${count}))`;
    const body = operator === 'memory.grow' ? `(drop ${bulk})` : bulk;
    const outcome = callCode(assemble(`(module (memory 1) (func (export "main") ${body}))`));
    t.is(failed(outcome), reason, `${operator} of ${count}`);
    t.is(outcome.burnt_gas, PREPAID);
    t.is(outcome.used_gas, PREPAID);
  }
});

test('a call with more prepaid than a call may burn names the other limit', (t) => {
  const code = assemble(
    '(module (memory 1) (func (export "main") (loop $l (memory.fill (i32.const 0) (i32.const 0) (i32.const 60000000)) (br $l))))',
  );
  const outcome = callCode(code, { context: { prepaid_gas: 2_000_000_000_000_000n } });
  t.is(failed(outcome), 'GasLimitExceeded');
  t.is(outcome.burnt_gas, 1_000_000_000_000_000n);
});

test('endless recursion ends where the frames and operands fill the stack', (t) => {
  const code = assemble(`(module
    (func $f (param i32) (drop (i32.add (i32.const 1) (i32.const 2))) (call $f (i32.const 0)))
    (func (export "main") (call $f (i32.const 0))))`);
  const outcome = callCode(code);
  t.is(failed(outcome), 'MemoryAccessViolation');
  // main: 64 + 4; each $f: 64 + 4, and two i32 while it adds. One more does not fit.
  const depth = BigInt(Math.floor((262_144 - 68) / 76));
  const perFrame = entryGas(4) / OP + 4n + 2n;
  t.is(outcome.burnt_gas, loadingFee(code) + entryGas() + 2n * OP + depth * perFrame * OP);
});

test('the stack is given back by every way out of a function', (t) => {
  const code = assemble(`(module
    (func $return (param i32) (result i32) (return (local.get 0)))
    (func $branch (param i32) (result i32) (br 0 (local.get 0)))
    (func $end (param i32) (result i32) (local.get 0))
    (func $early (param i32) (result i32) (if (local.get 0) (then (return (i32.const 1)))) (i32.const 2))
    (func (export "main") (local $i i32)
      (loop $l
        (drop (call $return (i32.const 1))) (drop (call $branch (i32.const 1)))
        (drop (call $end (i32.const 1))) (drop (call $early (i32.const 1))) (drop (call $early (i32.const 0)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $l (i32.lt_u (local.get $i) (i32.const 10000))))))`);
  t.is(failed(callCode(code)), 'no failure');
});

test('a method has the whole stack, however deep the start function before it went', (t) => {
  const code = assemble(`(module
    (func $down (param $n i32) (if (local.get $n) (then (call $down (i32.sub (local.get $n) (i32.const 1))))))
    (func $deep (call $down (i32.const 3400))) (start $deep) (func (export "main") (call $deep)))`);
  t.is(failed(callCode(code)), 'no failure');
  // Each turn takes 64 + 4 bytes and two i32: 3,500 of them do not fit.
  const deeper = assemble(`(module
    (func $down (param $n i32) (if (local.get $n) (then (call $down (i32.sub (local.get $n) (i32.const 1))))))
    (func (export "main") (call $down (i32.const 3500))))`);
  t.is(failed(callCode(deeper)), 'MemoryAccessViolation');
});
