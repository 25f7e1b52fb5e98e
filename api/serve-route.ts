// Owns the way of a request through its route: recorded, once, handled, put into the envelope; leaves who calls to
// plugins/callers.ts and errors to plugins/errors.ts.

import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { z } from 'zod';
import type { Memory } from '../core/db/ask.ts';
import { DmrvError } from '../core/errors/index.ts';
import { actorOf, type Caller } from './caller.ts';
import { metaOf, success } from './envelope.ts';
import {
  answerOnce,
  hashRequest,
  IDEMPOTENCY_HEADER,
  REPLAYED_HEADER,
  type Result,
  readIdempotencyKey,
} from './idempotency.ts';
import type { ApiPools } from './pools.ts';
import { AnswerWith, type AnyRoute, type Context, type Stream, type WhoMayCall } from './route.ts';
import { failureSchema, successSchema } from './schemas/envelope.ts';
import type { Services } from './services.ts';
import { joining, openTransactions, recordRead, type Transact, type Transactions } from './transactions.ts';
import { acceptBytes } from './upload.ts';

/** A JSON body may have so many bytes where its route says nothing else. */
export const MAX_BODY_BYTES = 256 * 1024;
/** A handler that takes longer has lost its client; streams have no end of their own. */
const HANDLER_TIMEOUT_MS = 30_000;
const MAX_RECORDED_PATH = 2_000;

export type ServeDeps = { pools: ApiPools; services: Services; memory: Memory; closing: AbortSignal };

type Served = { operation: string; route: AnyRoute; deps: ServeDeps };

type AnyContext = Context<WhoMayCall, undefined, undefined, undefined>;

export function serveRoute(app: FastifyInstance, served: Served): void {
  const { route } = served;
  if (route.upload === undefined) {
    app.route({ ...optionsOf(served), method: route.method, url: pathOf(route), handler: handlerOf(served) });
    return;
  }
  const { upload } = route;
  // Media types are a matter of a whole scope, so that a route with bytes has one of its own.
  app.register((scope, _options, done) => {
    acceptBytes(scope, upload);
    scope.route({
      ...optionsOf(served),
      method: route.method,
      url: pathOf(route),
      handler: handlerOf(served),
    });
    done();
  });
}

/** Fastify's spelling of a path. */
function pathOf({ path }: AnyRoute): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function optionsOf({ operation, route }: Served): RouteShorthandOptions {
  const { params, query, body, upload, max_body_bytes = MAX_BODY_BYTES } = route;
  return {
    config: { operation, route },
    bodyLimit: upload?.max_bytes ?? max_body_bytes,
    ...(route.content === undefined ? { handlerTimeout: HANDLER_TIMEOUT_MS } : {}),
    schema: {
      operationId: operation,
      tags: [route.tag],
      summary: route.summary,
      ...(route.description === undefined ? {} : { description: route.description }),
      ...(params === undefined ? {} : { params }),
      // A query that nothing is read from is a slip of its sender.
      querystring: query ?? z.strictObject({}),
      ...(body === undefined ? {} : { body }),
      response: responsesOf(route),
    },
  };
}

function responsesOf(route: AnyRoute): Record<string, unknown> {
  const { status = 200, answer, also = {}, content } = route;
  const usual =
    answer === undefined
      ? { content: { [content ?? 'application/octet-stream']: { schema: z.string() } } }
      : successSchema(answer);
  const others = Object.entries(also).map(([other, schema]) => [other, schema && successSchema(schema)]);
  return { [status]: usual, ...Object.fromEntries(others), '4xx': failureSchema, '5xx': failureSchema };
}

function handlerOf(served: Served) {
  const { route, operation, deps } = served;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { caller } = request;
    const { pools, memory } = deps;
    const { id: request_id, at: now } = request;
    const transactions = openTransactions({ pools, memory, caller, request_id, now, route });
    if (caller.kind === 'operator' && route.is_public !== true) {
      await recordRead(transactions, {
        actor: actorOf(caller),
        request_id: request.id,
        operation,
        path: request.url.slice(0, MAX_RECORDED_PATH),
        tenant_id: namedTenant(request),
      });
    }
    const result = await runOnce({ served, request, reply, transactions });
    if (result instanceof Streamed) return sendStream(reply, { route, stream: result.stream });
    reply.code(result.status).header('cache-control', 'no-store');
    return success(result.data, metaOf({ request_id: request.id, at: request.at }));
  };
}

async function runOnce(about: {
  served: Served;
  request: FastifyRequest;
  reply: FastifyReply;
  transactions: Transactions;
}): Promise<Result | Streamed> {
  const { served, request, reply, transactions } = about;
  const { route, operation, deps } = served;
  const handle = (transact: Transact): Promise<Result | Streamed> =>
    runHandler({ route, context: contextOf({ request, reply, deps, transactions, transact }) });
  const tenant_id = keepsAnswers(request.caller);
  const key = route.method === 'GET' ? undefined : readIdempotencyKey(request.headers[IDEMPOTENCY_HEADER]);
  if (key === undefined || tenant_id === undefined) return handle(transactions.transact);
  if (route.content !== undefined || route.upload !== undefined) {
    throw new DmrvError('VALIDATION_FAILED', {
      facts: { rule: `headers.${IDEMPOTENCY_HEADER} is not for requests or answers of bytes` },
    });
  }
  const once = {
    key,
    tenant_id,
    operation,
    request_hash: hashRequest({ url: request.url, body: request.body }),
    now: request.at,
    is_secret: route.secret_answer === true,
  };
  const { is_replay, ...result } = await transactions.transact((trx) =>
    answerOnce(trx, once, async () => {
      const made = await handle(joining(trx));
      if (made instanceof Streamed) throw new TypeError(`${operation} streams without saying so.`);
      return made;
    }),
  );
  if (is_replay) reply.header(REPLAYED_HEADER, 'true');
  return result;
}

/** Under whose name the answers of a caller are kept; the others change nothing that could be done twice. */
function keepsAnswers(caller: Caller): string | null | undefined {
  if (caller.kind === 'tenant') return caller.tenant_id;
  return caller.kind === 'operator' ? null : undefined;
}

class Streamed {
  readonly stream: Stream;

  constructor(stream: Stream) {
    this.stream = stream;
  }
}

async function runHandler(about: { route: AnyRoute; context: AnyContext }): Promise<Result | Streamed> {
  const { route, context } = about;
  // What the handler needs of the context was checked where the route was declared.
  const made: unknown = await route.handle(context as never);
  if (made instanceof AnswerWith) return { status: made.status, data: made.data };
  if (route.answer === undefined) return new Streamed(made as Stream);
  return { status: route.status ?? 200, data: made };
}

function sendStream(reply: FastifyReply, about: { route: AnyRoute; stream: Stream }): FastifyReply {
  const { route, stream } = about;
  reply.code(route.status ?? 200).header('cache-control', 'no-store');
  if (route.content !== undefined) reply.type(route.content);
  return reply.headers({ ...stream.headers }).send(stream.body);
}

function contextOf(about: {
  request: FastifyRequest;
  reply: FastifyReply;
  deps: ServeDeps;
  transactions: Transactions;
  transact: Transact;
}): AnyContext {
  const { request, reply, deps, transactions, transact } = about;
  return {
    caller: request.caller as never,
    params: request.params as never,
    query: request.query as never,
    body: request.body as never,
    request_id: request.id,
    now: request.at,
    transact,
    ask: transactions.ask,
    transactFor: transactions.transactFor,
    services: deps.services,
    log: request.log,
    get gone() {
      return AbortSignal.any([deps.closing, whenClosed(reply)]);
    },
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    upload: request.body instanceof Readable ? request.body : undefined,
  };
}

function whenClosed(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

const TENANT_ID = z.guid();

function namedTenant(request: FastifyRequest): string | undefined {
  for (const part of [request.params, request.query]) {
    const named: unknown =
      typeof part === 'object' && part !== null ? Reflect.get(part, 'tenant_id') : undefined;
    const read = TENANT_ID.safeParse(named);
    if (read.success) return read.data;
  }
  return undefined;
}
