// Owns finding the block that a request names, and NEAR's refusals where there is none; leaves showing it to the methods.
import { encodeBase58 } from '../../core/near/base58.ts';
import type { KnownHeader } from '../chain/header-index.ts';
import type { BlockReference, FullBlock, LocalnetNode, StateAt } from '../node/types.ts';
import { handlerError, type RpcError } from './errors.ts';

/** NEAR's status for a block below the head that is not there; one above the head may come yet. */
const MISSING_BLOCK = 422;

/** Throws RpcError where the block is not known, or no longer. */
export function getBlock(node: LocalnetNode, reference: BlockReference): FullBlock {
  const found = node.findBlock(reference);
  if (found.ok) return found.value;
  throw unknownBlock(node, reference);
}

/** With what `query` says of missing blocks; the other methods say less. */
export function getState(node: LocalnetNode, account_id: string, reference: BlockReference): StateAt {
  const found = node.readState(account_id, reference);
  if (found.ok) return found.value;
  const block = found.refusal === 'garbage_collected' ? headerOf(node, reference) : undefined;
  if (block === undefined) {
    throw unknownBlock(node, reference, { info: { block_reference: viewReference(reference) } });
  }
  throw handlerError(
    { name: 'GARBAGE_COLLECTED_BLOCK', info: placeOf(block) },
    {
      data: `The data for block #${block.height} is garbage collected on this node, use an archival node to fetch historical data`,
    },
  );
}

export function unknownBlock(
  node: LocalnetNode,
  reference: BlockReference,
  options: { info?: unknown; data?: unknown } = {},
): RpcError {
  const below = reference.kind === 'height' && reference.height < node.chain.head.height;
  return handlerError(
    { name: 'UNKNOWN_BLOCK', info: options.info ?? {} },
    { data: options.data ?? missing(reference), status: below ? MISSING_BLOCK : 200 },
  );
}

export function placeOf(block: { height: bigint; hash: Uint8Array }) {
  return { block_height: block.height, block_hash: encodeBase58(block.hash) };
}

/** The header outlives the chunks. */
function headerOf({ chain }: LocalnetNode, reference: BlockReference): KnownHeader | undefined {
  if (reference.kind === 'hash') return chain.headers.find(reference.hash);
  return reference.kind === 'height' ? chain.headers.findAt(reference.height) : undefined;
}

function missing(reference: BlockReference): string {
  if (reference.kind === 'height')
    return `DB Not Found Error: BLOCK HEIGHT: ${reference.height} \n Cause: Unknown`;
  if (reference.kind === 'hash') return `DB Not Found Error: BLOCK HEADER: ${encodeBase58(reference.hash)}`;
  return `DB Not Found Error: ${JSON.stringify(viewReference(reference))}`;
}

function viewReference(reference: BlockReference) {
  switch (reference.kind) {
    case 'height':
      return { block_id: reference.height };
    case 'hash':
      return { block_id: encodeBase58(reference.hash) };
    case 'finality':
      return { finality: reference.finality };
    case 'checkpoint':
      return { sync_checkpoint: reference.checkpoint };
  }
}
