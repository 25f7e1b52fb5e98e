// Owns routes that go wrong, wait, stream and take bytes, for specs of what all routes share; leaves what is right to them.

import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { z } from 'zod';
import { defineRoute } from '../../api/route.ts';

export const SECRET = 'a secret of the inside';
export const UPLOAD_BYTES = 1_000;

/** Routes that go wrong, wait and stream. */
export const oddRoutes = {
  throwText: defineRoute({
    method: 'GET',
    path: '/api/v1/test/throw',
    tag: 'audit',
    summary: 'Throws',
    callers: { anyone: 'open' },
    answer: z.null(),
    handle: () => Promise.reject(new Error(SECRET)),
  }),
  breakAnswer: defineRoute({
    method: 'GET',
    path: '/api/v1/test/wrong-answer',
    tag: 'audit',
    summary: 'Answers with what it may not',
    callers: { anyone: 'open' },
    answer: z.object({ id: z.string() }),
    handle: async () => JSON.parse(`{"id": 1, "secret": "${SECRET}"}`),
  }),
  answerTooMuch: defineRoute({
    method: 'GET',
    path: '/api/v1/test/too-much',
    tag: 'audit',
    summary: 'Answers with more than it says',
    callers: { anyone: 'open' },
    answer: z.object({ id: z.string() }),
    handle: async () => JSON.parse(`{"id": "1", "secret": "${SECRET}"}`),
  }),
  failInSql: defineRoute({
    method: 'GET',
    path: '/api/v1/test/sql',
    tag: 'audit',
    summary: 'Asks for what is not there',
    callers: { tenant: 'audit:read' },
    answer: z.null(),
    handle: ({ transact }) =>
      transact(async (trx) => {
        await sql`select ${SECRET} from core.no_such_table`.execute(trx);
        return null;
      }),
  }),
  breakRule: defineRoute({
    method: 'POST',
    path: '/api/v1/test/rule',
    tag: 'audit',
    summary: 'Breaks a rule of the database',
    callers: { tenant: 'audit:read' },
    body: z.strictObject({ status: z.string() }),
    answer: z.null(),
    handle: ({ transact, body }) =>
      transact(async (trx) => {
        await trx.updateTable('core.tenants').set({ status: body.status }).execute();
        return null;
      }),
  }),
  wait: defineRoute({
    method: 'GET',
    path: '/api/v1/test/wait',
    tag: 'audit',
    summary: 'Takes a while',
    callers: { anyone: 'open' },
    query: z.strictObject({ ms: z.coerce.number() }),
    answer: z.string(),
    handle: async ({ query: { ms } }) => {
      await sleep(ms);
      return 'done';
    },
  }),
  tick: defineRoute({
    method: 'GET',
    path: '/api/v1/test/ticks',
    tag: 'audit',
    summary: 'Ticks until the client has gone',
    callers: { anyone: 'open' },
    content: 'text/event-stream',
    handle: async ({ gone }) => ({ body: Readable.from(ticks(gone)) }),
  }),
  takeBytes: defineRoute({
    method: 'POST',
    path: '/api/v1/test/bytes',
    tag: 'audit',
    summary: 'Counts bytes',
    callers: { tenant: 'audit:read' },
    upload: { content_types: ['application/octet-stream', 'image/png'], max_bytes: UPLOAD_BYTES },
    answer: z.int(),
    handle: async ({ upload }) => {
      let length = 0;
      for await (const chunk of upload ?? []) length += (chunk as Buffer).length;
      return length;
    },
  }),
};

let ticking = 0;

/** How many streams are open. */
export const countTicking = (): number => ticking;

async function* ticks(gone: AbortSignal): AsyncGenerator<string> {
  ticking += 1;
  try {
    while (!gone.aborted) {
      yield 'data: tick\n\n';
      await sleep(10);
    }
  } finally {
    ticking -= 1;
  }
}
