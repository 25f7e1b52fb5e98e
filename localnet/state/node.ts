// Owns the nodes of NEAR's state trie: their shapes, memory usage, bytes and hashes; leaves changing them to update.ts.
import { BorshWriter } from '../../core/near/borsh.ts';
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

/** The bytes that NEAR stores and hashes, and that a state proof lists. */
export function encodeNode(node: TrieNode): Uint8Array {
  const writer = new BorshWriter();
  if (node.kind === 'leaf') {
    writer.u8(TAG.leaf).vec(encodeHexPrefix(node.nibbles, true));
    writeValueRef(writer, node.value);
  } else if (node.kind === 'extension') {
    writer.u8(TAG.extension).vec(encodeHexPrefix(node.nibbles, false)).fixed(nodeHash(node.child));
  } else {
    writer.u8(node.value === null ? TAG.branch : TAG.branch_with_value);
    if (node.value !== null) writeValueRef(writer, node.value);
    writeChildren(writer, node.children);
  }
  return writer.u64(BigInt(node.memory_usage)).finish();
}

function writeValueRef(writer: BorshWriter, value: TrieValue): void {
  writer.u32(value.bytes.length).fixed(valueHash(value));
}

function writeChildren(writer: BorshWriter, children: readonly (TrieNode | null)[]): void {
  let mask = 0;
  for (const [index, child] of children.entries()) if (child !== null) mask |= 1 << index;
  writer.u16(mask);
  for (const child of children) if (child !== null) writer.fixed(nodeHash(child));
}

function pathCost(nibbles: Nibbles): number {
  return NODE_COST + KEY_BYTE_COST * hexPrefixLength(nibbles);
}

function valueCost(value: TrieValue): number {
  return NODE_COST + value.bytes.length;
}
