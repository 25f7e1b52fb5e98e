// Owns what any error becomes: one of the catalogue, in the envelope, its cause in the log; leaves the codes to core/errors.

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { DmrvError, type ErrorCode, fromDatabaseError, RetryableError } from '../../core/errors/index.ts';
import { failure, type Issue, metaOf } from '../envelope.ts';

/** Whoever is told these can do something about it. Any other fault of the server is INTERNAL outside. */
const SHOWN_SERVER_ERRORS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'DATABASE_UNREACHABLE',
  'SERIALIZATION_FAILURE',
  'OVERLOADED',
  'CHAIN_UNREACHABLE',
  'IDEMPOTENCY_KEY_BUSY',
]);
const MAX_SHOWN_PATH = 200;
const MAX_ISSUES = 50;
/** For whoever was refused because there is too much to do. */
export const RETRY_AFTER_S = 2;

export function handleErrors(app: FastifyInstance, { now }: { now: () => Date }): void {
  app.setErrorHandler((error, request, reply) => answerError({ error, request, reply, at: now() }));
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    const id = `${request.method} ${path.slice(0, MAX_SHOWN_PATH)}`;
    answerError({
      error: new DmrvError('NOT_FOUND', { facts: { what: 'route', id } }),
      request,
      reply,
      at: now(),
    });
  });
}

export function answerError(about: {
  error: unknown;
  request: FastifyRequest;
  reply: FastifyReply;
  at: Date;
}): FastifyReply {
  const { request, reply, at } = about;
  const { error, issues } = toCatalogue(about.error, request);
  const shown = toShown(error, request);
  request.refusal = shown.code;
  logFault(request, { error, cause: about.error });
  if (shown.retryable && !reply.hasHeader('retry-after')) reply.header('retry-after', RETRY_AFTER_S);
  if (shown.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer');
  const meta = metaOf({ request_id: request.id, at });
  return reply
    .code(shown.status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(failure({ error: shown, meta, issues }));
}

/** Whoever is turned away for there being too much to do is no fault, and its stack would be more to do. */
function logFault(request: FastifyRequest, about: { error: DmrvError; cause: unknown }): void {
  const { code, message, status } = about.error;
  if (status < 500) return;
  if (code === 'OVERLOADED') request.log.warn({ code }, message);
  else request.log.error({ err: about.cause, code }, message);
}

function toShown(error: DmrvError, request: FastifyRequest): DmrvError {
  if (error.status < 500 || SHOWN_SERVER_ERRORS.has(error.code)) return error;
  return new DmrvError('INTERNAL', { facts: { incident_id: request.id }, cause: error });
}

type Catalogued = { error: DmrvError; issues?: readonly Issue[] };

function toCatalogue(error: unknown, request: FastifyRequest): Catalogued {
  if (error instanceof DmrvError) return { error };
  if (isInvalid(error)) return describeInvalid(error);
  const known = isFastifyError(error) ? fromFastify(error, request) : undefined;
  return { error: known ?? fromDatabaseError(error) };
}

type Invalid = {
  validation: readonly { instancePath: string; message?: string | undefined }[];
  validationContext?: string | undefined;
};

function isInvalid(error: unknown): error is Invalid {
  return hasZodFastifySchemaValidationErrors(error);
}

function describeInvalid(error: Invalid): Catalogued {
  const part = error.validationContext === 'querystring' ? 'query' : (error.validationContext ?? 'body');
  const issues = error.validation.slice(0, MAX_ISSUES).map(({ instancePath, message }) => ({
    path: [part, ...instancePath.split('/').filter((step) => step !== '')].join('.'),
    message: message ?? 'not as it must be',
  }));
  const rule = issues[0]?.path ?? part;
  return { error: new DmrvError('VALIDATION_FAILED', { facts: { rule }, cause: error }), issues };
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('FST_');
}

/** What Fastify itself refuses: https://fastify.dev/docs/latest/Reference/Errors/ */
function fromFastify(error: FastifyError, request: FastifyRequest): DmrvError | undefined {
  const about = { cause: error };
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new DmrvError('REQUEST_TOO_LARGE', {
        facts: { limit: request.routeOptions.bodyLimit },
        ...about,
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_TYPE':
      return new DmrvError('MEDIA_TYPE_UNSUPPORTED', { facts: { allowed: allowedTypes(request) }, ...about });
    case 'FST_ERR_HANDLER_TIMEOUT':
      return new RetryableError('OVERLOADED', { facts: { retry_after_seconds: RETRY_AFTER_S }, ...about });
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_VALIDATION':
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new DmrvError('VALIDATION_FAILED', { facts: { rule: ruleOf(error.code) }, ...about });
    default:
      return undefined;
  }
}

function allowedTypes(request: FastifyRequest): string {
  return request.routeOptions.config.route?.upload?.content_types.join(' or ') ?? 'application/json';
}

function ruleOf(code: string): string {
  return code.includes('JSON') ? 'body is JSON' : code.includes('CONTENT_LENGTH') ? 'content-length' : 'url';
}
