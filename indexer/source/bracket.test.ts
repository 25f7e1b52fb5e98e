// Shows that the accounts seen on each shard tell a contract's shard when they are enough, and never a wrong one.
import test from 'ava';
import fc from 'fast-check';
import { Bracket } from './bracket.ts';
import { readShardLayout } from './layout.ts';

const accountId = fc.string({ unit: fc.constantFrom(...'abcdefghij'), minLength: 2, maxLength: 4 });

test('what the accounts tell is what the layout says', (t) => {
  let told = 0;
  fc.assert(
    fc.property(
      fc.array(accountId, { minLength: 40, maxLength: 120 }),
      accountId,
      (accounts, contract_id) => {
        const layout = readShardLayout({ V2: { boundary_accounts: ['c', 'f'], shard_ids: [6, 11, 2] } });
        const bracket = new Bracket(layout.shard_ids);
        for (const account_id of accounts) bracket.add(layout.shardOf(account_id), [account_id]);
        const shard_id = bracket.shardOf(contract_id);
        if (shard_id === null) return;
        told += 1;
        t.is(shard_id, layout.shardOf(contract_id));
      },
    ),
  );
  t.true(told > 20, `${told} told`);
});

test('accounts dealt by hash never tell a shard', (t) => {
  fc.assert(
    fc.property(
      fc.uniqueArray(accountId, { minLength: 60, maxLength: 120 }),
      accountId,
      (accounts, contract_id) => {
        const layout = readShardLayout({ V0: { num_shards: 3 } });
        const bracket = new Bracket(layout.shard_ids);
        for (const account_id of accounts) bracket.add(layout.shardOf(account_id), [account_id]);
        t.is(bracket.shardOf(contract_id), null);
      },
    ),
  );
});

test('few accounts tell nothing, the only shard tells itself', (t) => {
  const bracket = new Bracket([1n, 2n]);
  bracket.add(1n, ['a', 'b', 'c']);
  bracket.add(2n, ['x', 'y', 'z']);
  bracket.add(3n, ['of a shard that the layout does not have']);
  t.is(bracket.shardOf('b'), null);
  t.is(new Bracket([7n]).shardOf('b'), 7n);
});

test('an account below all seen, or above, lives on the outermost shard once each shard was seen', (t) => {
  const bracket = new Bracket([1n, 2n]);
  bracket.add(1n, ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']);
  t.is(bracket.shardOf('a'), null);
  bracket.add(2n, ['q', 'r', 's', 't', 'u', 'v', 'w', 'x']);
  t.is(bracket.shardOf('a'), 1n);
  t.is(bracket.shardOf('y'), 2n);
  t.is(bracket.shardOf('k'), null);
});
