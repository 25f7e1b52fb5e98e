// Owns the nodes of NEAR's state trie: their shapes, memory usage, bytes and hashes; leaves changing them to update.ts.
import { sha256 } from '../../core/near/crypto.ts';
import { encodeHexPrefix, hexPrefixLength, type Nibbles } from './nibbles.ts';

/** Nodes never change once made, so old roots stay readable and share what they have in common with new ones. */
export type TrieNode = LeafNode | BranchNode | ExtensionNode;

interface Sized {
  /** NEAR's measure of the subtree; part of the node's bytes and so of its hash. Exact below 2^53, in reach of no memory. */
  readonly memory_usage: number;
  hash: Uint8Array | null;
}

export interface TrieValue {
  readonly bytes: Uint8Array;
  hash: Uint8Array | null;
}

export interface LeafNode extends Sized {
  readonly kind: 'leaf';
  readonly nibbles: Nibbles;
  readonly value: TrieValue;
}

export interface BranchNode extends Sized {
  readonly kind: 'branch';
  /** Always 16 places. */
  readonly children: readonly (TrieNode | null)[];
  readonly value: TrieValue | null;
}

export interface ExtensionNode extends Sized {
  readonly kind: 'extension';
  readonly nibbles: Nibbles;
  readonly child: TrieNode;
}

/** The root of a trie that holds nothing. */
export const EMPTY_ROOT = new Uint8Array(32);
export const BRANCH_WIDTH = 16;

const HASH_BYTES = 32;
const VALUE_REF_BYTES = 4 + HASH_BYTES;

const NODE_COST = 50;
const KEY_BYTE_COST = 2;

const TAG = { leaf: 0, branch: 1, branch_with_value: 2, extension: 3 };

export function trieValue(bytes: Uint8Array): TrieValue {
  return { bytes, hash: null };
}

export function leaf(nibbles: Nibbles, value: TrieValue): LeafNode {
  return { kind: 'leaf', nibbles, value, memory_usage: pathCost(nibbles) + valueCost(value), hash: null };
}

export function branch(children: readonly (TrieNode | null)[], value: TrieValue | null): BranchNode {
  let memory_usage = NODE_COST + (value === null ? 0 : valueCost(value));
  for (const child of children) memory_usage += child?.memory_usage ?? 0;
  return { kind: 'branch', children, value, memory_usage, hash: null };
}

export function extension(nibbles: Nibbles, child: TrieNode): ExtensionNode {
  return {
    kind: 'extension',
    nibbles,
    child,
    memory_usage: pathCost(nibbles) + child.memory_usage,
    hash: null,
  };
}

export function nodeHash(node: TrieNode): Uint8Array {
  node.hash ??= sha256(encodeNode(node));
  return node.hash;
}

export function valueHash(value: TrieValue): Uint8Array {
  value.hash ??= sha256(value.bytes);
  return value.hash;
}

/**
 * The bytes that NEAR stores and hashes, and that a state proof lists: a tag, what the node holds, and its memory
 * usage. Written into bytes of the right length at once, because this is most of what a chunk's end costs.
 */
export function encodeNode(node: TrieNode): Uint8Array {
  if (node.kind === 'branch') return encodeBranch(node);
  const is_leaf = node.kind === 'leaf';
  const key = encodeHexPrefix(node.nibbles, is_leaf);
  const encoded = startNode(1 + 4 + key.length + (is_leaf ? VALUE_REF_BYTES : HASH_BYTES), node);
  encoded.bytes[0] = is_leaf ? TAG.leaf : TAG.extension;
  encoded.view.setUint32(1, key.length, true);
  encoded.bytes.set(key, 5);
  if (is_leaf) writeValueRef(encoded, 5 + key.length, node.value);
  else encoded.bytes.set(nodeHash(node.child), 5 + key.length);
  return encoded.bytes;
}

interface Encoded {
  bytes: Uint8Array;
  view: DataView;
}

function encodeBranch(node: BranchNode): Uint8Array {
  let mask = 0;
  let count = 0;
  for (let index = 0; index < BRANCH_WIDTH; index++) {
    if (node.children[index] === null) continue;
    mask |= 1 << index;
    count += 1;
  }
  const start = 1 + (node.value === null ? 0 : VALUE_REF_BYTES);
  const encoded = startNode(start + 2 + count * HASH_BYTES, node);
  encoded.bytes[0] = node.value === null ? TAG.branch : TAG.branch_with_value;
  if (node.value !== null) writeValueRef(encoded, 1, node.value);
  encoded.view.setUint16(start, mask, true);
  let at = start + 2;
  for (const child of node.children) {
    if (child === null) continue;
    encoded.bytes.set(nodeHash(child), at);
    at += HASH_BYTES;
  }
  return encoded.bytes;
}

/** Room for a body of the given length, with the memory usage already behind it. */
function startNode(body_bytes: number, node: TrieNode): Encoded {
  const bytes = new Uint8Array(body_bytes + 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(body_bytes, node.memory_usage % 2 ** 32, true);
  view.setUint32(body_bytes + 4, Math.floor(node.memory_usage / 2 ** 32), true);
  return { bytes, view };
}

function writeValueRef({ bytes, view }: Encoded, at: number, value: TrieValue): void {
  view.setUint32(at, value.bytes.length, true);
  bytes.set(valueHash(value), at + 4);
}

function pathCost(nibbles: Nibbles): number {
  return NODE_COST + KEY_BYTE_COST * hexPrefixLength(nibbles);
}

function valueCost(value: TrieValue): number {
  return NODE_COST + value.bytes.length;
}
