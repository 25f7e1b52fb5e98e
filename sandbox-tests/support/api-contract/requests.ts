// Owns sending a request that was put together piece by piece, and judging the form of its answer; leaves which answer is
// right to the spec.

import { request } from 'undici';
import { z } from 'zod';
import { failureSchema, successSchema } from '../../../api/schemas/envelope.ts';
import { ERRORS, type ErrorCode } from '../../../core/errors/index.ts';
import type { Operation } from './operations.ts';

export type Sent = {
  operation: Operation;
  params?: Readonly<Record<string, unknown>>;
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
  /** Instead of a body. */
  bytes?: Uint8Array;
  content_type?: string;
  headers?: Readonly<Record<string, string>>;
  token?: string | undefined;
};

export type Answered = { status: number; code: string; text: string; data: unknown; headers: Headers };

const TIMEOUT_MS = 60_000;

export async function send(base_url: string, sent: Sent): Promise<Answered> {
  const { operation, token, headers = {} } = sent;
  const body = sent.bytes ?? (sent.body === undefined ? undefined : Buffer.from(JSON.stringify(sent.body)));
  const content_type = sent.content_type ?? (body === undefined ? undefined : 'application/json');
  const response = await request(urlOf(base_url, sent), {
    method: operation.method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(content_type === undefined ? {} : { 'content-type': content_type }),
      ...headers,
    },
    ...(body === undefined || operation.method === 'GET' ? {} : { body }),
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  const answered = { status: response.statusCode, headers: new Headers() };
  for (const [name, values] of Object.entries(response.headers)) {
    for (const value of [values ?? []].flat()) answered.headers.append(name, value);
  }
  const type = answered.headers.get('content-type') ?? '';
  if (!type.includes('json')) {
    // A stream may have no end of its own.
    response.body.on('error', () => undefined).destroy();
    return { ...answered, code: '', text: type, data: undefined };
  }
  const text = await response.body.text();
  const parsed: unknown = JSON.parse(text);
  const code = failureSchema.safeParse(parsed).data?.error.code ?? '';
  return { ...answered, code, text, data: Reflect.get(Object(parsed), 'data') };
}

const anySuccess = successSchema(z.unknown());

/** What is wrong with the form of an answer; nothing where it keeps to the contract. */
export function judgeForm({ status, code, text, headers }: Answered): string | undefined {
  if (headers.get('x-request-id') === null) return 'has no request id';
  if (status < 300)
    // A document of a media type of its own, such as a JSON schema, stands without the envelope.
    return /^application\/json\b/.test(headers.get('content-type') ?? '') &&
      !anySuccess.safeParse(JSON.parse(text)).success
      ? 'is no success'
      : undefined;
  if (!Object.hasOwn(ERRORS, code)) return `has the code "${code}", which is not of the catalogue`;
  const known = ERRORS[code as ErrorCode];
  if (known.status !== status) return `has the status ${status}, and ${code} has ${known.status}`;
  return /\b(select|insert into|update|delete) .*\b(from|values|set)\b|at .*\.ts:\d+|node_modules/i.test(text)
    ? `shows its inside: ${text}`
    : undefined;
}

function urlOf(base_url: string, { operation, params = {}, query = {} }: Sent): string {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_braces, name: string) =>
    encodeURIComponent(String(params[name] ?? 'missing')),
  );
  const url = new URL(path, base_url);
  for (const [name, value] of Object.entries(query)) {
    url.searchParams.set(name, Array.isArray(value) ? value.join(',') : String(value));
  }
  return url.href;
}
