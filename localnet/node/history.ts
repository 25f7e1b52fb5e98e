// Owns the newest blocks with all they hold, and finding things in them; leaves older blocks to the data folder.
import { toHex } from '../../core/near/bytes.ts';
import type { Receipt } from '../../core/near/receipt.ts';
import { hashTransaction, type SignedTransaction } from '../../core/near/transaction.ts';
import type { Trie } from '../state/trie.ts';
import type { Origins } from './origins.ts';
import type { FullBlock, LocatedOutcome, ShardPart } from './types.ts';

export interface KeptBlock {
  full: FullBlock;
  /** Of each shard, after the block. */
  tries: ReadonlyMap<bigint, Trie>;
}

export interface KnownReceipt {
  receipt: Receipt;
  tx_hash: Uint8Array | undefined;
}

/** All that is found by an id belongs to a kept block and goes with it. */
export class History {
  private readonly most: number;
  /** Oldest first. */
  private readonly kept = new Map<string, KeptBlock>();
  private readonly by_height = new Map<bigint, KeptBlock>();
  private readonly chunks = new Map<string, { full: FullBlock; shard: ShardPart }>();
  private readonly transactions = new Map<string, SignedTransaction>();
  private readonly outcomes = new Map<string, LocatedOutcome>();
  private readonly receipts = new Map<string, KnownReceipt>();

  constructor(most: number) {
    this.most = most;
  }

  /**
   * Blocks above the last final one stay whatever their number: they are still to be announced as final. Answers those
   * that went.
   */
  add(block: KeptBlock, options: { origins: Origins; final_height: bigint }): FullBlock[] {
    const { full } = block;
    const { origins, final_height } = options;
    const dropped: FullBlock[] = [];
    this.kept.set(toHex(full.block.hash), block);
    this.by_height.set(full.block.height, block);
    for (const shard of full.shards) {
      if (shard.chunk === null && !full.block.is_genesis) continue;
      this.chunks.set(toHex(shard.header.hash), { full, shard });
      this.indexChunk(full, shard, origins);
    }
    for (const oldest of this.kept.values()) {
      if (this.kept.size <= this.most || oldest.full.block.height >= final_height) break;
      this.drop(oldest);
      dropped.push(oldest.full);
    }
    return dropped;
  }

  findBlock(hash: Uint8Array): KeptBlock | undefined {
    return this.kept.get(toHex(hash));
  }

  findBlockAt(height: bigint): KeptBlock | undefined {
    return this.by_height.get(height);
  }

  /** Oldest first. */
  blocks(): Iterable<KeptBlock> {
    return this.kept.values();
  }

  get oldest(): KeptBlock | undefined {
    return this.kept.values().next().value;
  }

  findChunk(hash: Uint8Array): { full: FullBlock; shard: ShardPart } | undefined {
    return this.chunks.get(toHex(hash));
  }

  findTransaction(tx_hash: Uint8Array): SignedTransaction | undefined {
    return this.transactions.get(toHex(tx_hash));
  }

  findOutcome(id: Uint8Array): LocatedOutcome | undefined {
    return this.outcomes.get(toHex(id));
  }

  findReceipt(receipt_id: Uint8Array): KnownReceipt | undefined {
    return this.receipts.get(toHex(receipt_id));
  }

  private indexChunk(full: FullBlock, shard: ShardPart, origins: Origins): void {
    const { block } = full;
    const { chunk, shard_id } = shard;
    if (chunk === null) return;
    for (const signed of chunk.transactions)
      this.transactions.set(toHex(hashTransaction(signed.transaction)), signed);
    const origin_of = new Map<string, Uint8Array>();
    for (const proven of chunk.outcomes) {
      this.outcomes.set(toHex(proven.outcome.id), { ...proven, block, shard_id });
      for (const id of proven.outcome.receipt_ids) origin_of.set(toHex(id), proven.tx_hash);
    }
    for (const receipt of madeBy(chunk)) {
      const text = toHex(receipt.receipt_id);
      this.receipts.set(text, { receipt, tx_hash: origin_of.get(text) ?? origins.find(receipt) });
    }
  }

  private drop({ full }: KeptBlock): void {
    this.kept.delete(toHex(full.block.hash));
    this.by_height.delete(full.block.height);
    for (const { chunk, header } of full.shards) {
      const known = this.chunks.get(toHex(header.hash));
      if (known?.full === full) this.chunks.delete(toHex(header.hash));
      if (chunk === null) continue;
      for (const signed of chunk.transactions)
        this.transactions.delete(toHex(hashTransaction(signed.transaction)));
      for (const { outcome } of chunk.outcomes) this.outcomes.delete(toHex(outcome.id));
      for (const receipt of madeBy(chunk)) this.receipts.delete(toHex(receipt.receipt_id));
    }
  }
}

function madeBy(chunk: NonNullable<ShardPart['chunk']>): Receipt[] {
  return [...chunk.local_receipts, ...chunk.instant_receipts, ...chunk.outgoing];
}
