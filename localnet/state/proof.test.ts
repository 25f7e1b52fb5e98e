// Owns the rules of state proofs, with a verifier that knows nothing of the trie; leaves the trie to trie.test.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { decodeHash } from '../../core/near/base58.ts';
import { BorshReader } from '../../core/near/borsh-reader.ts';
import { equalBytes, toHex } from '../../core/near/bytes.ts';
import { decodeBase64, encodeBase64, sha256 } from '../../core/near/crypto.ts';
import { accountKey, contractDataKey, contractDataPrefix } from './keys.ts';
import { Trie } from './trie.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

interface MainnetProof {
  state_root: string;
  account_id: string;
  key_base64: string;
  value_base64: string;
  proof: string[];
}
const mainnet: MainnetProof = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures', 'mainnet-state-proof.json'), 'utf8'),
);

test('the verifier accepts a proof of mainnet, and refuses it for another value, key or root', (t) => {
  const root = decodeHash(mainnet.state_root);
  const proof = mainnet.proof.map(decodeBase64);
  const key = contractDataKey(mainnet.account_id, decodeBase64(mainnet.key_base64));
  const value = decodeBase64(mainnet.value_base64);
  t.is(lookUp({ root, proof, key }), toHex(sha256(value)));
  t.not(lookUp({ root, proof, key }), toHex(sha256(value.subarray(1))));
  t.is(lookUp({ root, proof, key: Uint8Array.of(...key, 1) }), 'absent');
  t.is(lookUp({ root, proof, key: contractDataKey('another.near', bytes('STATE')) }), 'unproven');
  t.is(lookUp({ root: sha256(root), proof, key }), 'unproven');
  for (const [index] of proof.entries()) {
    t.is(lookUp({ root, proof: proof.toSpliced(index, 1), key }), 'unproven', `without node ${index}`);
  }
});

// nearcore's own test of view_state: these records, and the nodes it expects below the first two for each prefix.
const PUBLISHED = [
  'AwMAAAAWFsbwm2TFX4GHLT5G1LSpF8UkG7zQV1ohXBMR/OQcUAKZ3gwDAAAAAAAA',
  'ASAC7S1KwgLNl0HPdSo8soL8sGOmPhL7O0xTSR8sDDR5pZrzu0ty3UPYJ5UKrFGKxXoyyyNG75AF9hnJHO3xxFkf5NQCAAAAAAAA',
  'AwEAAAAW607KPj2q3O8dF6XkfALiIrd9mqGir2UlYIcZuLNksTsvAgAAAAAAAA==',
  'AQhAP4sMdbiWZPtV6jz8hYKzRFSgwaSlQKiGsQXogAmMcrLOl+SJfiCOXMTEZ2a1ebmQOEGkRYa30FaIlB46sLI2IPsBAAAAAAAA',
  'AwwAAAAWUubmVhcix0ZXN0PKtrEndk0LxM+qpzp0PVtjf+xlrzz4TT0qA+hTtm6BLlYBAAAAAAAA',
  'AQoAVWCdny7wv/M1LvZASC3Fw0D/NNhI1NYwch9Ux+KZ2qRdQXPC1rNsCGRJ7nd66SfcNmRUVVvQY6EYCbsIiugO6gwBAAAAAAAA',
  'AAMAAAAgMjMDAAAApmWkWSBCL51Bfkhn79xPuKBKHz//H6B+mY6G9/eieuNtAAAAAAAAAA==',
  'AAMAAAAgMjEDAAAAjSPPbIboNKeqbt7VTCbOK7LnSQNTjGG91dIZeZerL3JtAAAAAAAAAA==',
];
const PREFIXES: [string, number][] = [
  ['', 8],
  ['test', 8],
  ['xyz', 5],
  ['test123', 7],
];
for (const [prefix, nodes] of PREFIXES) {
  test(`a state proof under "${prefix}" lists the nodes that NEAR lists, in its order`, (t) => {
    // A record of another column, so that the ways part above the contract data as they do there.
    const trie = new Trie()
      .set(accountKey('someone'), bytes('else'))
      .set(contractDataKey('alice.near', bytes('test123')), bytes('123'))
      .set(contractDataKey('alice.near', bytes('test321')), bytes('321'))
      .set(contractDataKey('alina', bytes('qqq')), bytes('321'))
      .set(contractDataKey('alex', bytes('qqq')), bytes('321'));
    const proof = trie.proveEntries(contractDataKey('alice.near', bytes(prefix))).map(encodeBase64);
    t.deepEqual(proof.slice(2), PUBLISHED.slice(0, nodes));
  });
}

test('a proof of an empty state has no nodes', (t) => {
  t.deepEqual(new Trie().proveEntries(contractDataPrefix('a')), []);
  t.deepEqual(new Trie().prove(bytes('a')), []);
});

const key = fc.uint8Array({ maxLength: 4, max: 3 });
const records = fc.array(fc.record({ key, value: fc.uint8Array({ maxLength: 3 }) }), { maxLength: 40 });

test('a proof under a prefix shows each key below it as it is, held or not', (t) => {
  fc.assert(
    fc.property(records, key, fc.array(key, { maxLength: 8 }), (held, prefix, tails) => {
      const trie = new Trie().with(held);
      const proof = trie.proveEntries(prefix);
      const asked = [
        ...tails.map((tail) => Uint8Array.of(...prefix, ...tail)),
        ...held.map((item) => item.key),
      ];
      return asked
        .filter((item) => toHex(item).startsWith(toHex(prefix)))
        .every((item) => {
          const value = trie.get(item);
          const answer = lookUp({ root: trie.root, proof, key: item });
          return answer === (value === null ? absentIn(trie) : toHex(sha256(value)));
        });
    }),
    { numRuns: 300 },
  );
  t.pass();
});

test('a proof of one key is enough to read it, and no node of it can be left out', (t) => {
  fc.assert(
    fc.property(records, key, (held, asked) => {
      const trie = new Trie().with(held);
      const proof = trie.prove(asked);
      const value = trie.get(asked);
      const answer = lookUp({ root: trie.root, proof, key: asked });
      const shorter = proof.map((_, index) =>
        lookUp({ root: trie.root, proof: proof.toSpliced(index, 1), key: asked }),
      );
      return (
        answer === (value === null ? absentIn(trie) : toHex(sha256(value))) &&
        shorter.every((verdict) => verdict === 'unproven')
      );
    }),
    { numRuns: 300 },
  );
  t.pass();
});

/** An empty state has no node that could show anything. */
function absentIn(trie: Trie): 'absent' | 'unproven' {
  return equalBytes(trie.root, new Trie().root) ? 'unproven' : 'absent';
}

/** The hash of the value under the key, in hex; or that the nodes show it absent; or that they show nothing. */
function lookUp(options: { root: Uint8Array; proof: Uint8Array[]; key: Uint8Array }): string {
  const nodes = new Map(options.proof.map((node) => [toHex(sha256(node)), node]));
  let rest = toHex(options.key);
  let hash = toHex(options.root);
  for (;;) {
    const bytes = nodes.get(hash);
    if (bytes === undefined) return 'unproven';
    const node = readNode(bytes);
    if (!rest.startsWith(node.path)) return 'absent';
    rest = rest.slice(node.path.length);
    if (rest === '' && node.children.size === 0) return node.value ?? 'absent';
    if (rest === '' && node.path === '') return node.value ?? 'absent';
    const next = node.children.get(node.path === '' ? (rest[0] ?? '') : '');
    if (next === undefined) return 'absent';
    if (node.path === '') rest = rest.slice(1);
    hash = next;
  }
}

/** A branch has children by their nibble and no path; an extension one child under '' and a path. */
function readNode(bytes: Uint8Array): { path: string; value: string | null; children: Map<string, string> } {
  const reader = new BorshReader(bytes);
  const tag = reader.u8();
  const packed = tag === 0 || tag === 3 ? toHex(reader.vec()) : '00';
  const path = packed.slice((Number.parseInt(packed.slice(0, 1), 16) & 1) === 1 ? 1 : 2);
  let value: string | null = null;
  if (tag === 0 || tag === 2) {
    reader.u32();
    value = toHex(reader.fixed(32));
  }
  const children = new Map<string, string>();
  if (tag === 3) children.set('', toHex(reader.fixed(32)));
  if (tag === 1 || tag === 2) {
    const mask = reader.u16();
    for (let i = 0; i < 16; i++) if ((mask >> i) & 1) children.set(i.toString(16), toHex(reader.fixed(32)));
  }
  reader.u64();
  reader.end();
  return { path, value, children };
}
