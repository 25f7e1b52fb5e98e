// Owns the three primitives NEAR hashing needs where there is no node:crypto; leaves every format to its neighbours.
// A bundle for browsers takes this file in place of crypto.ts: package.json says so in "browser".
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 as digest } from '@noble/hashes/sha2.js';

const ED25519_KEY_BYTES = 32;
const ED25519_SIGNATURE_BYTES = 64;

export function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = digest.create();
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** As OpenSSL judges: RFC 8032 to the letter, where the library's own default is more lenient. */
export function verifyEd25519(options: {
  publicKey: Uint8Array;
  message: Uint8Array;
  signature: Uint8Array;
}): boolean {
  const { publicKey, message, signature } = options;
  if (publicKey.length !== ED25519_KEY_BYTES || signature.length !== ED25519_SIGNATURE_BYTES) return false;
  return ed25519.verify(signature, message, publicKey, { zip215: false });
}

const CHUNK = 0x8000;

export function decodeBase64(text: string): Uint8Array {
  const bytes = /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0 ? unpack(text) : undefined;
  if (bytes === undefined || encodeBase64(bytes) !== text) {
    throw new Error(
      `"${text.slice(0, 40)}" is not base64 with padding; pass the value as the node returned it`,
    );
  }
  return bytes;
}

function unpack(text: string): Uint8Array {
  const packed = atob(text);
  return Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
}

export function encodeBase64(bytes: Uint8Array): string {
  let packed = '';
  for (let at = 0; at < bytes.length; at += CHUNK) {
    packed += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(packed);
}
