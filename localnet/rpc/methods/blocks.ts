// Owns answers about blocks, chunks, receipts and the gas price; leaves their JSON to localnet/views.
import { z } from 'zod';
import { encodeBase58 } from '../../../core/near/base58.ts';
import type { BlockReference, ShardPart } from '../../node/types.ts';
import { viewSignedTransaction } from '../../views/action.ts';
import { viewBlock, viewChunkHeader } from '../../views/block.ts';
import { viewReceipt } from '../../views/receipt.ts';
import { getBlock } from '../blocks.ts';
import type { RpcContext } from '../context.ts';
import { handlerError } from '../errors.ts';
import {
  blockIdSchema,
  blockReferenceSchema,
  hashSchema,
  parseParams,
  positional,
  u64Schema,
} from '../params.ts';

const blockSchema = positional(['block_id'], blockReferenceSchema);

export function block({ node }: RpcContext, params: unknown) {
  return viewBlock(getBlock(node, parseParams(blockSchema, params)).block);
}

const chunkSchema = z.union([
  z.object({ block_id: blockIdSchema, shard_id: u64Schema }),
  z.object({ chunk_id: hashSchema }),
]);
/** Besides objects, NEAR takes `[hash]`, `[block, shard]` and `[[block, shard]]`. */
const chunkParamsSchema = z.preprocess((params) => {
  if (!Array.isArray(params)) return params;
  const pair: unknown = params.length === 1 && Array.isArray(params[0]) ? params[0] : params;
  if (!Array.isArray(pair)) return params;
  const [first, second] = pair;
  return pair.length === 2 ? { block_id: first, shard_id: second } : { chunk_id: first };
}, chunkSchema);

export function chunk({ node }: RpcContext, params: unknown) {
  const wanted = parseParams(chunkParamsSchema, params);
  return viewChunk('chunk_id' in wanted ? chunkByHash(node, wanted.chunk_id) : chunkInBlock(node, wanted));
}

function chunkByHash(node: RpcContext['node'], hash: Uint8Array): ShardPart {
  const found = node.findChunk(hash);
  if (found !== undefined) return found.shard;
  const chunk_hash = encodeBase58(hash);
  throw handlerError(
    { name: 'UNKNOWN_CHUNK', info: { chunk_hash } },
    { data: `Chunk Missing (unavailable on the node): ChunkHash(\`${chunk_hash}\`) \n Cause: Unknown` },
  );
}

/** Where the block brings no new chunk of the shard, its older one. */
function chunkInBlock(
  node: RpcContext['node'],
  wanted: { block_id: BlockReference; shard_id: bigint },
): ShardPart {
  const { shard_id } = wanted;
  const part = getBlock(node, wanted.block_id).shards.find((shard) => shard.shard_id === shard_id);
  if (part === undefined) {
    throw handlerError(
      { name: 'INVALID_SHARD_ID', info: { shard_id } },
      { data: `Shard id ${shard_id} does not exist` },
    );
  }
  return part.chunk === null ? (node.findChunk(part.header.hash)?.shard ?? part) : part;
}

function viewChunk({ header, chunk: applied }: ShardPart) {
  return {
    author: header.author,
    header: viewChunkHeader(header),
    transactions: (applied?.transactions ?? []).map(viewSignedTransaction),
    receipts: (applied?.receipts ?? []).map(viewReceipt),
  };
}

const priceSchema = positional(['block_id'], z.object({ block_id: blockIdSchema.nullable() }));

export function gasPrice({ node }: RpcContext, params: unknown) {
  const { block_id } = parseParams(priceSchema, params);
  const { header } = block_id === null ? node.chain.head : getBlock(node, block_id).block;
  return { gas_price: header.inner_rest.gas_price.toString() };
}

const receiptSchema = z.object({ receipt_id: hashSchema });

export function receipt({ node }: RpcContext, params: unknown) {
  const { receipt_id } = parseParams(receiptSchema, params);
  const found = node.findReceipt(receipt_id);
  if (found !== undefined) return viewReceipt(found);
  throw handlerError({ name: 'UNKNOWN_RECEIPT', info: { receipt_id: encodeBase58(receipt_id) } });
}
