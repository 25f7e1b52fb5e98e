// Owns hashing on chain; leaves what is hashed to derive.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { encode } from 'near-sdk-js/lib/utils.js';
import { COMMITMENT_HEAD, SALT_BYTES } from './derive.ts';

// Built before the contract is deployed.
const HEX = Array.from({ length: 256 }, (_, byte) => (byte < 16 ? '0' : '') + byte.toString(16));

/** SHA-256 of the text's UTF-8, as 64 hex characters. */
export function hashText(text: string): string {
  return toHex(near.sha256(encode(text)));
}

/** What hides a name: its salt is 64 hex characters. */
export function hashBeneficiary({ salt, beneficiary }: { salt: string; beneficiary: string }): string {
  const head = encode(COMMITMENT_HEAD);
  const name = encode(beneficiary);
  const bytes = new Uint8Array(head.length + SALT_BYTES + name.length);
  bytes.set(head);
  for (let i = 0; i < SALT_BYTES; i++) bytes[head.length + i] = HEX.indexOf(salt.slice(2 * i, 2 * i + 2));
  bytes.set(name, head.length + SALT_BYTES);
  return toHex(near.sha256(bytes));
}

function toHex(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += HEX[bytes[i] as number];
  return text;
}
