// Owns what storage functions do and charge; leaves the trie to the state's tests.
import test from 'ava';
import {
  callHost,
  failed,
  type HostCall,
  MemoryState,
  priced,
  returned,
} from '../../../sandbox-tests/support/near-vm.ts';
import type { ExtCost } from '../params.ts';

const KEY = 3;
const VALUE = 5;
const data: [number, string][] = [
  [0, 'key'],
  [16, 'value'],
  [32, 'other value'],
];
const write: HostCall = ['storage_write', KEY, 0, VALUE, 16, 1];
const overwrite: HostCall = ['storage_write', KEY, 0, 11, 32, 1];
const read: HostCall = ['storage_read', KEY, 0, 2];
const remove: HostCall = ['storage_remove', KEY, 0, 4];

type Costs = Partial<Record<ExtCost, number>>;
const writeCosts = (value: number): Costs => ({
  base: 1,
  storage_write_base: 1,
  read_memory_base: 2,
  read_memory_byte: KEY + value,
  storage_write_key_byte: KEY,
  storage_write_value_byte: value,
});
const register = (length: number): Costs => ({ write_register_base: 1, write_register_byte: length });
const readCosts: Costs = {
  base: 1,
  storage_read_base: 1,
  read_memory_base: 1,
  read_memory_byte: KEY,
  storage_read_key_byte: KEY,
};

test('a first write pays for key and value and for the trie nodes it touches', (t) => {
  const external = new MemoryState(7n);
  const { outcome, gas } = callHost([write], { data, external });
  t.is(outcome.failure, null);
  t.is(gas, priced(writeCosts(VALUE)) + priced({ touching_trie_node: 7 }));
  t.is(outcome.storage_usage, 1_000n + 40n + 3n + 5n);
  t.is(external.values.size, 1);
});

test('writing over a value pays for the one that goes and puts it in the register', (t) => {
  const { outcome, gas } = callHost([write, overwrite, ['value_return', -1, 1]], { data });
  t.is(new TextDecoder().decode(returned(outcome)), 'value');
  const evicted: Costs = { storage_write_evicted_byte: VALUE, ...register(VALUE) };
  const back: Costs = { base: 1, read_register_base: 1, read_register_byte: VALUE };
  t.is(gas, priced(writeCosts(VALUE)) + priced(writeCosts(11)) + priced(evicted) + priced(back));
  t.is(outcome.storage_usage, 1_000n + 40n + 3n + 11n);
});

test('a value is read for its bytes, an absent one for its key only', (t) => {
  const there = callHost([write, read], { data });
  const value: Costs = { storage_read_value_byte: VALUE, ...register(VALUE) };
  t.is(there.gas, priced(writeCosts(VALUE)) + priced(readCosts) + priced(value));
  t.is(callHost([read], { data }).gas, priced(readCosts));
});

test('reading a value of more than 4,000 bytes has an overhead of its own', (t) => {
  const { gas } = callHost([['storage_write', KEY, 0, 4_001, 16, 1], read], { data });
  const large: Costs = { storage_large_read_overhead_base: 1, storage_large_read_overhead_byte: 4_001 };
  const value: Costs = { storage_read_value_byte: 4_001, ...register(4_001) };
  t.is(gas, priced(writeCosts(4_001)) + priced(readCosts) + priced(large) + priced(value));
});

test('a removal pays for the value it gives back and frees its storage', (t) => {
  const { outcome, gas } = callHost([write, remove], { data });
  const costs: Costs = {
    base: 1,
    storage_remove_base: 1,
    read_memory_base: 1,
    read_memory_byte: KEY,
    storage_remove_key_byte: KEY,
    storage_remove_ret_value_byte: VALUE,
    ...register(VALUE),
  };
  t.is(gas, priced(writeCosts(VALUE)) + priced(costs));
  t.is(outcome.storage_usage, 1_000n);
});

test('asking for a key pays the same whether it is there or not', (t) => {
  const has: HostCall = ['storage_has_key', KEY, 0];
  const costs: Costs = {
    base: 1,
    storage_has_key_base: 1,
    read_memory_base: 1,
    read_memory_byte: KEY,
    storage_has_key_byte: KEY,
  };
  t.is(callHost([has], { data }).gas, priced(costs));
  t.is(callHost([write, has], { data }).gas, priced(writeCosts(VALUE)) + priced(costs));
});

test('each function answers whether the key was there', (t) => {
  const sum = (calls: string[]) => calls.reduce((left, right) => `(i64.add ${left} ${right})`);
  const has = '(call $storage_has_key (i64.const 3) (i64.const 0))';
  const put = '(call $storage_write (i64.const 3) (i64.const 0) (i64.const 5) (i64.const 16) (i64.const 1))';
  const get = '(call $storage_read (i64.const 3) (i64.const 0) (i64.const 1))';
  const drop = '(call $storage_remove (i64.const 3) (i64.const 0) (i64.const 1))';
  // Not there five times, there four times.
  const steps = [has, get, drop, put, has, get, put, drop, has];
  const { outcome } = callHost(
    [
      ['storage_has_key', 9, 64],
      ['storage_read', 9, 64, 9],
      ['storage_write', 9, 64, 1, 64, 9],
      ['storage_remove', 9, 64, 9],
      ['value_return', sum(steps), 0],
    ],
    { data },
  );
  t.is(returned(outcome).length, 4);
});

test('views read, but neither write nor remove', (t) => {
  const context = { is_view: true };
  t.is(failed(callHost([read], { data, context }).outcome), 'no failure');
  for (const call of [write, remove]) {
    const { outcome, gas } = callHost([call], { data, context });
    t.is(failed(outcome), 'ProhibitedInView');
    t.is(gas, priced({ base: 1 }));
  }
});

test('a key of 2,048 bytes is the longest, a value of 4 MiB the largest', (t) => {
  const failure = (key: number, value: number) =>
    failed(
      callHost([['storage_write', key, 0, value, 0, 0]], { context: { prepaid_gas: 10n ** 15n } }).outcome,
    );
  t.is(failure(2_048, 0), 'no failure');
  t.is(failure(2_049, 0), 'KeyLengthExceeded');
  t.is(failure(1, 4_194_304), 'no failure');
  t.is(failure(1, 4_194_305), 'ValueLengthExceeded');
});

test('iterators are gone and say so before any charge', (t) => {
  for (const call of [
    ['storage_iter_prefix', 1, 0],
    ['storage_iter_range', 1, 0, 1, 0],
    ['storage_iter_next', 1, 0, 1],
  ] as HostCall[]) {
    const { outcome, gas } = callHost([call]);
    t.is(failed(outcome), 'Deprecated');
    t.is(gas, 0n);
  }
});
