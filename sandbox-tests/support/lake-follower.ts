// Owns following Lake objects as an indexer does, every block checked and replayed; leaves what must come of it to the specs.
import type { S3Client } from '@aws-sdk/client-s3';
import type { ExecutionContext } from 'ava';
import type { FullBlock, LocalnetNode } from '../../localnet/node/types.ts';
import { get, LAYOUT, listFolders, SPLIT } from './lake-node.ts';
import {
  findWrongHashes,
  type ReadBlock,
  type ReadShard,
  type Records,
  readBlock,
  readShard,
  recordsOf,
  replay,
} from './lake-replay.ts';

/** Small, so that a page's end is met on the way. */
const PAGE = 20;
const MAX_PAGES = 100;

/** A reader of Lake as indexers are: lists heights, gets block and shards, checks that each block follows the last. */
export function followFrom(node: LocalnetNode) {
  const follower = {
    records: recordsOf(node.genesis_tries.values()) satisfies Records,
    height: -1n,
    hash: '',
    layouts: [] as {
      height: ReadBlock['header']['height'];
      epoch_id: string;
      shard_ids: ReadShard['shard_id'][];
    }[],
    follow,
  };
  return follower;

  async function follow(s3: S3Client, seen: Map<string, number>): Promise<void> {
    for (let page = 0; page < MAX_PAGES; page++) {
      const folders = await listFolders(s3, `${follower.height + 1n}`.padStart(12, '0'), PAGE);
      if (folders.length === 0) return;
      for (const folder of folders) await take(s3, folder, seen);
    }
    throw new Error(`there is no end to the heights listed; the last one taken is ${follower.height}`);
  }

  async function take(s3: S3Client, folder: string, seen: Map<string, number>): Promise<void> {
    const block = readBlock(await get(s3, `${folder}block.json`));
    const { header } = block;
    if (follower.hash !== '' && header.prev_hash !== follower.hash)
      throw new Error(`a gap before ${header.height}`);
    const shards = await Promise.all(
      block.chunks.map(async ({ shard_id }) => readShard(await get(s3, `${folder}shard_${shard_id}.json`))),
    );
    const wrong = findWrongHashes(block, shards);
    if (wrong.length > 0) throw new Error(`block ${header.height}: ${wrong}`);
    for (const shard of shards) {
      replay(follower.records, shard);
      for (const { type } of shard.state_changes) seen.set(type, (seen.get(type) ?? 0) + 1);
    }
    const shard_ids = shards.map(({ shard_id }) => shard_id);
    follower.layouts.push({ height: header.height, epoch_id: header.epoch_id, shard_ids });
    follower.height = BigInt(header.height);
    follower.hash = header.hash;
  }
}

export function assertSameRecords(
  t: ExecutionContext,
  options: { node: LocalnetNode; records: Records; height: bigint },
): void {
  const { node, records, height } = options;
  const found = node.findBlock({ kind: 'height', height });
  if (!found.ok) throw new Error(found.reason);
  const tries = found.value.shards.map(({ shard_id }) => trieOf(node, found.value, shard_id));
  const own = recordsOf(tries);
  t.true(own.size > 20, `${own.size} records`);
  t.deepEqual([...records.keys()].sort(), [...own.keys()].sort());
  for (const [key, value] of own) t.deepEqual(Buffer.from(records.get(key) ?? []), Buffer.from(value), key);
}

function trieOf(node: LocalnetNode, full: FullBlock, shard_id: bigint) {
  for (const account_id of ['a', ...LAYOUT.boundaries, ...SPLIT.boundaries]) {
    const state = node.readState(account_id, { kind: 'hash', hash: full.block.hash });
    if (state.ok && state.value.shard_id === shard_id) return state.value.trie;
  }
  throw new Error(`no account is known of shard ${shard_id}`);
}
