// Owns the requests about blocks, chunks, receipts and prices and what each is answered; leaves judging to case.ts.
import { HOLDER, type RpcWorld } from '../rpc-world.ts';
import { type Case, FINAL, handler, NEVER, parsing } from './case.ts';

const missingBlocks: Case[] = [
  {
    title: 'a height above the head',
    params: () => ({ block_id: 1_000_000 }),
    error: () => ({
      ...handler('UNKNOWN_BLOCK', {}),
      data: 'DB Not Found Error: BLOCK HEIGHT: 1000000 \n Cause: Unknown',
    }),
  },
  {
    title: 'a height below the head that was skipped',
    params: ({ node }) => {
      // Fast-forwarding leaves heights without blocks.
      for (let height = 0n; ; height++) {
        if (node.chain.findBlockAt(height) === undefined) return { block_id: Number(height) };
      }
    },
    status: 422,
    error: () => handler('UNKNOWN_BLOCK', {}),
  },
  { title: 'a hash of no block', params: () => ({ block_id: NEVER }), error: () => handler('UNKNOWN_BLOCK') },
  parsing('no block', {}),
  parsing('a finality that there is not', { finality: 'soon' }),
  parsing('a hash that is none', { block_id: 'abc' }),
];

const heightOf = ({ executed }: RpcWorld) => Number(executed.block.height);

export const BLOCKS: Case[] = [
  {
    title: 'final',
    params: () => FINAL,
    result: () => ({ header: { challenges_result: [], rent_paid: '0' } }),
  },
  {
    title: 'optimistic',
    params: () => ({ finality: 'optimistic' }),
    result: ({ head_hash }) => ({ header: { hash: head_hash } }),
  },
  {
    title: 'by height, as an object',
    params: (world) => ({ block_id: heightOf(world) }),
    result: ({ block_hash, chunk_hash }) => ({ header: { hash: block_hash }, chunks: [{ chunk_hash }] }),
  },
  {
    title: 'by hash, by position',
    params: ({ block_hash }) => [block_hash],
    result: ({ block_hash, executed }) => ({
      author: executed.block.author,
      header: {
        hash: block_hash,
        timestamp_nanosec: executed.block.header.inner_lite.timestamp.toString(),
        chunk_mask: [true],
        chunks_included: 1,
      },
    }),
  },
  {
    title: 'genesis',
    params: () => ({ sync_checkpoint: 'genesis' }),
    result: ({ genesis_hash }) => ({ header: { hash: genesis_hash, height: 0 } }),
  },
  ...missingBlocks,
];

export const CHUNKS: Case[] = [
  {
    title: 'by hash',
    params: ({ chunk_hash }) => [chunk_hash],
    result: ({ chunk_hash }) => ({ header: { chunk_hash, shard_id: 0 }, transactions: [] }),
  },
  {
    title: 'by hash, as an object',
    params: ({ chunk_hash: chunk_id }) => ({ chunk_id }),
    result: ({ chunk_hash }) => ({ header: { chunk_hash } }),
  },
  {
    title: 'by block and shard',
    params: ({ block_hash: block_id }) => ({ block_id, shard_id: 0 }),
    result: ({ chunk_hash, receipt_id }) => ({ header: { chunk_hash }, receipts: [{ receipt_id }] }),
  },
  {
    title: 'by block and shard, by position',
    params: (world) => [[heightOf(world), 0]],
    result: ({ chunk_hash }) => ({ header: { chunk_hash } }),
  },
  {
    title: 'of a shard that is not there',
    params: ({ block_hash: block_id }) => ({ block_id, shard_id: 100 }),
    error: () => ({ ...handler('INVALID_SHARD_ID', { shard_id: 100 }), data: 'Shard id 100 does not exist' }),
  },
  {
    title: 'that is not there',
    params: () => [NEVER],
    error: () => handler('UNKNOWN_CHUNK', { chunk_hash: NEVER }),
  },
  {
    title: 'of a block that is not there',
    params: () => ({ block_id: NEVER, shard_id: 0 }),
    error: () => handler('UNKNOWN_BLOCK', {}),
  },
  parsing('nothing', []),
];

export const PRICES: Case[] = [
  { title: 'newest', params: () => [null], result: () => ({ gas_price: '100000000' }) },
  { title: 'at a block', params: (world) => [heightOf(world)], result: () => ({ gas_price: '100000000' }) },
  { title: 'at no block', params: () => [NEVER], error: () => handler('UNKNOWN_BLOCK', {}) },
  parsing('nothing', []),
];

export const RECEIPTS: Case[] = [
  {
    title: 'by id',
    params: ({ receipt_id }) => ({ receipt_id }),
    result: ({ receipt_id }) => ({
      receipt_id,
      receiver_id: HOLDER,
      priority: 0,
      receipt: { Action: { input_data_ids: [], is_promise_yield: false } },
    }),
  },
  {
    title: 'that never was',
    params: () => ({ receipt_id: NEVER }),
    error: () => ({
      ...handler('UNKNOWN_RECEIPT', { receipt_id: NEVER }),
      data: { name: 'UNKNOWN_RECEIPT', info: { receipt_id: NEVER } },
    }),
  },
  parsing('nothing', {}),
];
