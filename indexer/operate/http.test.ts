// Shows that health, readiness and metrics tell what the indexer is doing.
import test from 'ava';
import { buildStatusApp } from './http.ts';
import { createMetrics, observeAll } from './metrics.ts';
import { StateKeeper } from './state.ts';

const FACTS = { height: 18_446_744_073_709_551_615n, hash: 'hash', prev_hash: 'prev', prev_height: null };

function open() {
  const keeper = new StateKeeper();
  const now = () => 3_000;
  const metrics = createMetrics({ keeper, now });
  return { keeper, metrics, app: buildStatusApp({ keeper, registry: metrics.registry, now }) };
}

test('an indexer is ready while it follows or stands by, and not before, between or after', async (t) => {
  const { app, keeper } = open();
  const ready = async () => (await app.inject('/ready')).statusCode;
  const found: [string, number][] = [];
  for (const state of ['starting', 'standby', 'following', 'unready', 'stopping', 'failed'] as const) {
    keeper.set({ state, reason: state === 'unready' ? 'no answer' : '' });
    found.push([state, await ready()]);
  }
  t.deepEqual(found, [
    ['starting', 503],
    ['standby', 200],
    ['following', 200],
    ['unready', 503],
    ['stopping', 503],
    ['failed', 503],
  ]);
});

test('an indexer is healthy until it has failed for good', async (t) => {
  const { app, keeper } = open();
  keeper.set({ state: 'unready', reason: 'no answer' });
  const unready = await app.inject('/health');
  t.deepEqual([unready.statusCode, unready.json()], [200, { status: 'ok', reason: 'no answer' }]);
  keeper.set({ state: 'failed', reason: 'unknown version' });
  const failed = await app.inject('/health');
  t.deepEqual([failed.statusCode, failed.json()], [503, { status: 'failed', reason: 'unknown version' }]);
});

test('readiness tells heights as text and the lag', async (t) => {
  const { app, keeper } = open();
  keeper.set({
    state: 'following',
    last: { ...FACTS, timestamp_ns: 2_500_000_000n },
    tip_height: FACTS.height,
  });
  t.deepEqual((await app.inject('/ready')).json(), {
    state: 'following',
    height: '18446744073709551615',
    block_hash: 'hash',
    tip_height: '18446744073709551615',
    lag_blocks: '0',
    lag_seconds: 0.5,
  });
});

test('metrics tell lag, state, histograms and counts', async (t) => {
  const { app, keeper, metrics } = open();
  const before = (await app.inject('/metrics')).payload;
  // Nothing is known yet, and nothing is claimed.
  t.regex(before, /^indexer_lag_blocks nan$/im);
  const last = { ...FACTS, height: 40n, timestamp_ns: 1_000_000_000n };
  keeper.set({ state: 'following', last, tip_height: 42n });
  const all = observeAll([metrics]);
  all.fetched({ ms: 2, bytes: 100 });
  all.retried({ source: 'lake', reason: 'status 500' });
  all.window(64);
  all.decoded({ ms: 1, events: 3 });
  all.traced({ ms: 1, found: false });
  all.committed({ ms: 4, blocks: 2, events: 3, dead_letters: 1, last });
  const { headers, payload } = await app.inject('/metrics');
  t.regex(String(headers['content-type']), /^text\/plain/);
  for (const line of [
    'indexer_lag_blocks 2',
    'indexer_lag_seconds 2',
    'indexer_height 40',
    'indexer_tip_height 42',
    'indexer_state{state="following"} 1',
    'indexer_state{state="unready"} 0',
    'indexer_fetch_seconds_count 1',
    'indexer_decode_seconds_count 1',
    'indexer_commit_seconds_count 1',
    'indexer_fetched_bytes_total 100',
    'indexer_retries_total{source="lake",reason="status 500"} 1',
    'indexer_window_bytes 64',
    'indexer_blocks_total 2',
    'indexer_events_total 3',
    'indexer_dead_letters_total 1',
    'indexer_untraced_total 1',
  ]) {
    t.true(payload.split('\n').includes(line), line);
  }
});
