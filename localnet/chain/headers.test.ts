// Owns the rules of single headers: approvals, chunks, gas price; leaves how they follow each other to chain.test.ts.
import test from 'ava';
import { BorshWriter } from '../../core/near/borsh.ts';
import { toHex } from '../../core/near/bytes.ts';
import { hashChunkHeader } from '../../core/near/chunk.ts';
import { sha256, verifyEd25519 } from '../../core/near/crypto.ts';
import { merklize } from '../../core/near/merkle.ts';
import { encodeReceipt, type Receipt } from '../../core/near/receipt.ts';
import { encodeSignedTransaction, type SignedTransaction } from '../../core/near/transaction.ts';
import { layoutOf } from '../../sandbox-tests/support/made-up-chain.ts';
import { makeChunkHeader, summarizeChunk } from './chunk-header.ts';
import { rotatingProducers } from './epochs.ts';
import { nextGasPrice } from './gas-price.ts';
import { boundaryLayout } from './layout.ts';
import { approvalMessage, makeValidator } from './signer.ts';

const seed = sha256();
const author = makeValidator({ seed, index: 0, stake: 1n });
const hash = sha256(Uint8Array.of(1));
const layout = layoutOf([4n, 0n]);
const nothing = { state_root: hash, outcomes: [], outgoing: [], gas_used: 0n, balance_burnt: 0n, layout };

test('approvers endorse a parent right below, and say so when they skip heights', (t) => {
  const endorsed = approvalMessage({ prev_hash: hash, prev_height: 7n, height: 8n });
  t.is(toHex(endorsed), `00${toHex(hash)}0800000000000000`);
  const skipped = approvalMessage({ prev_hash: hash, prev_height: 7n, height: 9n });
  t.is(toHex(skipped), '0107000000000000000900000000000000');
});

test('a validator follows from seed and index, and its signatures are checked by its key', (t) => {
  t.deepEqual(makeValidator({ seed, index: 0, stake: 1n }).public_key, author.public_key);
  t.notDeepEqual(makeValidator({ seed, index: 1, stake: 1n }).public_key, author.public_key);
  t.notDeepEqual(makeValidator({ seed: hash, index: 0, stake: 1n }).public_key, author.public_key);
  const { bytes: publicKey } = author.public_key;
  const { bytes: signature } = author.signer.sign(hash);
  t.true(verifyEd25519({ publicKey, message: hash, signature }));
  t.false(verifyEd25519({ publicKey, message: seed, signature }));
});

const transaction: SignedTransaction = {
  transaction: {
    signer_id: 'a.near',
    public_key: author.public_key,
    nonce: 1n,
    receiver_id: 'b.near',
    block_hash: hash,
    actions: [{ kind: 'transfer', deposit: 1n }],
  },
  signature: author.signer.sign(hash),
};

test('a chunk states what the one before it did and what it brings itself', (t) => {
  const before = summarizeChunk({ ...nothing, gas_used: 5n, balance_burnt: 3n });
  const place = { shard_id: 4n, height: 9n, prev_block_hash: hash, gas_limit: 10n, author, parts: 4 };
  const chunk = makeChunkHeader({ ...place, before, transactions: [transaction] });
  const { inner } = chunk;
  t.like(inner, { shard_id: 4n, height_created: 9n, gas_used: 5n, gas_limit: 10n, balance_burnt: 3n });
  t.deepEqual(inner.tx_root, sha256(encodeSignedTransaction(transaction)));
  t.deepEqual(chunk.hash, hashChunkHeader(inner));
  // Two counts of items and the transaction itself.
  t.is(inner.encoded_length, BigInt(8 + encodeSignedTransaction(transaction).length));
  const empty = makeChunkHeader({ ...place, before, transactions: [] });
  t.deepEqual(empty.inner.tx_root, new Uint8Array(32));
  t.notDeepEqual(empty.hash, chunk.hash);
});

test('outgoing receipts are committed in one list for each shard, empty ones too', (t) => {
  const to = (receiver_id: string, fill: number): Receipt => ({
    predecessor_id: 'system',
    receiver_id,
    receipt_id: new Uint8Array(32).fill(fill),
    body: { kind: 'data', data_id: hash, data: null },
  });
  const listOf = (shard_id: bigint, receipts: Receipt[]) => {
    const writer = new BorshWriter().u64(shard_id);
    writer.list(receipts, (receipt) => writer.fixed(encodeReceipt(receipt)));
    return sha256(sha256(writer.finish()));
  };
  const outgoing = [to('odd', 1), to('even', 2), to('other', 3)];
  const [odd, even, other] = outgoing as [Receipt, Receipt, Receipt];
  const { outgoing_receipts_root } = summarizeChunk({ ...nothing, outgoing });
  t.deepEqual(outgoing_receipts_root, merklize([listOf(4n, [even]), listOf(0n, [odd, other])]).root);
  t.deepEqual(
    summarizeChunk(nothing).outgoing_receipts_root,
    merklize([listOf(4n, []), listOf(0n, [])]).root,
  );
});

test('the gas price rises with blocks fuller than half, falls with emptier ones, and keeps its bounds', (t) => {
  const rules = { min: 100n, max: 1_000_000n, adjustment: { numerator: 1n, denominator: 100n } };
  const next = (price: bigint, gas_used: bigint, gas_limit = 1_000n) =>
    nextGasPrice({ price, gas_used, gas_limit, rules });
  t.is(next(10_000n, 500n), 10_000n);
  t.is(next(10_000n, 1_000n), 10_050n);
  t.is(next(10_000n, 0n), 9_950n);
  t.is(next(10_000n, 0n, 0n), 10_000n);
  t.is(next(100n, 0n), 100n);
  t.is(next(1_000_000n, 1_000n), 1_000_000n);
});

test('more seats than validators, or none, are refused', (t) => {
  for (const seats of [0, 2]) {
    t.throws(() => rotatingProducers({ validators: [author], seats }), { message: /choose 1 to 1/ });
  }
});

test('a boundary belongs to the shard behind it, whatever the numbers of shards', (t) => {
  const { shardOf } = boundaryLayout({ boundaries: ['g.near', 'm'], shard_ids: [9n, 2n, 5n] });
  const shards = ['a.near', 'g.nea', 'g.near', 'g.near0', 'lz', 'm', 'zz', '0x'].map(shardOf);
  t.deepEqual(shards, [9n, 9n, 2n, 2n, 2n, 5n, 5n, 9n]);
});

const BROKEN: [string, string[], bigint[], RegExp][] = [
  ['too few shards', ['g'], [1n], /1 boundaries make 2 shards, not 1/],
  ['the same shard twice', ['g'], [1n, 1n], /stands twice/],
  ['boundaries out of order', ['m', 'g'], [1n, 2n, 3n], /not in rising order/],
];
for (const [what, boundaries, shard_ids, message] of BROKEN) {
  test(`a layout with ${what} is refused`, (t) => {
    t.throws(() => boundaryLayout({ boundaries, shard_ids }), { message });
  });
}
