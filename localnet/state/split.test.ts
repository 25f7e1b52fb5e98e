// Owns the rules of dividing a state; leaves layouts to the chain.
import test from 'ava';
import { toHex } from '../../core/near/bytes.ts';
import { accountKey, contractDataKey, delayedReceiptIndicesKey, delayedReceiptKey } from './keys.ts';
import { splitState } from './split.ts';
import { Trie } from './trie.ts';

const value = Uint8Array.of(1);
const shardOf = (account_id: string) => (account_id < 'm' ? 1n : 2n);
const keysOf = (trie: Trie | undefined) =>
  [...(trie ?? new Trie()).entries(new Uint8Array())].map(({ key }) => toHex(key));

test('each record goes to the shard of its account, and the delayed receipts to all', (t) => {
  const left = [accountKey('aa'), contractDataKey('aa', value)];
  const right = [accountKey('zz'), contractDataKey('zz', value)];
  const shared = [delayedReceiptIndicesKey(), delayedReceiptKey(0n)];
  const trie = new Trie().with([...left, ...right, ...shared].map((key) => ({ key, value })));
  const parts = splitState(trie, { children: [1n, 2n], shardOf });
  const sorted = (keys: Uint8Array[]) => keys.map(toHex).sort();
  t.deepEqual(keysOf(parts.get(1n)), sorted([...left, ...shared]));
  t.deepEqual(keysOf(parts.get(2n)), sorted([...right, ...shared]));
});

test('an account that belongs to none of the new shards stops the split', (t) => {
  const trie = new Trie().set(accountKey('zz'), value);
  t.throws(() => splitState(trie, { children: [1n, 3n], shardOf }), { message: /zz belongs to shard 2/ });
});
