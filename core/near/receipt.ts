// Owns what a receipt is and its borsh form, as states keep it and chunks commit to it; leaves executing it to the chain.
import { BorshWriter } from './borsh.ts';
import { BorshError, BorshReader } from './borsh-reader.ts';
import { type CurveBytes, writeCurveBytes } from './keys.ts';
import { type Action, writeAction } from './transaction.ts';
import { readAccountId, readAction, readPublicKey } from './transaction-reader.ts';

export interface DataReceiver {
  data_id: Uint8Array;
  receiver_id: string;
}

export interface ActionReceipt {
  kind: 'action';
  /** The second form exists since receipts may name who gets deposits back; contracts make that one. */
  version: 1 | 2;
  signer_id: string;
  signer_public_key: CurveBytes;
  /** Who gets deposits back in place of the predecessor; only the second form can say so. */
  refund_to: string | null;
  /** The price at which the signer bought the gas. */
  gas_price: bigint;
  output_data_receivers: DataReceiver[];
  input_data_ids: Uint8Array[];
  actions: Action[];
}

export interface DataReceipt {
  kind: 'data';
  data_id: Uint8Array;
  /** Null tells of a failure. */
  data: Uint8Array | null;
}

export interface Receipt<Body extends ActionReceipt | DataReceipt = ActionReceipt | DataReceipt> {
  predecessor_id: string;
  receiver_id: string;
  receipt_id: Uint8Array;
  body: Body;
}

const HASH_BYTES = 32;
const TAG = { action: 0, data: 1, action_v2: 5 } as const;

export function isActionReceipt(receipt: Receipt): receipt is Receipt<ActionReceipt> {
  return receipt.body.kind === 'action';
}

export function encodeReceipt(receipt: Receipt): Uint8Array {
  const writer = new BorshWriter();
  writeReceipt(writer, receipt);
  return writer.finish();
}

export function writeReceipt(writer: BorshWriter, receipt: Receipt): void {
  const { body } = receipt;
  writer.string(receipt.predecessor_id).string(receipt.receiver_id).fixed(receipt.receipt_id);
  if (body.kind === 'data') {
    writer.u8(TAG.data).fixed(body.data_id);
    writer.option(body.data, (data) => writer.vec(data));
    return;
  }
  if (body.version === 1 && body.refund_to !== null) {
    throw new Error(`the first form of a receipt cannot name ${body.refund_to} for refunds; make the second`);
  }
  writer.u8(body.version === 1 ? TAG.action : TAG.action_v2).string(body.signer_id);
  if (body.version === 2) writer.option(body.refund_to, (account_id) => writer.string(account_id));
  writeCurveBytes(writer, body.signer_public_key);
  writer.u128(body.gas_price);
  writer.list(body.output_data_receivers, (receiver) =>
    writer.fixed(receiver.data_id).string(receiver.receiver_id),
  );
  writer.list(body.input_data_ids, (data_id) => writer.fixed(data_id));
  writer.list(body.actions, (action) => writeAction(writer, action));
}

export function decodeReceipt(bytes: Uint8Array): Receipt {
  const reader = new BorshReader(bytes);
  const receipt = readReceipt(reader);
  reader.end();
  return receipt;
}

export function readReceipt(reader: BorshReader): Receipt {
  return {
    predecessor_id: readAccountId(reader),
    receiver_id: readAccountId(reader),
    receipt_id: reader.fixed(HASH_BYTES),
    body: readBody(reader),
  };
}

function readBody(reader: BorshReader): ActionReceipt | DataReceipt {
  const tag = reader.u8();
  if (tag === TAG.data) {
    return { kind: 'data', data_id: reader.fixed(HASH_BYTES), data: reader.option(() => reader.vec()) };
  }
  if (tag !== TAG.action && tag !== TAG.action_v2) {
    throw new BorshError(`receipts of kind ${tag} are not supported here; action and data receipts are`);
  }
  const version = tag === TAG.action ? 1 : 2;
  const signer_id = readAccountId(reader);
  const refund_to = version === 2 ? reader.option(() => readAccountId(reader)) : null;
  return {
    kind: 'action',
    version,
    signer_id,
    refund_to,
    signer_public_key: readPublicKey(reader),
    gas_price: reader.u128(),
    output_data_receivers: reader.list(() => ({
      data_id: reader.fixed(HASH_BYTES),
      receiver_id: readAccountId(reader),
    })),
    input_data_ids: reader.list(() => reader.fixed(HASH_BYTES)),
    actions: reader.list(() => readAction(reader)),
  };
}
