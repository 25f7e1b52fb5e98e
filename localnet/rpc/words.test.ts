// Shows how failures, times and numbers are spelt on the wire, and how many requests a second are taken.
import test from 'ava';
import { type CallFailure, HostError, type HostErrorName } from '../vm/failure.ts';
import { RpcError } from './errors.ts';
import { parseExactJson } from './exact-json.ts';
import { RateBound } from './rate-bound.ts';
import { viewTime } from './time.ts';
import { missingCodeError, viewCallError } from './vm-error.ts';

const PREFIX = 'wasm execution failed with error: ';

function hostFailure(reason: HostErrorName, ...facts: (string | number)[]): CallFailure {
  return { kind: 'host', reason, message: new HostError(reason, ...facts).message };
}

test('a failed view call is worded as nodes word it', (t) => {
  const cases: [CallFailure, string][] = [
    [{ kind: 'method', reason: 'MethodNotFound' }, 'MethodResolveError(MethodNotFound)'],
    [{ kind: 'trap', reason: 'Unreachable', message: 'any' }, 'WasmTrap(Unreachable)'],
    [
      { kind: 'prepare', reason: 'Deserialization', message: 'any' },
      'CompilationError(PrepareError(Deserialization))',
    ],
    [{ kind: 'link', message: 'no "env"' }, 'LinkError { msg: "no \\"env\\"" }'],
    [hostFailure('GasExceeded'), 'HostError(GasExceeded)'],
    [hostFailure('InvalidRegisterId', 7), 'HostError(InvalidRegisterId { register_id: 7 })'],
    [
      hostFailure('KeyLengthExceeded', 2049, 2048),
      'HostError(KeyLengthExceeded { length: 2049, limit: 2048 })',
    ],
    [
      hostFailure('ProhibitedInView', 'storage_write'),
      'HostError(ProhibitedInView { method_name: "storage_write" })',
    ],
    [hostFailure('GuestPanic', 'E1'), 'HostError(GuestPanic { panic_msg: "E1" })'],
  ];
  for (const [failure, words] of cases) t.is(viewCallError(failure), PREFIX + words);
  t.is(
    missingCodeError('bob.near'),
    `${PREFIX}CompilationError(CodeDoesNotExist { account_id: "bob.near" })`,
  );
});

test('what a contract says when it panics is escaped as Rust escapes it', (t) => {
  const cases: [string, string][] = [
    ['a "b" \\', 'a \\"b\\" \\\\'],
    ['line\nline\r\ttab\0', 'line\\nline\\r\\ttab\\0'],
    ["it's ünï \u{1f33f}", "it's ünï \u{1f33f}"],
    ['\u0007 \u200b', '\\u{7} \\u{200b}'],
    ['42 of 7', '42 of 7'],
    ['', ''],
  ];
  for (const [said, spelt] of cases) {
    t.is(
      viewCallError(hostFailure('GuestPanic', said)),
      `${PREFIX}HostError(GuestPanic { panic_msg: "${spelt}" })`,
    );
  }
});

test('a time has as few digits of a second as hold it', (t) => {
  const second = 1_767_225_600_000_000_000n;
  t.is(viewTime(second), '2026-01-01T00:00:00Z');
  t.is(viewTime(second + 600_000_000n), '2026-01-01T00:00:00.600Z');
  t.is(viewTime(second + 600_001_000n), '2026-01-01T00:00:00.600001Z');
  t.is(viewTime(second + 1n), '2026-01-01T00:00:00.000000001Z');
});

test('numbers of a request keep their digits, and what is no JSON is a parse error', (t) => {
  t.deepEqual(parseExactJson('{"a":18446744073709551615,"b":[1,-1,1.5]}'), {
    a: 18446744073709551615n,
    b: [1, -1, 1.5],
  });
  t.is(parseExactJson(`"${'['.repeat(500)}\\""`), `${'['.repeat(500)}"`);
  t.notThrows(() => parseExactJson('['.repeat(128) + ']'.repeat(128)));
  for (const text of ['', '{', '['.repeat(129) + ']'.repeat(129), `${'{"a":'.repeat(10_000)}`, '"\\', '01']) {
    t.throws(() => parseExactJson(text), { instanceOf: RpcError }, text.slice(0, 20));
  }
});

test('a second gives back what a second may take, and no more', (t) => {
  let now = 0;
  const rate = new RateBound({ per_second: 2, now: () => now });
  t.deepEqual([rate.take(), rate.take(), rate.take()], [true, true, false]);
  now = 500;
  t.deepEqual([rate.take(), rate.take()], [true, false]);
  now = 60_000;
  t.deepEqual([rate.take(), rate.take(), rate.take()], [true, true, false]);
});
