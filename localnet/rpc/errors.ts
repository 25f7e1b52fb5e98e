// Owns the error objects of NEAR's JSON-RPC and the HTTP status each travels with; leaves when they happen to the methods.

/** Who is at fault: the request's form, what it asked for, or this program. */
type Family = 'REQUEST_VALIDATION_ERROR' | 'HANDLER_ERROR' | 'INTERNAL_ERROR';

interface Cause {
  name: string;
  info?: unknown;
}

const CODE = { parse: -32_700, method: -32_601, server: -32_000 };
const SERVER_ERROR = 'Server error';

/** Thrown by a method to answer with an error; everything else thrown there is a fault of this program. */
export class RpcError extends Error {
  readonly family: Family;
  readonly cause_object: Cause;
  readonly code: number;
  readonly data: unknown;
  readonly status: number;

  constructor(options: {
    family: Family;
    cause: Cause;
    code: number;
    message: string;
    data: unknown;
    status: number;
  }) {
    super(options.message);
    this.name = 'RpcError';
    this.family = options.family;
    this.cause_object = options.cause;
    this.code = options.code;
    this.data = options.data;
    this.status = options.status;
  }

  /** As it stands under `error` in an answer. */
  toView() {
    const { family, cause_object, code, message, data } = this;
    return { name: family, cause: cause_object, code, message, data };
  }
}

/** For a body that is no request, and for parameters of the wrong form: NEAR tells both alike. */
export function parseError(reason: string): RpcError {
  return new RpcError({
    family: 'REQUEST_VALIDATION_ERROR',
    cause: { name: 'PARSE_ERROR', info: { error_message: reason } },
    code: CODE.parse,
    message: 'Parse error',
    data: reason,
    status: 400,
  });
}

export function methodNotFound(method_name: string): RpcError {
  return new RpcError({
    family: 'REQUEST_VALIDATION_ERROR',
    cause: { name: 'METHOD_NOT_FOUND', info: { method_name } },
    code: CODE.method,
    message: 'Method not found',
    data: method_name,
    status: 400,
  });
}

/** `data` is the text that older clients read; where it is missing, NEAR repeats the cause there. */
export function handlerError(cause: Cause, options: { data?: unknown; status?: number } = {}): RpcError {
  return new RpcError({
    family: 'HANDLER_ERROR',
    cause,
    code: CODE.server,
    message: SERVER_ERROR,
    data: options.data ?? cause,
    status: options.status ?? 200,
  });
}

/** NEAR answers HTTP 408 here; clients repeat the request then. */
export function timeoutError(): RpcError {
  return handlerError({ name: 'TIMEOUT_ERROR' }, { data: 'Timeout', status: 408 });
}

export function internalError(reason: string): RpcError {
  return new RpcError({
    family: 'INTERNAL_ERROR',
    cause: { name: 'INTERNAL_ERROR', info: { error_message: reason } },
    code: CODE.server,
    message: SERVER_ERROR,
    data: reason,
    status: 500,
  });
}
