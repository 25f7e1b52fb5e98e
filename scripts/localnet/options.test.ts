// Owns the rules of the localnet's command line; leaves what its options do to localnet/node.
import test from 'ava';
import { addAccount, formatNear, parseBoundaries, parseNear, parsePort, parseShards } from './options.ts';

test('amounts in NEAR keep every yocto', (t) => {
  for (const [text, yocto] of [
    ['1', 10n ** 24n],
    ['0.5', 5n * 10n ** 23n],
    ['0.000000000000000000000001', 1n],
    ['1000000000', 10n ** 33n],
    ['0', 0n],
  ] as const) {
    t.is(parseNear(text), yocto);
    t.is(formatNear(yocto), text);
  }
  for (const text of ['', '-1', '1e3', '.5', '1.', `0.${'0'.repeat(25)}`, '1,5'])
    t.throws(() => parseNear(text), { message: /amount in NEAR/ }, text);
});

test('accounts add up over uses of the option', (t) => {
  t.deepEqual(addAccount('b.near=2', addAccount('a.near')), [
    { account_id: 'a.near' },
    { account_id: 'b.near', amount: 2n * 10n ** 24n },
  ]);
});

test('shards are numbers in any order, boundaries may be none, ports are ports', (t) => {
  t.deepEqual(parseShards('10,11,1'), [10n, 11n, 1n]);
  t.throws(() => parseShards('1,,2'), { message: /shard ids/ });
  t.deepEqual(parseBoundaries(''), []);
  t.deepEqual(parseBoundaries('b,c.near'), ['b', 'c.near']);
  t.is(parsePort('0'), 0);
  t.throws(() => parsePort('65536'), { message: /port/ });
  t.throws(() => parsePort('-1'), { message: /whole number/ });
});
