// Owns calling the API by its declared routes, with their types; leaves the routes to api/routes and the words of errors
// to the server.

import type { z } from 'zod';
import type { AnyRoute, Routes } from '../route.ts';
import { type Failure, failureSchema } from '../schemas/envelope.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
const MAX_ERROR_TEXT = 200;

/** What a route declares under a name: never where it declares nothing. */
type Declared<Schema> = Extract<Schema, z.ZodType>;

/** A part that the route does not declare is not there; one that may be empty may be left out. */
type Part<Name extends string, Schema> = [Declared<Schema>] extends [never]
  ? Record<never, never>
  : Record<never, never> extends z.input<Declared<Schema>>
    ? { [Key in Name]?: z.input<Declared<Schema>> }
    : { [Key in Name]: z.input<Declared<Schema>> };

export type CallOptions = {
  idempotency_key?: string;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
};

export type UploadBody = { bytes: Uint8Array | ReadableStream; content_type: string };

export type InputOf<R extends AnyRoute> = Part<'params', R['params']> &
  Part<'query', R['query']> &
  Part<'body', R['body']> & { upload?: UploadBody };

type AnswerOf<R extends AnyRoute> = [Declared<R['answer']>] extends [never]
  ? Response
  : z.output<Declared<R['answer']>>;

type OthersOf<R extends AnyRoute> = {
  [Status in keyof NonNullable<R['also']>]: NonNullable<R['also']>[Status] extends z.ZodType
    ? z.output<NonNullable<R['also']>[Status]>
    : never;
}[keyof NonNullable<R['also']>];

export type DataOf<R extends AnyRoute> = AnswerOf<R> | OthersOf<R>;

/** A call for each route, by its operation id. Without an input where the route needs none. */
export type Client<All extends Routes> = {
  [Id in keyof All]: Record<never, never> extends InputOf<All[Id]>
    ? (input?: InputOf<All[Id]> & CallOptions) => Promise<DataOf<All[Id]>>
    : (input: InputOf<All[Id]> & CallOptions) => Promise<DataOf<All[Id]>>;
};

/** A refusal as the server told it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly request_id: string | undefined;

  constructor(status: number, failure: Failure | undefined, text: string) {
    super(failure?.error.message ?? `The server answered ${status} without an envelope: ${text}`);
    this.status = status;
    this.code = failure?.error.code ?? 'UNKNOWN';
    this.details = failure?.error.details ?? {};
    this.request_id = failure?.meta.request_id;
  }
}

export type ClientOptions<All extends Routes> = {
  routes: All;
  base_url: string;
  /** A key or a session's token; without it only open routes answer. */
  token?: string | undefined;
  fetch?: typeof fetch;
};

export function createClient<const All extends Routes>(options: ClientOptions<All>): Client<All> {
  const calls = Object.entries(options.routes).map(([operation, route]) => [
    operation,
    (input: Given = {}) => call({ options, operation, route, input }),
  ]);
  return Object.fromEntries(calls);
}

type Given = CallOptions & {
  params?: Readonly<Record<string, unknown>>;
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
  upload?: UploadBody;
};

async function call(about: {
  options: ClientOptions<Routes>;
  operation: string;
  route: AnyRoute;
  input: Given;
}): Promise<unknown> {
  const { options, operation, route, input } = about;
  const send = options.fetch ?? fetch;
  const timeout = route.content === undefined ? AbortSignal.timeout(DEFAULT_TIMEOUT_MS) : undefined;
  const signals = [timeout, input.signal].filter((signal) => signal !== undefined);
  const response = await send(urlOf({ options, operation, route, input }), {
    method: route.method,
    headers: headersOf(options, input),
    ...bodyOf(input),
    ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
  });
  if (!response.ok) throw await readFailure(response);
  if (route.answer === undefined) return response;
  const envelope: unknown = await response.json();
  return Reflect.get(Object(envelope), 'data');
}

function urlOf(about: {
  options: ClientOptions<Routes>;
  operation: string;
  route: AnyRoute;
  input: Given;
}): string {
  const { options, operation, route, input } = about;
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_braces, name: string) => {
    const value = input.params?.[name];
    if (value === undefined) throw new TypeError(`${operation} needs params.${name}.`);
    return encodeURIComponent(String(value));
  });
  const url = new URL(path, options.base_url);
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value === undefined) continue;
    url.searchParams.set(name, Array.isArray(value) ? value.join(',') : String(value));
  }
  return url.href;
}

function headersOf({ token }: ClientOptions<Routes>, input: Given): Record<string, string> {
  const { body, upload, idempotency_key, headers = {} } = input;
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(upload === undefined ? {} : { 'content-type': upload.content_type }),
    ...(idempotency_key === undefined ? {} : { 'idempotency-key': idempotency_key }),
    ...headers,
  };
}

/** Browsers' own types do not know `duplex`, which a stream needs. */
function bodyOf({ body, upload }: Given): { body?: NonNullable<RequestInit['body']>; duplex?: 'half' } {
  if (body !== undefined) return { body: JSON.stringify(body) };
  if (upload === undefined) return {};
  const bytes = upload.bytes instanceof Uint8Array ? new Uint8Array(upload.bytes) : upload.bytes;
  return { body: bytes, duplex: 'half' };
}

async function readFailure(response: Response): Promise<ApiError> {
  const text = await response.text();
  const failure = failureSchema.safeParse(parseJson(text)).data;
  return new ApiError(response.status, failure, text.slice(0, MAX_ERROR_TEXT));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page, say: the error shows its beginning.
    return undefined;
  }
}
