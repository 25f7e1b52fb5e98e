// Owns answers about who validates an epoch and what they made in it; leaves choosing them to localnet/chain.
import { z } from 'zod';
import { equalBytes } from '../../../core/near/bytes.ts';
import { formatCurveBytes } from '../../../core/near/keys.ts';
import { type Block, producerAt } from '../../chain/block-header.ts';
import type { BlockReference, LocalnetNode } from '../../node/types.ts';
import { viewValidatorStake } from '../../views/block.ts';
import { getBlock } from '../blocks.ts';
import type { RpcContext } from '../context.ts';
import { handlerError } from '../errors.ts';
import { blockIdSchema, hashSchema, parseParams, positional } from '../params.ts';

/** As many as ordinary nodes of NEAR keep. */
const MAX_EPOCHS_BACK = 5;

const epochSchema = z.union([
  z.literal('latest').transform(() => ({ latest: null })),
  z.object({ epoch_id: hashSchema }),
  z.object({ block_id: blockIdSchema.nullable() }),
  z.object({ latest: z.null() }),
]);
/** `[null]` and `["latest"]` ask for the newest epoch. */
const epochParamsSchema = z.preprocess((params) => {
  if (!Array.isArray(params) || params.length !== 1) return params;
  return params[0] === 'latest' ? 'latest' : { block_id: params[0] };
}, epochSchema);

export function validators({ node }: RpcContext, params: unknown) {
  const wanted = parseParams(epochParamsSchema, params);
  const last = 'epoch_id' in wanted ? lastOfEpoch(node, wanted.epoch_id) : blockOf(node, wanted);
  const work = countWork(node, last);
  return {
    current_validators: node.producersAt(last).map((validator) => ({
      account_id: validator.account_id,
      public_key: formatCurveBytes(validator.public_key),
      is_slashed: false,
      stake: validator.stake.toString(),
      // Every producer has its turn in every shard.
      shards: last.chunks.map(({ inner }) => inner.shard_id),
      ...work.of(validator.account_id),
    })),
    next_validators: node.producersAfter(last).map((validator) => ({
      account_id: validator.account_id,
      public_key: formatCurveBytes(validator.public_key),
      stake: validator.stake.toString(),
      shards: last.chunks.map(({ inner }) => inner.shard_id),
    })),
    // Nobody proposes, fishes or is kicked out here: the validators are those of genesis.
    current_fishermen: [],
    next_fishermen: [],
    current_proposals: [],
    prev_epoch_kickout: [],
    epoch_start_height: last.epoch.start_height,
    epoch_height: last.epoch.epoch_height,
  };
}

const orderedSchema = positional(['block_id'], z.object({ block_id: blockIdSchema.nullable() }));

/** In the order in which they approve blocks. */
export function validatorsOrdered({ node }: RpcContext, params: unknown) {
  const { block_id } = parseParams(orderedSchema, params);
  return node.producersAt(blockOf(node, { block_id })).map(viewValidatorStake);
}

function blockOf(node: LocalnetNode, wanted: { block_id: BlockReference | null } | { latest: null }): Block {
  if (!('block_id' in wanted) || wanted.block_id === null) return node.chain.head;
  return getBlock(node, wanted.block_id).block;
}

function lastOfEpoch(node: LocalnetNode, epoch_id: Uint8Array): Block {
  let last: Block | undefined = node.chain.head;
  for (let back = 0; back <= MAX_EPOCHS_BACK && last !== undefined; back++) {
    if (equalBytes(last.epoch.epoch_id, epoch_id)) return last;
    last = blockBelow(node, last.epoch.start_height);
  }
  throw handlerError({ name: 'UNKNOWN_EPOCH' }, { data: 'Unknown Epoch' });
}

/** Undefined below genesis, and where the block is kept no longer. */
function blockBelow({ chain }: LocalnetNode, height: bigint): Block | undefined {
  const ordinal = chain.headers.placeOf(height) - 1;
  return ordinal < 0 ? undefined : chain.findBlock(chain.headers.hashAt(ordinal));
}

interface Work {
  num_produced_blocks: number;
  num_expected_blocks: number;
  num_produced_chunks: number;
  num_expected_chunks: number;
}

/** Over the heights of the epoch up to the block. */
function countWork(node: LocalnetNode, last: Block) {
  const { chain } = node;
  const { epoch_height, start_height } = last.epoch;
  const work = new Map<string, Work>();
  const of = (account_id: string): Work => {
    const none = {
      num_produced_blocks: 0,
      num_expected_blocks: 0,
      num_produced_chunks: 0,
      num_expected_chunks: 0,
    };
    const known = work.get(account_id) ?? none;
    work.set(account_id, known);
    return known;
  };
  for (let height = start_height; height <= last.height; height++) {
    of(producerAt(chain.rules, { epoch_height, height }).account_id).num_expected_blocks++;
    const block = chain.findBlockAt(height);
    if (block === undefined) continue;
    of(block.author).num_produced_blocks++;
    for (const { inner, height_included, author } of block.chunks) {
      const expected = producerAt(chain.rules, { epoch_height, height: height + inner.shard_id });
      of(expected.account_id).num_expected_chunks++;
      if (height_included === height) of(author).num_produced_chunks++;
    }
  }
  return { of };
}
