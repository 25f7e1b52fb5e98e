// Owns neardata's paths over blocks: answers, redirects, refusals, waiting for a block that comes soon; leaves sockets to server.ts.
import type { FullBlock, LocalnetNode } from '../node/types.ts';
import type { FinalBlocks } from './final-blocks.ts';
import { neardataPart } from './objects.ts';
import type { Answer } from './s3.ts';

export interface NeardataOptions {
  node: LocalnetNode;
  blocks: FinalBlocks;
  /** How long a request waits for a block that is a little ahead. */
  wait_ms: number;
}

/** Further ahead than that is refused at once. */
const MAX_WAIT_BLOCKS = 10n;
const MAX_HEIGHT = 10n ** 15n;
const YEAR_S = 365 * 24 * 60 * 60;
const DAY_S = 24 * 60 * 60;
const JSON_TYPE = 'application/json; charset=utf-8';

/** Null for paths that are none of neardata's. */
export async function answerNeardata(options: NeardataOptions, path: string): Promise<Answer | null> {
  if (path === '/health') return json(200, '{"status":"ok"}');
  if (!path.startsWith('/v0/')) return null;
  const { node, blocks } = options;
  const last = blocks.last.height;
  if (path === '/v0/first_block') return redirect(`/v0/block/${blocks.first.height}`, DAY_S);
  if (path === '/v0/last_block/final') return redirect(`/v0/block/${last}`);
  if (path === '/v0/last_block/optimistic') return redirect(`/v0/block_opt/${node.chain.head.height}`);
  const match = /^\/v0\/(block|block_opt)\/([^/]+)(?:\/(headers|chunk\/\d{1,20}|shard\/\d{1,20}))?$/.exec(
    path,
  );
  if (match === null) return json(404, JSON.stringify({ error: `no such path: ${path.slice(0, 100)}` }));
  const [, kind, digits = '', part] = match;
  if (!/^\d{1,20}$/.test(digits)) return json(400, '"Invalid argument"');
  const height = BigInt(digits);
  const refusal = refuseHeight(options, height);
  if (refusal !== null) return refusal;
  return kind === 'block'
    ? finalBlock(options, { height, part })
    : optimisticBlock(options, { height, part });
}

async function finalBlock(options: NeardataOptions, asked: Asked): Promise<Answer> {
  const { blocks } = options;
  const arrived = await waitUntil(options, () => asked.height <= blocks.last.height);
  if (!arrived) return missing('The block is too far in the future', 'BLOCK_DOES_NOT_EXIST');
  const block = blocks.read(asked.height);
  if (block !== undefined) {
    return json(
      200,
      asked.part === undefined ? block.neardata : neardataPart(block.full, asked.part),
      YEAR_S,
    );
  }
  // One that the node has forgotten is no skipped height.
  if (asked.height < blocks.first.height) {
    return missing('The block is not kept any longer', 'BLOCK_DOES_NOT_EXIST');
  }
  return json(200, 'null', DAY_S);
}

/** Final or not yet: a block of this chain is never taken back. */
async function optimisticBlock(options: NeardataOptions, asked: Asked): Promise<Answer> {
  const { node, blocks } = options;
  const { height } = asked;
  if (height <= blocks.last.height) return finalBlock(options, asked);
  const arrived = await waitUntil(options, () => height <= node.chain.head.height);
  if (!arrived) return missing('The block is too far in the future', 'BLOCK_DOES_NOT_EXIST');
  const found = node.findBlock({ kind: 'height', height });
  return json(200, found.ok ? neardataPart(found.value, asked.part ?? 'all') : 'null');
}

interface Asked {
  height: bigint;
  part: string | undefined;
}

function refuseHeight({ node, blocks }: NeardataOptions, height: bigint): Answer | null {
  if (height > MAX_HEIGHT) return missing('Block height is too high', 'BLOCK_HEIGHT_TOO_HIGH', DAY_S);
  if (height < node.facts.genesis_height) {
    return missing('Block height is before the genesis', 'BLOCK_HEIGHT_TOO_LOW', DAY_S);
  }
  if (height > blocks.last.height + MAX_WAIT_BLOCKS) {
    return missing('The block is too far in the future', 'BLOCK_DOES_NOT_EXIST');
  }
  return null;
}

/** Looks again after each new block; false when the time is over. */
function waitUntil({ node, wait_ms }: NeardataOptions, holds: () => boolean): Promise<boolean> {
  if (holds()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (arrived: boolean) => {
      clearTimeout(timer);
      unfollow();
      resolve(arrived);
    };
    // Blocks become final inside the same step: look once that step is over.
    const look = (_full: FullBlock) => queueMicrotask(() => holds() && end(true));
    const unfollow = node.onBlock(look);
    const timer = setTimeout(() => end(false), wait_ms);
    timer.unref();
  });
}

function missing(error: string, type: string, cache_s?: number): Answer {
  return json(404, JSON.stringify({ error, type }), cache_s);
}

function json(status: number, body: string | Buffer, cache_s?: number): Answer {
  return { status, headers: { 'content-type': JSON_TYPE, ...caching(cache_s) }, body };
}

function redirect(location: string, cache_s?: number): Answer {
  return { status: 302, headers: { location, ...caching(cache_s) }, body: '' };
}

function caching(seconds: number | undefined): Record<string, string> {
  return seconds === undefined ? {} : { 'cache-control': `public, max-age=${seconds}` };
}
