// Shows that a message signed off chain has NEP-413's form, by another implementation's signatures, and what is refused.

import { createHash } from 'node:crypto';
import test from 'ava';
import { KeyPair, KeyPairSigner } from 'near-api-js';
import { toHex } from './bytes.ts';
import { hashSignedMessage, isSignedBy, type SignedMessage } from './nep413.ts';

const SECRET =
  'ed25519:3D4YudUahN1nawWogh8pAKSj92sUNMdbZGjn7kERKzYoTy8tnFQuwoGUC51DowKqorvkr2pytJSnwuSbsNVfqygr' as const;

const MESSAGE: SignedMessage = {
  message: 'Sign in to see the credits of this account. Ünïcode, too.',
  nonce: new Uint8Array(32).map((_, index) => index * 7),
  recipient: 'dmrv.near',
};

async function signWithNearApi(
  signed: SignedMessage,
): Promise<{ public_key: string; signature: Uint8Array }> {
  const signer = new KeyPairSigner(KeyPair.fromString(SECRET));
  const { callback_url, ...rest } = signed;
  const made = await signer.signNep413Message('alice.near', {
    ...rest,
    ...(callback_url === undefined ? {} : { callbackUrl: callback_url }),
  });
  return { public_key: made.publicKey.toString(), signature: made.signature };
}

test('what near-api-js signs is taken, with and without a callback', async (t) => {
  for (const signed of [MESSAGE, { ...MESSAGE, callback_url: 'https://credits.example/in?x=1' }]) {
    t.true(isSignedBy(signed, await signWithNearApi(signed)));
  }
});

test('whatever else is changed, the signature is of another message', async (t) => {
  const made = await signWithNearApi(MESSAGE);
  const changed: SignedMessage[] = [
    { ...MESSAGE, message: `${MESSAGE.message} ` },
    { ...MESSAGE, nonce: new Uint8Array(32) },
    { ...MESSAGE, recipient: 'other.near' },
    { ...MESSAGE, callback_url: '' },
  ];
  for (const signed of changed) t.false(isSignedBy(signed, made));
  const [first = 0, ...rest] = made.signature;
  t.false(isSignedBy(MESSAGE, { ...made, signature: Uint8Array.of(first ^ 1, ...rest) }));
  t.false(isSignedBy(MESSAGE, { ...made, signature: made.signature.slice(0, 63) }));
});

test('a key that is none, and one of another curve, signed nothing', async (t) => {
  const { signature } = await signWithNearApi(MESSAGE);
  const secp =
    'secp256k1:5ftgm7wYK5gtVqq1kxMGy7gSudkrfYCbpsjL6sH1nwx2oj5NR2JktohjzB6fbEhhRERQpiwJcpwnQjxtoX3GS3cQ';
  for (const public_key of ['', 'ed25519:', 'ed25519:0', 'rsa:111', secp]) {
    t.false(isSignedBy(MESSAGE, { public_key, signature }));
  }
});

test('what is signed begins with a tag that no transaction has, and is laid out as the standard says', (t) => {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const laid_out = Buffer.concat([
    Buffer.from('9d010080', 'hex'),
    text(MESSAGE.message),
    MESSAGE.nonce,
    text(MESSAGE.recipient),
    Buffer.from([0]),
  ]);
  t.is(toHex(hashSignedMessage(MESSAGE)), createHash('sha256').update(laid_out).digest('hex'));
  t.throws(() => hashSignedMessage({ ...MESSAGE, nonce: new Uint8Array(31) }), { message: /32 bytes/ });
});
