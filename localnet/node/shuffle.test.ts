// Owns the rules of mixing what came from several shards, against the one order that NEAR's own tests publish; leaves its use to receipt-routes.test.ts.
import test from 'ava';
import { sha256 } from '../../core/near/crypto.ts';
import { shuffled } from './shuffle.ts';

const SALT = sha256(Uint8Array.of(1, 2, 3, 4, 5));

test('seven groups are mixed as nearcore expects it of itself', (t) => {
  t.deepEqual(shuffled([0, 1, 2, 3, 4, 5, 6], SALT), [2, 3, 1, 4, 0, 5, 6]);
});

test('nothing is lost or doubled, the salt decides, and the list given stays as it was', (t) => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  const mixed = shuffled(items, SALT);
  t.deepEqual(
    mixed.toSorted((left, right) => left - right),
    items,
  );
  t.deepEqual(shuffled(items, SALT), mixed);
  t.notDeepEqual(shuffled(items, sha256(SALT)), mixed);
  t.is(items[0], 0);
  t.deepEqual(shuffled([5], SALT), [5]);
  t.deepEqual(shuffled([], SALT), []);
});
