// Owns the indexer's Prometheus metrics; leaves serving them to http.ts and the work itself to the other rooms.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Observer } from '../types.ts';
import { lagInBlocks, lagInSeconds, STATES, type StateKeeper } from './state.ts';

const MS_PER_S = 1000;
const FETCH_BUCKETS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const DECODE_BUCKETS = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3];
const COMMIT_BUCKETS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

export interface IndexerMetrics extends Observer {
  registry: Registry;
}

export function createMetrics({ keeper, now }: { keeper: StateKeeper; now: () => number }): IndexerMetrics {
  const registry = new Registry();
  const registers = [registry];
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name: `indexer_${name}`, help, buckets, registers });
  const counter = (name: string, help: string) => new Counter({ name: `indexer_${name}`, help, registers });
  addGauges({ registry, keeper, now });
  const fetch = histogram('fetch_seconds', 'Time of one request to a source', FETCH_BUCKETS);
  const decode = histogram('decode_seconds', 'Time to decode a block that names a contract', DECODE_BUCKETS);
  const commit = histogram('commit_seconds', 'Time of one batch transaction', COMMIT_BUCKETS);
  const trace = histogram('trace_seconds', 'Time to find the transaction of a receipt', FETCH_BUCKETS);
  const bytes = counter('fetched_bytes_total', 'Bytes read from sources');
  const blocks = counter('blocks_total', 'Blocks committed');
  const events = counter('events_total', 'Events committed');
  const dead_letters = counter('dead_letters_total', 'Logs that could not be read');
  const untraced = counter('untraced_total', 'Receipts whose transaction was not found');
  const retries = new Counter({
    name: 'indexer_retries_total',
    help: 'Requests that were tried again',
    labelNames: ['source', 'reason'],
    registers,
  });
  const window = new Gauge({
    name: 'indexer_window_bytes',
    help: 'Bytes held or on their way from sources',
    registers,
  });
  return {
    registry,
    fetched: (what) => {
      fetch.observe(what.ms / MS_PER_S);
      bytes.inc(what.bytes);
    },
    retried: (what) => retries.inc(what),
    window: (held) => window.set(held),
    decoded: (what) => decode.observe(what.ms / MS_PER_S),
    traced: (what) => {
      trace.observe(what.ms / MS_PER_S);
      if (!what.found) untraced.inc();
    },
    committed: (what) => {
      commit.observe(what.ms / MS_PER_S);
      blocks.inc(what.blocks);
      events.inc(what.events);
      dead_letters.inc(what.dead_letters);
    },
  };
}

function addGauges(about: { registry: Registry; keeper: StateKeeper; now: () => number }): void {
  const { registry, keeper, now } = about;
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number | null) =>
    new Gauge({
      name: `indexer_${name}`,
      help,
      registers,
      collect() {
        // A lag that nobody knows yet is no zero.
        this.set(read() ?? Number.NaN);
      },
    });
  const number = (value: bigint | null | undefined) => (value == null ? null : Number(value));
  gauge('height', 'Height of the last committed block', () => number(keeper.now.last?.height));
  gauge('tip_height', 'Newest final height that is known', () => number(keeper.now.tip_height));
  gauge('lag_blocks', 'Blocks behind the newest final one', () => number(lagInBlocks(keeper.now)));
  gauge('lag_seconds', 'Seconds since the last committed block was made', () =>
    lagInSeconds(keeper.now, now()),
  );
  new Gauge({
    name: 'indexer_state',
    help: '1 for what the indexer is doing now',
    labelNames: ['state'],
    registers,
    collect() {
      for (const state of STATES) this.set({ state }, state === keeper.now.state ? 1 : 0);
    },
  });
}

/** Each happening is told to all of them. */
export function observeAll(observers: readonly Observer[]): Observer {
  const tell =
    <Name extends keyof Observer>(name: Name) =>
    (what: Parameters<Observer[Name]>[0]): void => {
      for (const observer of observers) (observer[name] as (told: typeof what) => void)(what);
    };
  return {
    fetched: tell('fetched'),
    retried: tell('retried'),
    window: tell('window'),
    decoded: tell('decoded'),
    traced: tell('traced'),
    committed: tell('committed'),
  };
}
