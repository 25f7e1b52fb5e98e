// Owns the rules of merkle trees; leaves the roots of real blocks to real-block.test.ts.
import test from 'ava';
import fc from 'fast-check';
import { equalBytes } from './bytes.ts';
import { sha256 } from './crypto.ts';
import { combine, merklize, rootOfPath } from './merkle.ts';

const leavesOf = (count: number) => Array.from({ length: count }, (_, i) => sha256(Uint8Array.of(i)));

test('every path of a tree leads from its leaf to the root, and from another leaf elsewhere', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), (count) => {
      const leaves = leavesOf(count);
      const { root, paths } = merklize(leaves);
      return leaves.every(
        (leaf, i) =>
          equalBytes(rootOfPath(leaf, paths[i] ?? []), root) &&
          !equalBytes(rootOfPath(sha256(leaf), paths[i] ?? []), root),
      );
    }),
  );
  t.pass();
});

test('an odd leaf is promoted unchanged', (t) => {
  const [a, b, c] = leavesOf(3) as [Uint8Array, Uint8Array, Uint8Array];
  t.deepEqual(merklize([a, b, c]).root, combine(combine(a, b), c));
  t.deepEqual(merklize([a, b, c]).paths[2], [{ hash: combine(a, b), direction: 'Left' }]);
});

test('a tree without leaves has a root of zeros', (t) => {
  t.deepEqual(merklize([]).root, new Uint8Array(32));
});
