// Owns work that one process at a time does, by a lock of the database; leaves what the work is to its caller.

import type pg from 'pg';

/** The first half of each lock's key, so that no two kinds meet. saga.list_due of the database knows the sagas' too. */
export const LOCKED = { saga: 7341, saga_start: 7342, proofs: 7343 } as const;

export type Lock = { kind: keyof typeof LOCKED; name: string };

/** What became of the work; nothing where somebody else holds the lock. */
export type Done<T> = { is_ours: true; result: T } | { is_ours: false };

/**
 * Does the work while nobody else holds the lock, on whichever machine. The lock lives as long as its connection, so that
 * a process which is killed lets go of it at once.
 */
export async function withLock<T>(pool: pg.Pool, lock: Lock, work: () => Promise<T>): Promise<Done<T>> {
  const key = [LOCKED[lock.kind], lock.name];
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const { rows } = await client.query<{ is_ours: boolean }>(
      'select pg_try_advisory_lock($1, hashtext($2::text)) as is_ours',
      key,
    );
    if (rows[0]?.is_ours !== true) return { is_ours: false };
    try {
      return { is_ours: true, result: await work() };
    } finally {
      broken = await unlock(client, key);
    }
  } finally {
    client.release(broken);
  }
}

/** A connection that cannot give the lock back is closed, which does. */
async function unlock(client: pg.PoolClient, key: unknown[]): Promise<Error | undefined> {
  try {
    await client.query('select pg_advisory_unlock($1, hashtext($2::text))', key);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
