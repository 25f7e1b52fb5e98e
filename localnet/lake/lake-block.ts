// Owns the Lake form of a block: block.json and one shard_N.json for each shard; leaves each part's JSON to the views.
import { encodeBase58 } from '../../core/near/base58.ts';
import type { AppliedChunk, FullBlock, ProvenOutcome, ShardPart } from '../node/types.ts';
import { viewSignedTransaction } from '../views/action.ts';
import { viewBlock, viewChunkHeader } from '../views/block.ts';
import { viewOutcome } from '../views/outcome.ts';
import { viewReceipt } from '../views/receipt.ts';
import { showStateChanges } from '../views/state-change.ts';

export interface LakeBlock {
  block: ReturnType<typeof viewBlock>;
  /** In the layout's order. */
  shards: LakeShard[];
}

type ShownChunk = Pick<
  AppliedChunk,
  'transactions' | 'receipts' | 'local_receipts' | 'instant_receipts' | 'outcomes' | 'state_changes'
>;

type ShownShard = Omit<ShardPart, 'chunk'> & { chunk: ShownChunk | null };

export type LakeShard = ReturnType<typeof lakeShard>;

/** Genesis brings the first chunk of each shard, and nothing ran in it. */
const NOTHING_RUN: ShownChunk = {
  transactions: [],
  receipts: [],
  local_receipts: [],
  instant_receipts: [],
  outcomes: [],
  state_changes: [],
};

/** As nodes have shown blocks since local and instant receipts stand apart from those of the chunk's body. */
export function toLakeBlock(full: FullBlock): LakeBlock {
  return {
    block: viewBlock(full.block),
    shards: full.shards.map((shard) =>
      lakeShard(full.block.hash, full.block.is_genesis ? { ...shard, chunk: NOTHING_RUN } : shard),
    ),
  };
}

function lakeShard(block_hash: Uint8Array, shard: ShownShard) {
  const { chunk } = shard;
  return {
    shard_id: shard.shard_id,
    chunk: chunk === null ? null : lakeChunk(block_hash, shard, chunk),
    receipt_execution_outcomes: (chunk?.outcomes ?? []).flatMap((proven) => {
      const { receipt } = proven.outcome;
      if (receipt === null) return [];
      return [{ execution_outcome: shownOutcome(block_hash, proven), receipt: viewReceipt(receipt) }];
    }),
    state_changes: showStateChanges(chunk?.state_changes ?? []).map(({ view }) => view),
  };
}

/** `receipts` is the chunk's body: what its shard's last chunk sent out, not what is run here. */
function lakeChunk(block_hash: Uint8Array, shard: ShownShard, chunk: ShownChunk) {
  const outcomes = new Map(
    chunk.outcomes
      .filter(({ outcome }) => outcome.receipt === null)
      .map((proven) => [encodeBase58(proven.outcome.id), proven]),
  );
  return {
    author: shard.header.author,
    header: viewChunkHeader(shard.header),
    transactions: chunk.transactions.flatMap((signed) => {
      const transaction = viewSignedTransaction(signed);
      const proven = outcomes.get(transaction.hash);
      // A transaction that stands twice in a chunk runs once.
      if (proven === undefined) return [];
      outcomes.delete(transaction.hash);
      return [
        { transaction, outcome: { execution_outcome: shownOutcome(block_hash, proven), receipt: null } },
      ];
    }),
    receipts: chunk.receipts.map(viewReceipt),
    local_receipts: chunk.local_receipts.map(viewReceipt),
    instant_receipts: chunk.instant_receipts.map(viewReceipt),
  };
}

function shownOutcome(block_hash: Uint8Array, { outcome, path }: ProvenOutcome) {
  return viewOutcome({ outcome, block_hash, path });
}
