// Owns signing with the local chain's accounts, whose keys everybody knows; leaves every other network to connected.ts.

import { ed25519 } from '@noble/curves/ed25519.js';
import type { DevelopmentAccount, PageSettings } from '../../api/schemas/page-settings.ts';
import { decodeBase58, decodeHash, encodeBase58 } from '../../core/near/base58.ts';
import { encodeBase64 } from '../../core/near/crypto.ts';
import { formatCurveBytes } from '../../core/near/keys.ts';
import { hashSignedMessage } from '../../core/near/nep413.ts';
import { encodeSignedTransaction, hashTransaction, type Transaction } from '../../core/near/transaction.ts';
import type { Wallet, WalletCall } from './wallet.ts';

const SEED_BYTES = 32;
const SECRET_PREFIX = 'ed25519:';

type Key = { seed: Uint8Array; public_key: Uint8Array };

export function openDevelopmentWallet(about: {
  settings: PageSettings;
  development_accounts: readonly DevelopmentAccount[];
}): Wallet {
  const { settings, development_accounts } = about;
  const [url = ''] = settings.rpc_urls;
  const keyOf = (account_id: string | undefined): Key => {
    const found = development_accounts.find((one) => one.account_id === account_id);
    if (found === undefined) throw new Error(`The development wallet has no account ${account_id}.`);
    const seed = decodeBase58(found.secret_key.slice(SECRET_PREFIX.length)).slice(0, SEED_BYTES);
    return { seed, public_key: ed25519.getPublicKey(seed) };
  };
  return {
    accounts: development_accounts.map(({ account_id }) => account_id),
    signIn: async (challenge, account_id) => {
      const { seed, public_key } = keyOf(account_id);
      return {
        account_id: account_id ?? '',
        public_key: shown(public_key),
        signature: encodeBase64(ed25519.sign(hashSignedMessage(challenge), seed)),
      };
    },
    send: (call) => sendCall({ url, key: keyOf(call.signer_id), call }),
  };
}

async function sendCall(about: { url: string; key: Key; call: WalletCall }): Promise<string> {
  const { url, key, call } = about;
  const access_key = await ask<{ nonce: number; block_hash: string }>(url, 'query', {
    request_type: 'view_access_key',
    finality: 'final',
    account_id: call.signer_id,
    public_key: shown(key.public_key),
  });
  const transaction: Transaction = {
    signer_id: call.signer_id,
    public_key: { curve: 'ed25519', bytes: key.public_key },
    nonce: BigInt(access_key.nonce) + 1n,
    receiver_id: call.receiver_id,
    block_hash: decodeHash(access_key.block_hash),
    actions: [
      {
        kind: 'function_call',
        method_name: call.method_name,
        args: new TextEncoder().encode(JSON.stringify(call.args)),
        gas: BigInt(call.gas),
        deposit: BigInt(call.deposit),
      },
    ],
  };
  const hash = hashTransaction(transaction);
  const signature = { curve: 'ed25519' as const, bytes: ed25519.sign(hash, key.seed) };
  const signed_tx_base64 = encodeBase64(encodeSignedTransaction({ transaction, signature }));
  const sent = await ask<{ status: unknown }>(url, 'send_tx', { signed_tx_base64, wait_until: 'FINAL' });
  const { status } = sent;
  if (typeof status === 'object' && status !== null && 'Failure' in status) {
    throw new Error(`The chain refused it: ${JSON.stringify(status.Failure)}`);
  }
  return encodeBase58(hash);
}

async function ask<T>(url: string, method: string, params: object): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: method, method, params }),
  });
  const answer = (await response.json()) as { result?: T; error?: unknown };
  if (answer.result === undefined)
    throw new Error(`The node refused ${method}: ${JSON.stringify(answer.error)}`);
  return answer.result;
}

function shown(public_key: Uint8Array): string {
  return formatCurveBytes({ curve: 'ed25519', bytes: public_key });
}
