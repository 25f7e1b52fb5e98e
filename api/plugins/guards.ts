// Owns what stands before every route: headers that browsers obey, whose pages may call, too much to do; leaves limits
// on callers to rate-limits.ts.

import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
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
  app.register(helmet, {
    // Answers are data: nothing in them may load, run or be framed. Pages have a policy of their own.
    contentSecurityPolicy: { useDefaults: false, directives: STRICTEST },
    crossOriginResourcePolicy: { policy: 'same-site' },
    referrerPolicy: { policy: 'no-referrer' },
  });
  app.register(cors, {
    origin: options.cors_origins.length === 0 ? false : [...options.cors_origins],
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
  });
  if (options.max_event_loop_delay_ms === 0) return;
  app.register(underPressure, {
    maxEventLoopDelay: options.max_event_loop_delay_ms,
    sampleInterval: PRESSURE_SAMPLED_MS,
    // Whether to turn a request away is decided by its route: health is told also under pressure.
    pressureHandler: () => undefined,
  });
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
  app.addHook('onRequest', async () => {
    if (!app.hasDecorator('isUnderPressure') || !app.isUnderPressure()) return;
    throw new RetryableError('OVERLOADED', { facts: { retry_after_seconds: RETRY_AFTER_S } });
  });
}
