// Owns the Merkle tree over a submission's evidence, its root and the proof that a file is in it; leaves files to api/store.

import { fromHex, toHex } from '../near/bytes.ts';
import { sha256 } from '../near/crypto.ts';

/** A neighbour on the way from a file to the root, and the side on which it stands. */
export type ProofStep = { side: 'left' | 'right'; hash: string };

export type EvidenceTree = {
  evidence_hash: string;
  /** By the file's SHA-256. */
  proofs: ReadonlyMap<string, readonly ProofStep[]>;
};

// As in RFC 6962: leaves and nodes are hashed with different first bytes, so that no node can be passed off as a file.
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const HEX_64 = /^[0-9a-f]{64}$/;
/** A path is as long as the tree is high; no tree of files is higher. */
export const MAX_PROOF_STEPS = 32;

/**
 * The same files give the same root, in whatever order they were added and how often. A last node without a neighbour goes
 * up as it is.
 */
export function buildEvidenceTree(file_hashes: readonly string[]): EvidenceTree {
  const files = [...new Set(file_hashes)].sort();
  if (files.length === 0) throw new RangeError('Evidence without a file has no hash.');
  const proofs = new Map<string, ProofStep[]>(files.map((file) => [file, []]));
  let level = files.map((file) => ({ hash: leafOf(file), files: [file] }));
  while (level.length > 1) {
    const next: typeof level = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = [level[at], level[at + 1]];
      if (left === undefined) break;
      if (right === undefined) {
        next.push(left);
        break;
      }
      for (const file of left.files) proofs.get(file)?.push({ side: 'right', hash: toHex(right.hash) });
      for (const file of right.files) proofs.get(file)?.push({ side: 'left', hash: toHex(left.hash) });
      next.push({ hash: nodeOf(left.hash, right.hash), files: [...left.files, ...right.files] });
    }
    level = next;
  }
  const [root] = level;
  if (root === undefined) throw new Error('A tree over files has a root.');
  return { evidence_hash: toHex(root.hash), proofs };
}

/** Whether the file is among those whose root this is. It needs nothing but its arguments. */
export function verifyEvidenceProof(about: {
  file_hash: string;
  proof: readonly ProofStep[];
  evidence_hash: string;
}): boolean {
  const { file_hash, proof, evidence_hash } = about;
  if (proof.length > MAX_PROOF_STEPS) return false;
  if (![file_hash, evidence_hash, ...proof.map(({ hash }) => hash)].every((hash) => HEX_64.test(hash))) {
    return false;
  }
  let current = leafOf(file_hash);
  for (const { side, hash } of proof) {
    const neighbour = fromHex(hash);
    current = side === 'left' ? nodeOf(neighbour, current) : nodeOf(current, neighbour);
  }
  return toHex(current) === evidence_hash;
}

function leafOf(file_hash: string): Uint8Array {
  if (!HEX_64.test(file_hash)) throw new RangeError(`"${file_hash}" is no SHA-256 in hex.`);
  return sha256(LEAF, fromHex(file_hash));
}

function nodeOf(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(NODE, left, right);
}
