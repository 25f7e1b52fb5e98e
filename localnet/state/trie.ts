// Owns the state trie: reading, writing, removing, its root, proofs of what it holds; leaves which keys there are to keys.ts.
import { commonPrefix, joinNibbles, type Nibbles, toNibbles } from './nibbles.ts';
import {
  type BranchNode,
  branchNode,
  EMPTY_ROOT,
  type ExtensionNode,
  extensionNode,
  type LeafNode,
  leafNode,
  type StoredValue,
  sealNode,
  storedValue,
  type TrieNode,
  WIDTH,
} from './node.ts';

/** A state at one moment. Every change gives a new one; the old stays as it was. */
export class Trie {
  private readonly top: TrieNode | null;

  constructor(top: TrieNode | null = null) {
    this.top = top;
  }

  get root(): Uint8Array {
    return this.top === null ? EMPTY_ROOT : sealNode(this.top).hash;
  }

  get(key: Uint8Array): Uint8Array | null {
    return this.walk(key).value?.bytes ?? null;
  }

  set(key: Uint8Array, value: Uint8Array): Trie {
    return new Trie(insert(this.top, toNibbles(key), storedValue(value)));
  }

  /** The same trie where the key is not there. */
  remove(key: Uint8Array): Trie {
    const top = removeFrom(this.top, toNibbles(key));
    return top === this.top ? this : new Trie(top);
  }

  /** What a write or removal of the key touches: the nodes on its way, and the value where there is one. */
  touched(key: Uint8Array): bigint {
    const { nodes, value } = this.walk(key);
    return BigInt(nodes.length + (value === null ? 0 : 1));
  }

  /** Encoded nodes from the root towards the key: they show its value, or that it has none. */
  prove(key: Uint8Array): Uint8Array[] {
    return this.walk(key).nodes.map((node) => sealNode(node).encoded);
  }

  /** Keys that begin with `prefix` and their values, in the order of the keys. */
  *entries(prefix: Uint8Array): Generator<{ key: Uint8Array; value: Uint8Array }> {
    const wanted = toNibbles(prefix);
    yield* below(this.top, new Uint8Array(), wanted);
  }

  private walk(key: Uint8Array): { nodes: TrieNode[]; value: StoredValue | null } {
    const nodes: TrieNode[] = [];
    let rest = toNibbles(key);
    let node = this.top;
    while (node !== null) {
      nodes.push(node);
      if (node.kind === 'branch') {
        const [first] = rest;
        if (first === undefined) return { nodes, value: node.value };
        node = node.children[first] ?? null;
        rest = rest.subarray(1);
        continue;
      }
      const matches = commonPrefix(node.path, rest) === node.path.length;
      if (node.kind === 'leaf') {
        return { nodes, value: matches && rest.length === node.path.length ? node.value : null };
      }
      if (!matches) return { nodes, value: null };
      rest = rest.subarray(node.path.length);
      node = node.child;
    }
    return { nodes, value: null };
  }
}

function insert(node: TrieNode | null, path: Nibbles, value: StoredValue): TrieNode {
  if (node === null) return leafNode(path, value);
  if (node.kind === 'branch') return insertIntoBranch(node, path, value);
  const shared = commonPrefix(node.path, path);
  if (node.kind === 'leaf' && shared === node.path.length && shared === path.length)
    return leafNode(path, value);
  if (node.kind === 'extension' && shared === node.path.length) {
    return extensionNode(node.path, insertIntoBranch(node.child, path.slice(shared), value));
  }
  // The ways part inside the path: a branch where they do, behind what they share.
  const split = insertIntoBranch(partAt(node, shared), path.slice(shared), value);
  return extensionNode(path.slice(0, shared), split);
}

function insertIntoBranch(node: BranchNode, path: Nibbles, value: StoredValue): BranchNode {
  const [first] = path;
  if (first === undefined) return branchNode(node.children, value);
  return branchNode(
    node.children.with(first, insert(node.children[first] ?? null, path.slice(1), value)),
    node.value,
  );
}

/** What stands behind the first `shared` nibbles of a leaf or extension, as a branch with one way on. */
function partAt(node: LeafNode | ExtensionNode, shared: number): BranchNode {
  const none: (TrieNode | null)[] = new Array(WIDTH).fill(null);
  const turn = node.path[shared];
  if (turn === undefined) {
    if (node.kind === 'extension') throw new Error('an extension that is passed whole is not parted');
    return branchNode(none, node.value);
  }
  const rest = node.path.slice(shared + 1);
  const child = node.kind === 'leaf' ? leafNode(rest, node.value) : extensionNode(rest, node.child);
  return branchNode(none.with(turn, child), null);
}

/** The same node where the key is not below it. */
function removeFrom(node: TrieNode | null, path: Nibbles): TrieNode | null {
  if (node === null) return null;
  if (node.kind === 'branch') return removeFromBranch(node, path);
  if (commonPrefix(node.path, path) !== node.path.length) return node;
  if (node.kind === 'leaf') return path.length === node.path.length ? null : node;
  const child = removeFromBranch(node.child, path.slice(node.path.length));
  return child === node.child ? node : prepend(node.path, child);
}

function removeFromBranch(node: BranchNode, path: Nibbles): TrieNode {
  const [first] = path;
  if (first === undefined) return node.value === null ? node : settle(branchNode(node.children, null));
  const before = node.children[first] ?? null;
  const after = removeFrom(before, path.slice(1));
  return after === before ? node : settle(branchNode(node.children.with(first, after), node.value));
}

/** A branch with one way left is no branch: the root must not depend on the way a state was reached. */
function settle(node: BranchNode): TrieNode {
  const ways = node.children.flatMap((child, index) => (child === null ? [] : [{ child, index }]));
  const [only] = ways;
  if (only === undefined && node.value !== null) return leafNode(new Uint8Array(), node.value);
  if (only === undefined || ways.length > 1 || node.value !== null) return node;
  return prepend(Uint8Array.of(only.index), only.child);
}

function prepend(path: Nibbles, node: TrieNode): TrieNode {
  if (node.kind === 'branch') return extensionNode(path, node);
  const longer = joinNibbles(path, node.path);
  return node.kind === 'leaf' ? leafNode(longer, node.value) : extensionNode(longer, node.child);
}

function* below(
  node: TrieNode | null,
  path: Nibbles,
  wanted: Nibbles,
): Generator<{ key: Uint8Array; value: Uint8Array }> {
  if (node === null) return;
  const here = node.kind === 'branch' ? path : joinNibbles(path, node.path);
  const compared = Math.min(here.length, wanted.length);
  if (commonPrefix(here, wanted) < compared) return;
  const { value } = node.kind === 'extension' ? { value: null } : node;
  if (value !== null && here.length >= wanted.length) yield { key: fromNibbles(here), value: value.bytes };
  if (node.kind === 'extension') yield* below(node.child, here, wanted);
  if (node.kind !== 'branch') return;
  for (const [index, child] of node.children.entries())
    yield* below(child, joinNibbles(here, [index]), wanted);
}

function fromNibbles(nibbles: Nibbles): Uint8Array {
  const key = new Uint8Array(nibbles.length / 2);
  for (let i = 0; i < key.length; i++) key[i] = ((nibbles[2 * i] ?? 0) << 4) | (nibbles[2 * i + 1] ?? 0);
  return key;
}
