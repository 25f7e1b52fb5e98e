// Owns the requests that send and follow transactions and what each is answered; leaves judging to case.ts.
import { KEPT_LOG, ROOT } from '../rpc-node.ts';
import { HOLDER } from '../rpc-world.ts';
import { type Case, handler, NEVER, parsing } from './case.ts';

const invalid = (InvalidTxError: unknown) => ({
  ...handler('INVALID_TRANSACTION', {}),
  data: { TxExecutionError: { InvalidTxError } },
});

export const TRANSACTIONS: Record<string, Case[]> = {
  send_tx: [
    {
      title: 'waits until the transaction ran',
      params: ({ transfer }) => ({ signed_tx_base64: transfer() }),
      result: () => ({ final_execution_status: 'EXECUTED_OPTIMISTIC', status: { SuccessValue: '' } }),
    },
    {
      title: 'waits until all is final',
      params: ({ transfer }) => ({ signed_tx_base64: transfer(), wait_until: 'FINAL' }),
      result: () => ({ final_execution_status: 'FINAL' }),
    },
    {
      title: 'by position',
      params: ({ transfer }) => [transfer()],
      result: () => ({ status: { SuccessValue: '' } }),
    },
    {
      title: 'does not wait where nobody wants it',
      params: ({ transfer }) => ({ signed_tx_base64: transfer(), wait_until: 'NONE' }),
      result: () => ({ final_execution_status: 'NONE' }),
    },
    {
      title: 'says nothing of a wrong transaction where nobody waits',
      params: ({ transfer }) => ({ signed_tx_base64: transfer({ nonce: 1n }), wait_until: 'NONE' }),
      result: () => ({ final_execution_status: 'NONE' }),
    },
    {
      title: 'a nonce that was used',
      params: ({ transfer }) => ({ signed_tx_base64: transfer({ nonce: 1n }) }),
      error: () => invalid({ InvalidNonce: { tx_nonce: 1 } }),
    },
    {
      title: 'a wrong signature',
      params: ({ transfer }) => ({ signed_tx_base64: transfer({ forged: true }) }),
      error: () => invalid('InvalidSignature'),
    },
    {
      title: 'more than there is',
      params: ({ transfer }) => ({ signed_tx_base64: transfer({ deposit: 10n ** 36n }) }),
      error: () => invalid({ NotEnoughBalance: { signer_id: ROOT } }),
    },
    {
      title: 'a signer that is not there',
      params: ({ transfer }) => ({ signed_tx_base64: transfer({ from: 'nobody.near', nonce: 1n }) }),
      error: () => invalid({ SignerDoesNotExist: { signer_id: 'nobody.near' } }),
    },
    parsing('bytes that are no transaction', { signed_tx_base64: 'AAAA' }),
    parsing('a level that there is not', { signed_tx_base64: 'AAAA', wait_until: 'EVER' }),
    parsing('nothing', null),
  ],
  broadcast_tx_commit: [
    {
      title: 'answers the outcome',
      params: ({ transfer }) => [transfer()],
      result: () => ({ status: { SuccessValue: '' } }),
    },
    {
      title: 'a nonce that was used',
      params: ({ transfer }) => [transfer({ nonce: 1n })],
      error: () => invalid({ InvalidNonce: { tx_nonce: 1 } }),
    },
    parsing('nothing', []),
  ],
  broadcast_tx_async: [
    {
      title: 'answers the hash',
      params: ({ transfer }) => [transfer()],
      result: ({ sent }) => sent.at(-1),
    },
    {
      title: 'says nothing of a wrong transaction',
      params: ({ transfer }) => ({ signed_tx_base64: transfer({ forged: true }) }),
      result: ({ sent }) => sent.at(-1),
    },
    parsing('bytes that are no transaction', ['AAAA']),
  ],
  tx: [
    {
      title: 'by hash and sender',
      params: ({ tx_hash }) => [tx_hash, ROOT],
      result: ({ tx_hash, receipt_id }) => ({
        final_execution_status: 'FINAL',
        status: { SuccessValue: '' },
        transaction: { hash: tx_hash, signer_id: ROOT, receiver_id: HOLDER, nonce: 1, priority_fee: 0 },
        transaction_outcome: { id: tx_hash, outcome: { status: { SuccessReceiptId: receipt_id } } },
        receipts_outcome: [
          { id: receipt_id, outcome: { logs: [KEPT_LOG], executor_id: HOLDER } },
          // What was left of the gas.
          { outcome: { executor_id: ROOT, tokens_burnt: '0' } },
        ],
      }),
    },
    {
      title: 'a transaction that never was',
      params: () => ({ tx_hash: NEVER, sender_account_id: ROOT, wait_until: 'NONE' }),
      error: () => ({
        ...handler('UNKNOWN_TRANSACTION', { requested_transaction_hash: NEVER }),
        data: `Transaction ${NEVER} doesn't exist`,
      }),
    },
    {
      title: 'a transaction that cannot be',
      params: ({ transfer }) => [transfer({ nonce: 1n })],
      error: () => invalid({ InvalidNonce: { tx_nonce: 1 } }),
    },
    parsing('a hash without its sender', { tx_hash: NEVER }),
  ],
  EXPERIMENTAL_tx_status: [
    {
      title: 'with receipts',
      params: ({ tx_hash }) => ({ tx_hash, sender_account_id: ROOT, wait_until: 'FINAL' }),
      result: ({ receipt_id }) => ({
        receipts: [
          {
            receipt_id,
            predecessor_id: ROOT,
            receiver_id: HOLDER,
            receipt: { Action: { signer_id: ROOT, actions: [{ FunctionCall: { method_name: 'keep' } }] } },
          },
          { predecessor_id: 'system', receiver_id: ROOT },
        ],
      }),
    },
    parsing('nothing', {}),
  ],
};
