// Owns reading one root of the state: values, ordered walks, path lengths, proofs; leaves open writes to journal.ts.
import { commonPrefixLength, fromNibbles, joinNibbles, type Nibbles, toNibbles } from './nibbles.ts';
import { EMPTY_ROOT, encodeNode, nodeHash, type TrieNode, type TrieValue, trieValue } from './node.ts';
import { insert, remove } from './update.ts';

export interface TrieEntry {
  key: Uint8Array;
  value: Uint8Array;
}

/** A state at one moment. Every change gives a new one; the old stays as it was. */
export class Trie {
  private readonly node: TrieNode | null;

  constructor(node: TrieNode | null = null) {
    this.node = node;
  }

  get root(): Uint8Array {
    return this.node === null ? EMPTY_ROOT : nodeHash(this.node);
  }

  get(key: Uint8Array): Uint8Array | null {
    return this.find(key).value?.bytes ?? null;
  }

  set(key: Uint8Array, value: Uint8Array): Trie {
    return this.with([{ key, value }]);
  }

  /** The same trie where the key is not there. */
  remove(key: Uint8Array): Trie {
    return this.with([{ key, value: null }]);
  }

  /**
   * Nodes that NEAR touches when a contract writes or removes the key: those on its path, the last one included that
   * shows the key is not there, and the value itself if there is one.
   */
  touched(key: Uint8Array): bigint {
    const { visited, value } = this.find(key);
    return BigInt(visited.length + (value === null ? 0 : 1));
  }

  /** In the order of key bytes. */
  *entries(prefix: Uint8Array): Generator<TrieEntry> {
    const { start, path } = this.seek(toNibbles(prefix));
    if (start !== null) yield* walk(start, path);
  }

  /** Where two tries differ below a prefix, this differs. It costs no walk, as each node knows its own hash. */
  digest(prefix: Uint8Array): Uint8Array {
    const { start } = this.seek(toNibbles(prefix));
    return start === null ? EMPTY_ROOT : nodeHash(start);
  }

  /** Encoded nodes from the root towards the key: they show its value's hash, or that it has none. */
  prove(key: Uint8Array): Uint8Array[] {
    return this.find(key).visited.map(encodeNode);
  }

  /**
   * The nodes that show all entries of a prefix and that there are no others: down to the prefix, then everything
   * below it, depth first; NEAR lists them so with view_state. The values are not among them.
   */
  proveEntries(prefix: Uint8Array): Uint8Array[] {
    const { visited, start } = this.seek(toNibbles(prefix));
    const nodes = visited.map(encodeNode);
    if (start !== null) for (const node of descendants(start)) nodes.push(encodeNode(node));
    return nodes;
  }

  /** A null value removes. */
  with(changes: Iterable<{ key: Uint8Array; value: Uint8Array | null }>): Trie {
    let node = this.node;
    for (const { key, value } of changes) {
      const nibbles = toNibbles(key);
      node = value === null ? remove(node, nibbles) : insert(node, nibbles, trieValue(value));
    }
    return node === this.node ? this : new Trie(node);
  }

  private find(key: Uint8Array): { visited: TrieNode[]; value: TrieValue | null } {
    const visited: TrieNode[] = [];
    let rest = toNibbles(key);
    let node = this.node;
    while (node !== null) {
      visited.push(node);
      if (node.kind === 'branch') {
        const index = rest[0];
        if (index === undefined) return { visited, value: node.value };
        node = node.children[index] ?? null;
        rest = rest.subarray(1);
        continue;
      }
      const shared = commonPrefixLength(node.nibbles, rest);
      if (shared < node.nibbles.length) return { visited, value: null };
      if (node.kind === 'leaf') return { visited, value: shared === rest.length ? node.value : null };
      rest = rest.subarray(shared);
      node = node.child;
    }
    return { visited, value: null };
  }

  /** The node below which all keys of a prefix stand, the nibbles that lead to it, and the nodes met on the way. */
  private seek(prefix: Nibbles): { visited: TrieNode[]; start: TrieNode | null; path: Nibbles } {
    const visited: TrieNode[] = [];
    let at = 0;
    let node = this.node;
    while (node !== null) {
      visited.push(node);
      const path = prefix.subarray(0, at);
      const rest = prefix.subarray(at);
      if (rest.length === 0) return { visited, start: node, path };
      if (node.kind === 'branch') {
        node = node.children[rest[0] ?? 0] ?? null;
        at += 1;
        continue;
      }
      const shared = commonPrefixLength(node.nibbles, rest);
      if (shared === rest.length) return { visited, start: node, path };
      if (shared < node.nibbles.length || node.kind === 'leaf') break;
      at += shared;
      node = node.child;
    }
    return { visited, start: null, path: prefix };
  }
}

/** Not recursive: a path can be as long as a key has nibbles, about 4,200. */
function* walk(start: TrieNode, start_path: Nibbles): Generator<TrieEntry> {
  const open = [{ node: start, path: start_path }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, path } = next;
    if (node.kind === 'leaf') {
      yield { key: fromNibbles(joinNibbles(path, node.nibbles)), value: node.value.bytes };
    } else if (node.kind === 'extension') {
      open.push({ node: node.child, path: joinNibbles(path, node.nibbles) });
    } else {
      if (node.value !== null) yield { key: fromNibbles(path), value: node.value.bytes };
      for (const [index, child] of [...node.children.entries()].reverse()) {
        if (child !== null) open.push({ node: child, path: joinNibbles(path, Uint8Array.of(index)) });
      }
    }
  }
}

function* descendants(start: TrieNode): Generator<TrieNode> {
  const open = [start];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node !== start) yield node;
    if (node.kind === 'extension') open.push(node.child);
    if (node.kind !== 'branch') continue;
    for (const child of [...node.children].reverse()) if (child !== null) open.push(child);
  }
}
