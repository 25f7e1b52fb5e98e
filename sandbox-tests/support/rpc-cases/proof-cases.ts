// Owns the requests of light clients and what each is answered; leaves verifying proofs to their spec.
import { KEPT_LOG, ROOT } from '../rpc-node.ts';
import { HOLDER, type RpcWorld } from '../rpc-world.ts';
import { type Case, handler, NEVER, parsing } from './case.ts';

const receiptProof = (world: RpcWorld, change: object = {}) => ({
  type: 'receipt',
  receipt_id: world.receipt_id,
  receiver_id: HOLDER,
  light_client_head: world.head_hash,
  ...change,
});
export const PROOFS: Case[] = [
  {
    title: 'of a receipt',
    params: receiptProof,
    result: ({ receipt_id }) => ({ outcome_proof: { id: receipt_id, outcome: { logs: [KEPT_LOG] } } }),
  },
  {
    title: 'of a transaction',
    params: ({ tx_hash, head_hash }) => ({
      type: 'transaction',
      transaction_hash: tx_hash,
      sender_id: ROOT,
      light_client_head: head_hash,
    }),
    result: ({ tx_hash }) => ({ outcome_proof: { id: tx_hash } }),
  },
  {
    title: 'of what never was',
    params: (world) => receiptProof(world, { receipt_id: NEVER }),
    error: () => handler('UNKNOWN_TRANSACTION_OR_RECEIPT', { transaction_or_receipt_id: NEVER }),
  },
  {
    title: 'against a head below it',
    params: (world) => receiptProof(world, { light_client_head: world.genesis_hash }),
    error: ({ receipt_id }) => handler('NOT_CONFIRMED', { transaction_or_receipt_id: receipt_id }),
  },
  {
    title: 'against a head that is not there',
    params: (world) => receiptProof(world, { light_client_head: NEVER }),
    error: () => handler('UNKNOWN_BLOCK', {}),
  },
  parsing('of a kind that there is not', { type: 'block', light_client_head: NEVER }),
];

export const BLOCK_PROOFS: Case[] = [
  {
    title: 'of a block',
    params: ({ block_hash, head_hash }) => ({ block_hash, light_client_head: head_hash }),
    result: ({ executed }) => ({
      block_header_lite: { inner_lite: { height: Number(executed.block.height) } },
    }),
  },
  {
    title: 'of a block above the head',
    params: ({ block_hash, genesis_hash }) => ({ block_hash, light_client_head: genesis_hash }),
    error: () => handler('NOT_CONFIRMED'),
  },
  {
    title: 'of a block that is not there',
    params: ({ head_hash }) => ({ block_hash: NEVER, light_client_head: head_hash }),
    error: () => handler('UNKNOWN_BLOCK', {}),
  },
  parsing('nothing', {}),
];

export const NEXT_BLOCKS: Case[] = [
  {
    title: 'from genesis, by position',
    params: ({ genesis_hash }) => [genesis_hash],
    result: ({ node }) => ({ inner_lite: { height: Number(node.chain.last_final?.height) } }),
  },
  {
    title: 'from the newest there is nothing',
    params: ({ head_hash }) => ({ last_block_hash: head_hash }),
    result: () => ({}),
  },
  {
    title: 'from a block that is not there',
    params: () => ({ last_block_hash: NEVER }),
    error: () => ({ ...handler('UNKNOWN_BLOCK', {}), data: { name: 'UNKNOWN_BLOCK', info: {} } }),
  },
  parsing('no hash', ['abc']),
];
