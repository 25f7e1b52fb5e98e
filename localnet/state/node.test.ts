// Owns the bytes of single nodes; leaves tries of them to trie.test.ts.
import test from 'ava';
import { toHex } from '../../core/near/bytes.ts';
import { sha256 } from '../../core/near/crypto.ts';
import { branch, encodeNode, extension, leaf, nodeHash, trieValue } from './node.ts';

const value = trieValue(Uint8Array.of(1, 2, 3));
const ref = `03000000${toHex(sha256(value.bytes))}`;

test('a leaf is its path, the length and hash of its value, and its memory usage', (t) => {
  const odd = leaf(Uint8Array.of(1, 2, 3), value);
  t.is(toHex(encodeNode(odd)), `00${'02000000'}3123${ref}${'6b00000000000000'}`);
  const even = leaf(Uint8Array.of(1, 2), value);
  t.is(toHex(encodeNode(even)), `00${'02000000'}2012${ref}${'6b00000000000000'}`);
});

test('a branch names its children in a mask and lists their hashes, behind its value if it has one', (t) => {
  const child = leaf(new Uint8Array(0), value);
  const children = Array.from({ length: 16 }, (_, index) => (index === 3 || index === 5 ? child : null));
  const hashes = toHex(nodeHash(child)).repeat(2);
  // 50 for the branch, and for each child 50 + 2 + 50 + 3.
  t.is(toHex(encodeNode(branch(children, null))), `01${'2800'}${hashes}${'0401000000000000'}`);
  t.is(toHex(encodeNode(branch(children, value))), `02${ref}${'2800'}${hashes}${'3901000000000000'}`);
  const last = branch(new Array(15).fill(null).concat(child), null);
  t.is(toHex(encodeNode(last)), `01${'0080'}${toHex(nodeHash(child))}${'9b00000000000000'}`);
});

test('an extension is its path and the hash of its child', (t) => {
  const child = branch(new Array(16).fill(null), value);
  const node = extension(Uint8Array.of(10), child);
  t.is(toHex(encodeNode(node)), `03${'01000000'}1a${toHex(nodeHash(child))}${'9b00000000000000'}`);
});

test('a memory usage beyond 32 bits keeps all its bytes', (t) => {
  const node = { ...leaf(Uint8Array.of(1), value), memory_usage: 0x0102_0304_0506 };
  t.is(toHex(encodeNode(node).slice(-8)), '0605040302010000');
});
