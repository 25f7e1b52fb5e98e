// Shows that derived hashes are those of the documented examples, and differ where anything differs.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { COMMITMENT_HEAD, childPreimage, mergedPreimage } from './derive.ts';
import { COMMITMENT_VECTORS, MERGE_VECTORS, SPLIT_VECTORS } from './derive-vectors.ts';

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

test("a child's hash is that of the example", (t) => {
  for (const { child, ...part } of SPLIT_VECTORS) t.is(sha256(childPreimage(part)), child);
});

test("a merged credit's hash is that of the example", (t) => {
  for (const { merged, ...merger } of MERGE_VECTORS) t.is(sha256(mergedPreimage(merger)), merged);
});

test('a commitment is that of the example', (t) => {
  for (const { salt, beneficiary, commitment } of COMMITMENT_VECTORS) {
    const bytes = [Buffer.from(COMMITMENT_HEAD), Buffer.from(salt, 'hex'), Buffer.from(beneficiary)];
    t.is(sha256(Buffer.concat(bytes)), commitment);
  }
});

test('docs/contract.md has every example', (t) => {
  const docs = readFileSync(new URL('../../docs/contract.md', import.meta.url), 'utf8');
  for (const { child } of SPLIT_VECTORS) t.true(docs.includes(child), child);
  for (const { merged } of MERGE_VECTORS) t.true(docs.includes(merged), merged);
  for (const { commitment, salt } of COMMITMENT_VECTORS)
    t.true(docs.includes(commitment) && docs.includes(salt), commitment);
});

test('another parent, place or amount gives another preimage', (t) => {
  const hash = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
  const part = fc.record({
    parent: hash,
    index: fc.nat(100),
    units: fc.bigInt({ min: 1n, max: 10n ** 20n }),
  });
  fc.assert(
    fc.property(part, part, (left, right) => {
      const same = left.parent === right.parent && left.index === right.index && left.units === right.units;
      t.is(childPreimage(left) === childPreimage(right), same);
    }),
  );
});
