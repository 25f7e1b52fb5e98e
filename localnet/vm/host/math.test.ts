// Owns the known answers of hashes and signatures and their charges; leaves pairings, which are refused, to functions.test.ts.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import test from 'ava';
import { toHex } from '../../../core/near/bytes.ts';
import { callHost, failed, type HostCall, priced, returned } from '../../../sandbox-tests/support/near-vm.ts';
import { keccak } from './keccak.ts';

const HASHES: [string, number, string][] = [
  ['sha256', 32, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['keccak256', 32, '4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45'],
  ['ripemd160', 20, '8eb208f7e05d987a9b044a8e98c6b087f15a0bfc'],
];
for (const [name, length, expected] of HASHES) {
  test(`${name} of "abc" is the published one`, (t) => {
    const { outcome, gas } = callHost(
      [
        [name, 3, 0, 0],
        ['value_return', -1, 0],
      ],
      { data: [[0, 'abc']] },
    );
    t.is(toHex(returned(outcome)), expected);
    const own =
      name === 'ripemd160'
        ? priced({ ripemd160_base: 1, ripemd160_block: 1 })
        : priced({ [`${name}_base`]: 1, [`${name}_byte`]: 3 });
    const around = {
      read_memory_base: 1,
      read_memory_byte: 3,
      write_register_base: 1,
      write_register_byte: length,
    };
    t.is(gas, own + priced({ ...around, base: 1, read_register_base: 1, read_register_byte: length }));
  });
}

test('keccak512 is the published one, and inputs around a block agree with SHA-3 but for its padding', (t) => {
  const empty =
    '0eab42de4c3ceb9235fc91acffe746b29c29a8c366b7c60e4e67c466f36a4304c00fa9caf9d87976ba469bcbe06713b435f091ef2769fb160cdab33d3670680e';
  t.is(toHex(keccak(512, new Uint8Array())), empty);
  t.is(
    toHex(keccak(256, new Uint8Array())),
    'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
  );
  // 135, 136 and 137 bytes: one short of a block, a whole one, one more. No two inputs may meet.
  const seen = new Set([134, 135, 136, 137, 272].map((size) => toHex(keccak(256, new Uint8Array(size)))));
  t.is(seen.size, 5);
});

test('ripemd160 is paid for by the block, the padding included', (t) => {
  const blocks = (length: number) =>
    callHost([['ripemd160', length, 0, 0]]).gas -
    priced({
      ripemd160_base: 1,
      read_memory_base: 1,
      read_memory_byte: length,
      write_register_base: 1,
      write_register_byte: 20,
    });
  t.is(blocks(55), priced({ ripemd160_block: 1 }));
  t.is(blocks(56), priced({ ripemd160_block: 2 }));
});

test('an ed25519 signature is right for its message and key only', (t) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const message = Uint8Array.from(Buffer.from('retire 12 t'));
  const signature = new Uint8Array(sign(null, message, privateKey));
  const key = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
  const verify = (change: { message?: Uint8Array; signature?: Uint8Array }) =>
    verdictOf('ed25519_verify', [change.signature ?? signature, change.message ?? message, key]);
  t.is(verify({}), 1);
  t.is(verify({ message: Uint8Array.of(...message.subarray(1), 1) }), 0);
  t.is(verify({ signature: signature.map((byte, i) => (i === 3 ? byte ^ 1 : byte)) }), 0);
  const { gas } = callHost([['ed25519_verify', 64, 0, 11, 64, 32, 128]], { context: {} });
  t.is(
    gas,
    priced({ ed25519_verify_base: 1, ed25519_verify_byte: 11, read_memory_base: 3, read_memory_byte: 107 }),
  );
  t.is(failed(callHost([['ed25519_verify', 63, 0, 1, 0, 32, 0]]).outcome), 'Ed25519VerifyInvalidInput');
  t.is(failed(callHost([['ed25519_verify', 64, 0, 1, 0, 31, 0]]).outcome), 'Ed25519VerifyInvalidInput');
});

test('a P-256 signature made elsewhere is right for its digest and key only', (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const message = Buffer.from('a measured tonne');
  const digest = new Uint8Array(createHash('sha256').update(message).digest());
  const signature = new Uint8Array(sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const odd = (Buffer.from(y, 'base64url').at(-1) ?? 0) & 1;
  const key = Uint8Array.of(2 + odd, ...Buffer.from(x, 'base64url'));
  t.is(verdictOf('p256_verify', [signature, digest, key]), 1);
  t.is(verdictOf('p256_verify', [signature, digest.map((byte) => byte ^ 1), key]), 0);
  t.is(verdictOf('p256_verify', [signature, digest, Uint8Array.of(3 - odd, ...key.subarray(1))]), 0);
  t.is(verdictOf('p256_verify', [new Uint8Array(64), digest, key]), 0);
  t.is(failed(callHost([['p256_verify', 64, 0, 32, 0, 32, 0]]).outcome), 'P256VerifyInvalidInput');
});

test('a secp256k1 key is recovered from its signature', (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const message = Buffer.from('a measured tonne');
  const digest = new Uint8Array(createHash('sha256').update(message).digest());
  const signature = new Uint8Array(sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const expected = toHex(Uint8Array.of(...Buffer.from(x, 'base64url'), ...Buffer.from(y, 'base64url')));
  const recovered = [0, 1].map((v) => {
    const calls: HostCall[] = [
      ['ecrecover', 32, 64, 64, 0, v, 0, 0],
      ['value_return', -1, 0],
    ];
    return toHex(
      returned(
        callBytes(calls, [
          [0, signature],
          [64, digest],
        ]),
      ),
    );
  });
  t.is(recovered.filter((key) => key === expected).length, 1);
});

test('ecrecover refuses lengths, ids and flags that cannot be, and answers 0 for numbers out of range', (t) => {
  const call = (args: number[]) => failed(callHost([['ecrecover', ...args]]).outcome);
  t.is(call([32, 64, 63, 0, 0, 0, 0]), 'ECRecoverError');
  t.is(call([31, 64, 64, 0, 0, 0, 0]), 'ECRecoverError');
  t.is(call([32, 64, 64, 0, 4, 0, 0]), 'ECRecoverError');
  t.is(call([32, 64, 64, 0, 0, 2, 0]), 'ECRecoverError');
  t.is(call([32, 64, 64, 0, 0, 0, 0]), 'no failure');
});

/** What a signature check of [signature, message, key] answers. */
function verdictOf(name: string, parts: [Uint8Array, Uint8Array, Uint8Array]): number {
  const [signature, message, key] = parts;
  const at = `(i64.const ${signature.length}) (i64.const 0) (i64.const ${message.length}) (i64.const 256) (i64.const ${key.length}) (i64.const 512)`;
  const calls: HostCall[] = [
    [name, 64, 0, 0, 0, key.length, 512],
    ['value_return', `(call $${name} ${at})`, 0],
  ];
  return returned(
    callBytes(calls, [
      [0, signature],
      [256, message],
      [512, key],
    ]),
  ).length;
}

function callBytes(calls: HostCall[], data: [number, Uint8Array][]) {
  return callHost(calls, { bytes: data }).outcome;
}
