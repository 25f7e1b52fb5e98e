// Owns the rows of idempotency keys and the lock under which the second of two equal requests waits; leaves comparing
// requests to api/idempotency.ts.

import { sql, type Transaction } from 'kysely';
import type { DB } from './types.ts';

const LOCK_NOT_AVAILABLE = '55P03';

/** Until the transaction ends nobody else of the tenant has this key. False where the wait was longer than that. */
export async function lockIdempotencyKey(
  trx: Transaction<DB>,
  about: { tenant_id: string | null; key: string; wait_ms: number },
): Promise<boolean> {
  const name = JSON.stringify(['idempotency', about.tenant_id, about.key]);
  try {
    await sql`select set_config('lock_timeout', ${String(about.wait_ms)}, true)`.execute(trx);
    await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx);
    await sql`select set_config('lock_timeout', ${'0'}, true)`.execute(trx);
    return true;
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}

export type StoredAnswer = { operation: string; request_hash: string; status: number; answer: string | null };

export async function findStoredAnswer(
  trx: Transaction<DB>,
  about: { key: string; now: Date },
): Promise<StoredAnswer | undefined> {
  return trx
    .selectFrom('core.idempotency_keys')
    .select(['operation', 'request_hash', 'status', 'answer'])
    .where('idempotency_key', '=', about.key)
    .where('expires_at', '>', about.now.toISOString())
    .executeTakeFirst();
}

/** Takes the place of an answer under the same key that has expired. */
export async function storeAnswer(
  trx: Transaction<DB>,
  about: { tenant_id: string | null; key: string; stored: StoredAnswer; now: Date; expires_at: Date },
): Promise<void> {
  const row = {
    ...about.stored,
    created_at: about.now.toISOString(),
    expires_at: about.expires_at.toISOString(),
  };
  await trx
    .insertInto('core.idempotency_keys')
    .values({ ...row, tenant_id: about.tenant_id, idempotency_key: about.key })
    .onConflict((conflict) => conflict.constraint('idempotency_keys_once').doUpdateSet(row))
    .execute();
}
