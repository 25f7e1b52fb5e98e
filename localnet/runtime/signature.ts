// Owns whether a key signed a hash, on both of NEAR's curves; leaves what was hashed to the caller.
import { verifyEd25519 } from '../../core/near/crypto.ts';
import type { CurveBytes } from '../../core/near/keys.ts';
import { recoverKey, SECP256K1 } from '../vm/host/curves.ts';

const COORDINATE_BYTES = 32;
const RECOVERY_IDS = 4;

export function isSignedBy(options: {
  public_key: CurveBytes;
  hash: Uint8Array;
  signature: CurveBytes;
}): boolean {
  const { public_key, hash, signature } = options;
  if (public_key.curve !== signature.curve) return false;
  if (public_key.curve === 'ed25519') {
    return verifyEd25519({ publicKey: public_key.bytes, message: hash, signature: signature.bytes });
  }
  const s = number(signature.bytes.subarray(COORDINATE_BYTES, 2 * COORDINATE_BYTES));
  const v = signature.bytes[2 * COORDINATE_BYTES] ?? RECOVERY_IDS;
  // Of the two signatures that any signer can turn into one another, only the lower is accepted.
  if (v >= RECOVERY_IDS || s > SECP256K1.n / 2n) return false;
  const r = number(signature.bytes.subarray(0, COORDINATE_BYTES));
  const key = recoverKey({ curve: SECP256K1, hash: number(hash), signature: { r, s }, v });
  return (
    key !== null &&
    key.x === number(public_key.bytes.subarray(0, COORDINATE_BYTES)) &&
    key.y === number(public_key.bytes.subarray(COORDINATE_BYTES))
  );
}

function number(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
