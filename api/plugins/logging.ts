// Owns what a line of the log says of a request and of an error, and what it never says; leaves where it goes to the start.

import type { FastifyBaseLogger, FastifyInstance, FastifyServerOptions } from 'fastify';
import pino from 'pino';
import { actorOf } from '../caller.ts';

export type LogDestination = { level: string; stream: { write(line: string): void } };

/** Names under which a secret could stand in anything that is logged, at the top and one level below. */
const SECRET_NAMES = [
  'authorization',
  'cookie',
  'token',
  'secret',
  'password',
  'private_key',
  'secret_key',
  'key_hash',
  'signature',
  'api_key',
] as const;

export function createLogger({ level, stream }: LogDestination): FastifyBaseLogger {
  return pino(
    {
      level,
      redact: {
        paths: [...SECRET_NAMES, ...SECRET_NAMES.map((name) => `*.${name}`)],
        censor: '(hidden)',
      },
      serializers: { err: describeError },
      base: null,
    },
    stream,
  );
}

/**
 * One line for each request, without its query and body, which hold what people wrote. Nothing in it can be a secret, so
 * it is not searched for any: that would cost more than the line.
 */
export function logRequests(app: FastifyInstance, { level, stream }: LogDestination): void {
  const log = pino({ level, base: null }, stream);
  app.addHook('onResponse', (request, reply, done) => {
    log.info({
      reqId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      caller: request.caller === undefined ? undefined : actorOf(request.caller),
    });
    done();
  });
}

type Described = {
  type: string;
  message: string;
  code: unknown;
  constraint?: unknown;
  stack: string | undefined;
  cause?: Described;
};

const MAX_CAUSES = 5;

/** PostgreSQL's detail and where quote rows, and rows may be personal: they are left out. */
export function describeError(error: unknown, depth = 0): Described {
  if (!(error instanceof Error)) {
    return { type: typeof error, message: String(error), code: undefined, stack: undefined };
  }
  const { cause } = error;
  return {
    type: error.name,
    message: error.message,
    code: Reflect.get(error, 'code'),
    constraint: Reflect.get(error, 'constraint'),
    stack: error.stack,
    ...(cause === undefined || depth >= MAX_CAUSES ? {} : { cause: describeError(cause, depth + 1) }),
  };
}

export type LoggerOptions = Pick<FastifyServerOptions, 'loggerInstance' | 'logger'>;

export function loggerOptions(destination: LogDestination | undefined): LoggerOptions {
  return destination === undefined ? { logger: false } : { loggerInstance: createLogger(destination) };
}
