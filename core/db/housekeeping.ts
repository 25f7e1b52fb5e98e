// Owns asking the database to remove what has expired and to make the months ahead; leaves when to api/housekeeping.ts.

import type pg from 'pg';

/** At most so many rows of each kind; returns how many there were. */
export async function forgetExpired(pool: pg.Pool, about: { before: Date; most: number }): Promise<number> {
  const { rows } = await pool.query<{ forgotten: number }>('select app.forget_expired($1, $2) as forgotten', [
    about.before,
    about.most,
  ]);
  return rows[0]?.forgotten ?? 0;
}

/** Without them the rows of a new month would all lie in the default partition. */
export async function ensurePartitions(pool: pg.Pool): Promise<void> {
  await pool.query('select app.ensure_partitions()');
}
