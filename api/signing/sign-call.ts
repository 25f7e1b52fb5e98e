// Owns the bytes and the hash of a call of the contract, signed with one key; leaves which key and nonce to store-call.ts.

import { decodeBase58, encodeBase58 } from '../../core/near/base58.ts';
import { encodeBase64 } from '../../core/near/crypto.ts';
import { parsePublicKey } from '../../core/near/keys.ts';
import { encodeSignedTransaction, hashTransaction, type Transaction } from '../../core/near/transaction.ts';
import type { ContractCall, SigningKey } from './types.ts';

export function signCall(about: {
  call: Pick<ContractCall, 'method' | 'args' | 'gas' | 'deposit'>;
  contract_id: string;
  key: SigningKey;
  nonce: bigint;
  block_hash: string;
}): { transaction_hash: string; signed_base64: string } {
  const { call, contract_id, key, nonce, block_hash } = about;
  const transaction: Transaction = {
    signer_id: key.account_id,
    public_key: parsePublicKey(key.public_key),
    nonce,
    receiver_id: contract_id,
    block_hash: decodeBase58(block_hash),
    actions: [
      {
        kind: 'function_call',
        method_name: call.method,
        args: new TextEncoder().encode(JSON.stringify(call.args)),
        gas: call.gas,
        deposit: call.deposit,
      },
    ],
  };
  const hash = hashTransaction(transaction);
  const signature = { curve: 'ed25519', bytes: key.sign(hash) } as const;
  return {
    transaction_hash: encodeBase58(hash),
    signed_base64: encodeBase64(encodeSignedTransaction({ transaction, signature })),
  };
}
