// Owns the JSON of receipts as clients and indexers read it; leaves their bytes to core/near.
import { encodeBase58 } from '../../core/near/base58.ts';
import { encodeBase64 } from '../../core/near/crypto.ts';
import { formatCurveBytes } from '../../core/near/keys.ts';
import type { ActionReceipt, DataReceipt, Receipt } from '../../core/near/receipt.ts';
import { actionView } from './transaction-view.ts';

export function receiptView({ predecessor_id, receiver_id, receipt_id, body }: Receipt) {
  return {
    predecessor_id,
    receiver_id,
    receipt_id: encodeBase58(receipt_id),
    receipt: body.kind === 'action' ? actionReceiptView(body) : dataReceiptView(body),
    priority: 0,
  };
}

function actionReceiptView(body: ActionReceipt) {
  return {
    Action: {
      signer_id: body.signer_id,
      signer_public_key: formatCurveBytes(body.signer_public_key),
      gas_price: body.gas_price.toString(),
      output_data_receivers: body.output_data_receivers.map(({ data_id, receiver_id }) => ({
        data_id: encodeBase58(data_id),
        receiver_id,
      })),
      input_data_ids: body.input_data_ids.map(encodeBase58),
      actions: body.actions.map(actionView),
      is_promise_yield: false,
      // Shown only where a receipt names somebody.
      refund_to: body.refund_to ?? undefined,
    },
  };
}

function dataReceiptView({ data_id, data }: DataReceipt) {
  return {
    Data: {
      data_id: encodeBase58(data_id),
      data: data === null ? null : encodeBase64(data),
      is_promise_resume: false,
    },
  };
}
