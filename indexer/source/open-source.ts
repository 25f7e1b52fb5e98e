// Owns what a source of blocks can be asked to be, and putting its parts together; leaves the way of a stream to follow.ts.
import { Agent, type Dispatcher, Pool } from 'undici';
import { RetryableError } from '../../core/errors/index.ts';
import type { BlockSource, Observer } from '../types.ts';
import { type Clock, systemClock } from './backoff.ts';
import { Failover } from './failover.ts';
import { asFault, SourceFault } from './fault.ts';
import { openFolder } from './folder.ts';
import { follow } from './follow.ts';
import { LayoutKeeper } from './layout-keeper.ts';
import { LIMITS, type Limits } from './limits.ts';
import { openNeardata } from './neardata.ts';
import type { BlockReader } from './reader.ts';
import { openRpc, type RpcOptions } from './rpc.ts';
import { openS3Lake, type S3LakeOptions } from './s3-lake.ts';
import { needlesOf } from './scan.ts';
import { TipFinder } from './tip-finder.ts';
import { WholeBlocks } from './whole-blocks.ts';

export type SourceWish =
  | ({ kind: 's3_lake' } & S3LakeOptions)
  | { kind: 'neardata'; url: string }
  | { kind: 'folder'; path: string };

export interface SourceOptions {
  contract_ids: readonly string[];
  /** In the order in which they are asked. */
  sources: readonly SourceWish[];
  /** Without it the layout of shards and the tip are found by looking at blocks. */
  rpc?: RpcOptions;
  /** No block is looked for below it. */
  first_height?: bigint;
  observer?: Partial<Observer>;
  clock?: Clock;
  /** Milliseconds since 1970, for signatures. */
  wall_ms?: () => number;
  /** From 0 to below 1. */
  random?: () => number;
  openDispatcher?: (origin: string) => Dispatcher;
  limits?: Partial<Limits>;
}

export interface OpenSource extends BlockSource {
  /** Which chain the RPC endpoints speak for; that none of them answers may pass. */
  genesisHash(signal: AbortSignal): Promise<string>;
}

export function openSource(options: SourceOptions): OpenSource {
  const {
    contract_ids,
    first_height = 0n,
    observer = {},
    clock = systemClock,
    random = Math.random,
  } = options;
  const limits: Limits = { ...LIMITS, ...options.limits };
  const needles = needlesOf(contract_ids);
  const closing = new AbortController();
  const openDispatcher = options.openDispatcher ?? ((origin: string) => openPool(origin, limits));
  const about = { needles, limits, wall_ms: options.wall_ms ?? Date.now, openDispatcher };
  const readers = options.sources.map((wish) => openReader(wish, about));
  const failover = new Failover({ readers, clock, random, limits, observer });
  const rpc_dispatcher =
    options.rpc === undefined ? null : new Agent({ connect: { timeout: limits.connect_ms } });
  const rpc =
    options.rpc === undefined || rpc_dispatcher === null
      ? null
      : openRpc(options.rpc, { limits, dispatcher: rpc_dispatcher });
  const onTrouble = (reason: string) => observer.retried?.({ source: 'rpc', reason });
  const tips = new TipFinder({ rpc, failover, clock, limits, onTrouble });
  const { signal } = closing;
  const keeper = () => new LayoutKeeper({ contract_ids, rpc, clock, limits, signal, onTrouble });
  const whole_blocks = new WholeBlocks(limits.whole_bytes);
  return {
    stream: (wanted) =>
      follow(
        {
          contract_ids,
          needles,
          failover,
          keeper: keeper(),
          tips,
          first_height,
          clock,
          random,
          limits,
          observer,
        },
        { ...wanted, signal: AbortSignal.any([wanted.signal, signal]) },
      ),
    readWhole: (height, wanted) =>
      whole_blocks.get(height, async () => {
        const meter = { bytes: 0 };
        const any = AbortSignal.any([wanted, signal]);
        const request = { height, guess: [], choose: () => 'all' as const, keep: 'all' as const };
        const reading = await failover.read({ ...request, signal: any, meter });
        return reading.kind === 'absent' ? null : { facts: reading.head.facts, shards: reading.shards };
      }),
    genesisHash: async (wanted) => {
      try {
        if (rpc === null) throw new SourceFault('network', 'no JSON-RPC endpoint is known');
        return await rpc.genesisHash(AbortSignal.any([wanted, signal]));
      } catch (error) {
        wanted.throwIfAborted();
        throw new RetryableError('RPC_UNREACHABLE', {
          facts: { reasons: asFault(error).message },
          cause: error,
        });
      }
    },
    get tip_height() {
      return tips.height;
    },
    close: async () => {
      closing.abort(new Error('the source was closed'));
      await Promise.all([...readers.map((reader) => reader.close()), rpc_dispatcher?.destroy()]);
    },
  };
}

function openReader(
  wish: SourceWish,
  about: {
    needles: readonly Buffer[];
    limits: Limits;
    wall_ms: () => number;
    openDispatcher: (origin: string) => Dispatcher;
  },
): BlockReader {
  if (wish.kind === 's3_lake') return openS3Lake(wish, about);
  if (wish.kind === 'neardata') return openNeardata(wish.url, about);
  return openFolder(wish.path, about.needles);
}

/** Two objects of each height may be under way. */
function openPool(origin: string, limits: Limits): Pool {
  return new Pool(origin, { connections: 2 * limits.max_heights, connect: { timeout: limits.connect_ms } });
}
