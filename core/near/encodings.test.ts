// Owns the rules of base58, borsh, JSON digits and keys; leaves hashes of real data to real-block.test.ts.
import test from 'ava';
import fc from 'fast-check';
import { decodeBase58, decodeHash, encodeBase58 } from './base58.ts';
import { BorshWriter } from './borsh.ts';
import { equalBytes, toHex } from './bytes.ts';
import { decodeBase64 } from './crypto.ts';
import { parseNearJson } from './json.ts';
import { formatCurveBytes, parsePublicKey, parseSignature } from './keys.ts';

test('base58 gives back the bytes it was given, leading zeros included', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) =>
      equalBytes(decodeBase58(encodeBase58(bytes)), bytes),
    ),
  );
  t.is(encodeBase58(new Uint8Array(32)), '1'.repeat(32));
  t.is(encodeBase58(new TextEncoder().encode('Hello World!')), '2NEpo7TZRRrLZSi2U');
});

test('a letter outside the alphabet, a text too long and a hash of another length are refused', (t) => {
  t.throws(() => decodeBase58('0OIl'), { message: /no base58 letter/ });
  t.throws(() => decodeBase58('1'.repeat(129)), { message: /longer than any NEAR hash/ });
  t.throws(() => decodeHash('2NEpo7TZRRrLZSi2U'), { message: /12 bytes where a hash has 32/ });
});

test('borsh writes little-endian integers, options and length-prefixed strings', (t) => {
  const writer = new BorshWriter()
    .u8(1)
    .u16(0x0203)
    .u32(4)
    .u64(5n)
    .u128((1n << 64n) + 6n)
    .bool(true)
    .string('hé');
  writer.option(null, () => t.fail()).option(7, (value) => writer.u8(value));
  t.is(
    toHex(writer.finish()),
    '01' +
      '0302' +
      '04000000' +
      '0500000000000000' +
      '06000000000000000100000000000000' +
      '01' +
      '0300000068c3a9' +
      '00' +
      '0107',
  );
});

test('borsh refuses integers that do not fit', (t) => {
  t.throws(() => new BorshWriter().u64(1n << 64n), {
    message: /does not fit an unsigned integer of 64 bits/,
  });
  t.throws(() => new BorshWriter().u128(-1n), { message: /does not fit/ });
});

test('borsh grows beyond its first buffer without losing bytes', (t) => {
  const long = new Uint8Array(1000).map((_, index) => index & 0xff);
  t.deepEqual(new BorshWriter().u8(9).fixed(long).u8(8).finish(), Uint8Array.from([9, ...long, 8]));
});

test('integers beyond 2^53 keep every digit and smaller ones stay numbers', (t) => {
  t.deepEqual(parseNearJson('{"a":1697116223277387356,"b":5,"c":1.5,"d":"x"}'), {
    a: '1697116223277387356',
    b: 5,
    c: 1.5,
    d: 'x',
  });
});

test('base64 that does not round-trip is refused', (t) => {
  t.deepEqual(decodeBase64('aGk='), new TextEncoder().encode('hi'));
  t.throws(() => decodeBase64('aGk'), { message: /is not base64/ });
});

test('keys and signatures keep their curve and length', (t) => {
  const key = 'ed25519:7RjyY1bRKDqkshbKZtgpQdwsdxou8j9my8g1hPKZ9ngM';
  t.is(formatCurveBytes(parsePublicKey(key)), key);
  t.is(formatCurveBytes(parsePublicKey(key.slice('ed25519:'.length))), key);
  t.throws(() => parsePublicKey('bls:7RjyY1'), { message: /no curve known here/ });
  t.throws(() => parseSignature(key), { message: /32 bytes where ed25519 has 64/ });
});
