// Owns one indexer's life: lead, stream, decode, write, try again, stop; leaves each of these to its room.
import { setTimeout as sleep } from 'node:timers/promises';
import { RetryableError } from '../../core/errors/index.ts';
import type { BlockFacts, BlockSource, DecodedBlock, SourceBlock, StartPoint } from '../types.ts';
import type { StateKeeper } from './state.ts';

/** The one that may write, until it is closed or its connection is lost. */
export interface Leader {
  /** Behind what is written already; null where nothing is. */
  resume: StartPoint | null;
  /** Writes batch after batch, and says after each where it is. Ends when the blocks do. */
  writeAll(blocks: AsyncIterable<DecodedBlock>, committed: (last: BlockFacts) => void): Promise<void>;
  close(): Promise<void>;
}

export interface RunDeps {
  keeper: StateKeeper;
  source: BlockSource;
  /** Waits, perhaps for long, until no other indexer leads. */
  lead(signal: AbortSignal): Promise<Leader>;
  decode(blocks: AsyncIterable<SourceBlock>, signal: AbortSignal): AsyncIterable<DecodedBlock>;
  log: { info(facts: object, words: string): void; warn(facts: object, words: string): void };
  random: () => number;
}

export interface RunOptions {
  /** Where a new database begins. */
  start: StartPoint;
  /** The last height wanted; left out, it follows without end. */
  to?: bigint;
  /** Stops after the batch that is under way. */
  signal: AbortSignal;
  /** How many failures in a row without a committed block end it; left out, it goes on trying. */
  attempts?: number;
}

export const FIRST_PAUSE_MS = 250;
export const LONGEST_PAUSE_MS = 15_000;

/** Returns when it was told to stop or has come to its last height; throws what no new attempt can mend. */
export async function runIndexer(deps: RunDeps, options: RunOptions): Promise<void> {
  const { keeper, log } = deps;
  const { signal, attempts = Number.POSITIVE_INFINITY } = options;
  let failures = 0;
  while (!signal.aborted) {
    try {
      await attempt(deps, options, () => {
        failures = 0;
      });
      break;
    } catch (error) {
      if (signal.aborted && isAbort(error)) break;
      failures += 1;
      if (!(error instanceof RetryableError) || failures >= attempts) {
        keeper.set({ state: 'failed', reason: messageOf(error) });
        throw error;
      }
      const pause_ms = pauseAfter(failures, deps.random);
      keeper.set({ state: 'unready', reason: error.message });
      log.warn({ code: error.code, failures, pause_ms }, error.message);
      await sleep(pause_ms, undefined, { signal }).catch(ignoreAbort);
    }
  }
  keeper.set({ state: 'stopping', reason: '' });
}

async function attempt(deps: RunDeps, options: RunOptions, progressed: () => void): Promise<void> {
  const { keeper, source, log } = deps;
  const { start, to, signal } = options;
  const leader = await deps.lead(signal);
  try {
    const begin = leader.resume ?? start;
    if (to !== undefined && begin.kind === 'after' && begin.height >= to) return;
    log.info({ from: describeStart(begin), ...(to === undefined ? {} : { to: `${to}` }) }, 'indexing');
    keeper.set({ state: 'following', reason: '' });
    const blocks = source.stream({ start: begin, signal, ...(to === undefined ? {} : { to }) });
    await leader.writeAll(deps.decode(blocks, signal), (last) => {
      progressed();
      keeper.set({ state: 'following', reason: '', last, tip_height: source.tip_height });
    });
  } finally {
    await leader.close();
  }
}

function describeStart(start: StartPoint): string {
  if (start.kind === 'latest') return 'latest';
  return start.kind === 'after' ? `after ${start.height}` : `${start.height}`;
}

/** Doubles from failure to failure, and never twice the same for two indexers. */
export function pauseAfter(failures: number, random: () => number): number {
  const full = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 16));
  return Math.round(full * (0.5 + random() / 2));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function ignoreAbort(error: unknown): void {
  if (!isAbort(error)) throw error;
}
