// Owns finding the block of a moment by asking for blocks, each half the way; leaves what happened in it to find-receipts.ts.

import { z } from 'zod';
import { type AskChain, RpcRefusal } from '../chain/json-rpc.ts';

export type TimedBlock = { height: bigint; at_ns: bigint };

const blockSchema = z.object({
  header: z.object({
    height: z.number(),
    timestamp_nanosec: z.string(),
  }),
});
const statusSchema = z.object({
  sync_info: z.object({ earliest_block_height: z.number().nullish() }),
});

/** So many heights without a block in a row would be an outage of the chain. */
const MAX_GAP = 1_000;

/**
 * The height of the block of exactly this time. Undefined where it lies before what the node keeps. `known` are blocks of
 * earlier searches, and is added to.
 */
export async function heightAt(
  ask: AskChain,
  { at_ns, known }: { at_ns: bigint; known: TimedBlock[] },
): Promise<bigint | undefined> {
  if (known.length === 0) known.push(await newest(ask), ...(await oldest(ask)));
  let low = nearest(known, (block) => block.at_ns <= at_ns, -1);
  let high = nearest(known, (block) => block.at_ns >= at_ns, 1);
  if (low === undefined || high === undefined) return undefined;
  while (low.at_ns !== at_ns && high.at_ns !== at_ns) {
    const middle: bigint = low.height + guess({ low, high, at_ns });
    const found = await blockFrom(ask, { height: middle, below: high.height });
    if (found === undefined) {
      // Nothing but gaps above: look below.
      const before: TimedBlock | undefined = await blockBefore(ask, { height: middle, above: low.height });
      if (before === undefined) throw new Error(`No block has the time ${at_ns} ns.`);
      known.push(before);
      if (before.at_ns <= at_ns) low = before;
      else high = before;
      continue;
    }
    known.push(found);
    if (found.at_ns <= at_ns) low = found;
    else high = found;
  }
  return low.at_ns === at_ns ? low.height : high.height;
}

/** In proportion to the time, as blocks come evenly; never an end itself. */
function guess(about: { low: TimedBlock; high: TimedBlock; at_ns: bigint }): bigint {
  const { low, high, at_ns } = about;
  const span = high.height - low.height;
  if (span <= 1n) throw new Error(`No block has the time ${at_ns} ns.`);
  const share = (span * (at_ns - low.at_ns)) / (high.at_ns - low.at_ns);
  return share < 1n ? 1n : share > span - 1n ? span - 1n : share;
}

function nearest(
  known: readonly TimedBlock[],
  fits: (block: TimedBlock) => boolean,
  side: 1 | -1,
): TimedBlock | undefined {
  return known
    .filter(fits)
    .sort((left, right) => side * Number(left.height - right.height))
    .at(0);
}

async function newest(ask: AskChain): Promise<TimedBlock> {
  return read(await ask('block', { finality: 'final' }));
}

/** Of the first block that the node keeps. */
export async function earliestHeight(ask: AskChain): Promise<bigint> {
  const { sync_info } = statusSchema.parse(await ask('status', []));
  return BigInt(sync_info.earliest_block_height ?? 0);
}

async function oldest(ask: AskChain): Promise<TimedBlock[]> {
  const height = await earliestHeight(ask);
  const found = await blockFrom(ask, { height, below: height + BigInt(MAX_GAP) });
  return found === undefined ? [] : [found];
}

async function blockFrom(
  ask: AskChain,
  { height, below }: { height: bigint; below: bigint },
): Promise<TimedBlock | undefined> {
  for (let at = height; at < below && at < height + BigInt(MAX_GAP); at++) {
    const found = await findBlock(ask, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function blockBefore(
  ask: AskChain,
  { height, above }: { height: bigint; above: bigint },
): Promise<TimedBlock | undefined> {
  for (let at = height - 1n; at > above; at--) {
    const found = await findBlock(ask, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function findBlock(ask: AskChain, height: bigint): Promise<TimedBlock | undefined> {
  try {
    return read(await ask('block', { block_id: Number(height) }));
  } catch (error) {
    if (error instanceof RpcRefusal && error.cause_name === 'UNKNOWN_BLOCK') return undefined;
    throw error;
  }
}

function read(given: unknown): TimedBlock {
  const { header } = blockSchema.parse(given);
  return { height: BigInt(header.height), at_ns: BigInt(header.timestamp_nanosec) };
}
