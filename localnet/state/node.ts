// Owns trie nodes and their encoding and hash; leaves changing them to trie.ts.
import { BorshWriter } from '../../core/near/borsh.ts';
import { sha256 } from '../../core/near/crypto.ts';
import { type Nibbles, packNibbles } from './nibbles.ts';

/** Nodes never change: an update shares what it leaves alone, so an old root stays readable for as long as it is kept. */
export type TrieNode = LeafNode | ExtensionNode | BranchNode;

export interface StoredValue {
  bytes: Uint8Array;
  hash: Uint8Array;
}

interface Sealed {
  /** Computed at the first question and kept. */
  seal: NodeSeal | null;
}

export interface NodeSeal {
  encoded: Uint8Array;
  hash: Uint8Array;
  memory_usage: bigint;
}

export interface LeafNode extends Sealed {
  kind: 'leaf';
  path: Nibbles;
  value: StoredValue;
}

export interface ExtensionNode extends Sealed {
  kind: 'extension';
  path: Nibbles;
  child: BranchNode;
}

export interface BranchNode extends Sealed {
  kind: 'branch';
  children: readonly (TrieNode | null)[];
  value: StoredValue | null;
}

/** The root of a trie that holds nothing. */
export const EMPTY_ROOT = new Uint8Array(32);
export const WIDTH = 16;

const TAG = { leaf: 0, branch: 1, branch_with_value: 2, extension: 3 } as const;
/** What NEAR counts for a node's place in memory; the count is hashed, so it is part of the state root. */
const NODE_COST = 50n;
const KEY_BYTE_COST = 2n;
const VALUE_BYTE_COST = 1n;

export function storedValue(bytes: Uint8Array): StoredValue {
  return { bytes, hash: sha256(bytes) };
}

export function leafNode(path: Nibbles, value: StoredValue): LeafNode {
  return { kind: 'leaf', path, value, seal: null };
}

export function branchNode(children: readonly (TrieNode | null)[], value: StoredValue | null): BranchNode {
  return { kind: 'branch', children, value, seal: null };
}

/** An extension without a path is its child, and one before a branch only: others are merged into their child. */
export function extensionNode(path: Nibbles, child: BranchNode): TrieNode {
  return path.length === 0 ? child : { kind: 'extension', path, child, seal: null };
}

export function sealNode(node: TrieNode): NodeSeal {
  if (node.seal !== null) return node.seal;
  const { writer, memory_usage } = encodeBody(node);
  const encoded = writer.u64(memory_usage).finish();
  node.seal = { encoded, hash: sha256(encoded), memory_usage };
  return node.seal;
}

function encodeBody(node: TrieNode): { writer: BorshWriter; memory_usage: bigint } {
  const writer = new BorshWriter();
  if (node.kind === 'leaf') {
    const key = packNibbles(node.path, true);
    writeValue(writer.u8(TAG.leaf).vec(key), node.value);
    return { writer, memory_usage: NODE_COST + BigInt(key.length) * KEY_BYTE_COST + valueCost(node.value) };
  }
  if (node.kind === 'extension') {
    const key = packNibbles(node.path, false);
    const child = sealNode(node.child);
    writer.u8(TAG.extension).vec(key).fixed(child.hash);
    return { writer, memory_usage: NODE_COST + BigInt(key.length) * KEY_BYTE_COST + child.memory_usage };
  }
  if (node.value === null) writer.u8(TAG.branch);
  else writeValue(writer.u8(TAG.branch_with_value), node.value);
  let memory_usage = NODE_COST + (node.value === null ? 0n : valueCost(node.value));
  const bitmap = node.children.reduce(
    (bits, child, index) => (child === null ? bits : bits | (1 << index)),
    0,
  );
  writer.u16(bitmap);
  for (const child of node.children) {
    if (child === null) continue;
    const seal = sealNode(child);
    writer.fixed(seal.hash);
    memory_usage += seal.memory_usage;
  }
  return { writer, memory_usage };
}

function writeValue(writer: BorshWriter, value: StoredValue): void {
  writer.u32(value.bytes.length).fixed(value.hash);
}

function valueCost(value: StoredValue): bigint {
  return NODE_COST + BigInt(value.bytes.length) * VALUE_BYTE_COST;
}
