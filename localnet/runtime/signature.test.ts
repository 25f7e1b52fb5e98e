// Owns that signatures of both curves are told from false ones; leaves ed25519's own vectors to core/near.
import { generateKeyPairSync, sign } from 'node:crypto';
import test from 'ava';
import { sha256 } from '../../core/near/crypto.ts';
import type { CurveBytes } from '../../core/near/keys.ts';
import { keyOf } from '../../sandbox-tests/support/near-runtime.ts';
import { SECP256K1 } from '../vm/host/curves.ts';
import { isSignedBy } from './signature.ts';

const message = new TextEncoder().encode('what is signed');
const hash = sha256(message);
const RECOVERY_IDS = [0, 1, 2, 3];

test('an ed25519 signature holds for its key and its hash alone', (t) => {
  const { public_key, sign: signHash } = keyOf('a');
  const signature = signHash(hash);
  t.true(isSignedBy({ public_key, hash, signature }));
  t.false(isSignedBy({ public_key: keyOf('b').public_key, hash, signature }));
  t.false(isSignedBy({ public_key, hash: sha256(hash), signature }));
});

/** OpenSSL hashes the message itself, to what NEAR would sign. */
function secpPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const coordinates = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const pair = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const public_key: CurveBytes = { curve: 'secp256k1', bytes: Uint8Array.from(coordinates) };
  return { public_key, r: pair.subarray(0, 32), s: pair.subarray(32) };
}

function withId(r: Uint8Array, s: Uint8Array, id: number): CurveBytes {
  return { curve: 'secp256k1', bytes: Uint8Array.from([...r, ...s, id]) };
}

function negated(s: Uint8Array): Uint8Array {
  const value = SECP256K1.n - BigInt(`0x${Buffer.from(s).toString('hex')}`);
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));
}

test('a secp256k1 signature made elsewhere holds with its recovery id, in its low form alone', (t) => {
  const { public_key, r, s } = secpPair();
  const high = BigInt(`0x${s.toString('hex')}`) > SECP256K1.n / 2n;
  const low = high ? negated(s) : s;
  const holds = (bytes: Uint8Array) =>
    RECOVERY_IDS.filter((id) => isSignedBy({ public_key, hash, signature: withId(r, bytes, id) }));
  const [id = 0, ...others] = holds(low);
  t.true(id < 2);
  t.deepEqual(others, []);
  t.deepEqual(holds(negated(low)), []);
  t.false(isSignedBy({ public_key, hash: sha256(hash), signature: withId(r, low, id) }));
  t.false(isSignedBy({ public_key: secpPair().public_key, hash, signature: withId(r, low, id) }));
  t.false(isSignedBy({ public_key, hash, signature: withId(r, low, 4) }));
});

test('a signature of one curve is none of a key of the other', (t) => {
  const { public_key, r, s } = secpPair();
  t.false(isSignedBy({ public_key, hash, signature: keyOf('a').sign(hash) }));
  t.false(isSignedBy({ public_key: keyOf('a').public_key, hash, signature: withId(r, s, 0) }));
});
