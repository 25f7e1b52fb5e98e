// Owns host functions that hash and check signatures; leaves curve pairings, which this chain refuses, to functions.ts.
import { createHash } from 'node:crypto';
import { toHex } from '../../../core/near/bytes.ts';
import { sha256, verifyEd25519 } from '../../../core/near/crypto.ts';
import { HostError } from '../failure.ts';
import type { ExtCost } from '../params.ts';
import { inScalarRange, P256, pointWithX, recoverKey, SECP256K1, verifyEcdsa } from './curves.ts';
import { act, answer } from './define.ts';
import type { Host } from './host.ts';
import { keccak } from './keccak.ts';

const HASH_BYTES = 32;
const SIGNATURE_BYTES = 64;
const RIPEMD_BLOCK = 64n;
const RIPEMD_PADDING = 8n;
const MAX_RECOVERY_ID = 4n;
/** A shorter digest than half the field is refused, as the library behind NEAR's function does. */
const MIN_PREHASH_BYTES = 16;

/** Every hash is paid for by its input, in parts that are bytes where nothing else is said. */
const hashing = (
  costs: { base: ExtCost; part: ExtCost; partsOf?: (bytes: bigint) => bigint },
  hash: (input: Uint8Array) => Uint8Array,
) =>
  act('III>', (host, length = 0n, pointer = 0n, register_id = 0n) => {
    const { base, part, partsOf = (bytes) => bytes } = costs;
    host.pay(base);
    const input = host.readInput(length, pointer);
    host.payPer(part, partsOf(BigInt(input.length)));
    host.writeRegister(register_id, hash(input));
  });

export const mathFunctions = {
  sha256: hashing({ base: 'sha256_base', part: 'sha256_byte' }, (input) => sha256(input)),
  keccak256: hashing({ base: 'keccak256_base', part: 'keccak256_byte' }, (input) => keccak(256, input)),
  keccak512: hashing({ base: 'keccak512_base', part: 'keccak512_byte' }, (input) => keccak(512, input)),
  ripemd160: hashing(
    { base: 'ripemd160_base', part: 'ripemd160_block', partsOf: ripemdBlocks },
    (input) => new Uint8Array(createHash('ripemd160').update(input).digest()),
  ),
  ecrecover: answer('IIIIIII>I', ecrecover),
  ed25519_verify: answer('IIIIII>I', ed25519Verify),
  p256_verify: answer('IIIIII>I', p256Verify),
};

function ripemdBlocks(bytes: bigint): bigint {
  return (bytes + RIPEMD_PADDING) / RIPEMD_BLOCK + 1n;
}

function ecrecover(
  host: Host,
  hash_length = 0n,
  hash_pointer = 0n,
  signature_length = 0n,
  signature_pointer = 0n,
  v = 0n,
  malleability_flag = 0n,
  register_id = 0n,
): bigint {
  host.pay('ecrecover_base');
  const bytes = host.readInput(signature_length, signature_pointer);
  if (bytes.length !== SIGNATURE_BYTES) {
    throw new HostError(
      'ECRecoverError',
      `The length of the signature: ${bytes.length}, exceeds the limit of 64 bytes`,
    );
  }
  if (v >= MAX_RECOVERY_ID)
    throw new HostError('ECRecoverError', `V recovery byte 0 through 3 are valid but was provided ${v}`);
  const hash = host.readInput(hash_length, hash_pointer);
  if (hash.length !== HASH_BYTES) {
    throw new HostError(
      'ECRecoverError',
      `The length of the hash: ${hash.length}, exceeds the limit of 32 bytes`,
    );
  }
  if (malleability_flag > 1n) {
    throw new HostError(
      'ECRecoverError',
      `Malleability flag needs to be 0 or 1, but is instead ${malleability_flag}`,
    );
  }
  const signature = splitSignature(bytes);
  const { n } = SECP256K1;
  if (!inScalarRange(SECP256K1, signature.r) || !inScalarRange(SECP256K1, signature.s)) return 0n;
  if (malleability_flag === 1n && signature.s > n / 2n) return 0n;
  const key = recoverKey({ curve: SECP256K1, hash: toNumber(hash), signature, v: Number(v) });
  if (key === null) return 0n;
  host.writeRegister(register_id, Uint8Array.from([...toBytes(key.x), ...toBytes(key.y)]));
  return 1n;
}

function ed25519Verify(
  host: Host,
  signature_length = 0n,
  signature_pointer = 0n,
  message_length = 0n,
  message_pointer = 0n,
  key_length = 0n,
  key_pointer = 0n,
): bigint {
  host.pay('ed25519_verify_base');
  const signature = host.readInput(signature_length, signature_pointer);
  if (signature.length !== SIGNATURE_BYTES) {
    throw new HostError('Ed25519VerifyInvalidInput', 'invalid signature length');
  }
  // Such a signature is no number of the group; NEAR answers before it reads the message.
  if (((signature[SIGNATURE_BYTES - 1] ?? 0) & 0xe0) !== 0) return 0n;
  const message = host.readInput(message_length, message_pointer);
  host.payPer('ed25519_verify_byte', BigInt(message.length));
  const publicKey = host.readInput(key_length, key_pointer);
  if (publicKey.length !== HASH_BYTES) {
    throw new HostError('Ed25519VerifyInvalidInput', 'invalid public key length');
  }
  return verifyEd25519({ publicKey, message, signature }) ? 1n : 0n;
}

function p256Verify(
  host: Host,
  signature_length = 0n,
  signature_pointer = 0n,
  message_length = 0n,
  message_pointer = 0n,
  key_length = 0n,
  key_pointer = 0n,
): bigint {
  host.pay('p256_verify_base');
  const signature = host.readInput(signature_length, signature_pointer);
  if (signature.length !== SIGNATURE_BYTES) {
    throw new HostError('P256VerifyInvalidInput', 'invalid signature length');
  }
  const message = host.readInput(message_length, message_pointer);
  host.payPer('p256_verify_byte', BigInt(message.length));
  const bytes = host.readInput(key_length, key_pointer);
  if (bytes.length !== HASH_BYTES + 1)
    throw new HostError('P256VerifyInvalidInput', 'invalid public key length');
  const tag = bytes[0] ?? 0;
  if (message.length < MIN_PREHASH_BYTES || (tag !== 2 && tag !== 3)) return 0n;
  const key = pointWithX({ curve: P256, x: toNumber(bytes.subarray(1)), odd: tag === 3 });
  if (key === null) return 0n;
  const hash = toNumber(digestOf(message));
  return verifyEcdsa({ curve: P256, hash, signature: splitSignature(signature), key }) ? 1n : 0n;
}

/** The message is taken as a digest: its first 32 bytes, a shorter one filled with zeros in front. */
function digestOf(message: Uint8Array): Uint8Array {
  return message.subarray(0, HASH_BYTES);
}

function splitSignature(bytes: Uint8Array): { r: bigint; s: bigint } {
  return { r: toNumber(bytes.subarray(0, HASH_BYTES)), s: toNumber(bytes.subarray(HASH_BYTES)) };
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

function toBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(HASH_BYTES);
  for (let i = HASH_BYTES - 1, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}
