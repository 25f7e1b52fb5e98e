// Owns putting one key into a trie and taking one out, as new nodes beside the old ones; leaves reading to trie.ts.
import { commonPrefixLength, joinNibbles, type Nibbles } from './nibbles.ts';
import {
  BRANCH_WIDTH,
  type BranchNode,
  branch,
  type ExtensionNode,
  extension,
  type LeafNode,
  leaf,
  type TrieNode,
  type TrieValue,
} from './node.ts';

const NO_NIBBLES = new Uint8Array(0);

/**
 * The shape of the result depends on the keys it holds alone, never on the order in which they came; so a root names
 * one content.
 */
export function insert(node: TrieNode | null, nibbles: Nibbles, value: TrieValue): TrieNode {
  if (node === null) return leaf(nibbles, value);
  if (node.kind === 'branch') return insertIntoBranch(node, nibbles, value);
  const shared = commonPrefixLength(node.nibbles, nibbles);
  const whole = shared === node.nibbles.length;
  if (node.kind === 'leaf' && whole && shared === nibbles.length) return leaf(nibbles, value);
  if (node.kind === 'extension' && whole) {
    return extension(node.nibbles, insert(node.child, nibbles.subarray(shared), value));
  }
  const forked = insertIntoBranch(fork(node, shared), nibbles.subarray(shared), value);
  return shared === 0 ? forked : extension(nibbles.subarray(0, shared), forked);
}

/** The same node when it does not hold the key; null when nothing is left. */
export function remove(node: TrieNode | null, nibbles: Nibbles): TrieNode | null {
  if (node === null) return null;
  if (node.kind === 'branch') return removeFromBranch(node, nibbles);
  const shared = commonPrefixLength(node.nibbles, nibbles);
  if (shared < node.nibbles.length) return node;
  if (node.kind === 'leaf') return shared === nibbles.length ? null : node;
  const child = remove(node.child, nibbles.subarray(shared));
  if (child === node.child) return node;
  return child === null ? null : prefixed(node.nibbles, child);
}

function insertIntoBranch(node: BranchNode, nibbles: Nibbles, value: TrieValue): BranchNode {
  const index = nibbles[0];
  if (index === undefined) return branch(node.children, value);
  const child = insert(node.children[index] ?? null, nibbles.subarray(1), value);
  return branch(node.children.with(index, child), node.value);
}

/** A branch that holds what was behind the first `at` nibbles of a leaf or an extension. */
function fork(node: LeafNode | ExtensionNode, at: number): BranchNode {
  const index = node.nibbles[at];
  const none = new Array<TrieNode | null>(BRANCH_WIDTH).fill(null);
  if (node.kind === 'leaf') {
    if (index === undefined) return branch(none, node.value);
    return branch(none.with(index, leaf(node.nibbles.subarray(at + 1), node.value)), null);
  }
  if (index === undefined) throw new Error('an extension is forked only before its end');
  return branch(none.with(index, prefixed(node.nibbles.subarray(at + 1), node.child)), null);
}

function removeFromBranch(node: BranchNode, nibbles: Nibbles): TrieNode | null {
  const index = nibbles[0];
  if (index === undefined) return node.value === null ? node : squash(branch(node.children, null));
  const child = node.children[index] ?? null;
  const rest = remove(child, nibbles.subarray(1));
  if (rest === child) return node;
  return squash(branch(node.children.with(index, rest), node.value));
}

/** A branch with one way on is no branch: NEAR merges it into what is left. */
function squash(node: BranchNode): TrieNode | null {
  const taken: number[] = [];
  for (const [index, child] of node.children.entries()) if (child !== null) taken.push(index);
  const [index] = taken;
  if (index === undefined) return node.value === null ? null : leaf(NO_NIBBLES, node.value);
  const child = node.children[index] ?? null;
  if (taken.length > 1 || node.value !== null || child === null) return node;
  return prefixed(Uint8Array.of(index), child);
}

/** The child behind the nibbles, in one node where two would follow each other. */
function prefixed(nibbles: Nibbles, child: TrieNode): TrieNode {
  if (nibbles.length === 0) return child;
  if (child.kind === 'branch') return extension(nibbles, child);
  const joined = joinNibbles(nibbles, child.nibbles);
  return child.kind === 'leaf' ? leaf(joined, child.value) : extension(joined, child.child);
}
