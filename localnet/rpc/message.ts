// Owns the JSON-RPC 2.0 envelope: from a body to a request, from an outcome to an answer; leaves methods to methods.ts.
import { z } from 'zod';
import { stringifyNearJson } from '../views/json.ts';
import { parseError, type RpcError } from './errors.ts';
import { parseExactJson } from './exact-json.ts';

export interface Request {
  method: string;
  /** Null where they are missing. */
  params: unknown;
  /** Of any kind; the answer repeats it. */
  id: unknown;
}

export interface Answer {
  status: number;
  text: string;
}

/** NEAR refuses members that it does not know, and requests without an id. */
const requestSchema = z.strictObject({
  jsonrpc: z.literal('2.0'),
  method: z.string(),
  params: z.unknown().optional(),
  id: z.unknown(),
});

/** Throws RpcError. */
export function parseRequest(text: string): Request {
  const body = parseExactJson(text);
  const parsed = requestSchema.safeParse(body);
  // A missing id reads as undefined; null is an id.
  if (!parsed.success || parsed.data.id === undefined) {
    throw parseError('JSON RPC Request format was expected');
  }
  const { method, params, id } = parsed.data;
  return { method, params: params ?? null, id };
}

export function answerResult(id: unknown, result: unknown): Answer {
  return { status: 200, text: stringifyNearJson({ jsonrpc: '2.0', result, id }) };
}

export function answerError(id: unknown, error: RpcError): Answer {
  return { status: error.status, text: stringifyNearJson({ jsonrpc: '2.0', error: error.toView(), id }) };
}
