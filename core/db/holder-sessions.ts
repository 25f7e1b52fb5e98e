// Owns ending a holder's session by the holder; leaves opening it, before anybody is known, to callers.ts.

import { sql, type Transaction } from 'kysely';
import type { DB } from './types.ts';

/** False where the session is not the account's, or was closed before. */
export async function closeHolderSession(
  trx: Transaction<DB>,
  about: { holder_session_id: string; closed_at: Date },
): Promise<boolean> {
  const { rows } = await sql<{ closed: boolean }>`
    select app.close_holder_session(${about.holder_session_id}, ${about.closed_at}) as closed`.execute(trx);
  return rows[0]?.closed ?? false;
}
