// Owns the outcomes around a call: loading, linking, methods, stopping; leaves host functions and operators to their tests.
import test from 'ava';
import {
  assemble,
  callCode,
  callText,
  entryGas,
  failed,
  loadingFee,
  MemoryState,
  OP,
  parameters,
  priced,
  testContext,
} from '../../sandbox-tests/support/near-vm.ts';
import { DEFAULT_PROTOCOL_VERSION, parametersFor } from './params.ts';
import { ContractCache } from './prepare.ts';
import { runContract } from './run.ts';

test('a method that is not there, has no name or another signature costs nothing', (t) => {
  const text =
    '(module (func (export "main")) (func (export "takes") (param i32)) (func (export "gives") (result i32) (i32.const 1)))';
  for (const [method, reason] of [
    ['', 'MethodEmptyName'],
    ['other', 'MethodNotFound'],
    ['memory', 'MethodNotFound'],
    ['gas', 'MethodNotFound'],
    ['takes', 'MethodInvalidSignature'],
    ['gives', 'MethodInvalidSignature'],
  ] as const) {
    const outcome = callText(text, { method });
    t.is(failed(outcome), reason, method);
    t.is(outcome.burnt_gas, 0n);
  }
});

test('an unknown import fails the call for the price of loading', (t) => {
  const code = assemble('(module (import "env" "unheard_of" (func $f)) (func (export "main") (call $f)))');
  const outcome = callCode(code);
  t.like(outcome.failure, { kind: 'link', message: 'Link Error: unknown or invalid import' });
  t.is(outcome.burnt_gas, loadingFee(code));
});

test('a known import of another signature fails the same way', (t) => {
  const outcome = callText(
    '(module (import "env" "input" (func $f (param i32))) (func (export "main") (call $f (i32.const 0))))',
  );
  t.is(outcome.failure?.kind, 'link');
});

test('loading that cannot be paid burns all that was prepaid', (t) => {
  const code = assemble('(module (func (export "main")))');
  const prepaid_gas = loadingFee(code) - 1n;
  const outcome = callCode(code, { context: { prepaid_gas } });
  t.is(failed(outcome), 'GasExceeded');
  t.is(outcome.burnt_gas, prepaid_gas);
});

test('a data segment outside the memory traps after loading', (t) => {
  const code = assemble('(module (memory 1025) (data (i32.const 67108864) "x") (func (export "main")))');
  const outcome = callCode(code);
  t.is(failed(outcome), 'MemoryOutOfBounds');
  t.is(outcome.burnt_gas, loadingFee(code));
});

test('an element segment outside the table traps after loading', (t) => {
  const outcome = callText(
    '(module (table 1 funcref) (elem (i32.const 1) $f) (func $f) (func (export "main")))',
  );
  t.is(failed(outcome), 'MemoryOutOfBounds');
});

test('memory begins with 1,024 pages and ends with 2,048, whatever was declared', (t) => {
  const grow = (pages: number) =>
    callText(`(module (memory 1 2)
    (func (export "main") (if (i32.ne (memory.grow (i32.const ${pages})) (i32.const 1024)) (then (unreachable)))))`);
  t.is(failed(grow(1_024)), 'no failure');
  t.is(failed(grow(1_025)), 'Unreachable');
});

test('each call begins with fresh memory, globals and registers', (t) => {
  const contract = new ContractCache(parameters);
  const code = assemble(`(module (memory 1) (global $g (mut i32) (i32.const 0))
    (func (export "main")
      (if (i32.or (global.get $g) (i32.load (i32.const 0))) (then (unreachable)))
      (global.set $g (i32.const 1)) (i32.store (i32.const 0) (i32.const 1))))`);
  for (let i = 0; i < 3; i++) {
    const prepared = contract.get(code);
    t.is(prepared, contract.get(code.slice()), 'the compiled module is kept');
    const outcome = runContract({
      contract: prepared,
      method: 'main',
      context: testContext(),
      external: new MemoryState(),
      parameters,
    });
    t.is(failed(outcome), 'no failure');
  }
});

test('calls of an empty or unfitting table entry are refused', (t) => {
  const call = (index: number) =>
    callText(`(module (type $v (func)) (table 3 funcref) (elem (i32.const 0) $f $g) (func $f) (func $g (param i32))
    (func (export "main") (call_indirect (type $v) (i32.const ${index}))))`);
  t.is(failed(call(0)), 'no failure');
  t.is(failed(call(1)), 'IncorrectCallIndirectSignature');
  t.is(failed(call(3)), 'MemoryOutOfBounds');
});

test('NaN results have the bits they have on NEAR', (t) => {
  const same32 = (value: string, bits: string) =>
    `(if (i32.ne (i32.reinterpret_f32 ${value}) (i32.const ${bits})) (then (unreachable)))`;
  const same64 = (value: string, bits: string) =>
    `(if (i64.ne (i64.reinterpret_f64 ${value}) (i64.const ${bits})) (then (unreachable)))`;
  const text = `(module (global $z (mut f64) (f64.const 0)) (global $y (mut f32) (f32.const 0))
    (func (export "main")
      ${same64('(f64.div (global.get $z) (global.get $z))', '0x7ff8000000000000')}
      ${same64('(f64.sqrt (f64.sub (global.get $z) (f64.const 1)))', '0x7ff8000000000000')}
      ${same32('(f32.div (global.get $y) (global.get $y))', '0x7fc00000')}
      ${same32('(f32.demote_f64 (f64.reinterpret_i64 (i64.const 0xfff8000000000001)))', '0x7fc00000')}
      ${same64('(f64.add (f64.const 1.5) (global.get $z))', '0x3ff8000000000000')}
      ${same64('(f64.neg (f64.reinterpret_i64 (i64.const 0x7ff8000000000001)))', '0xfff8000000000001')}))`;
  t.is(failed(callText(text)), 'no failure');
});

test('used gas tells what has run up to the question', (t) => {
  const code =
    assemble(`(module (import "env" "used_gas" (func $used (result i64))) (import "env" "value_return" (func $return (param i64 i64)))
    (memory 1) (func (export "main") (i64.store (i32.const 0) (call $used)) (call $return (i64.const 8) (i64.const 0))))`);
  const outcome = callCode(code);
  if (outcome.return_data.kind !== 'value') return t.fail();
  const told = new DataView(
    outcome.return_data.value.buffer,
    outcome.return_data.value.byteOffset,
  ).getBigUint64(0, true);
  // i32.const and call are one range; the store is paid for behind the call.
  return t.is(told, loadingFee(code) + entryGas() + 2n * OP + priced({ base: 1 }));
});

test('gas of a promise is part of what runs out, with the whole failing range burnt', (t) => {
  const code =
    assemble(`(module (import "env" "promise_batch_create" (func $create (param i64 i64) (result i64)))
    (memory 1) (data (i32.const 0) "other.near")
    (func (export "main") (drop (call $create (i64.const 10) (i64.const 0))) (loop $l (nop) (nop) (nop) (br $l))))`);
  const prepaid_gas = 400_000_000_000n;
  const outcome = callCode(code, { context: { prepaid_gas } });
  t.is(failed(outcome), 'GasExceeded');
  const aside = parameters.actions.new_action_receipt.execution;
  const limit = prepaid_gas - aside;
  t.true(outcome.burnt_gas > limit && outcome.burnt_gas <= limit + 5n * OP, `${outcome.burnt_gas}`);
  t.is(outcome.used_gas, prepaid_gas);
});

test('an entry that cannot be paid burns the entry, one that can burns the first range with it', (t) => {
  const code =
    assemble(`(module (import "env" "promise_batch_create" (func $create (param i64 i64) (result i64)))
    (memory 1) (data (i32.const 0) "other.near") (func $f (nop) (nop) (nop))
    (func (export "main") (drop (call $create (i64.const 10) (i64.const 0))) (call $f)))`);
  const fee = parameters.actions.new_action_receipt;
  const name = { read_memory_base: 1, read_memory_byte: 10, utf8_decoding_base: 1, utf8_decoding_byte: 10 };
  // Two constants and the call, then the drop and the call of $f.
  const before = loadingFee(code) + entryGas() + 5n * OP + priced({ base: 1, ...name }) + fee.send_not_sir;
  const burnt = (left: bigint) => {
    const outcome = callCode(code, { context: { prepaid_gas: before + fee.execution + left } });
    t.is(failed(outcome), left < entryGas() + 3n * OP ? 'GasExceeded' : 'no failure');
    return outcome.burnt_gas - before;
  };
  t.is(burnt(entryGas() - 1n), entryGas());
  t.is(burnt(entryGas()), entryGas() + 3n * OP);
  t.is(burnt(entryGas() + 3n * OP - 1n), entryGas() + 3n * OP);
  t.is(burnt(entryGas() + 3n * OP), entryGas() + 3n * OP);
});

test('a parameter table beyond what is known is refused', (t) => {
  t.is(parametersFor(DEFAULT_PROTOCOL_VERSION).contract_reward_percent, 30n);
  t.is(parametersFor(87).contract_reward_percent, 0n);
  t.throws(() => parametersFor(84), { message: /84 is not in the parameter table/ });
  t.throws(() => parametersFor(89), { message: /89 is not in the parameter table/ });
});
