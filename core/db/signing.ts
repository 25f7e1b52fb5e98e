// Owns the keys that the platform signs with and the transactions that it signed; leaves what is signed and when to
// api/signing.

import { sql, type Transaction } from 'kysely';
import type pg from 'pg';
import { firstOf } from './list-page.ts';
import type { DB, JsonObject } from './types.ts';

export type SignedTransaction = {
  transaction_id: string;
  tenant_id: string;
  purpose: string;
  account_id: string;
  public_key: string;
  nonce: string;
  contract_id: string;
  method: string;
  args: JsonObject;
  transaction_hash: string;
  signed_base64: string;
  valid_until_height: string;
  status: 'signed' | 'succeeded' | 'failed' | 'expired';
  sent_at: string | null;
  value: unknown;
  block_height: string | null;
  failure_code: string | null;
  failure_message: string | null;
};

const COLUMNS = sql`transaction_id, tenant_id, purpose, account_id, public_key, nonce, contract_id, method, args,
  transaction_hash, signed_base64, valid_until_height, status, sent_at, value, block_height, failure_code,
  failure_message`;

/** What the chain knows of keys. A nonce that we gave out already counts where it is higher. */
export async function registerSigningKeys(
  trx: Transaction<DB>,
  keys: readonly { public_key: string; account_id: string; nonce: bigint }[],
): Promise<void> {
  for (const { public_key, account_id, nonce } of keys) {
    await sql`insert into signing.keys as k (public_key, account_id, last_nonce)
      values (${public_key}, ${account_id}, ${nonce})
      on conflict (public_key) do update set last_nonce = excluded.last_nonce
        where k.last_nonce < excluded.last_nonce`.execute(trx);
  }
}

/** Whoever asks for the same purpose waits here until this transaction ends, so that one of them signs. */
export async function lockPurpose(trx: Transaction<DB>, purpose: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('signing ' || ${purpose}, 0))`.execute(trx);
}

/** The key that was used longest ago, held to the end of the transaction; undefined where all are busy. */
export async function takeFreeKey(
  trx: Transaction<DB>,
  public_keys: readonly string[],
): Promise<{ public_key: string; last_nonce: string } | undefined> {
  return firstOf(
    trx,
    sql<{ public_key: string; last_nonce: string }>`select public_key, last_nonce from signing.keys
      where public_key = any(${[...public_keys]}::text[]) and busy_since is null
      order by updated_at limit 1 for update skip locked`,
  );
}

export type NewSignedTransaction = Pick<
  SignedTransaction,
  | 'purpose'
  | 'account_id'
  | 'public_key'
  | 'contract_id'
  | 'method'
  | 'args'
  | 'transaction_hash'
  | 'signed_base64'
> & { nonce: bigint; valid_until_height: bigint };

/** The key is busy from here on, and its nonce is spent. */
export async function storeSigned(
  trx: Transaction<DB>,
  made: NewSignedTransaction,
  now: Date,
): Promise<void> {
  await sql`update signing.keys set last_nonce = ${made.nonce}, busy_since = ${now}
    where public_key = ${made.public_key}`.execute(trx);
  await sql`insert into signing.transactions (tenant_id, purpose, account_id, public_key, nonce, contract_id, method,
      args, transaction_hash, signed_base64, valid_until_height)
    values (app.current_tenant_id(), ${made.purpose}, ${made.account_id}, ${made.public_key}, ${made.nonce},
      ${made.contract_id}, ${made.method}, ${JSON.stringify(made.args)}::jsonb, ${made.transaction_hash},
      ${made.signed_base64}, ${made.valid_until_height})`.execute(trx);
}

/** The one that lives or succeeded. */
export async function findStanding(
  trx: Transaction<DB>,
  purpose: string,
): Promise<SignedTransaction | undefined> {
  return firstOf(
    trx,
    sql<SignedTransaction>`select ${COLUMNS} from signing.transactions
      where tenant_id = app.current_tenant_id() and purpose = ${purpose} and status in ('signed', 'succeeded')`,
  );
}

export async function findSigned(
  trx: Transaction<DB>,
  transaction_id: string,
): Promise<SignedTransaction | undefined> {
  return firstOf(
    trx,
    sql<SignedTransaction>`select ${COLUMNS} from signing.transactions where transaction_id = ${transaction_id}`,
  );
}

export async function noteSent(
  trx: Transaction<DB>,
  { transaction_id, now }: { transaction_id: string; now: Date },
): Promise<void> {
  await sql`update signing.transactions set sent_at = ${now}
    where transaction_id = ${transaction_id} and status = 'signed'`.execute(trx);
}

/** Its nonce is spent in a final block, so that no later one can hold it. */
export async function lowerValidity(
  trx: Transaction<DB>,
  { transaction_id, height }: { transaction_id: string; height: bigint },
): Promise<void> {
  await sql`update signing.transactions set valid_until_height = ${height}
    where transaction_id = ${transaction_id} and status = 'signed' and valid_until_height > ${height}`.execute(
    trx,
  );
}

export type Settlement =
  | { status: 'succeeded'; value: unknown; block_height: string }
  | { status: 'failed'; code: string; message: string }
  | { status: 'expired' };

/** With its end the key is free. Of several that saw the end, the first writes it. */
export async function settleSigned(
  trx: Transaction<DB>,
  about: { transaction_id: string; settlement: Settlement; now: Date },
): Promise<void> {
  const { transaction_id, settlement, now } = about;
  const succeeded = settlement.status === 'succeeded' ? settlement : undefined;
  const failed = settlement.status === 'failed' ? settlement : undefined;
  const value = succeeded === undefined ? null : JSON.stringify(succeeded.value);
  const settled = await firstOf(
    trx,
    sql<{ public_key: string }>`update signing.transactions set status = ${settlement.status},
        value = ${value}::jsonb, block_height = ${succeeded?.block_height ?? null},
        failure_code = ${failed?.code ?? null}, failure_message = ${failed?.message ?? null}, settled_at = ${now}
      where transaction_id = ${transaction_id} and status = 'signed' returning public_key`,
  );
  if (settled === undefined) return;
  await sql`update signing.keys set busy_since = null where public_key = ${settled.public_key}`.execute(trx);
}

export type Unsettled = { tenant_id: string; transaction_id: string };

/** Of all tenants: those that nobody sent or looked after since then. */
export async function listUnsettled(
  pool: pg.Pool,
  { before, most }: { before: Date; most: number },
): Promise<Unsettled[]> {
  const { rows } = await pool.query<Unsettled>(
    'select tenant_id, transaction_id from app.list_unsettled_transactions($1, $2)',
    [before, most],
  );
  return rows;
}
