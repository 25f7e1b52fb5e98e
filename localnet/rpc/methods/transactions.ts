// Owns sending transactions and telling how far they came; leaves running them to the node.
import { z } from 'zod';
import { encodeBase58 } from '../../../core/near/base58.ts';
import { BorshError } from '../../../core/near/borsh-reader.ts';
import { hashTransaction, type SignedTransaction } from '../../../core/near/transaction.ts';
import { decodeSignedTransaction } from '../../../core/near/transaction-reader.ts';
import { WAIT_LEVELS, type WaitLevel } from '../../node/types.ts';
import type { InvalidTxError } from '../../runtime/errors.ts';
import type { RpcContext } from '../context.ts';
import { handlerError, type RpcError, timeoutError } from '../errors.ts';
import { accountIdSchema, base64Schema, hashSchema, parseParams, positional } from '../params.ts';
import { viewExecution } from './execution.ts';

const signedSchema = base64Schema.transform((bytes, context): SignedTransaction => {
  try {
    return decodeSignedTransaction(bytes);
  } catch (error) {
    if (!(error instanceof BorshError)) throw error;
    context.addIssue({ code: 'custom', message: `Failed to decode transaction: ${error.message}` });
    return z.NEVER;
  }
});
const waitSchema = z.enum(WAIT_LEVELS).default('EXECUTED_OPTIMISTIC');

const broadcastSchema = positional(['signed_tx_base64'], z.object({ signed_tx_base64: signedSchema }));
const sendSchema = positional(
  ['signed_tx_base64'],
  z.object({ signed_tx_base64: signedSchema, wait_until: waitSchema }),
);

/** NEAR forgets at once what became of a transaction that nobody waits for: a wrong one is answered alike. */
export function sendTx(context: RpcContext, params: unknown) {
  const { signed_tx_base64: signed, wait_until } = parseParams(sendSchema, params);
  if (wait_until !== 'NONE') return commit(context, { signed, level: wait_until });
  context.node.submit(signed);
  return { final_execution_status: 'NONE' };
}

export function broadcastTxAsync(context: RpcContext, params: unknown) {
  const { signed_tx_base64: signed } = parseParams(broadcastSchema, params);
  context.node.submit(signed);
  return encodeBase58(hashTransaction(signed.transaction));
}

export function broadcastTxCommit(context: RpcContext, params: unknown) {
  const { signed_tx_base64: signed } = parseParams(broadcastSchema, params);
  return commit(context, { signed, level: 'EXECUTED_OPTIMISTIC' });
}

async function commit(context: RpcContext, options: { signed: SignedTransaction; level: WaitLevel }) {
  const { node } = context;
  const submitted = node.submit(options.signed);
  if (submitted.kind === 'refused') throw invalidTransaction(submitted.error);
  // A full pool drops what comes on NEAR, and the sender learns of it by waiting in vain.
  if (submitted.kind === 'busy') throw timeoutError();
  const { tx_hash } = submitted;
  return waitForExecution(context, { tx_hash, level: options.level, with_receipts: false });
}

const statusSchema = z.union([
  z.object({ signed_tx_base64: signedSchema, wait_until: waitSchema }),
  z.object({ tx_hash: hashSchema, sender_account_id: accountIdSchema, wait_until: waitSchema }),
]);
const statusParamsSchema = positional(
  ['signed_tx_base64'],
  positional(['tx_hash', 'sender_account_id'], statusSchema),
);

export function tx(context: RpcContext, params: unknown) {
  return transactionStatus(context, { params, with_receipts: false });
}

export function txStatusWithReceipts(context: RpcContext, params: unknown) {
  return transactionStatus(context, { params, with_receipts: true });
}

async function transactionStatus(context: RpcContext, options: { params: unknown; with_receipts: boolean }) {
  const { node } = context;
  const wanted = parseParams(statusParamsSchema, options.params);
  const signed = 'signed_tx_base64' in wanted ? wanted.signed_tx_base64 : null;
  const tx_hash = 'tx_hash' in wanted ? wanted.tx_hash : hashTransaction(wanted.signed_tx_base64.transaction);
  const { wait_until: level } = wanted;
  if (signed !== null && node.findTransaction(tx_hash) === undefined) {
    // It may never come: whoever shows the transaction itself learns of that without waiting.
    const error = node.checkTransaction(signed);
    if (error !== null) throw invalidTransaction(error);
  }
  return waitForExecution(context, { tx_hash, level, with_receipts: options.with_receipts });
}

async function waitForExecution(
  { node, wait_timeout_ms }: RpcContext,
  options: { tx_hash: Uint8Array; level: WaitLevel; with_receipts: boolean },
) {
  const { tx_hash, level } = options;
  // Who waits for nothing is told what is known by now.
  const timeout_ms = level === 'NONE' ? 0 : wait_timeout_ms;
  const status = await node.waitFor({ tx_hash, level, timeout_ms });
  if (status !== null) return viewExecution(status, options);
  if (node.findTransaction(tx_hash) !== undefined) throw timeoutError();
  const requested_transaction_hash = encodeBase58(tx_hash);
  throw handlerError(
    { name: 'UNKNOWN_TRANSACTION', info: { requested_transaction_hash } },
    { data: `Transaction ${requested_transaction_hash} doesn't exist` },
  );
}

/** Clients look into `data` for what to do, above all for a nonce that was used. */
function invalidTransaction(error: InvalidTxError): RpcError {
  return handlerError(
    { name: 'INVALID_TRANSACTION', info: {} },
    { data: { TxExecutionError: { InvalidTxError: error } } },
  );
}
