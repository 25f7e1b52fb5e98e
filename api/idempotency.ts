// Owns carrying out a request once, however often it is sent under one key; leaves the rows to core/db/idempotency.ts.

import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import {
  findStoredAnswer,
  lockIdempotencyKey,
  type StoredAnswer,
  storeAnswer,
} from '../core/db/idempotency.ts';
import type { DB } from '../core/db/types.ts';
import { DmrvError, RetryableError } from '../core/errors/index.ts';

export const IDEMPOTENCY_HEADER = 'idempotency-key';
export const REPLAYED_HEADER = 'idempotency-replayed';
const KEPT_MS = 24 * 60 * 60 * 1000;
/** A duplicate waits for the first so long; longer than any handler may take would only hold connections. */
const WAIT_MS = 15_000;

export type Result = { status: number; data: unknown };

export type Once = {
  key: string;
  tenant_id: string | null;
  operation: string;
  request_hash: string;
  now: Date;
  /** The answer holds a secret, and is not kept. */
  is_secret: boolean;
};

/**
 * What the work does and its answer are committed together, so that a crash leaves both or neither. A second request
 * waits at the lock for the first, and then finds its answer, or nothing where the first failed.
 */
export async function answerOnce(
  trx: Transaction<DB>,
  once: Once,
  work: () => Promise<Result>,
): Promise<Result & { is_replay: boolean }> {
  const { key, tenant_id, operation, request_hash, now, is_secret } = once;
  if (!(await lockIdempotencyKey(trx, { tenant_id, key, wait_ms: WAIT_MS }))) {
    throw new RetryableError('IDEMPOTENCY_KEY_BUSY', { facts: { key, seconds: WAIT_MS / 1000 } });
  }
  const stored = await findStoredAnswer(trx, { key, now });
  if (stored !== undefined) return { ...replay(stored, once), is_replay: true };
  const result = await work();
  const answer = is_secret ? null : JSON.stringify(result.data);
  await storeAnswer(trx, {
    tenant_id,
    key,
    stored: { operation, request_hash, status: result.status, answer },
    now,
    expires_at: new Date(now.getTime() + KEPT_MS),
  });
  return { ...result, is_replay: false };
}

function replay(stored: StoredAnswer, { key, operation, request_hash }: Once): Result {
  if (stored.operation !== operation || stored.request_hash !== request_hash) {
    throw new DmrvError('IDEMPOTENCY_KEY_REUSED', { facts: { key } });
  }
  if (stored.answer === null) throw new DmrvError('IDEMPOTENCY_ANSWER_SECRET', { facts: { key } });
  const data: unknown = JSON.parse(stored.answer);
  return { status: stored.status, data };
}

/** The header's value; a wrong one is refused and not passed over, because its sender counts on it. */
export function readIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && /^[\x21-\x7e]{1,255}$/.test(header)) return header;
  throw new DmrvError('VALIDATION_FAILED', {
    facts: { rule: `headers.${IDEMPOTENCY_HEADER} is 1 to 255 visible characters` },
  });
}

/** Two requests are the same when their URLs and the values of their bodies are, whatever the order of the names. */
export function hashRequest(about: { url: string; body: unknown }): string {
  return createHash('sha256')
    .update(JSON.stringify([about.url, sortNames(about.body) ?? null]))
    .digest('hex');
}

function sortNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortNames);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sortNames(inner)]));
}
