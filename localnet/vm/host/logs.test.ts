// Owns what logging, returning and panicking do and charge; leaves the outcome's hash to core/near.
import test from 'ava';
import {
  callHost,
  callText,
  failed,
  type HostCall,
  parameters,
  priced,
  returned,
} from '../../../sandbox-tests/support/near-vm.ts';

const utf8 = (length: number) =>
  priced({
    base: 1,
    utf8_decoding_base: 1,
    read_memory_base: 1,
    read_memory_byte: length,
    utf8_decoding_byte: length,
  });
const logged = (length: number) => priced({ log_base: 1, log_byte: length });

test('a log is paid for as text and as log', (t) => {
  const { outcome, gas } = callHost([['log_utf8', 6, 0]], { data: [[0, 'héllo']] });
  t.deepEqual(outcome.logs, ['héllo']);
  t.is(gas, utf8(6) + logged(6));
});

test('a zero-terminated log is read and paid for byte by byte', (t) => {
  const { outcome, gas } = callHost([['log_utf8', -1, 0]], { data: [[0, 'hello']] });
  t.deepEqual(outcome.logs, ['hello']);
  const read = priced({
    base: 1,
    utf8_decoding_base: 1,
    read_memory_base: 6,
    read_memory_byte: 6,
    utf8_decoding_byte: 5,
  });
  t.is(gas, read + logged(5));
});

test('a UTF-16 log is kept as UTF-8 and paid for by both lengths', (t) => {
  const { outcome, gas } = callHost([['log_utf16', 4, 0]], { data: [[0, 'h\0i\0']] });
  t.deepEqual(outcome.logs, ['hi']);
  const read = priced({
    base: 1,
    utf16_decoding_base: 1,
    read_memory_base: 1,
    read_memory_byte: 4,
    utf16_decoding_byte: 4,
  });
  t.is(gas, read + logged(2));
});

test('the hundred and first log is refused after its base', (t) => {
  const logs = (count: number): HostCall[] => Array.from({ length: count }, () => ['log_utf8', 1, 0]);
  const data: [number, string][] = [[0, 'x']];
  t.is(callHost(logs(100), { data }).outcome.logs.length, 100);
  const { outcome, gas } = callHost(logs(101), { data });
  t.is(failed(outcome), 'NumberOfLogsExceeded');
  t.is(outcome.logs.length, 100);
  t.is(gas, 100n * (utf8(1) + logged(1)) + priced({ base: 1 }));
});

test('16,384 bytes of logs fit, one more does not and is not read', (t) => {
  t.is(callHost([['log_utf8', 16_384, 0]]).outcome.failure, null);
  const { outcome, gas } = callHost([['log_utf8', 16_385, 0]]);
  t.is(failed(outcome), 'TotalLogLengthExceeded');
  t.is(gas, priced({ base: 1, utf8_decoding_base: 1 }));
  t.like(outcome.failure, { message: 'The length of a log message 16385 exceeds the limit 16384' });
  const twice = callHost([
    ['log_utf8', 16_000, 0],
    ['log_utf8', 385, 0],
  ]).outcome;
  t.is(failed(twice), 'TotalLogLengthExceeded');
  t.like(twice.failure, { message: 'The length of a log message 16385 exceeds the limit 16384' });
});

test('text that is no text is refused', (t) => {
  const text =
    '(module (import "env" "log_utf8" (func $log (param i64 i64))) (memory 1) (data (i32.const 0) "\\ff") (func (export "main") (call $log (i64.const 1) (i64.const 0))))';
  t.is(failed(callText(text)), 'BadUTF8');
  t.is(failed(callHost([['log_utf16', 3, 0]]).outcome), 'BadUTF16');
});

test('a panic carries its message, and logs written before it stay', (t) => {
  const { outcome, gas } = callHost(
    [
      ['log_utf8', 3, 0],
      ['panic_utf8', 4, 0],
      ['log_utf8', 3, 0],
    ],
    { data: [[0, 'oops']] },
  );
  t.like(outcome.failure, { reason: 'GuestPanic', message: 'Smart contract panicked: oops' });
  t.deepEqual(outcome.logs, ['oop']);
  t.is(failed(callHost([['panic']]).outcome), 'GuestPanic');
  // The operators of the log that never ran are no part of the host's gas, so they are put back.
  t.is(gas + 3n * BigInt(parameters.ops.regular), utf8(3) + logged(3) + utf8(4));
});

test('an abort logs where it happened and panics with it', (t) => {
  const { outcome } = callHost([['abort', 8, 36, 12, 34]], {
    data: [
      [4, '\u0006\0\0\0b\0a\0d\0'],
      [32, '\u0008\0\0\0f\0.\0t\0s\0'],
    ],
  });
  t.deepEqual(outcome.logs, ['ABORT: bad, filename: "f.ts" line: 12 col: 34']);
  t.like(outcome.failure, { message: 'Smart contract panicked: bad, filename: "f.ts" line: 12 col: 34' });
  t.is(failed(callHost([['abort', 3, 36, 1, 1]]).outcome), 'BadUTF16');
});

test('the value returned last counts, up to 4 MiB', (t) => {
  const { outcome } = callHost(
    [
      ['value_return', 3, 0],
      ['value_return', 2, 0],
    ],
    { data: [[0, 'abc']] },
  );
  t.is(new TextDecoder().decode(returned(outcome)), 'ab');
  t.is(failed(callHost([['value_return', 4_194_304, 0]]).outcome), 'no failure');
  t.is(failed(callHost([['value_return', 4_194_305, 0]]).outcome), 'ReturnedValueLengthExceeded');
});

test('whoever waits for the value is paid for by the byte, less where it is the contract itself', (t) => {
  const returnCosts = priced({ base: 1, read_memory_base: 1, read_memory_byte: 10 });
  const { gas } = callHost([['value_return', 10, 0]], {
    context: { output_data_receivers: ['other.near', 'contract.near'] },
  });
  const { send_sir, send_not_sir, execution } = parameters.actions.new_data_receipt_byte;
  t.is(gas, returnCosts + 10n * (send_not_sir + execution) + 10n * (send_sir + execution));
});

test('the old gas import burns operators', (t) => {
  const { gas } = callHost([['gas', 1000]]);
  t.is(gas, 1000n * BigInt(parameters.ops.regular));
});
