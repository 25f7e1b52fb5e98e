// Owns the rules of the trie, on nodes that NEAR published and on random histories; leaves layers to layers.test.ts.
import test from 'ava';
import fc from 'fast-check';
import { equalBytes, toHex } from '../../core/near/bytes.ts';
import { decodeBase64, encodeBase64, sha256 } from '../../core/near/crypto.ts';
import { accessKeyKey, accountKey, contractDataKey, contractDataPrefix } from './keys.ts';
import { EMPTY_ROOT } from './node.ts';
import { Trie } from './trie.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

// The proof nodes that nearcore's own test of view_state expects for these four records, top to bottom.
const RECORDS: [string, string, string][] = [
  ['test', 'test123', '123'],
  ['test', 'test321', '321'],
  ['alina', 'qqq', '321'],
  ['alex', 'qqq', '321'],
];
const PUBLISHED = [
  'AwMAAAAWFsbwm2TFX4GHLT5G1LSpF8UkG7zQV1ohXBMR/OQcUAKZ3gwDAAAAAAAA',
  'ASAC7S1KwgLNl0HPdSo8soL8sGOmPhL7O0xTSR8sDDR5pZrzu0ty3UPYJ5UKrFGKxXoyyyNG75AF9hnJHO3xxFkf5NQCAAAAAAAA',
  'AwEAAAAW607KPj2q3O8dF6XkfALiIrd9mqGir2UlYIcZuLNksTsvAgAAAAAAAA==',
  'AQhAP4sMdbiWZPtV6jz8hYKzRFSgwaSlQKiGsQXogAmMcrLOl+SJfiCOXMTEZ2a1ebmQOEGkRYa30FaIlB46sLI2IPsBAAAAAAAA',
  'AwwAAAAWUubmVhcix0ZXN0PKtrEndk0LxM+qpzp0PVtjf+xlrzz4TT0qA+hTtm6BLlYBAAAAAAAA',
  'AQoAVWCdny7wv/M1LvZASC3Fw0D/NNhI1NYwch9Ux+KZ2qRdQXPC1rNsCGRJ7nd66SfcNmRUVVvQY6EYCbsIiugO6gwBAAAAAAAA',
  'AAMAAAAgMjMDAAAApmWkWSBCL51Bfkhn79xPuKBKHz//H6B+mY6G9/eieuNtAAAAAAAAAA==',
];

test('the nodes of published records are those that NEAR published, memory counts included', (t) => {
  // The path of the published nodes spells alice.near; a record of another column parts the ways above it.
  const account = (name: string) => (name === 'test' ? 'alice.near' : name);
  let trie = new Trie().set(accountKey('someone'), bytes('else'));
  for (const [name, key, value] of RECORDS)
    trie = trie.set(contractDataKey(account(name), bytes(key)), bytes(value));
  const proof = trie.prove(contractDataKey('alice.near', bytes('test123'))).map(encodeBase64);
  t.deepEqual(proof.slice(-PUBLISHED.length), PUBLISHED);
  const beside = trie.prove(contractDataKey('alice.near', bytes('test321'))).map(encodeBase64);
  t.is(beside.at(-1), 'AAMAAAAgMjEDAAAAjSPPbIboNKeqbt7VTCbOK7LnSQNTjGG91dIZeZerL3JtAAAAAAAAAA==');
});

test('each published node is the child that the one above it names', (t) => {
  const nodes = PUBLISHED.map(decodeBase64);
  for (const [index, node] of nodes.entries()) {
    const above = nodes[index - 1];
    if (above !== undefined) t.true(toHex(above).includes(toHex(sha256(node))), `node ${index}`);
  }
});

test('a trie that holds nothing has a root of zeros, however it came to that', (t) => {
  t.deepEqual(new Trie().root, EMPTY_ROOT);
  t.deepEqual(new Trie().set(bytes('a'), bytes('1')).remove(bytes('a')).root, EMPTY_ROOT);
});

test('removing what is not there changes nothing', (t) => {
  const trie = new Trie().set(bytes('abc'), bytes('1')).set(bytes('abd'), bytes('2'));
  for (const key of ['', 'a', 'ab', 'abcd', 'abx', 'z']) t.is(trie.remove(bytes(key)), trie, key);
});

test('keys that are beginnings of each other live side by side', (t) => {
  const keys = ['', 'a', 'ab', 'abc', 'b'];
  let trie = new Trie();
  for (const key of keys) trie = trie.set(bytes(key), bytes(`=${key}`));
  for (const key of keys) t.deepEqual(trie.get(bytes(key)), bytes(`=${key}`));
  t.is(trie.get(bytes('abcd')), null);
  t.deepEqual(
    [...trie.entries(bytes('ab'))].map(({ key }) => new TextDecoder().decode(key)),
    ['ab', 'abc'],
  );
});

test('a write touches the nodes on its way, and the value where there is one', (t) => {
  t.is(new Trie().touched(bytes('a')), 0n);
  const one = new Trie().set(bytes('a'), bytes('1'));
  t.is(one.touched(bytes('a')), 2n);
  t.is(one.touched(bytes('b')), 1n);
  // An extension, a branch, and the leaf with its value.
  const two = one.set(bytes('b'), bytes('2'));
  t.is(two.touched(bytes('b')), 4n);
  t.is(two.touched(bytes('c')), 2n);
});

test('an access key stands behind its account, its column and its curve', (t) => {
  const public_key = { curve: 'ed25519' as const, bytes: new Uint8Array(32).fill(1) };
  t.is(toHex(accessKeyKey('ab', public_key)), `026162${'02'}00${'01'.repeat(32)}`);
});

// Short keys over few letters: long shared beginnings and many collisions.
const key = fc.uint8Array({ maxLength: 4, max: 3 });
const step = fc.record({ key, value: fc.option(fc.uint8Array({ maxLength: 3 }), { nil: null }) });

test('a root depends on what a state holds and not on how it was reached', (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.infiniteStream(fc.nat()), (steps, order) => {
      const model = new Map<string, { key: Uint8Array; value: Uint8Array }>();
      let trie = new Trie();
      for (const { key: at, value } of steps) {
        trie = value === null ? trie.remove(at) : trie.set(at, value);
        if (value === null) model.delete(toHex(at));
        else model.set(toHex(at), { key: at, value });
      }
      let fresh = new Trie();
      const shuffled = [...model.values()].map((item) => ({ item, rank: order.next().value as number }));
      for (const { item } of shuffled.sort((a, b) => a.rank - b.rank))
        fresh = fresh.set(item.key, item.value);
      const sorted = [...model.keys()].toSorted();
      const listed = [...trie.entries(new Uint8Array())].map((entry) => toHex(entry.key));
      return (
        equalBytes(trie.root, fresh.root) &&
        sorted.join() === listed.join() &&
        [...model.values()].every(({ key: at, value }) => equalBytes(trie.get(at) ?? bytes('none'), value))
      );
    }),
    { numRuns: 300 },
  );
  t.pass();
});

test('an older state stays as it was when a newer one changes', (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.array(step, { maxLength: 20 }), (before, after) => {
      const run = (from: Trie, steps: typeof before) =>
        steps.reduce(
          (trie, { key: at, value }) => (value === null ? trie.remove(at) : trie.set(at, value)),
          from,
        );
      const old = run(new Trie(), before);
      const root = old.root;
      const listed = [...old.entries(new Uint8Array())].length;
      run(old, after);
      return (
        equalBytes(run(new Trie(), before).root, root) && [...old.entries(new Uint8Array())].length === listed
      );
    }),
  );
  t.pass();
});

test('a digest differs where entries below its prefix do, and only there', (t) => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 20 }), (keys) => {
      const changes = (account: string) =>
        keys.map((key) => ({ key: contractDataKey(account, bytes(key)), value: bytes(key) }));
      const prefix = contractDataPrefix('alice.near');
      const trie = new Trie().with(changes('alice.near')).with(changes('bob.near'));
      const [changed = ''] = keys;
      const beside = trie.set(contractDataKey('bob.near', bytes(changed)), bytes('other'));
      t.deepEqual(beside.digest(prefix), trie.digest(prefix));
      const inside = trie.set(contractDataKey('alice.near', bytes(changed)), bytes('other'));
      t.notDeepEqual(inside.digest(prefix), trie.digest(prefix));
      const fewer = trie.remove(contractDataKey('alice.near', bytes(changed)));
      t.notDeepEqual(fewer.digest(prefix), trie.digest(prefix));
      t.deepEqual(fewer.with(changes('alice.near')).digest(prefix), trie.digest(prefix));
    }),
  );
});
