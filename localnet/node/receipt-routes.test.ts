// Owns the rules of receipts between chunks: when they leave, whom they wait for, in which order they come; leaves mixing to shuffle.test.ts.
import test from 'ava';
import { sha256 } from '../../core/near/crypto.ts';
import type { Receipt } from '../../core/near/receipt.ts';
import { boundaryLayout } from '../chain/layout.ts';
import { ReceiptRoutes } from './receipt-routes.ts';
import { shuffled } from './shuffle.ts';

const layout = boundaryLayout({ shard_ids: [5n, 2n, 9n], boundaries: ['b', 'c'] });
const SALT = sha256(Uint8Array.of(1));
const ALL = new Set(layout.shard_ids);

function receipt(predecessor_id: string, receiver_id: string, number = 0): Receipt {
  const receipt_id = sha256(new TextEncoder().encode(`${predecessor_id} ${receiver_id} ${number}`));
  return { predecessor_id, receiver_id, receipt_id, body: { kind: 'data', data_id: receipt_id, data: null } };
}

const namesOf = (receipts: readonly Receipt[] | undefined) =>
  receipts?.map(({ predecessor_id, receiver_id }) => `${predecessor_id}>${receiver_id}`);

test('what shards send arrives with the next block, the senders mixed by the hash before it', (t) => {
  const routes = new ReceiptRoutes(layout);
  routes.send(5n, [receipt('aa', 'cx'), receipt('aa', 'cy'), receipt('aa', 'bx')]);
  routes.send(2n, [receipt('bb', 'cx')]);
  routes.send(9n, [receipt('cc', 'cy')]);
  t.false(routes.are_empty);
  const { bodies, incoming } = routes.deliver({ shards: ALL, salt: SALT });
  t.deepEqual(namesOf(bodies.get(5n)), ['aa>cx', 'aa>cy', 'aa>bx']);
  t.deepEqual(namesOf(incoming.get(2n)), ['aa>bx']);
  t.deepEqual(namesOf(incoming.get(9n)), shuffled([['aa>cx', 'aa>cy'], ['bb>cx'], ['cc>cy']], SALT).flat());
  t.true(routes.are_empty);
});

test('a shard without a chunk is handed all that came meanwhile, the newest block first', (t) => {
  const routes = new ReceiptRoutes(layout);
  const without = new Set([5n, 2n]);
  routes.send(5n, [receipt('aa', 'cx', 1)]);
  t.is(routes.deliver({ shards: without, salt: SALT }).incoming.get(9n), undefined);
  routes.send(2n, [receipt('bb', 'cx', 2)]);
  routes.deliver({ shards: without, salt: SALT });
  t.false(routes.are_empty);
  const { incoming } = routes.deliver({ shards: ALL, salt: SALT });
  t.deepEqual(namesOf(incoming.get(9n)), ['bb>cx', 'aa>cx']);
});

test('when a shard splits, what it sent leaves with its lowest child, and what waits finds its receiver', (t) => {
  const routes = new ReceiptRoutes(layout);
  routes.send(5n, [receipt('aa', 'dd', 1)]);
  routes.deliver({ shards: new Set([5n]), salt: SALT });
  routes.send(9n, [receipt('cc', 'aa'), receipt('dd', 'aa'), receipt('system', 'aa')]);
  const split = boundaryLayout({ shard_ids: [5n, 2n, 11n, 10n], boundaries: ['b', 'c', 'd'] });
  const state_root = new Uint8Array(32);
  routes.changeLayout(split, [
    { shard_id: 11n, parent_id: 9n, state_root },
    { shard_id: 10n, parent_id: 9n, state_root },
  ]);
  const { bodies, incoming } = routes.deliver({ shards: new Set(split.shard_ids), salt: SALT });
  t.deepEqual(namesOf(bodies.get(10n)), ['cc>aa', 'dd>aa', 'system>aa'], 'by number, not by place');
  t.deepEqual(namesOf(bodies.get(11n)), []);
  t.deepEqual(namesOf(incoming.get(10n)), ['aa>dd']);
  t.is(incoming.get(5n)?.length, 3);
  t.true(routes.are_empty);
});
