// Owns asking the database whose key or session a hash is, and opening and closing sessions; leaves hashing and caching to api/callers.

import type pg from 'pg';

export type RecognisedKey = {
  kind: 'tenant' | 'operator' | 'registry' | 'holder';
  key_id: string;
  tenant_id: string | null;
  tenant_status: string | null;
  registry_type: string | null;
  registry_name: string | null;
  account_id: string | null;
  permissions: unknown;
  expires_at: string | null;
};

/** Before anybody is recognised there is no identity: these ask functions that show one row to who has its hash. */
export async function recogniseKey(pool: pg.Pool, key_hash: string): Promise<RecognisedKey | undefined> {
  const { rows } = await pool.query<RecognisedKey>({
    name: 'recognise_key',
    text: `select kind, key_id, tenant_id, tenant_status, registry_type, registry_name, account_id, permissions,
      expires_at from app.recognise_key($1)`,
    values: [key_hash],
  });
  return rows[0];
}

export async function noteKeyUse(
  pool: pg.Pool,
  use: { kind: RecognisedKey['kind']; key_id: string; used_at: Date },
): Promise<void> {
  await pool.query('select app.note_key_use($1, $2, $3)', [use.kind, use.key_id, use.used_at]);
}

export async function issueHolderNonce(
  pool: pg.Pool,
  issued: { nonce: string; expires_at: Date },
): Promise<void> {
  await pool.query('select app.issue_holder_nonce($1, $2)', [issued.nonce, issued.expires_at]);
}

export type NewHolderSession = {
  nonce: string;
  opened_at: Date;
  account_id: string;
  public_key: string;
  token_hash: string;
  expires_at: Date;
};

/** Nothing where the nonce was never given out, was taken before or has expired. */
export async function openHolderSession(
  pool: pg.Pool,
  session: NewHolderSession,
): Promise<string | undefined> {
  const { nonce, opened_at, account_id, public_key, token_hash, expires_at } = session;
  const { rows } = await pool.query<{ opened: string | null }>(
    'select app.open_holder_session($1, $2, $3, $4, $5, $6) as opened',
    [nonce, opened_at, account_id, public_key, token_hash, expires_at],
  );
  return rows[0]?.opened ?? undefined;
}
