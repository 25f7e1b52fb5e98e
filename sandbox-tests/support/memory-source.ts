// Owns a source of blocks out of a localnet's own memory, in Lake's or neardata's form; leaves real sources to indexer/source.
import { encodeBase58 } from '../../core/near/base58.ts';
import type { BlockFacts, BlockSource, ShardBytes, SourceBlock, StreamOptions } from '../../indexer/types.ts';
import { lakeObjects, neardataPart } from '../../localnet/lake/objects.ts';
import type { FullBlock } from '../../localnet/node/types.ts';
import { stringifyNearJson } from '../../localnet/views/json.ts';

export type Form = 'lake' | 'neardata';

interface KeptBlock {
  facts: BlockFacts;
  shards: ShardBytes[];
}

/** Give `add` to a chain as its `on_block`. */
export class MemorySource implements BlockSource {
  readonly blocks: KeptBlock[] = [];
  readonly contract_ids: readonly string[];
  readonly form: Form;
  /** Whole blocks that were asked for. */
  whole_reads = 0;
  readonly add = (full: FullBlock): void => {
    this.blocks.push({
      facts: factsOf(full),
      shards: this.form === 'lake' ? lakeShards(full) : richShards(full),
    });
  };

  constructor(contract_ids: readonly string[], form: Form = 'lake') {
    this.contract_ids = contract_ids;
    this.form = form;
  }

  get tip_height(): bigint | null {
    return this.blocks[this.blocks.length - 1]?.facts.height ?? null;
  }

  /** What is there when it is asked for, from the start on. */
  async *stream({ start, to }: StreamOptions): AsyncIterable<SourceBlock> {
    for (const block of this.blocks) {
      const { height } = block.facts;
      if (start.kind === 'height' && height < start.height) continue;
      if (start.kind === 'after' && height <= start.height) continue;
      if (to !== undefined && height > to) return;
      yield this.scan(block);
    }
  }

  all(): AsyncIterable<SourceBlock> {
    return this.stream({ start: { kind: 'height', height: 0n }, signal: new AbortController().signal });
  }

  async readWhole(height: bigint): Promise<KeptBlock | null> {
    this.whole_reads += 1;
    return this.blocks.find(({ facts }) => facts.height === height) ?? null;
  }

  async close(): Promise<void> {
    this.blocks.length = 0;
  }

  private scan({ facts, shards }: KeptBlock): SourceBlock {
    const found = shards.filter(({ bytes }) => this.contract_ids.some((id) => bytes.includes(id)));
    return { facts, found, is_tip: facts.height === this.tip_height };
  }
}

function lakeShards(full: FullBlock): ShardBytes[] {
  return lakeObjects(full).flatMap(({ key, bytes }) => {
    const shard_id = /shard_(\d+)\.json$/.exec(key)?.[1];
    return shard_id === undefined ? [] : [{ shard_id: BigInt(shard_id), bytes }];
  });
}

function richShards(full: FullBlock): ShardBytes[] {
  const { shards } = JSON.parse(neardataPart(full).toString('utf8')) as { shards: { shard_id: number }[] };
  return shards.map((shard) => ({
    shard_id: BigInt(shard.shard_id),
    bytes: Buffer.from(stringifyNearJson(shard)),
  }));
}

function factsOf({ block }: FullBlock): BlockFacts {
  const { prev_hash, inner_lite } = block.header;
  return {
    height: block.height,
    hash: encodeBase58(block.hash),
    prev_hash: encodeBase58(prev_hash),
    prev_height: null,
    timestamp_ns: inner_lite.timestamp,
  };
}
