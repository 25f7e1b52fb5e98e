// Shows that evidence has one hash whatever its order, and that a proof shows a file of it and no other.

import { createHash } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { buildEvidenceTree, type ProofStep, verifyEvidenceProof } from './evidence.ts';

const file = (name: string | number): string => createHash('sha256').update(`file ${name}`).digest('hex');
const files = (count: number): string[] => Array.from({ length: count }, (_none, index) => file(index));

test('one file is hashed once more, as a leaf', (t) => {
  const wanted = createHash('sha256')
    .update(Buffer.concat([Buffer.of(0), Buffer.from(file(1), 'hex')]))
    .digest('hex');
  t.is(buildEvidenceTree([file(1)]).evidence_hash, wanted);
});

test('order and repetition do not change the hash, another file does', (t) => {
  const all = files(7);
  const { evidence_hash } = buildEvidenceTree(all);
  t.is(buildEvidenceTree([...all].reverse()).evidence_hash, evidence_hash);
  t.is(buildEvidenceTree([...all, file(3)]).evidence_hash, evidence_hash);
  t.not(buildEvidenceTree(files(8)).evidence_hash, evidence_hash);
  t.not(buildEvidenceTree(files(6)).evidence_hash, evidence_hash);
});

test('every file of any number has a proof, which shows no other file', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (count, drawn) => {
      const all = files(count);
      const { evidence_hash, proofs } = buildEvidenceTree(all);
      t.is(proofs.size, count);
      for (const file_hash of all) {
        const proof = proofs.get(file_hash) ?? [];
        t.true(verifyEvidenceProof({ file_hash, proof, evidence_hash }));
        t.false(verifyEvidenceProof({ file_hash: file(`other ${drawn}`), proof, evidence_hash }));
      }
    }),
    { numRuns: 50 },
  );
});

test('a node of the tree is no file', (t) => {
  const [a = '', b = ''] = files(2).sort();
  const { evidence_hash, proofs } = buildEvidenceTree([a, b, file(3)]);
  for (const steps of proofs.values()) {
    for (const { hash } of steps) {
      const proof: ProofStep[] = steps.slice(1);
      t.false(verifyEvidenceProof({ file_hash: hash, proof, evidence_hash }));
    }
  }
});

test('what is no hash is refused, and no files have no hash', (t) => {
  t.throws(() => buildEvidenceTree([]), { instanceOf: RangeError });
  t.throws(() => buildEvidenceTree(['x']), { instanceOf: RangeError });
  t.throws(() => buildEvidenceTree([file(1).toUpperCase()]), { instanceOf: RangeError });
  t.false(verifyEvidenceProof({ file_hash: 'x', proof: [], evidence_hash: file(1) }));
  const proof = Array.from({ length: 33 }, () => ({ side: 'left' as const, hash: file(1) }));
  t.false(verifyEvidenceProof({ file_hash: file(1), proof, evidence_hash: file(2) }));
});
