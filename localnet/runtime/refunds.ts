// Owns what a receipt returns: deposits after a failure, gas that was not used, and the charge for a new account; leaves paying it out to transfers.
import type { CurveBytes } from '../../core/near/keys.ts';
import type { ActionReceipt, Receipt } from '../../core/near/receipt.ts';
import type { ProtocolParameters } from '../vm/params.ts';
import type { ActionResult, NewReceipt } from './action-result.ts';
import { receiptGas, totalDeposit } from './fees.ts';
import { RUNTIME_LIMITS, SYSTEM_ID } from './limits.ts';

const NO_KEY: CurveBytes = { curve: 'ed25519', bytes: new Uint8Array(32) };

export interface Refunds {
  receipts: NewReceipt[];
  /** Kept back for an account that came into being. */
  creation_charge: bigint;
}

/**
 * Gas that was not used comes back at the price at which it was bought. Gas that was burnt is paid for at the lower
 * of that price and the block's, and the difference comes back too, less the charge for a new account.
 */
export function refundsOf(options: {
  parameters: ProtocolParameters;
  receipt: Receipt<ActionReceipt>;
  result: ActionResult;
  burn_price: bigint;
  created_account: boolean;
}): Refunds {
  const { parameters, receipt, result, burn_price, created_account } = options;
  const { body, receiver_id } = receipt;
  const used = result.error === null ? result.gas_used : result.gas_burnt;
  const unused = receiptGas(parameters, { actions: body.actions, receiver_id }) - used;
  if (unused < 0n) throw new Error(`a receipt to ${receiver_id} used ${-unused} gas more than it had`);
  const surplus = (body.gas_price - burn_price) * result.gas_burnt;
  const creation_charge = created_account ? chargeForCreation({ parameters, burn_price, surplus }) : 0n;
  const gas_refund = unused * body.gas_price + surplus - creation_charge;
  const deposit = result.error === null ? 0n : totalDeposit(body.actions);
  const receipts: NewReceipt[] = [];
  if (deposit > 0n) receipts.push(depositRefund(body.refund_to ?? receipt.predecessor_id, deposit));
  if (gas_refund > 0n) {
    receipts.push(systemTransfer(body.signer_id, { public_key: body.signer_public_key, amount: gas_refund }));
  }
  return { receipts, creation_charge };
}

/** Taken from the surplus, and never more than it: the gas for creating was burnt already and counts. */
function chargeForCreation(options: {
  parameters: ProtocolParameters;
  burn_price: bigint;
  surplus: bigint;
}): bigint {
  const { parameters, burn_price, surplus } = options;
  const burnt = burn_price * parameters.actions.create_account.execution;
  const missing = RUNTIME_LIMITS.account_creation_charge - burnt;
  if (missing <= 0n) return 0n;
  return missing < surplus ? missing : surplus;
}

export function depositRefund(receiver_id: string, amount: bigint): NewReceipt {
  return systemTransfer(receiver_id, { signer_id: SYSTEM_ID, public_key: NO_KEY, amount });
}

/** Free of gas. One that names the signer's key restores that key's allowance. */
function systemTransfer(
  receiver_id: string,
  options: { signer_id?: string; public_key: CurveBytes; amount: bigint },
): NewReceipt {
  return {
    predecessor_id: SYSTEM_ID,
    receiver_id,
    body: {
      kind: 'action',
      version: 1,
      signer_id: options.signer_id ?? receiver_id,
      signer_public_key: options.public_key,
      refund_to: null,
      gas_price: 0n,
      output_data_receivers: [],
      input_data_ids: [],
      actions: [{ kind: 'transfer', deposit: options.amount }],
    },
  };
}
