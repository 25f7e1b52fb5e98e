// Owns what a route says of itself, in one declaration; leaves serving it to app.ts and describing it to plugins/openapi.ts.

import type { Readable } from 'node:stream';
import type { FastifyBaseLogger } from 'fastify';
import type { IsolationLevel, Transaction } from 'kysely';
import type { z } from 'zod';
import type { Ask } from '../core/db/ask.ts';
import type { DB } from '../core/db/types.ts';
import type { ErrorCode } from '../core/errors/index.ts';
import type { Caller } from './caller.ts';
import type { Scope } from './schemas/scopes.ts';
import type { Services } from './services.ts';
import type { Tag } from './tags.ts';

/** Who may call, each kind with the scope its key needs. A kind that is not named is refused with FORBIDDEN. */
export type WhoMayCall = {
  tenant?: Scope;
  operator?: Scope;
  registry?: Scope;
  /** A holder sees what its account owns; its session has no scopes. */
  holder?: 'own';
  /** No key is asked for. A key that is sent all the same must be a good one. */
  anyone?: 'open';
};

type CallerOf<Who extends WhoMayCall> = 'anyone' extends keyof Who
  ? Caller
  : Extract<Caller, { kind: keyof Who }>;

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

export type SuccessStatus = 200 | 201 | 202;

type Also = Partial<Record<SuccessStatus, z.ZodType>>;

/** What a handler knows of its request. Everything in it is parsed and may be trusted. */
export type Context<Who extends WhoMayCall, Params, Query, Body> = {
  caller: CallerOf<Who>;
  params: Parsed<Params>;
  query: Parsed<Query>;
  body: Parsed<Body>;
  request_id: string;
  /** The time of the request, the same in all that it does. */
  now: Date;
  /**
   * One transaction that sees what the caller may see. Work that throws leaves nothing behind. Under an idempotency
   * key all transactions of a request are one, together with the stored answer.
   */
  transact<T>(work: (trx: Transaction<DB>) => Promise<T>): Promise<T>;
  /**
   * Queries that are all known at once, in one transaction of their own that sees what the caller may see and changes
   * nothing; for routes that are asked often, as it costs one way to the database.
   */
  ask: Ask;
  /**
   * For operators: a transaction inside one tenant, with that tenant's rights. Others are refused. It is always one of
   * its own: a repeated request may find it done already.
   */
  transactFor<T>(tenant_id: string, work: (trx: Transaction<DB>) => Promise<T>): Promise<T>;
  services: Services;
  log: FastifyBaseLogger;
  /** Aborted when the client has gone: what streams ends with it. */
  gone: AbortSignal;
  /** A header of the request, by its lower-case name. */
  header(name: string): string | undefined;
  /** The bytes of a route with `upload`; read them once, to the end or with an error. */
  upload: Readable | undefined;
};

/** An answer under a status other than the route's usual one. */
export class AnswerWith<Status extends SuccessStatus = SuccessStatus, Data = unknown> {
  readonly status: Status;
  readonly data: Data;

  constructor(status: Status, data: Data) {
    this.status = status;
    this.data = data;
  }
}

export function answerWith<const Status extends SuccessStatus, Data>(
  status: Status,
  data: Data,
): AnswerWith<Status, Data> {
  return new AnswerWith(status, data);
}

/** Bytes or text without the envelope, for routes with `content`. */
export type Stream = { body: Readable | Buffer | string; headers?: Readonly<Record<string, string>> };

type Answers<Answer, Others extends Also> =
  | (Answer extends z.ZodType ? z.input<Answer> : Stream)
  | {
      [Status in keyof Others & SuccessStatus]: Others[Status] extends z.ZodType
        ? AnswerWith<Status, z.input<Others[Status]>>
        : never;
    }[keyof Others & SuccessStatus];

export type RouteWords = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** In OpenAPI's spelling: /api/v1/projects/{project_id}. */
  path: `/api/v1/${string}`;
  tag: Tag;
  /** One line, without a full stop. */
  summary: string;
  description?: string;
  /** The status of a usual answer; 200 where it is not said. */
  status?: SuccessStatus;
  /** Codes of the catalogue beside those that every route can answer with. */
  errors?: readonly ErrorCode[];
  /** The answer has a secret that is shown once: it is not stored for a repeated request, which is refused instead. */
  secret_answer?: true;
  /** Bytes instead of a JSON body. */
  upload?: { content_types: readonly [string, ...string[]]; max_bytes: number };
  /** Of all transactions of a request; PostgreSQL's own "read committed" where it is not said. */
  isolation?: IsolationLevel;
  /** The largest JSON body, where it is not MAX_BODY_BYTES. */
  max_body_bytes?: number;
  /** Of what anybody may see: whoever calls, the route sees that and nothing more, and it is no operator's read. */
  is_public?: true;
  /** The media type of an answer without the envelope; the handler gives a Stream. */
  content?: string;
};

export type Route<
  Who extends WhoMayCall = WhoMayCall,
  Params extends z.ZodType | undefined = z.ZodType | undefined,
  Query extends z.ZodType | undefined = z.ZodType | undefined,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
  Answer extends z.ZodType | undefined = z.ZodType | undefined,
  Others extends Also = Also,
> = RouteWords & {
  callers: Who;
  params?: Params;
  query?: Query;
  body?: Body;
  /** The `data` of the answer. Absent where `content` names a media type. */
  answer?: Answer;
  /** Answers under other statuses, which the handler gives by answerWith. */
  also?: Others;
  handle(context: Context<Who, Params, Query, Body>): Promise<Answers<Answer, Others>>;
};

/** Routes by their operation id, which is also the client's name for them. */
export type Routes = Readonly<Record<string, AnyRoute>>;

/** A route whose types have been checked where it was declared; only its words are of use to others. */
export type AnyRoute = RouteWords & {
  callers: WhoMayCall;
  params?: z.ZodType | undefined;
  query?: z.ZodType | undefined;
  body?: z.ZodType | undefined;
  answer?: z.ZodType | undefined;
  also?: Also | undefined;
  handle(context: never): Promise<unknown>;
};

/**
 * Says in one place what a route is: who may call it, what it takes, what it answers, and what it does. The handler
 * has three steps: what it is given is parsed already, it acts, and it returns the `data` of the answer.
 */
export function defineRoute<
  const Who extends WhoMayCall,
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
  Answer extends z.ZodType | undefined = undefined,
  Others extends Also = Record<never, never>,
>(route: Route<Who, Params, Query, Body, Answer, Others>): Route<Who, Params, Query, Body, Answer, Others> {
  return route;
}
