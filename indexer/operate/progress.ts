// Owns telling how far the indexer is: a bar on a terminal, plain lines in a log; leaves counting to whom it observes.
import type { BlockFacts, Observer } from '../types.ts';
import { lagInBlocks, lagInSeconds, type StateKeeper } from './state.ts';

const BAR_PAUSE_MS = 200;
const LINE_PAUSE_MS = 10_000;
/** The rates are of about that long. */
const RATE_WINDOW_MS = 5_000;
const BAR_WIDTH = 24;
const KIB = 1024;
const MS_PER_S = 1000;

interface Counts {
  at_ms: number;
  blocks: number;
  events: number;
  bytes: number;
}

export interface ProgressOptions {
  out: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  keeper: StateKeeper;
  now: () => number;
  /** Where the work ends; left out, the tip of the chain. */
  to?: bigint;
}

export interface Progress extends Observer {
  start(): void;
  /** Writes the last line and leaves the terminal tidy. */
  stop(): void;
}

export function createProgress(options: ProgressOptions): Progress {
  const { out, keeper, now } = options;
  const is_terminal = out.isTTY === true;
  const total: Counts = { at_ms: now(), blocks: 0, events: 0, bytes: 0 };
  let samples: Counts[] = [{ ...total }];
  let first: bigint | null = null;
  let told = '';
  let timer: NodeJS.Timeout | undefined;

  const tell = () => {
    const at_ms = now();
    samples = [...samples.filter((sample) => at_ms - sample.at_ms <= RATE_WINDOW_MS), { ...total, at_ms }];
    const line = renderProgress({
      run: keeper.now,
      now_ms: at_ms,
      first,
      to: options.to ?? null,
      rates: ratesOf(samples),
      events: total.events,
    });
    if (is_terminal) out.write(`\r\x1b[2K${line.slice(0, (out.columns ?? 120) - 1)}`);
    // A log repeats nothing: an indexer that waits for a block says so once.
    else if (line !== told) out.write(`${line}\n`);
    told = line;
  };

  return {
    start() {
      timer = setInterval(tell, is_terminal ? BAR_PAUSE_MS : LINE_PAUSE_MS);
      timer.unref();
    },
    stop() {
      clearInterval(timer);
      tell();
      if (is_terminal) out.write('\n');
    },
    fetched: ({ bytes }) => {
      total.bytes += bytes;
    },
    committed: ({ blocks, events, last }) => {
      first ??= last.height - BigInt(blocks) + 1n;
      total.blocks += blocks;
      total.events += events;
    },
    retried: () => undefined,
    window: () => undefined,
    decoded: () => undefined,
    traced: () => undefined,
  };
}

export interface Rates {
  blocks: number;
  events: number;
  bytes: number;
}

export function ratesOf(samples: readonly Counts[]): Rates {
  const [oldest] = samples;
  const newest = samples.at(-1);
  if (oldest === undefined || newest === undefined || newest.at_ms <= oldest.at_ms) {
    return { blocks: 0, events: 0, bytes: 0 };
  }
  const seconds = (newest.at_ms - oldest.at_ms) / MS_PER_S;
  return {
    blocks: (newest.blocks - oldest.blocks) / seconds,
    events: (newest.events - oldest.events) / seconds,
    bytes: (newest.bytes - oldest.bytes) / seconds,
  };
}

export interface ProgressFacts {
  run: { state: string; reason: string; last: BlockFacts | null; tip_height: bigint | null };
  now_ms: number;
  first: bigint | null;
  to: bigint | null;
  rates: Rates;
  events: number;
}

/** A follower that is this close to the tip waits for blocks: a bar would say nothing. */
const NEAR_BLOCKS = 20n;
const PARTS = 1000n;

export function renderProgress({ run, now_ms, first, to, rates, events }: ProgressFacts): string {
  const state = { ...run, state: 'following' as const };
  if (run.state !== 'following') return run.reason === '' ? run.state : `${run.state}: ${run.reason}`;
  if (run.last === null || first === null) return 'waiting for the first block';
  const { height } = run.last;
  const lag = lagInBlocks(state);
  const end = to ?? run.tip_height;
  if (end === null || (to === null && lag !== null && lag <= NEAR_BLOCKS)) {
    const seconds = lagInSeconds(state, now_ms) ?? 0;
    const behind = lag === null ? '' : `, ${count(lag)} behind`;
    return `block ${height}${behind} (${seconds.toFixed(1)} s ago), ${count(events)} events`;
  }
  const left = end > height ? end - height : 0n;
  const all = end >= first ? end - first + 1n : 1n;
  const part = Number(((all - left) * PARTS) / all) / Number(PARTS);
  const filled = Math.round(part * BAR_WIDTH);
  const bar = `${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}`;
  const eta = rates.blocks > 0 ? showDuration(Number(left) / rates.blocks) : '?';
  const figures = [
    `block ${height}`,
    `${count(rates.blocks)} blocks/s`,
    `${count(rates.events)} events/s`,
    `${showBytes(rates.bytes)}/s`,
    `${count(left)} to go`,
    `ETA ${eta}`,
  ];
  return `[${bar}] ${(part * 100).toFixed(1)}%  ${figures.join('  ')}`;
}

function count(value: number | bigint): string {
  return (typeof value === 'bigint' ? value : Math.round(value)).toLocaleString('en-US');
}

export function showBytes(bytes: number): string {
  if (bytes >= KIB * KIB) return `${(bytes / KIB / KIB).toFixed(1)} MiB`;
  return bytes >= KIB ? `${(bytes / KIB).toFixed(1)} KiB` : `${Math.round(bytes)} B`;
}

export function showDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
  ];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
