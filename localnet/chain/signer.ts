// Owns validators' keys made from a seed and what they sign; leaves who validates when to epochs.ts.
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { BorshWriter } from '../../core/near/borsh.ts';
import { sha256 } from '../../core/near/crypto.ts';
import type { CurveBytes } from '../../core/near/keys.ts';
import type { ValidatorStake } from '../../core/near/validators.ts';

export interface Validator extends ValidatorStake {
  readonly signer: Signer;
}

/** The fixed ASN.1 prefix that turns 32 secret ed25519 bytes into a private key file. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const ED25519_KEY_BYTES = 32;

export class Signer {
  readonly public_key: CurveBytes;
  private readonly key: KeyObject;

  constructor(secret: Uint8Array) {
    this.key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, secret]), format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(this.key).export({ format: 'der', type: 'spki' });
    this.public_key = { curve: 'ed25519', bytes: new Uint8Array(spki.subarray(-ED25519_KEY_BYTES)) };
  }

  /** ed25519 signs the same bytes always alike. */
  sign(message: Uint8Array): CurveBytes {
    return { curve: 'ed25519', bytes: new Uint8Array(sign(null, message, this.key)) };
  }
}

/** The same seed and index give the same validator for ever. */
export function makeValidator(options: { seed: Uint8Array; index: number; stake: bigint }): Validator {
  const { seed, index, stake } = options;
  const signer = new Signer(sha256(seed, new BorshWriter().string('validator').u32(index).finish()));
  return { account_id: `validator-${index}`, public_key: signer.public_key, stake, signer };
}

const ENDORSEMENT = 0;
const SKIP = 1;

/**
 * What a block's approvers sign: its parent where that stands right below it, otherwise that they skip from the
 * parent's height to this one.
 */
export function approvalMessage(options: {
  prev_hash: Uint8Array;
  prev_height: bigint;
  height: bigint;
}): Uint8Array {
  const { prev_hash, prev_height, height } = options;
  const writer = new BorshWriter();
  if (height === prev_height + 1n) writer.u8(ENDORSEMENT).fixed(prev_hash);
  else writer.u8(SKIP).u64(prev_height);
  return writer.u64(height).finish();
}
