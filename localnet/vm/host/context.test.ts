// Owns what context and register functions answer and charge; leaves other families to their own tests.
import test from 'ava';
import {
  callHost,
  failed,
  type HostCall,
  priced,
  returned,
  testContext,
} from '../../../sandbox-tests/support/near-vm.ts';

const text = new TextDecoder();
const RETURN = (length: number) => ({ base: 1, read_memory_base: 1, read_memory_byte: length });

/** [call, the bytes that the register then holds, whether views may ask]. */
const REGISTER_VALUES: [HostCall[0], Uint8Array | string, boolean][] = [
  ['current_account_id', 'contract.near', true],
  ['chain_id', 'localnet', true],
  ['random_seed', testContext().random_seed, true],
  ['signer_account_id', 'signer.near', false],
  ['signer_account_pk', testContext().signer_account_pk, false],
  ['predecessor_account_id', 'caller.near', false],
  ['refund_to_account_id', 'caller.near', false],
];

for (const [name, expected, inView] of REGISTER_VALUES) {
  test(`${name} writes its register and pays by the byte`, (t) => {
    const bytes = typeof expected === 'string' ? new TextEncoder().encode(expected) : expected;
    const { outcome, gas } = callHost([
      [name, 3],
      ['value_return', -1, 3],
    ]);
    t.deepEqual(returned(outcome), bytes);
    const length = bytes.length;
    const read = { read_register_base: 1, read_register_byte: length };
    t.is(gas, priced({ base: 2, write_register_base: 1, write_register_byte: length, ...read }));
  });

  test(`${name} is ${inView ? 'open to' : 'closed to'} views`, (t) => {
    const { outcome, gas } = callHost([[name, 3]], { context: { is_view: true } });
    t.is(failed(outcome), inView ? 'no failure' : 'ProhibitedInView');
    if (!inView) t.is(gas, priced({ base: 1 }), 'the base is paid before the refusal');
  });
}

test('the input is written to a register without a charge by the byte', (t) => {
  const { outcome, gas } = callHost([
    ['input', 0],
    ['value_return', -1, 0],
  ]);
  t.is(text.decode(returned(outcome)), '{"a":1}');
  t.is(gas, priced({ base: 2, write_register_base: 1, read_register_base: 1, read_register_byte: 7 }));
});

test('a register is copied to memory, both its reading and the writing paid', (t) => {
  const { outcome, gas } = callHost([
    ['current_account_id', 1],
    ['read_register', 1, 64],
    ['value_return', 13, 64],
  ]);
  t.is(text.decode(returned(outcome)), 'contract.near');
  t.is(
    gas,
    priced({
      base: 3,
      write_register_base: 1,
      write_register_byte: 13,
      read_register_base: 1,
      read_register_byte: 13,
      write_memory_base: 1,
      write_memory_byte: 13,
      read_memory_base: 1,
      read_memory_byte: 13,
    }),
  );
});

test('memory is copied to a register', (t) => {
  const { outcome, gas } = callHost(
    [
      ['write_register', 9, 5, 16],
      ['value_return', -1, 9],
    ],
    { data: [[16, 'bytes']] },
  );
  t.is(text.decode(returned(outcome)), 'bytes');
  const memory = { read_memory_base: 1, read_memory_byte: 5, write_register_base: 1, write_register_byte: 5 };
  t.is(gas, priced({ base: 2, ...memory, read_register_base: 1, read_register_byte: 5 }));
});

test('an empty register has a length of all ones and cannot be read', (t) => {
  const isAllOnes = '(i64.sub (call $register_len (i64.const 5)) (i64.const -2))';
  const { outcome } = callHost([
    ['register_len', 5],
    ['value_return', isAllOnes, 0],
  ]);
  t.is(returned(outcome).length, 1);
  t.is(failed(callHost([['read_register', 5, 0]]).outcome), 'InvalidRegisterId');
});

test('pointers outside the memory are paid for and then refused', (t) => {
  const end = 1024 * 65_536;
  const read = callHost([['write_register', 0, 8, end - 7]]);
  t.is(failed(read.outcome), 'MemoryAccessViolation');
  t.is(read.gas, priced({ base: 1, read_memory_base: 1, read_memory_byte: 8 }));
  t.is(failed(callHost([['write_register', 0, 8, end - 8]]).outcome), 'no failure');
  t.is(failed(callHost([['write_register', 0, 0, end]]).outcome), 'no failure');
  t.is(failed(callHost([['write_register', 0, 0, end + 1]]).outcome), 'MemoryAccessViolation');
  const write = callHost([['account_balance', -1]]);
  t.is(failed(write.outcome), 'MemoryAccessViolation');
  t.is(write.gas, priced({ base: 1, write_memory_base: 1, write_memory_byte: 16 }));
});

test('a length whose price leaves 64 bits burns nothing for it', (t) => {
  const { outcome, gas } = callHost([['write_register', 0, -2, 0]]);
  t.is(failed(outcome), 'IntegerOverflow');
  t.is(gas, priced({ base: 1, read_memory_base: 1 }));
});

test('the hundred and first register is refused, and so is replacing one when a hundred are full', (t) => {
  const fill = (count: number): HostCall[] => Array.from({ length: count }, (_, i) => ['input', i]);
  t.is(failed(callHost(fill(100)).outcome), 'no failure');
  t.is(failed(callHost(fill(101)).outcome), 'MemoryAccessViolation');
  t.is(failed(callHost([...fill(100), ['input', 5]]).outcome), 'MemoryAccessViolation');
});

const NUMBERS: [string, bigint][] = [
  ['block_index', 10n],
  ['block_timestamp', 1_700_000_000_000_000_000n],
  ['epoch_height', 3n],
  ['storage_usage', 1_000n],
];
for (const [name, value] of NUMBERS) {
  test(`${name} answers the context's number for the base price`, (t) => {
    const { outcome, gas } = callHost([
      [name],
      ['value_return', `(i64.sub (call $${name}) (i64.const ${value - 1n}))`, 0],
    ]);
    t.is(returned(outcome).length, 1);
    t.is(gas, priced({ base: 2, ...{} }) + priced(RETURN(1)));
  });
}

const AMOUNTS: [string, bigint][] = [
  ['account_balance', 10n ** 24n + 2n],
  ['account_locked_balance', 5n],
  ['attached_deposit', 2n],
];
for (const [name, value] of AMOUNTS) {
  test(`${name} writes sixteen bytes to memory`, (t) => {
    const { outcome, gas } = callHost([
      [name, 8],
      ['value_return', 16, 8],
    ]);
    const view = new DataView(returned(outcome).buffer, returned(outcome).byteOffset);
    t.is((view.getBigUint64(8, true) << 64n) | view.getBigUint64(0, true), value);
    t.is(gas, priced({ base: 1, write_memory_base: 1, write_memory_byte: 16 }) + priced(RETURN(16)));
  });
}

test('prepaid and used gas are closed to views', (t) => {
  for (const name of ['prepaid_gas', 'used_gas']) {
    t.is(failed(callHost([[name]]).outcome), 'no failure');
    t.is(failed(callHost([[name]], { context: { is_view: true } }).outcome), 'ProhibitedInView');
  }
});

test('the stake of a validator is read for the price of both its name and the answer', (t) => {
  const { outcome, gas } = callHost(
    [
      ['validator_stake', 14, 0, 64],
      ['validator_total_stake', 80],
      ['value_return', 32, 64],
    ],
    { data: [[0, 'validator.near']] },
  );
  t.deepEqual([returned(outcome)[0], returned(outcome)[16]], [50, 70]);
  const name = { read_memory_base: 1, read_memory_byte: 14, utf8_decoding_base: 1, utf8_decoding_byte: 14 };
  const answers = {
    write_memory_base: 2,
    write_memory_byte: 32,
    validator_stake_base: 1,
    validator_total_stake_base: 1,
  };
  t.is(gas, priced({ base: 2, ...name, ...answers }) + priced(RETURN(32)));
});

test('an account id that is none is refused', (t) => {
  const { outcome } = callHost([['validator_stake', 2, 0, 64]], { data: [[0, 'A!']] });
  t.is(failed(outcome), 'InvalidAccountId');
});
