// Owns the published vectors of transaction encoding; leaves transactions of real blocks to real-block.test.ts.
import test from 'ava';
import { decodeHash } from './base58.ts';
import { toHex } from './bytes.ts';
import { decodeBase64, sha256, verifyEd25519 } from './crypto.ts';
import { parsePublicKey } from './keys.ts';
import {
  type Action,
  encodeSignedTransaction,
  encodeTransaction,
  hashDelegateAction,
  hashSignedTransaction,
  hashTransaction,
  type Transaction,
} from './transaction.ts';

// near-api-js and Trust Wallet Core publish the same bytes for these two transactions.
const BLOCK_HASH = decodeHash('244ZQ9cgj3CQ6bWBdytfrJMuMQ1jdXLFGnr4HhvtCTnM');
const TRANSFER_HEX =
  '09000000746573742e6e65617200917b3d268d4b58f7fec1b150bd68d69be3ee5d4cc39855e341538465bb77860d' +
  '01000000000000000d00000077686174657665722e6e6561720fa473fd26901df296be6adc4cc4df34d040efa2435224' +
  'b6986910e630c2fef6010000000301000000000000000000000000000000';
const KEY_HEX = '000f56a5f028dfc089ec7c39c1183b321b4d8f89ba5bec9e1762803cc2491f6ef8';
const ALL_ACTIONS_HEX =
  `09000000746573742e6e656172${KEY_HEX}0100000000000000030000003132330fa473fd26901df296be6adc4cc4df34d0` +
  '40efa2435224b6986910e630c2fef6080000000001030000000102030203000000717171030000000102' +
  '03e80300000000000040420f00000000000000000000000000037b000000000000000000000000000000' +
  `0440420f00000000000000000000000000${KEY_HEX}05${KEY_HEX}00000000000000000000030000007a7a7a01000000` +
  `0300000077777706${KEY_HEX}0703000000313233`;

const transfer: Transaction = {
  signer_id: 'test.near',
  public_key: parsePublicKey('ed25519:Anu7LYDfpLtkP7E16LT9imXF694BdQaa9ufVkQiwTQxC'),
  nonce: 1n,
  receiver_id: 'whatever.near',
  block_hash: BLOCK_HASH,
  actions: [{ kind: 'transfer', deposit: 1n }],
};
const signature = {
  curve: 'ed25519' as const,
  bytes: decodeBase64(
    'lpqDMyGG7pdV5IOTJVJYBuGJo9LSu0tHYOlEQ+l+HE8i3u7wBZqOlxMQDtpuGRRNp+ig735TmyBwi6HY0CG9AQ==',
  ),
};

test('the published transfer has its published bytes, hash and signature', (t) => {
  t.is(toHex(encodeTransaction(transfer)), TRANSFER_HEX);
  t.is(toHex(hashTransaction(transfer)), 'eea6e680f3ea51a7f667e9a801d0bfadf66e03d41ed54975b3c6006351461b32');
  const message = hashTransaction(transfer);
  t.true(verifyEd25519({ publicKey: transfer.public_key.bytes, message, signature: signature.bytes }));
});

test('a signed transaction is the transaction with its signature behind it', (t) => {
  const signed = { transaction: transfer, signature };
  t.is(toHex(encodeSignedTransaction(signed)), `${TRANSFER_HEX}00${toHex(signature.bytes)}`);
  t.deepEqual(hashSignedTransaction(signed), sha256(encodeSignedTransaction(signed)));
});

test('the published transaction of all eight basic actions has its published bytes', (t) => {
  const key = { curve: 'ed25519' as const, bytes: Uint8Array.from(Buffer.from(KEY_HEX.slice(2), 'hex')) };
  const bytes = Uint8Array.of(1, 2, 3);
  const actions: Action[] = [
    { kind: 'create_account' },
    { kind: 'deploy_contract', code: bytes },
    { kind: 'function_call', method_name: 'qqq', args: bytes, gas: 1000n, deposit: 1_000_000n },
    { kind: 'transfer', deposit: 123n },
    { kind: 'stake', stake: 1_000_000n, public_key: key },
    {
      kind: 'add_key',
      public_key: key,
      nonce: 0n,
      permission: { kind: 'call', allowance: null, receiver_id: 'zzz', method_names: ['www'] },
    },
    { kind: 'delete_key', public_key: key },
    { kind: 'delete_account', beneficiary_id: '123' },
  ];
  const transaction = { ...transfer, public_key: key, receiver_id: '123', actions };
  t.is(toHex(encodeTransaction(transaction)), ALL_ACTIONS_HEX);
});

test('a delegate action is hashed behind its own prefix', (t) => {
  const delegate = {
    sender_id: 'a.near',
    receiver_id: 'b.near',
    actions: [{ kind: 'transfer' as const, deposit: 1n }],
    nonce: 2n,
    max_block_height: 3n,
    public_key: transfer.public_key,
  };
  const inner = encodeTransaction({ ...transfer, actions: [{ kind: 'delegate', delegate, signature }] });
  const tail = 1 + 64;
  const head = encodeTransaction({ ...transfer, actions: [] }).length;
  const body = inner.subarray(head + 1, inner.length - tail);
  t.deepEqual(hashDelegateAction(delegate), sha256(Uint8Array.of(0x6e, 0x01, 0x00, 0x40), body));
});
