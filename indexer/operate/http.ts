// Owns /metrics, /health and /ready of an indexer; leaves what they tell to metrics.ts and state.ts.
import Fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { lagInBlocks, lagInSeconds, type RunState, type StateKeeper } from './state.ts';

export interface StatusDeps {
  keeper: StateKeeper;
  registry: Registry;
  now: () => number;
}

const OK = 200;
const UNAVAILABLE = 503;

/** Alive until it has failed for good; ready while it follows, or stands by for the one that does. */
export function buildStatusApp({ keeper, registry, now }: StatusDeps): FastifyInstance {
  const app = Fastify();
  app.get('/metrics', async (_request, reply) => {
    reply.header('content-type', registry.contentType);
    return await registry.metrics();
  });
  app.get('/health', async (_request, reply) => {
    const { state, reason } = keeper.now;
    reply.code(state === 'failed' ? UNAVAILABLE : OK);
    return { status: state === 'failed' ? 'failed' : 'ok', reason: reason === '' ? undefined : reason };
  });
  app.get('/ready', async (_request, reply) => {
    const told = describeRun(keeper.now, now());
    const is_ready = told.state === 'following' || told.state === 'standby';
    reply.code(is_ready ? OK : UNAVAILABLE);
    return told;
  });
  return app;
}

/** Heights as text: they are u64. */
export function describeRun(run: RunState, now_ms: number) {
  return {
    state: run.state,
    ...(run.reason === '' ? {} : { reason: run.reason }),
    height: run.last === null ? null : `${run.last.height}`,
    block_hash: run.last?.hash ?? null,
    tip_height: run.tip_height === null ? null : `${run.tip_height}`,
    lag_blocks: lagInBlocks(run)?.toString() ?? null,
    lag_seconds: lagInSeconds(run, now_ms),
  };
}
