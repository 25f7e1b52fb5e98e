// Owns the way from a wallet's signature to a session of the API; leaves signing to the wallet.

import { clientFor } from '../client.ts';
import { keepSession, type Session } from '../session.ts';
import type { Wallet } from './wallet.ts';

export async function signIn(wallet: Wallet, account_id: string | undefined): Promise<Session> {
  const client = clientFor();
  const { nonce, message, recipient } = await client.createHolderChallenge();
  const bytes = Uint8Array.from(atob(nonce), (char) => char.charCodeAt(0));
  const signed = await wallet.signIn({ message, recipient, nonce: bytes }, account_id);
  const { token } = await client.createHolderSession({ body: { ...signed, nonce } });
  const session = { token, shown: signed.account_id };
  keepSession('holder', session);
  return session;
}
