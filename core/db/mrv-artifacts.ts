// Owns the rows of evidence files and whether one backs an approved submission already; leaves their bytes to api/store.

import { sql, type Transaction } from 'kysely';
import { firstOf, oneOf } from './list-page.ts';
import type { Eyes } from './mrv-submissions.ts';
import type { ArtifactType } from './statuses.ts';
import type { DB } from './types.ts';

export type Artifact = {
  artifact_id: string;
  tenant_id: string;
  mrv_submission_id: string;
  artifact_type: ArtifactType;
  file_name: string;
  file_size: number;
  mime_type: string;
  sha256_hash: string;
  created_at: string;
  /** Where the bytes are; not shown to operators. */
  storage_uri?: string;
};

/** Evidence is read whole, so that its tree can be built: no submission has more files. */
export const MAX_ARTIFACTS = 1_000;

const SHARED = sql`artifact_id, tenant_id, mrv_submission_id, artifact_type, file_name, file_size::int as
  file_size, mime_type, sha256_hash, created_at`;
const OWN = sql`${SHARED}, storage_uri`;

export type NewArtifact = Pick<
  Artifact,
  'mrv_submission_id' | 'artifact_type' | 'file_name' | 'file_size' | 'mime_type' | 'sha256_hash'
> & { storage_uri: string };

export async function insertArtifact(trx: Transaction<DB>, made: NewArtifact): Promise<Artifact> {
  return oneOf(
    trx,
    sql<Artifact>`insert into mrv.mrv_artifacts (tenant_id, mrv_submission_id, artifact_type, file_name, file_size,
        mime_type, storage_uri, sha256_hash)
      values (app.current_tenant_id(), ${made.mrv_submission_id}, ${made.artifact_type}, ${made.file_name},
        ${made.file_size}, ${made.mime_type}, ${made.storage_uri}, ${made.sha256_hash})
      returning ${OWN}`,
  );
}

export async function findArtifact(
  trx: Transaction<DB>,
  { artifact_id, eyes }: { artifact_id: string; eyes: Eyes },
): Promise<Artifact | undefined> {
  const columns = eyes === 'tenant' ? OWN : SHARED;
  return firstOf(
    trx,
    sql<Artifact>`select ${columns} from mrv.mrv_artifacts where artifact_id = ${artifact_id}`,
  );
}

export async function listArtifacts(
  trx: Transaction<DB>,
  { mrv_submission_id, eyes }: { mrv_submission_id: string; eyes: Eyes },
): Promise<Artifact[]> {
  const columns = eyes === 'tenant' ? OWN : SHARED;
  const { rows } = await sql<Artifact>`select ${columns} from mrv.mrv_artifacts
    where mrv_submission_id = ${mrv_submission_id} order by created_at, artifact_id limit ${MAX_ARTIFACTS}`.execute(
    trx,
  );
  return rows;
}

export async function deleteArtifact(trx: Transaction<DB>, artifact_id: string): Promise<void> {
  await sql`delete from mrv.mrv_artifacts where artifact_id = ${artifact_id}`.execute(trx);
}

export type Claims = { is_primary: boolean };

/** Whether a file backs an approved submission of anybody; whose it is, nobody is told. */
export async function findClaim(trx: Transaction<DB>, sha256_hash: string): Promise<Claims | undefined> {
  return firstOf(
    trx,
    sql<Claims>`select is_primary from registry.global_artifact_hashes where sha256_hash = ${sha256_hash}
      order by is_primary desc limit 1`,
  );
}
