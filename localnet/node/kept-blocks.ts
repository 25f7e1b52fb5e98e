// Owns a chain's blocks in a data folder: what is written of each, and refusing a folder of another chain; leaves files to state/disk.
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { ChunkResult } from '../chain/chunk-header.ts';
import { HEADER_RECORD_BYTES } from '../chain/header-index.ts';
import { type Aside, type BlockStore, finalValues, openBlockStore } from '../state/disk/block-store.ts';
import type { Change } from '../state/disk/codec.ts';
import { RecordFile } from '../state/disk/record-file.ts';
import type { Trie } from '../state/trie.ts';
import type { ResolvedOptions } from './options.ts';
import type { FullBlock } from './types.ts';

export interface KeptRecord {
  full: FullBlock;
  results: Map<bigint, ChunkResult>;
  /** How far fast-forwarding has moved the clock, in nanoseconds. */
  clock_offset: bigint;
}

interface FirstRecord {
  settings: Record<string, string>;
  genesis_timestamp: bigint;
}

/** Null where the folder is new. */
export function readGenesisTimestamp(store: BlockStore): bigint | null {
  return readFirst(store)?.genesis_timestamp ?? null;
}

/** Options that make another chain than the folder's are refused, each by name. */
export function refuseOtherChain(store: BlockStore, options: ResolvedOptions): void {
  const first = readFirst(store);
  if (first === null) return;
  const asked = settingsOf(options);
  const differing = Object.keys(asked).filter((name) => asked[name] !== first.settings[name]);
  if (differing.length === 0) return;
  const list = differing.map((name) => `${name} is ${first.settings[name]} there and ${asked[name]} here`);
  throw new Error(
    `${options.data_folder} holds another chain: ${list.join('; ')}. Start with the same options, or choose another folder`,
  );
}

export function keepGenesis(
  store: BlockStore,
  options: ResolvedOptions,
  tries: ReadonlyMap<bigint, Trie>,
): void {
  const { genesis_height: height, genesis_timestamp } = options;
  const first: FirstRecord = { settings: settingsOf(options), genesis_timestamp };
  const shards = [...tries].map(([shard_id, trie]) => ({
    shard_id,
    trie,
    changes: [...trie.entries(new Uint8Array(0))],
  }));
  store.append({ height, shards, payload: new Uint8Array(serialize(first)) });
}

export function keepBlock(
  store: BlockStore,
  kept: {
    record: KeptRecord;
    tries: ReadonlyMap<bigint, Trie>;
    /** Shards that began with this block: the folder knows nothing of them yet. */
    begun: ReadonlyMap<bigint, Trie>;
    aside: Aside;
  },
): void {
  const { record, tries, begun, aside } = kept;
  const { block, shards } = record.full;
  const changes = new Map(
    shards.map(({ shard_id, chunk }) => [shard_id, finalValues(chunk?.state_changes ?? [])]),
  );
  const finished = {
    height: block.height,
    shards: [...tries].map(([shard_id, trie]) => ({
      shard_id,
      trie,
      changes: [...entriesOf(begun.get(shard_id)), ...(changes.get(shard_id) ?? [])],
    })),
    payload: new Uint8Array(serialize(record)),
  };
  store.append(finished, aside);
}

/** Oldest first, without genesis. */
export function* readBlocks(store: BlockStore, from: bigint, genesis_height: bigint): Generator<KeptRecord> {
  const first = from > genesis_height ? from : genesis_height + 1n;
  for (const { payload } of store.blocks(first)) yield deserialize(payload) as KeptRecord;
}

export function openStore(options: ResolvedOptions): BlockStore | null {
  const { data_folder: folder, survive, segment_bytes } = options;
  return folder === null ? null : openBlockStore({ folder, survive, segment_bytes });
}

/** Beside the blocks; it can be made again from them. */
export function openHeaderFile({ data_folder: folder }: ResolvedOptions): RecordFile | null {
  if (folder === null) return null;
  return new RecordFile({ path: join(folder, 'headers.bin'), record_bytes: HEADER_RECORD_BYTES });
}

function readFirst(store: BlockStore): FirstRecord | null {
  for (const { payload } of store.blocks()) return deserialize(payload) as FirstRecord;
  return null;
}

function entriesOf(trie: Trie | undefined): Change[] {
  return trie === undefined ? [] : [...trie.entries(new Uint8Array(0))];
}

/** Every option that hashes follow from; those of pace and keeping may change between runs. */
function settingsOf(options: ResolvedOptions): Record<string, string> {
  const { layout, accounts } = options;
  return {
    chain_id: options.chain_id,
    seed: options.seed,
    protocol_version: String(options.protocol_version),
    genesis_height: String(options.genesis_height),
    epoch_length: String(options.epoch_length),
    validators: String(options.validators),
    seats: String(options.seats),
    gas_limit: String(options.gas_limit),
    shards: `[${layout.shard_ids}]`,
    boundaries: `[${layout.boundaries}]`,
    reshardings: options.reshardings
      .map(({ height, layout: next }) => `${height}:[${next.shard_ids}][${next.boundaries}]`)
      .join(' '),
    accounts: accounts.map(({ account_id, amount }) => `${account_id}:${amount}`).join(' '),
  };
}
