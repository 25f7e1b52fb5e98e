// Owns reading blocks from neardata over HTTP, each in one JSON, through its redirects; leaves one GET to get-object.ts.
import type { Dispatcher } from 'undici';
import type { ShardBytes } from '../types.ts';
import { byNumber, readBlockHead } from './block-head.ts';
import { SourceFault } from './fault.ts';
import { type GotObject, getObject } from './get-object.ts';
import { listItems, objectMembers } from './json-slices.ts';
import type { Limits } from './limits.ts';
import type { BlockReader, Meter, Reading, ReadRequest } from './reader.ts';
import { Scanner } from './scan.ts';

const MAX_REDIRECTS = 4;
/** A redirect to a block's own path tells the height; the block need not be fetched for it. */
const BLOCK_PATH = /\/v0\/block\/(\d{1,20})$/;

export function openNeardata(
  url: string,
  about: { needles: readonly Buffer[]; limits: Limits; openDispatcher: (origin: string) => Dispatcher },
): BlockReader {
  const { needles, limits } = about;
  const base = new URL(url.endsWith('/') ? url : `${url}/`);
  const dispatchers = new Map<string, Dispatcher>();
  const dispatcherOf = (origin: string): Dispatcher => {
    const known = dispatchers.get(origin) ?? about.openDispatcher(origin);
    dispatchers.set(origin, known);
    return known;
  };
  const get = (at: URL, how: { signal: AbortSignal; meter: Meter }): Promise<GotObject> =>
    getObject({
      dispatcher: dispatcherOf(at.origin),
      origin: at.origin,
      path: at.pathname,
      headers: { accept: 'application/json' },
      needles: null,
      null_is_absent: true,
      limits,
      ...how,
    });
  return {
    name: `neardata ${base.host}`,
    read: (request) => readBlock(get, new URL(`v0/block/${request.height}`, base), request, needles),
    findTip: async (signal) => {
      const got = await get(new URL('v0/last_block/final', base), { signal, meter: { bytes: 0 } });
      if (got.kind === 'moved') return heightOf(got.location);
      if (got.kind === 'object' && got.bytes !== null) return tipOf(got.bytes);
      throw new SourceFault('status', 'neardata does not tell its last block');
    },
    close: async () => {
      await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

type Get = (at: URL, how: { signal: AbortSignal; meter: Meter }) => Promise<GotObject>;

async function readBlock(
  get: Get,
  start: URL,
  request: ReadRequest,
  needles: readonly Buffer[],
): Promise<Reading> {
  let at = start;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const got = await get(at, request);
    if (got.kind === 'absent') return got;
    if (got.kind === 'object') return toReading(got, request, needles);
    at = new URL(got.location, at);
  }
  throw new SourceFault('status', `${start.pathname} was redirected more than ${MAX_REDIRECTS} times`);
}

function toReading(
  got: GotObject & { kind: 'object' },
  request: ReadRequest,
  needles: readonly Buffer[],
): Reading {
  const { height, meter } = request;
  const { bytes, size } = got;
  if (bytes === null) throw new SourceFault('corrupt', `block ${height} came without its bytes`);
  try {
    const parts = new Map([...objectMembers(bytes)].map(({ key, value }) => [key, value]));
    const block_bytes = parts.get('block');
    const list = parts.get('shards');
    if (block_bytes === undefined || list === undefined) {
      throw new SourceFault('corrupt', `block ${height} has no block or no shards`);
    }
    const head = readBlockHead(block_bytes, height);
    const wanted = request.choose(head);
    const shards = [...listItems(list)]
      .map(shardOf)
      .filter(({ shard_id }) => wanted === 'all' || wanted.includes(shard_id));
    requireAll(shards, wanted === 'all' ? head.chunks.map(({ shard_id }) => shard_id) : wanted, height);
    const kept = request.keep === 'all' ? shards : shards.filter((shard) => names(shard.bytes, needles));
    // Its parts share the bytes of the whole, which therefore stays as long as any of them.
    const is_audited = kept.length > 0 || request.keep === 'all';
    const held = is_audited ? size : 0;
    meter.bytes -= size - held;
    return {
      kind: 'found',
      head,
      block_bytes: is_audited ? block_bytes : null,
      shards: kept.sort((left, right) => byNumber(left.shard_id, right.shard_id)),
      is_whole: shards.length === head.chunks.length,
      size,
      held,
      requests: 1,
    };
  } catch (error) {
    meter.bytes -= size;
    throw error;
  }
}

function shardOf(bytes: Buffer): ShardBytes {
  for (const { key, value } of objectMembers(bytes)) {
    if (key === 'shard_id') return { shard_id: BigInt(value.toString('latin1')), bytes };
  }
  throw new SourceFault('corrupt', 'a shard has no shard_id');
}

function requireAll(shards: readonly ShardBytes[], wanted: readonly bigint[], height: bigint): void {
  const missing = wanted.find((shard_id) => !shards.some((shard) => shard.shard_id === shard_id));
  if (missing !== undefined)
    throw new SourceFault('late', `shard ${missing} of block ${height} is not there yet`);
}

function names(bytes: Buffer, needles: readonly Buffer[]): boolean {
  const scanner = new Scanner(needles);
  scanner.push(bytes);
  return scanner.found;
}

function heightOf(location: string): bigint {
  const digits = BLOCK_PATH.exec(location)?.[1];
  if (digits === undefined) throw new SourceFault('status', 'neardata redirects its last block elsewhere');
  return BigInt(digits);
}

function tipOf(bytes: Buffer): bigint {
  const value: unknown = JSON.parse(bytes.toString('utf8'));
  const height = (value as { block?: { header?: { height?: unknown } } }).block?.header?.height;
  if (typeof height !== 'number' || !Number.isSafeInteger(height)) {
    throw new SourceFault('corrupt', 'the last block of neardata has no height');
  }
  return BigInt(height);
}
