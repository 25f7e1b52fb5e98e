// Owns that what is written in borsh is read back the same, and what NEAR would not write is refused; leaves hashing to its rooms.
import test from 'ava';
import { BorshError, BorshReader } from './borsh-reader.ts';
import { parsePublicKey } from './keys.ts';
import { decodeReceipt, encodeReceipt, type Receipt } from './receipt.ts';
import { type Action, encodeSignedTransaction } from './transaction.ts';
import { decodeSignedTransaction } from './transaction-reader.ts';

const public_key = parsePublicKey('ed25519:Anu7LYDfpLtkP7E16LT9imXF694BdQaa9ufVkQiwTQxC');
const signature = { curve: 'ed25519' as const, bytes: new Uint8Array(64).fill(3) };
const secp = { curve: 'secp256k1' as const, bytes: new Uint8Array(64).fill(4) };
const id = (fill: number) => new Uint8Array(32).fill(fill);

const actions: Action[] = [
  { kind: 'create_account' },
  { kind: 'deploy_contract', code: Uint8Array.of(1, 2) },
  {
    kind: 'function_call',
    method_name: 'mété',
    args: Uint8Array.of(9),
    gas: 2n ** 64n - 1n,
    deposit: 2n ** 100n,
  },
  { kind: 'transfer', deposit: 5n },
  { kind: 'stake', stake: 6n, public_key },
  { kind: 'add_key', public_key: secp, nonce: 1n, permission: { kind: 'full' } },
  {
    kind: 'add_key',
    public_key,
    nonce: 0n,
    permission: { kind: 'call', allowance: null, receiver_id: 'b.near', method_names: ['x', 'y'] },
  },
  { kind: 'delete_key', public_key },
  {
    kind: 'delegate',
    delegate: {
      sender_id: 'a.near',
      receiver_id: 'b.near',
      actions: [{ kind: 'transfer', deposit: 1n }],
      nonce: 7n,
      max_block_height: 8n,
      public_key,
    },
    signature,
  },
  { kind: 'delete_account', beneficiary_id: 'a.near' },
];
const around = { predecessor_id: 'a.near', receiver_id: 'b.near', receipt_id: id(1) };
const body = {
  kind: 'action' as const,
  signer_id: 's.near',
  signer_public_key: public_key,
  gas_price: 10n ** 9n,
  output_data_receivers: [{ data_id: id(2), receiver_id: 'c.near' }],
  input_data_ids: [id(3), id(4)],
  actions,
};
const RECEIPTS: Record<string, Receipt> = {
  'an action receipt of the first form': { ...around, body: { ...body, version: 1, refund_to: null } },
  'an action receipt of the second form': { ...around, body: { ...body, version: 2, refund_to: null } },
  'one that names who gets refunds': { ...around, body: { ...body, version: 2, refund_to: 'r.near' } },
  'a data receipt': { ...around, body: { kind: 'data', data_id: id(5), data: Uint8Array.of(1) } },
  'a data receipt of a failure': { ...around, body: { kind: 'data', data_id: id(5), data: null } },
};

for (const [what, receipt] of Object.entries(RECEIPTS)) {
  test(`${what} is read back as it was written`, (t) => {
    t.deepEqual(decodeReceipt(encodeReceipt(receipt)), receipt);
  });
}

test('a signed transaction is read back as it was written', (t) => {
  const transaction = {
    signer_id: 's.near',
    public_key,
    nonce: 5n,
    receiver_id: 'r.near',
    block_hash: id(6),
    actions,
  };
  const signed = { transaction, signature };
  t.deepEqual(decodeSignedTransaction(encodeSignedTransaction(signed)), signed);
});

test('bytes that end early or go on are refused', (t) => {
  const bytes = encodeReceipt({ ...around, body: { ...body, version: 2, refund_to: null } });
  for (const length of [0, 3, 40, bytes.length - 1]) {
    t.throws(() => decodeReceipt(bytes.subarray(0, length)), { instanceOf: BorshError });
  }
  t.throws(() => decodeReceipt(Uint8Array.of(...bytes, 0)), { message: /1 bytes stand behind/ });
});

test('what NEAR would not write is refused', (t) => {
  const refused = (bytes: number[], read: (reader: BorshReader) => unknown, message: RegExp) =>
    t.throws(() => read(new BorshReader(Uint8Array.from(bytes))), { instanceOf: BorshError, message });
  refused([1, 0, 0, 0, 0xff], (reader) => reader.string(), /not UTF-8/);
  refused([2, 1], (reader) => reader.option(() => reader.u8()), /neither 0 nor 1/);
  refused([255, 255, 255, 255], (reader) => reader.list(() => reader.u8()), /list of 4294967295 items/);
  t.throws(() => encodeReceipt({ ...around, body: { ...body, version: 1, refund_to: 'r.near' } }), {
    message: /make the second/,
  });
});

test('an action that is not supported is named', (t) => {
  const start = encodeReceipt({ ...around, body: { ...body, version: 1, refund_to: null, actions: [] } });
  const withAction = (tag: number) => {
    const bytes = Uint8Array.of(...start, tag);
    bytes[start.length - 4] = 1;
    return bytes;
  };
  t.throws(() => decodeReceipt(withAction(10)), { message: /UseGlobalContract is not supported/ });
  t.throws(() => decodeReceipt(withAction(77)), { message: /77 is no action's tag/ });
});
