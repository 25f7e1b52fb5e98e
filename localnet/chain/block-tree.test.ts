// Owns the rules of the tree over block hashes, against the plain merkle tree; leaves blocks to chain.test.ts.
import test from 'ava';
import { BorshWriter } from '../../core/near/borsh.ts';
import { sha256 } from '../../core/near/crypto.ts';
import { merklize } from '../../core/near/merkle.ts';
import { BlockTree } from './block-tree.ts';

const LEAVES = 70;
const leaves = Array.from({ length: LEAVES }, (_, index) => sha256(new BorshWriter().u32(index).finish()));

test('roots and paths at every size are those of a tree built anew', (t) => {
  const tree = new BlockTree();
  for (const leaf of leaves) tree.append(leaf);
  for (let size = 0; size <= LEAVES; size++) {
    const { root, paths } = merklize(leaves.slice(0, size));
    t.deepEqual(tree.root(size), root, `root of ${size}`);
    t.deepEqual(
      paths.map((_, leaf) => tree.path(leaf, size)),
      paths,
      `paths of ${size}`,
    );
  }
});

test('a leaf or a size that the tree has not is refused', (t) => {
  const tree = new BlockTree();
  tree.append(sha256());
  t.throws(() => tree.root(2), { message: /has 1 leaves; 2 were asked for/ });
  t.throws(() => tree.path(1, 1), { message: /leaf 1 is not among the first 1/ });
});
