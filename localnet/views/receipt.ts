// Owns how a receipt is shown in NEAR's JSON; leaves its actions to action.ts.
import { encodeBase58 } from '../../core/near/base58.ts';
import { encodeBase64 } from '../../core/near/crypto.ts';
import { formatCurveBytes } from '../../core/near/keys.ts';
import type { ActionReceipt, DataReceipt, Receipt } from '../../core/near/receipt.ts';
import { viewAction } from './action.ts';

export function viewReceipt(receipt: Receipt) {
  const { body } = receipt;
  return {
    predecessor_id: receipt.predecessor_id,
    receiver_id: receipt.receiver_id,
    receipt_id: encodeBase58(receipt.receipt_id),
    receipt: body.kind === 'data' ? { Data: viewData(body) } : { Action: viewActionReceipt(body) },
    priority: 0,
  };
}

function viewActionReceipt(body: ActionReceipt) {
  return {
    signer_id: body.signer_id,
    signer_public_key: formatCurveBytes(body.signer_public_key),
    gas_price: body.gas_price.toString(),
    output_data_receivers: body.output_data_receivers.map(({ data_id, receiver_id }) => ({
      data_id: encodeBase58(data_id),
      receiver_id,
    })),
    input_data_ids: body.input_data_ids.map(encodeBase58),
    actions: body.actions.map(viewAction),
    is_promise_yield: false,
    ...(body.refund_to === null ? {} : { refund_to: body.refund_to }),
  };
}

function viewData(body: DataReceipt) {
  return {
    data_id: encodeBase58(body.data_id),
    data: body.data === null ? null : encodeBase64(body.data),
    is_promise_resume: false,
  };
}
