// Owns what stands before every route: headers that browsers obey, whose pages may call, too much to do; leaves limits
// on callers to rate-limits.ts.

import cors, { type FastifyCorsOptions } from '@fastify/cors';
import helmet from '@fastify/helmet';
import underPressure from '@fastify/under-pressure';
import Fastify, { type FastifyInstance } from 'fastify';
import { RetryableError } from '../../core/errors/index.ts';
import { IDEMPOTENCY_HEADER, REPLAYED_HEADER } from '../idempotency.ts';
import { RETRY_AFTER_S } from './errors.ts';

/** How long browsers may remember what CORS allowed. */
const CORS_REMEMBERED_S = 600;
const PRESSURE_SAMPLED_MS = 500;

export type GuardOptions = {
  /** Origins of pages elsewhere that may call from a browser; none where it is empty. */
  cors_origins: readonly string[];
  /** Above this delay of the event loop requests are turned away; 0 turns none away. */
  max_event_loop_delay_ms: number;
};

export function setGuards(app: FastifyInstance, options: GuardOptions): void {
  sayHeaders(app);
  // Without an origin there is nothing to allow, and a browser refuses by itself.
  if (options.cors_origins.length > 0) app.register(cors, corsOptions(options.cors_origins));
  if (options.max_event_loop_delay_ms === 0) return;
  app.register(underPressure, {
    maxEventLoopDelay: options.max_event_loop_delay_ms,
    sampleInterval: PRESSURE_SAMPLED_MS,
    // Whether to turn a request away is decided by its route: health is told also under pressure.
    pressureHandler: () => undefined,
  });
}

/**
 * Helmet's headers follow from its settings alone, and it makes them anew for each request, which costs as much as a
 * third of a small query. So it is asked once.
 */
function sayHeaders(app: FastifyInstance): void {
  let headers: Readonly<Record<string, string>> = {};
  app.addHook('onReady', async () => {
    headers = await askHelmet();
  });
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}

async function askHelmet(): Promise<Record<string, string>> {
  const asked = Fastify();
  asked.register(helmet, {
    // Answers are data: nothing in them may load, run or be framed. Pages have a policy of their own.
    contentSecurityPolicy: { useDefaults: false, directives: STRICTEST },
    crossOriginResourcePolicy: { policy: 'same-site' },
    referrerPolicy: { policy: 'no-referrer' },
  });
  asked.get('/', () => '');
  const { headers } = await asked.inject('/');
  await asked.close();
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && !OF_THE_ANSWER.has(name) ? [[name, value]] : [],
    ),
  );
}

const OF_THE_ANSWER: ReadonlySet<string> = new Set(['content-type', 'content-length', 'date', 'connection']);

function corsOptions(origins: readonly string[]): FastifyCorsOptions {
  return {
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', IDEMPOTENCY_HEADER, 'last-event-id', 'x-request-id'],
    exposedHeaders: [
      'x-request-id',
      'retry-after',
      'ratelimit-limit',
      'ratelimit-remaining',
      'ratelimit-reset',
      REPLAYED_HEADER,
    ],
    maxAge: CORS_REMEMBERED_S,
  };
}

const STRICTEST = {
  defaultSrc: ["'none'"],
  frameAncestors: ["'none'"],
  formAction: ["'none'"],
  baseUri: ["'none'"],
};

/** The policy of pages that this server sends: its own scripts and styles, nothing inline, nothing from elsewhere. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** For the scope of the API's routes. */
export function turnAwayUnderPressure(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, _reply, done) => {
    const is_busy = app.hasDecorator('isUnderPressure') && app.isUnderPressure();
    if (is_busy) done(new RetryableError('OVERLOADED', { facts: { retry_after_seconds: RETRY_AFTER_S } }));
    else done();
  });
}
