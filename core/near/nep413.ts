// Owns the form and the check of a message that a wallet signs off chain (NEP-413); leaves whose key it is to the chain.

import { BorshWriter } from './borsh.ts';
import { sha256, verifyEd25519 } from './crypto.ts';
import { parsePublicKey } from './keys.ts';

/** 2^31 + 413: no transaction begins so, so that a signed message can never be taken for one. */
const TAG = 2_147_484_061;
export const NONCE_BYTES = 32;

export type SignedMessage = {
  message: string;
  nonce: Uint8Array;
  recipient: string;
  callback_url?: string | undefined;
};

/** https://github.com/near/NEPs/blob/master/neps/nep-0413.md: what the wallet signs is the hash of this. */
export function hashSignedMessage({ message, nonce, recipient, callback_url }: SignedMessage): Uint8Array {
  if (nonce.length !== NONCE_BYTES)
    throw new Error(`a nonce has ${NONCE_BYTES} bytes and not ${nonce.length}`);
  const writer = new BorshWriter().u32(TAG).string(message).fixed(nonce).string(recipient);
  if (callback_url === undefined) writer.u8(0);
  else writer.u8(1).string(callback_url);
  return sha256(writer.finish());
}

/** False also for a key that is none, or is of another curve than wallets sign messages with. */
export function isSignedBy(
  signed: SignedMessage,
  { public_key, signature }: { public_key: string; signature: Uint8Array },
): boolean {
  const key = readEd25519Key(public_key);
  if (key === undefined) return false;
  return verifyEd25519({ publicKey: key, message: hashSignedMessage(signed), signature });
}

function readEd25519Key(text: string): Uint8Array | undefined {
  try {
    const { curve, bytes } = parsePublicKey(text);
    return curve === 'ed25519' ? bytes : undefined;
  } catch {
    // It comes from whoever signs in: a text that is no key signed nothing.
    return undefined;
  }
}
