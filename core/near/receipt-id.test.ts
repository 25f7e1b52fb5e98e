// Owns the rules of derived ids that no real block at hand shows; leaves the real ones to real-block.test.ts.
import test from 'ava';
import { toHex } from './bytes.ts';
import { sha256 } from './crypto.ts';
import { actionHash, dataId, receiptIdOfReceipt, receiptIdOfTransaction } from './receipt-id.ts';

const base = sha256(Uint8Array.of(1));

test('an id hashes what caused it, the height and a salt', (t) => {
  const tail = Uint8Array.of(0x02, 0x01, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0);
  t.deepEqual(receiptIdOfReceipt({ parent_id: base, block: 0x0102n, index: 5n }), sha256(base, tail));
});

test('ids of one cause differ by index, height and family', (t) => {
  const ids = [
    receiptIdOfTransaction(base, 7n),
    receiptIdOfReceipt({ parent_id: base, block: 7n, index: 1n }),
    receiptIdOfReceipt({ parent_id: base, block: 8n, index: 1n }),
    actionHash({ receipt_id: base, block: 7n, action_index: 0n }),
    actionHash({ receipt_id: base, block: 7n, action_index: 1n }),
    dataId({
      action_hash: actionHash({ receipt_id: base, block: 7n, action_index: 0n }),
      block: 7n,
      index: 0n,
    }),
  ];
  t.is(new Set(ids.map(toHex)).size, ids.length);
});

test('the first action of a receipt counts from the top of u64', (t) => {
  const tail = Uint8Array.from([...new Array(8).fill(0), ...new Array(8).fill(0xff)]);
  t.deepEqual(actionHash({ receipt_id: base, block: 0n, action_index: 0n }), sha256(base, tail));
});
