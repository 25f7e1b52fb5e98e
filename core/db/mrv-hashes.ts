// Owns who holds which hash: taking one, taking it again after a rejection, letting evidence go; leaves making the payload
// to api/hashes and what the chain does with a hash to the indexer.

import { sql, type Transaction } from 'kysely';
import { firstOf, oneOf } from './list-page.ts';
import type { HashStatus } from './statuses.ts';
import type { DB } from './types.ts';

export type MrvHash = {
  mrv_hash_id: string;
  tenant_id: string;
  mrv_submission_id: string;
  mrv_hash: string;
  canonical_payload: Record<string, unknown>;
  created_at: string;
  status: HashStatus;
  evidence_hash: string | null;
};

const FROM = sql`hashing.mrv_hashes h join registry.global_hash_registry g on g.mrv_hash = h.mrv_hash`;
const COLUMNS = sql`h.mrv_hash_id, h.tenant_id, h.mrv_submission_id, h.mrv_hash, h.canonical_payload, h.created_at,
  g.status, g.evidence_hash`;

export async function findHashOf(
  trx: Transaction<DB>,
  mrv_submission_id: string,
): Promise<MrvHash | undefined> {
  return firstOf(
    trx,
    sql<MrvHash>`select ${COLUMNS} from ${FROM} where h.mrv_submission_id = ${mrv_submission_id}`,
  );
}

/** Of the caller's own. */
export async function findOwnHash(trx: Transaction<DB>, mrv_hash: string): Promise<MrvHash | undefined> {
  return firstOf(trx, sql<MrvHash>`select ${COLUMNS} from ${FROM} where h.mrv_hash = ${mrv_hash}`);
}

/** A hash that has ever had a token never comes back, whatever became of it. */
export async function isOnChain(trx: Transaction<DB>, mrv_hash: string): Promise<boolean> {
  const { found } = await oneOf(
    trx,
    sql<{ found: boolean }>`select exists (select from chain.tokens where origin = ${mrv_hash}) as found`,
  );
  return found;
}

export type NewHash = {
  mrv_submission_id: string;
  mrv_hash: string;
  evidence_hash: string;
  canonical_payload: Readonly<Record<string, unknown>>;
  registry_type: string;
  registry_name: string | null;
};

/** A hash or an evidence hash that anyone holds is refused by the database, which tells the rule and not whose it is. */
export async function insertHash(trx: Transaction<DB>, made: NewHash): Promise<MrvHash> {
  await sql`insert into registry.global_hash_registry (mrv_hash, first_seen_tenant_id, status, registry_type,
      registry_name, evidence_hash, origin)
    values (${made.mrv_hash}, app.current_tenant_id(), 'locked', ${made.registry_type}, ${made.registry_name},
      ${made.evidence_hash}, ${made.mrv_hash})`.execute(trx);
  await sql`insert into hashing.mrv_hashes (tenant_id, mrv_submission_id, mrv_hash, canonical_payload)
    values (app.current_tenant_id(), ${made.mrv_submission_id}, ${made.mrv_hash},
      ${JSON.stringify(made.canonical_payload)}::jsonb)`.execute(trx);
  return oneOf(trx, sql<MrvHash>`select ${COLUMNS} from ${FROM} where h.mrv_hash = ${made.mrv_hash}`);
}

/** The caller's own rejected hash goes on with another of its submissions. */
export async function retakeHash(
  trx: Transaction<DB>,
  about: { mrv_hash: string; mrv_submission_id: string; evidence_hash: string },
): Promise<MrvHash> {
  const { mrv_hash, mrv_submission_id, evidence_hash } = about;
  await sql`update registry.global_hash_registry set status = 'locked', evidence_hash = ${evidence_hash}
    where mrv_hash = ${mrv_hash}`.execute(trx);
  await sql`update hashing.mrv_hashes set mrv_submission_id = ${mrv_submission_id}
    where mrv_hash = ${mrv_hash}`.execute(trx);
  return oneOf(trx, sql<MrvHash>`select ${COLUMNS} from ${FROM} where h.mrv_hash = ${mrv_hash}`);
}

/** Evidence of the caller's own rejected hashes that never had a token may back another hash of the caller's. */
export async function releaseRejectedEvidence(trx: Transaction<DB>, evidence_hash: string): Promise<void> {
  await sql`update registry.global_hash_registry g set evidence_hash = null
    where g.evidence_hash = ${evidence_hash} and g.status = 'rejected'
      and exists (select from hashing.mrv_hashes h where h.mrv_hash = g.mrv_hash)
      and not exists (select from chain.tokens t where t.origin = g.mrv_hash)`.execute(trx);
}

/** Only while no token speaks for it: then the chain does. */
export async function setHashStatus(
  trx: Transaction<DB>,
  about: { mrv_hash: string; status: HashStatus; registry_serial?: string | undefined },
): Promise<void> {
  const { mrv_hash, status, registry_serial } = about;
  await sql`update registry.global_hash_registry g set status = ${status},
      registry_serial = coalesce(${registry_serial ?? null}, g.registry_serial)
    where g.mrv_hash = ${mrv_hash} and not exists (select from chain.tokens t where t.origin = g.mrv_hash)`.execute(
    trx,
  );
}
