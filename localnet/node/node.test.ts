// Owns the rules of a running node: heights, repeatability, finality, statuses; leaves disk, shards and money to their own tests.
import test from 'ava';
import { hashTransaction } from '../../core/near/transaction.ts';
import { signFor, startTestNode } from '../../sandbox-tests/support/near-node.ts';

test('smoke', async (t) => {
  const node = startTestNode(t, { mode: { kind: 'instant' } });
  const signed = signFor(node, { from: 'alice.near', to: 'bob.near', actions: [{ kind: 'transfer', deposit: 5n }] });
  t.is(node.submit(signed).kind, 'accepted');
  await node.settled();
  const status = node.findTransaction(hashTransaction(signed.transaction));
  t.is(status?.level, 'FINAL');
});
