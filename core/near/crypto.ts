// Owns the three primitives NEAR hashing needs: SHA-256, ed25519 checks, base64; leaves every format to its neighbours.
// A browser bundle takes crypto-browser.ts instead, so node:crypto appears nowhere else in core/near and core/proofs.
import { createHash, createPublicKey, verify } from 'node:crypto';

const ED25519_KEY_BYTES = 32;
const ED25519_SIGNATURE_BYTES = 64;
/** The fixed ASN.1 prefix that turns 32 raw ed25519 key bytes into a SubjectPublicKeyInfo. */
const SPKI_PREFIX = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

export function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** False for a wrong signature and for a key or signature of the wrong length: both mean "not signed by this key". */
export function verifyEd25519(options: {
  publicKey: Uint8Array;
  message: Uint8Array;
  signature: Uint8Array;
}): boolean {
  const { publicKey, message, signature } = options;
  if (publicKey.length !== ED25519_KEY_BYTES || signature.length !== ED25519_SIGNATURE_BYTES) return false;
  const der = new Uint8Array(SPKI_PREFIX.length + ED25519_KEY_BYTES);
  der.set(SPKI_PREFIX);
  der.set(publicKey, SPKI_PREFIX.length);
  const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  return verify(null, message, key, signature);
}

export function decodeBase64(text: string): Uint8Array {
  const canonical = Buffer.from(text, 'base64');
  if (canonical.toString('base64') !== text) {
    throw new Error(
      `"${text.slice(0, 40)}" is not base64 with padding; pass the value as the node returned it`,
    );
  }
  return new Uint8Array(canonical);
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
