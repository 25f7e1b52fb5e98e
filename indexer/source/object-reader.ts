// Owns reading a block out of Lake objects, the wanted shards beside the block; leaves getting an object to s3-lake.ts and folder.ts.
import type { ShardBytes } from '../types.ts';
import { type BlockHead, byNumber, readBlockHead } from './block-head.ts';
import { SourceFault } from './fault.ts';
import type { GotObject } from './get-object.ts';
import type { FoundBlock, Meter, Reading, ReadRequest } from './reader.ts';

/** Null as needles keeps all bytes. */
export type GetKey = (
  key: string,
  how: { needles: readonly Buffer[] | null; signal: AbortSignal; meter: Meter },
) => Promise<GotObject>;

interface GotShard {
  shard_id: bigint;
  got: GotObject;
}

const HEIGHT_DIGITS = 12;

/**
 * A careful writer puts the shards there first and the block last. So a block that is there names its shards, and one
 * of them that is missing is late; a shard without its block says that the block is on its way.
 */
export async function readObjects(
  get: GetKey,
  request: ReadRequest,
  needles: readonly Buffer[],
): Promise<Reading> {
  const { height, guess, meter } = request;
  const folder = height.toString().padStart(HEIGHT_DIGITS, '0');
  const how = { needles: request.keep === 'all' ? null : needles, signal: request.signal, meter };
  const getShard = async (shard_id: bigint): Promise<GotShard> => {
    return { shard_id, got: await get(`${folder}/shard_${shard_id}.json`, how) };
  };
  // None of them is left behind when another fails: what came of each is known before anything is judged.
  const getting = guess.map((shard_id) => settle(getShard(shard_id)));
  const block = await settle(get(`${folder}/block.json`, { ...how, needles: null }));
  const shards: GotShard[] = [];
  const failed: { shard_id: bigint; error: unknown }[] = [];
  for (const [index, shard_id] of guess.entries()) {
    const shard = await getting[index];
    if (shard?.ok === true) shards.push(shard.value);
    else failed.push({ shard_id, error: shard?.error });
  }
  try {
    if (!block.ok) throw block.error;
    if (block.value.kind !== 'object' || block.value.bytes === null) {
      if (shards.some(({ got }) => got.kind === 'object')) {
        throw new SourceFault('late', `${folder} has a shard and no block yet`);
      }
      // A guess that failed tells as little of a block that is not there as one that is absent.
      return { kind: 'absent' };
    }
    const { bytes, size } = block.value;
    const head = readBlockHead(bytes, height);
    const wanted = wantedShards(head, request);
    for (const { shard_id, error } of failed) if (wanted.includes(shard_id)) throw error;
    const missing = wanted.filter((shard_id) => !shards.some((shard) => shard.shard_id === shard_id));
    if (missing.length > 0) await getMissing(missing, getShard, shards);
    return found({ head, bytes, size, wanted, shards, request });
  } catch (error) {
    if (block.ok) release(block.value, meter);
    for (const { got } of shards) release(got, meter);
    throw error;
  }
}

function wantedShards(head: BlockHead, request: ReadRequest): readonly bigint[] {
  const wanted = request.choose(head);
  return wanted === 'all' ? head.chunks.map(({ shard_id }) => shard_id) : wanted;
}

async function getMissing(
  shard_ids: readonly bigint[],
  getShard: (shard_id: bigint) => Promise<GotShard>,
  shards: GotShard[],
): Promise<void> {
  const results = await Promise.all(shard_ids.map((shard_id) => settle(getShard(shard_id))));
  for (const result of results) if (result.ok) shards.push(result.value);
  for (const result of results) if (!result.ok) throw result.error;
}

type Settled<Value> = { ok: true; value: Value } | { ok: false; error: unknown };

function settle<Value>(promise: Promise<Value>): Promise<Settled<Value>> {
  return promise.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error }),
  );
}

function found(options: {
  head: BlockHead;
  bytes: Buffer;
  size: number;
  wanted: readonly bigint[];
  shards: readonly GotShard[];
  request: ReadRequest;
}): FoundBlock {
  const { head, bytes, wanted, shards, request } = options;
  const { meter, keep } = request;
  const late = shards.find(({ shard_id, got }) => got.kind !== 'object' && wanted.includes(shard_id));
  if (late !== undefined) {
    throw new SourceFault('late', `shard ${late.shard_id} of block ${head.facts.height} is not there yet`);
  }
  let { size } = options;
  let held = 0;
  const kept: ShardBytes[] = [];
  for (const { shard_id, got } of shards) {
    if (got.kind !== 'object') continue;
    size += got.size;
    if (got.bytes === null) continue;
    if (wanted.includes(shard_id)) {
      kept.push({ shard_id, bytes: got.bytes });
      held += got.size;
    } else meter.bytes -= got.size;
  }
  const is_audited = kept.length > 0 || keep === 'all';
  if (is_audited) held += bytes.length;
  else meter.bytes -= bytes.length;
  return {
    kind: 'found',
    head,
    block_bytes: is_audited ? bytes : null,
    shards: kept.sort((left, right) => byNumber(left.shard_id, right.shard_id)),
    is_whole: wanted.length === head.chunks.length,
    size,
    held,
    requests: 1 + shards.length,
  };
}

function release(got: GotObject, meter: Meter): void {
  if (got.kind === 'object' && got.bytes !== null) meter.bytes -= got.size;
}
