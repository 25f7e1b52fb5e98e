// Owns signing with the wallet that a person has, over NEAR Connect; leaves the local chain to development.ts.

import { NearConnector } from '@hot-labs/near-connect';
import type { PageSettings } from '../../api/schemas/page-settings.ts';
import type { Wallet } from './wallet.ts';

/** Wallets run in frames of their own, whose scripts the page's policy admits by this word alone. */
const NONCE_META = 'meta[name="csp-nonce"]';

export function openConnectedWallet({ network }: PageSettings): Wallet {
  if (network !== 'mainnet' && network !== 'testnet') {
    throw new Error(`There is no wallet for the network ${network}.`);
  }
  const cspNonce = document.querySelector<HTMLMetaElement>(NONCE_META)?.content;
  const connector = new NearConnector({ network, ...(cspNonce === undefined ? {} : { cspNonce }) });
  return {
    accounts: [],
    signIn: async (challenge) => {
      const chosen = await connector.selectWallet({ features: { signMessage: true } });
      await connector.connect({ walletId: chosen });
      const wallet = await connector.wallet();
      const signed = await wallet.signMessage({ ...challenge, network });
      return {
        account_id: signed.accountId,
        public_key: signed.publicKey,
        signature: signed.signature,
        callback_url: location.href,
      };
    },
    send: async ({ signer_id, receiver_id, method_name, args, gas, deposit }) => {
      const wallet = await connector.wallet();
      const sent = await wallet.signAndSendTransaction({
        network,
        signerId: signer_id,
        receiverId: receiver_id,
        actions: [{ type: 'FunctionCall', params: { methodName: method_name, args, gas, deposit } }],
      });
      return sent.transaction.hash;
    },
  };
}
