// Shows what JSON-RPC says of blocks and states that are kept no longer, of state that is too large, and of several shards.
import test from 'ava';
import { encodeBase58 } from '../core/near/base58.ts';
import type { Action } from '../core/near/transaction.ts';
import { SEED, signFor } from './support/near-node.ts';
import { serveNode } from './support/rpc-node.ts';
import { HOLDER, makeRpcWorld } from './support/rpc-world.ts';

const MANUAL = { seed: SEED, mode: { kind: 'manual' } } as const;
const ACCOUNTS = [{ account_id: 'alice.near' }, { account_id: 'zoe.near' }];

test('a block that is kept no longer is unknown, and its state collected', async (t) => {
  const { node, call } = await serveNode(t, {
    node: { ...MANUAL, accounts: ACCOUNTS, history_blocks: 10 },
  });
  node.produceBlocks({ count: 60 });
  const old = node.chain.headers.findAt(5n);
  if (old === undefined) return t.fail('the header is gone too');
  const block = await call('block', { block_id: 5 });
  t.is(block.status, 422);
  t.like(block.body.error, { cause: { name: 'UNKNOWN_BLOCK' } });
  const query = { request_type: 'view_account', account_id: 'alice.near' };
  for (const block_id of [5, encodeBase58(old.hash)]) {
    const state = await call('query', { ...query, block_id });
    t.like(state.body.error, {
      cause: {
        name: 'GARBAGE_COLLECTED_BLOCK',
        info: { block_height: 5, block_hash: encodeBase58(old.hash) },
      },
      data: 'The data for block #5 is garbage collected on this node, use an archival node to fetch historical data',
    });
  }
  const kept = await call('query', { ...query, block_id: 58 });
  t.like(kept.body.result, { block_height: 58 });
});

test('state beyond the bound is too large to be viewed', async (t) => {
  const { call } = await makeRpcWorld(t, { max_viewed_state: 100n });
  const question = { request_type: 'view_state', account_id: HOLDER, prefix_base64: '', finality: 'final' };
  const { body } = await call('query', question);
  t.like(body.error, {
    cause: { name: 'TOO_LARGE_CONTRACT_STATE', info: { contract_account_id: HOLDER } },
    data: `State of contract ${HOLDER} is too large to be viewed`,
  });
});

test('shards are named by their ids, and a missing chunk by the one before it', async (t) => {
  const layout = { shard_ids: [7n, 1n], boundaries: ['m'] };
  const { node, call } = await serveNode(t, { node: { ...MANUAL, accounts: ACCOUNTS, layout } });
  const actions: Action[] = [{ kind: 'transfer', deposit: 1n }];
  node.submit(signFor(node, { from: 'alice.near', to: 'zoe.near', actions }));
  const [sending, receiving] = node.produceBlocks({ count: 2 });
  const [missing] = node.produceBlocks({ missing_shards: [1n] });
  if (sending === undefined || receiving === undefined || missing === undefined) return t.fail('no blocks');
  const chunk = async (height: bigint, shard_id: number) => {
    const answer = await call('chunk', { block_id: Number(height), shard_id });
    return answer.body.result as {
      header: { height_included: number };
      receipts: object[];
      transactions: object[];
    };
  };
  t.is((await chunk(sending.block.height, 7)).transactions.length, 1);
  const sent = await chunk(receiving.block.height, 7);
  t.like(sent.receipts[0], { predecessor_id: 'alice.near', receiver_id: 'zoe.near' });
  const before = await chunk(missing.block.height, 1);
  t.is(before.header.height_included, Number(receiving.block.height));
  t.like((await call('chunk', { block_id: 1, shard_id: 0 })).body.error, {
    cause: { name: 'INVALID_SHARD_ID', info: { shard_id: 0 } },
  });
  const changes = await call('EXPERIMENTAL_changes', {
    block_id: Number(receiving.block.height),
    changes_type: 'account_changes',
    account_ids: ['zoe.near', 'alice.near'],
  });
  const { changes: changed } = changes.body.result as { changes: { change: { account_id: string } }[] };
  t.is(changed[0]?.change.account_id, 'zoe.near');
});

test('the layout of shards is shown as it was at the block, so that an indexer finds the shard of a contract', async (t) => {
  const layout = { shard_ids: [7n, 1n], boundaries: ['m'] };
  const split = { shard_ids: [7n, 9n, 8n], boundaries: ['m', 'z'] };
  const reshardings = [{ height: 6n, layout: split }];
  const { node, call } = await serveNode(t, {
    node: { ...MANUAL, accounts: ACCOUNTS, layout, reshardings, epoch_length: 5n },
  });
  node.produceBlocks({ count: 12 });
  const layoutAt = async (block_id: number) => {
    const { body } = await call('EXPERIMENTAL_protocol_config', { block_id });
    return (body.result as { shard_layout: unknown }).shard_layout;
  };
  const first = {
    V2: {
      boundary_accounts: ['m'],
      shard_ids: [7, 1],
      id_to_index_map: { 7: 0, 1: 1 },
      index_to_id_map: { 0: 7, 1: 1 },
      shards_split_map: null,
      shards_parent_map: null,
      version: 3,
    },
  };
  t.deepEqual(await layoutAt(1), first);
  t.deepEqual(await layoutAt(12), {
    V2: {
      boundary_accounts: ['m', 'z'],
      shard_ids: [7, 9, 8],
      id_to_index_map: { 7: 0, 9: 1, 8: 2 },
      index_to_id_map: { 0: 7, 1: 9, 2: 8 },
      shards_split_map: { 7: [7], 1: [9, 8] },
      shards_parent_map: { 7: 7, 9: 1, 8: 1 },
      version: 3,
    },
  });
  const genesis = await call('genesis_config', null);
  t.like(genesis.body.result, { shard_layout: first });
});
