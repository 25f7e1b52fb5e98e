// Owns a localnet with a Lake that can fail, sources opened on it, and what they must give; leaves faults and expectations to the specs.
import type { ExecutionContext } from 'ava';
import { encodeBase58 } from '../../core/near/base58.ts';
import { openSource, type SourceOptions, type SourceWish } from '../../indexer/source/open-source.ts';
import type { BlockSource, SourceBlock, StartPoint } from '../../indexer/types.ts';
import { lakeObjects } from '../../localnet/lake/objects.ts';
import type { NodeOptions } from '../../localnet/node/options.ts';
import type { FullBlock, LocalnetNode } from '../../localnet/node/types.ts';
import { startLocalnet } from '../../localnet/start-localnet.ts';
import { type FaultyLake, startFaultyLake } from './faulty-lake.ts';
import { callOf, SEED, signFor, TEST_ACCOUNTS, TEST_CONTRACT } from './near-node.ts';

export const CONTRACT = 'carol.near';
const CALLERS = ['alice.near', 'bob.near', 'user.near'] as const;
/** Pauses small enough for a test, tries as in production. */
export const QUICK = {
  backoff_ms: 2,
  max_backoff_ms: 20,
  layout_pause_ms: 50,
  lag_ms: 300,
  rejoin_ms: 5_000,
  tip_age_ms: 100,
};
const WAIT_MS = 500;

export interface SourceWorld {
  node: LocalnetNode;
  lake: FaultyLake;
  bucket: string;
  rpc_url: string;
  lake_url: string;
  /** Makes blocks; every third one brings a call of the contract. */
  grow(count: number, more?: { skipped?: bigint }): void;
  open(options?: Partial<SourceOptions>): BlockSource;
  /** All final blocks there are, as the node has them. */
  truth(): FullBlock[];
  /** The newest final height. */
  tip(): bigint;
  lakeAt(url: string): SourceWish;
}

export async function startSourceWorld(
  t: ExecutionContext,
  options: { node?: NodeOptions; folder?: string } = {},
): Promise<SourceWorld> {
  const accounts = TEST_ACCOUNTS.map((account_id) => ({ account_id, code: TEST_CONTRACT }));
  const { node, rpc, lake, stop } = await startLocalnet({
    seed: SEED,
    mode: { kind: 'manual' },
    accounts,
    history_blocks: 2_000,
    ...options.node,
    ...(options.folder === undefined ? {} : { lake: { folder: options.folder } }),
  });
  t.teardown(stop);
  if (rpc === null || lake === null) throw new Error('the localnet serves neither RPC nor Lake');
  const faulty = await startFaultyLake({ lake_url: lake.url, bucket: lake.bucket });
  t.teardown(faulty.stop);
  const lakeAt = (endpoint: string): SourceWish => {
    return { kind: 's3_lake', bucket: lake.bucket, region: 'eu-central-1', endpoint };
  };
  let made = 0;
  return {
    node,
    lake: faulty,
    bucket: lake.bucket,
    rpc_url: rpc.url,
    lake_url: lake.url,
    grow: (count, { skipped } = {}) => {
      for (let block = 0; block < count; block++) {
        if (made++ % 3 === 0) callContract(node, made);
        node.produceBlocks(skipped === undefined || block > 0 ? { count: 1 } : { count: 1, skipped });
      }
    },
    open: (wanted = {}) => {
      const source = openSource({
        contract_ids: [CONTRACT],
        sources: [lakeAt(faulty.url)],
        rpc: { urls: [rpc.url] },
        ...wanted,
        limits: { ...QUICK, ...wanted.limits },
      });
      t.teardown(() => source.close());
      return source;
    },
    truth: () => finalBlocks(node),
    tip: () => (node.chain.last_final ?? node.chain.genesis).height,
    lakeAt,
  };
}

function callContract(node: LocalnetNode, count: number): void {
  const from = CALLERS[count % CALLERS.length] ?? 'user.near';
  const submitted = node.submit(signFor(node, { from, to: CONTRACT, actions: [callOf('store')] }));
  if (submitted.kind !== 'accepted') throw new Error(`the call was ${submitted.kind}`);
}

function finalBlocks(node: LocalnetNode): FullBlock[] {
  const { chain } = node;
  const last = (chain.last_final ?? chain.genesis).height;
  const blocks: FullBlock[] = [];
  for (let height = chain.genesis.height; height <= last; height++) {
    const found = node.findBlock({ kind: 'height', height });
    if (found.ok) blocks.push(found.value);
  }
  return blocks;
}

export async function collect(
  source: BlockSource,
  wanted: { start: StartPoint; to?: bigint; count?: number; onBlock?: (block: SourceBlock) => void },
): Promise<SourceBlock[]> {
  const { start, to, count = Number.POSITIVE_INFINITY, onBlock } = wanted;
  const ending = new AbortController();
  const blocks: SourceBlock[] = [];
  const options = { start, signal: ending.signal, ...(to === undefined ? {} : { to }) };
  for await (const block of source.stream(options)) {
    blocks.push(block);
    onBlock?.(block);
    if (blocks.length >= count) break;
  }
  ending.abort();
  return blocks;
}

/** Heights and hashes of the node's own blocks, and every shard in which the contract executed, byte by byte. */
export function assertFollowed(
  t: ExecutionContext,
  blocks: readonly SourceBlock[],
  truth: readonly FullBlock[],
): void {
  t.deepEqual(
    blocks.map(({ facts }) => `${facts.height} ${facts.hash}`),
    truth.map(({ block }) => `${block.height} ${encodeBase58(block.hash)}`),
  );
  let executed = 0;
  for (const [index, full] of truth.entries()) {
    const objects = new Map(lakeObjects(full).map(({ key, bytes }) => [key.split('/')[1], bytes]));
    for (const { shard_id, chunk } of full.shards) {
      if (
        !(chunk?.outcomes ?? []).some(
          ({ outcome }) => outcome.receipt !== null && outcome.executor_id === CONTRACT,
        )
      )
        continue;
      executed += 1;
      const found = blocks[index]?.found.find((shard) => shard.shard_id === shard_id);
      if (found === undefined) t.fail(`shard ${shard_id} of block ${full.block.height} was not found`);
      else t.true(found.bytes.equals(objects.get(`shard_${shard_id}.json`) ?? Buffer.alloc(0)));
    }
  }
  t.true(executed > 0, 'the contract executed nowhere');
}

/** For what comes of itself in a moment. */
export async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + WAIT_MS * 20;
  while (!holds()) {
    if (Date.now() > end) throw new Error('what was waited for did not come');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
