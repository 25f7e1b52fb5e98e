// Owns NEAR's "curve:base58" spelling of public keys and signatures and their borsh form; leaves checking signatures to crypto.ts.
import { decodeBase58, encodeBase58 } from './base58.ts';
import type { BorshWriter } from './borsh.ts';

export type Curve = 'ed25519' | 'secp256k1';
/** A public key or a signature: which one follows from where it stands. */
export interface CurveBytes {
  curve: Curve;
  bytes: Uint8Array;
}

const CURVE_TAG: Record<Curve, number> = { ed25519: 0, secp256k1: 1 };
const KEY_BYTES: Record<Curve, number> = { ed25519: 32, secp256k1: 64 };
const SIGNATURE_BYTES: Record<Curve, number> = { ed25519: 64, secp256k1: 65 };

export function parsePublicKey(text: string): CurveBytes {
  return parse({ text, what: 'public key', sizes: KEY_BYTES });
}

export function parseSignature(text: string): CurveBytes {
  return parse({ text, what: 'signature', sizes: SIGNATURE_BYTES });
}

export function formatCurveBytes(value: CurveBytes): string {
  return `${value.curve}:${encodeBase58(value.bytes)}`;
}

export function writeCurveBytes(writer: BorshWriter, value: CurveBytes): void {
  writer.u8(CURVE_TAG[value.curve]).fixed(value.bytes);
}

function parse(options: { text: string; what: string; sizes: Record<Curve, number> }): CurveBytes {
  const { text, what, sizes } = options;
  const colon = text.indexOf(':');
  // A key without a curve name is ed25519: nodes still accept and old data still shows it.
  const curve = colon < 0 ? 'ed25519' : text.slice(0, colon);
  if (curve !== 'ed25519' && curve !== 'secp256k1') {
    throw new Error(`"${curve}" of ${what} "${text}" is no curve known here; ed25519 and secp256k1 are`);
  }
  const bytes = decodeBase58(text.slice(colon + 1));
  if (bytes.length !== sizes[curve]) {
    throw new Error(`${what} "${text}" holds ${bytes.length} bytes where ${curve} has ${sizes[curve]}`);
  }
  return { curve, bytes };
}
