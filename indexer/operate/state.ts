// Owns what the indexer is doing right now, in one word and one reason; leaves telling it to health, metrics and progress.
import type { BlockFacts } from '../types.ts';

/** `unready` tries again by itself; `failed` waits for a person. */
export const STATES = ['starting', 'standby', 'following', 'unready', 'stopping', 'failed'] as const;
export type State = (typeof STATES)[number];

export interface RunState {
  state: State;
  /** Why it is not following; empty while it is. */
  reason: string;
  /** The last block that is committed, by this process. */
  last: BlockFacts | null;
  tip_height: bigint | null;
}

export class StateKeeper {
  private current: RunState = { state: 'starting', reason: '', last: null, tip_height: null };
  private readonly listeners = new Set<(now: RunState, before: RunState) => void>();

  get now(): RunState {
    return this.current;
  }

  set(change: Partial<RunState>): void {
    const before = this.current;
    this.current = { ...before, ...change };
    for (const listener of this.listeners) listener(this.current, before);
  }

  onChange(listener: (now: RunState, before: RunState) => void): void {
    this.listeners.add(listener);
  }
}

/** Blocks behind the newest final one; null before either is known. */
export function lagInBlocks({ last, tip_height }: RunState): bigint | null {
  if (last === null || tip_height === null) return null;
  return tip_height > last.height ? tip_height - last.height : 0n;
}

const NS_PER_MS = 1_000_000n;
const MS_PER_S = 1000;

/** Seconds since the time of the last committed block; null before there is one. */
export function lagInSeconds({ last }: RunState, now_ms: number): number | null {
  if (last === null) return null;
  return Math.max(0, (now_ms - Number(last.timestamp_ns / NS_PER_MS)) / MS_PER_S);
}
