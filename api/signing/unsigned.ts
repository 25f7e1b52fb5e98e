// Owns a call of the contract as plain JSON, for a wallet to sign; leaves signing it to its owner.

import type { JsonObject } from '../../core/db/types.ts';
import { encodeBase64 } from '../../core/near/crypto.ts';
import type { ContractCall } from './types.ts';

export type UnsignedTransaction = {
  network: string;
  signer_id: string;
  receiver_id: string;
  method_name: string;
  args: JsonObject;
  /** The very bytes that the contract reads. */
  args_base64: string;
  gas: string;
  /** In yoctoNEAR. */
  deposit: string;
};

export function unsignedCall(about: {
  network: string;
  contract_id: string;
  signer_id: string;
  call: Pick<ContractCall, 'method' | 'args' | 'gas' | 'deposit'>;
}): UnsignedTransaction {
  const { network, contract_id, signer_id, call } = about;
  return {
    network,
    signer_id,
    receiver_id: contract_id,
    method_name: call.method,
    args: call.args,
    args_base64: encodeBase64(new TextEncoder().encode(JSON.stringify(call.args))),
    gas: `${call.gas}`,
    deposit: `${call.deposit}`,
  };
}
