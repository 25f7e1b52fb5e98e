// Owns putting the HTTP application together; leaves listening to server.ts and every answer to its route.

import './fastify-types.ts';
import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyPluginAsync, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { Registry } from 'prom-client';
import { createMemory } from '../core/db/ask.ts';
import { RetryableError } from '../core/errors/index.ts';
import { makeChallenge, signIn } from './callers/holder-login.ts';
import { createRecogniser, type Recogniser } from './callers/recognise.ts';
import type { DatabaseCheck } from './database-check.ts';
import { findCallers } from './plugins/callers.ts';
import { answerClientErrors } from './plugins/client-errors.ts';
import { answerError, handleErrors, RETRY_AFTER_S } from './plugins/errors.ts';
import { setGuards, turnAwayUnderPressure } from './plugins/guards.ts';
import { type LogDestination, loggerOptions, logRequests } from './plugins/logging.ts';
import { countRequests } from './plugins/metrics.ts';
import { describeRoutes, serveDocs } from './plugins/openapi.ts';
import { type Pages, servePages } from './plugins/pages.ts';
import { type Limits, limitRates } from './plugins/rate-limits.ts';
import type { ApiPools } from './pools.ts';
import type { CheckReadiness } from './readiness.ts';
import type { Routes } from './route.ts';
import { serveHealth } from './routes/health.ts';
import { API_ROUTES } from './routes/index.ts';
import type { PageSettings } from './schemas/page-settings.ts';
import { MAX_BODY_BYTES, serveRoute } from './serve-route.ts';
import type { OwnServices, Services } from './services.ts';

/** A request must have arrived whole in this time, or whoever sends a byte a minute would keep a connection. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the minute that proxies keep theirs, so that it is not we who close one that is about to be used. */
const KEEP_ALIVE_MS = 65_000;
const MAX_PARAM_LENGTH = 255;
/** Requests that are under way at a stop have this long to end. */
const STOP_GRACE_MS = 10_000;
const IDLE_CHECKED_MS = 50;
/** The count of a long list may be so old, and so many counts are kept. */
const REMEMBERED_MS = 10_000;
const MOST_REMEMBERED = 1_000;

export type ApiSettings = {
  version: string;
  cors_origins: readonly string[];
  /** Proxies whose word on the client's address is taken. */
  trusted_proxies: readonly string[];
  /** Origins to which a wallet may send what a holder signed. */
  callback_origins: readonly string[];
  limits: Limits;
  max_event_loop_delay_ms: number;
};

export type AppDeps = {
  pools: ApiPools;
  /** All but what the application gives itself. */
  services: Omit<Services, keyof OwnServices>;
  settings: ApiSettings;
  database: DatabaseCheck;
  readiness?: CheckReadiness | undefined;
  routes?: Routes;
  /** For people; without them it is the API alone. */
  pages?: { pages: Pages; settings: () => PageSettings } | undefined;
  log?: LogDestination;
  metrics?: Registry;
};

export function buildApp(deps: AppDeps): FastifyInstance {
  const { settings, services } = deps;
  const app: FastifyInstance = Fastify({
    ...loggerOptions(deps.log),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    trustProxy: settings.trusted_proxies.length === 0 ? false : [...settings.trusted_proxies],
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    // Our own refusal has the envelope.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: ({ headers }) => chooseRequestId(headers['x-request-id']),
    clientErrorHandler: answerClientErrors({ now: services.now, request_timeout_ms: REQUEST_TIMEOUT_MS }),
    frameworkErrors: (error, request, reply) => {
      answerError({ error, request, reply, at: services.now() });
    },
  });
  const metrics = deps.metrics ?? new Registry();
  const recogniser = createRecogniser({ pool: deps.pools.app, now: services.now });
  app.decorateRequest('at');
  const closing = stopInTime(app);
  app.addHook('onRequest', (request, reply, done) => {
    request.at = services.now();
    reply.header('x-request-id', request.id);
    if (!closing.aborted) {
      done();
      return;
    }
    // On a connection that stood before the stop began.
    reply.header('connection', 'close');
    done(new RetryableError('OVERLOADED', { facts: { retry_after_seconds: RETRY_AFTER_S } }));
  });
  handleErrors(app, { now: services.now });
  if (deps.log !== undefined) logRequests(app, deps.log);
  countRequests(app, metrics);
  setGuards(app, settings);
  serveHealth(app, { ...deps, metrics });
  if (deps.pages !== undefined) servePages(app, deps.pages);
  const api: FastifyPluginAsync = (scope) => serveApi(scope, { deps, recogniser, closing });
  app.register(api);
  return app;
}

async function serveApi(
  app: FastifyInstance,
  about: { deps: AppDeps; recogniser: Recogniser; closing: AbortSignal },
): Promise<void> {
  const { deps, recogniser, closing } = about;
  // In this scope alone: the schemas of others are not zod's.
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const limits = await limitRates(app, deps.settings.limits);
  turnAwayUnderPressure(app);
  app.addHook('onRequest', limits.address);
  await describeRoutes(app, { version: deps.settings.version });
  await serveDocs(app);
  const services: Services = { ...deps.services, ...ownServices(deps, recogniser) };
  const memory = createMemory({ keep_ms: REMEMBERED_MS, most: MOST_REMEMBERED });
  await app.register((scope, _options, done) => {
    // Fastify would read plain text too; bodies here are JSON, or bytes where a route says so.
    scope.removeContentTypeParser('text/plain');
    findCallers(scope, { recogniser, limitCaller: limits.caller });
    for (const [operation, route] of Object.entries(deps.routes ?? API_ROUTES)) {
      serveRoute(scope, { operation, route, deps: { pools: deps.pools, services, memory, closing } });
    }
    done();
  });
}

function ownServices({ pools, services, settings }: AppDeps, recogniser: Recogniser): OwnServices {
  const { chain } = services;
  const login = { pool: pools.app, chain, callback_origins: settings.callback_origins };
  return {
    forgetKey: recogniser.forget,
    holderLogin: {
      challenge: (now) => makeChallenge(login, now),
      signIn: (given, now) => signIn(login, given, now),
    },
  };
}

/** An id of the client's is kept where it is well-formed, so that both logs tell of the same request. */
function chooseRequestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.:-]{8,100}$/.test(given) ? given : randomUUID();
}

/** No new requests; streams end at once, the others have their time, and then their connections are cut. */
function stopInTime(app: FastifyInstance): AbortSignal {
  const closing = new AbortController();
  app.addHook('preClose', async () => {
    closing.abort();
    const cut = setTimeout(() => app.server.closeAllConnections(), STOP_GRACE_MS).unref();
    // One that was busy when the stop began and is idle now would be kept for its next request.
    const tidy = setInterval(() => app.server.closeIdleConnections(), IDLE_CHECKED_MS).unref();
    app.server.once('close', () => {
      clearTimeout(cut);
      clearInterval(tidy);
    });
  });
  return closing.signal;
}
