// Owns what the pages ask of a wallet, and which wallet that is; leaves signing to each kind.

import { getSettings } from '../settings.ts';

export type Challenge = { message: string; recipient: string; nonce: Uint8Array };
export type SignedIn = { account_id: string; public_key: string; signature: string; callback_url?: string };

export type WalletCall = {
  signer_id: string;
  receiver_id: string;
  method_name: string;
  args: Record<string, unknown>;
  gas: string;
  deposit: string;
};

export type Wallet = {
  /** The accounts to choose from; empty where the wallet asks by itself. */
  accounts: readonly string[];
  signIn(challenge: Challenge, account_id: string | undefined): Promise<SignedIn>;
  /** Returns the hash of the transaction once it is final. */
  send(call: WalletCall): Promise<string>;
};

/** Loaded when it is needed: the public pages sign nothing. */
export async function openWallet(): Promise<Wallet> {
  const settings = await getSettings();
  const { development_accounts } = settings;
  if (development_accounts !== undefined) {
    const { openDevelopmentWallet } = await import('./development.ts');
    return openDevelopmentWallet({ settings, development_accounts });
  }
  const { openConnectedWallet } = await import('./connected.ts');
  return openConnectedWallet(settings);
}
