// Owns the routes of evidence: files in, files out, the tree over them; leaves their bytes to api/store.

import { buildEvidenceTree } from '../../core/canonical/evidence.ts';
import { tellEvent } from '../../core/db/domain-events.ts';
import {
  deleteArtifact,
  findArtifact,
  findClaim,
  insertArtifact,
  listArtifacts,
  MAX_ARTIFACTS,
} from '../../core/db/mrv-artifacts.ts';
import { findSubmission, lockSubmission } from '../../core/db/mrv-submissions.ts';
import { type ArtifactType, PRIMARY_ARTIFACT_TYPES } from '../../core/db/statuses.ts';
import { conflict, invalid, present } from '../acting.ts';
import { beginsAs, FILE_TYPES, readFileType } from '../mrv/file-types.ts';
import { defineRoute } from '../route.ts';
import {
  artifactList,
  artifactParams,
  artifactQuery,
  artifactSchema,
  evidenceSchema,
  madeArtifactSchema,
  submissionParams,
} from '../schemas/mrv.ts';
import { keyOf, type Staged, withStaged } from '../store/store.ts';
import { SUBMISSION_WAY } from '../ways/submission-way.ts';
import { take } from '../ways/way.ts';

const TAG = 'mrv';
const READERS = { tenant: 'mrv:read', operator: 'mrv:read' } as const;
const WRITER = { tenant: 'mrv:write' } as const;
const SUBMISSION = SUBMISSION_WAY.what;
const ARTIFACT = 'artifact';
const MAX_FILE_BYTES = 50 * 1024 * 1024;

export const mrvArtifactRoutes = {
  listArtifacts: defineRoute({
    method: 'GET',
    path: '/api/v1/mrv/submissions/{mrv_submission_id}/artifacts',
    tag: TAG,
    summary: 'The files of a submission, in the order in which they came',
    callers: READERS,
    params: submissionParams,
    answer: artifactList,
    handle: ({ caller, params: { mrv_submission_id }, transact }) =>
      transact(async (trx) => {
        const about = { mrv_submission_id, eyes: caller.kind };
        present(await findSubmission(trx, about), { what: SUBMISSION, id: mrv_submission_id });
        return { artifacts: await listArtifacts(trx, about) };
      }),
  }),
  addArtifact: defineRoute({
    method: 'POST',
    path: '/api/v1/mrv/submissions/{mrv_submission_id}/artifacts',
    tag: TAG,
    summary: 'Add a file of evidence, as the bytes of the body',
    description:
      'A primary file (sensor data, lab report, satellite imagery, monitoring report) that backs an approved submission already, whosever it is, is refused with CONFLICT; another one only warns.',
    callers: WRITER,
    params: submissionParams,
    query: artifactQuery,
    upload: { content_types: FILE_TYPES, max_bytes: MAX_FILE_BYTES },
    status: 201,
    answer: madeArtifactSchema,
    errors: ['MOVE_ILLEGAL', 'CONFLICT'],
    handle: async ({ caller, params: { mrv_submission_id }, query, upload, header, transact, services }) => {
      // Before the bytes are taken in: nobody sends 50 MiB to nowhere.
      await transact(async (trx) => {
        const found = await findSubmission(trx, { mrv_submission_id, eyes: 'tenant' });
        const { status: state } = present(found, { what: SUBMISSION, id: mrv_submission_id });
        take(SUBMISSION_WAY, { id: mrv_submission_id, state, move: 'add_evidence' });
      });
      const { tenant_id } = caller;
      const mime_type = readFileType(header('content-type'));
      if (upload === undefined || mime_type === undefined) throw invalid('the body is bytes of a known type');
      return withStaged(services.files, upload, async (staged) => {
        assertWanted(staged, query.sha256);
        if (!beginsAs(mime_type, staged.first_bytes)) {
          throw invalid(`the bytes are ${mime_type}`, 'headers.content-type');
        }
        const { sha256: sha256_hash, size: file_size } = staged;
        const key = keyOf({ tenant_id, sha256: sha256_hash });
        const { uri: storage_uri } = await services.files.store.keep(key, staged);
        return transact(async (trx) => {
          const submission = present(await lockSubmission(trx, mrv_submission_id), {
            what: SUBMISSION,
            id: mrv_submission_id,
          });
          take(SUBMISSION_WAY, { id: mrv_submission_id, state: submission.status, move: 'add_evidence' });
          const others = await listArtifacts(trx, { mrv_submission_id, eyes: 'tenant' });
          if (others.length >= MAX_ARTIFACTS) throw conflict(`at most ${MAX_ARTIFACTS} files`);
          if (others.some((other) => other.sha256_hash === sha256_hash))
            throw conflict('mrv_artifacts_file_once');
          const { artifact_type, file_name } = query;
          const claim = await findClaim(trx, sha256_hash);
          if (claim?.is_primary === true && isPrimary(artifact_type)) {
            throw conflict('global_artifact_hashes_primary_once');
          }
          const made = {
            mrv_submission_id,
            artifact_type,
            file_name,
            file_size,
            mime_type,
            sha256_hash,
            storage_uri,
          };
          const artifact = await insertArtifact(trx, made);
          const { artifact_id } = artifact;
          await tellEvent(trx, {
            event_type: 'mrv.evidence_added.v1',
            aggregate_id: mrv_submission_id,
            payload: { mrv_submission_id, artifact_id, sha256_hash },
          });
          const warnings = claim === undefined ? [] : ['The same file backs an approved submission already.'];
          return { artifact, warnings };
        });
      });
    },
  }),
  readArtifact: defineRoute({
    method: 'GET',
    path: '/api/v1/mrv/artifacts/{artifact_id}/content',
    tag: TAG,
    summary: 'The bytes of a file',
    callers: { tenant: 'mrv:read' },
    params: artifactParams,
    content: 'application/octet-stream',
    errors: ['CONFLICT'],
    handle: async ({ caller: { tenant_id }, params: { artifact_id }, transact, services }) => {
      const found = await transact((trx) => findArtifact(trx, { artifact_id, eyes: 'tenant' }));
      const { sha256_hash, file_size } = present(found, { what: ARTIFACT, id: artifact_id });
      const bytes = await services.files.store.read(keyOf({ tenant_id, sha256: sha256_hash }));
      if (bytes === undefined) throw conflict('content of the artifact is stored');
      return {
        body: bytes,
        headers: {
          'content-length': String(file_size),
          // A browser must not take a tenant's file for a page of ours.
          'content-disposition': 'attachment',
          'x-content-type-options': 'nosniff',
          'x-content-sha256': sha256_hash,
        },
      };
    },
  }),
  removeArtifact: defineRoute({
    method: 'DELETE',
    path: '/api/v1/mrv/artifacts/{artifact_id}',
    tag: TAG,
    summary: 'Take a file out of its submission, until that is validated',
    callers: WRITER,
    params: artifactParams,
    answer: artifactSchema,
    errors: ['MOVE_ILLEGAL'],
    handle: ({ params: { artifact_id }, transact }) =>
      transact(async (trx) => {
        const about = { artifact_id, eyes: 'tenant' } as const;
        const artifact = present(await findArtifact(trx, about), { what: ARTIFACT, id: artifact_id });
        const { mrv_submission_id, sha256_hash } = artifact;
        const found = await lockSubmission(trx, mrv_submission_id);
        const { status: state } = present(found, { what: SUBMISSION, id: mrv_submission_id });
        take(SUBMISSION_WAY, { id: mrv_submission_id, state, move: 'remove_evidence' });
        await deleteArtifact(trx, artifact_id);
        await tellEvent(trx, {
          event_type: 'mrv.evidence_removed.v1',
          aggregate_id: mrv_submission_id,
          payload: { mrv_submission_id, artifact_id, sha256_hash },
        });
        return artifact;
      }),
  }),
  getEvidence: defineRoute({
    method: 'GET',
    path: '/api/v1/mrv/submissions/{mrv_submission_id}/evidence',
    tag: TAG,
    summary: 'The evidence hash over all files, and for each file the proof that it is among them',
    callers: READERS,
    params: submissionParams,
    answer: evidenceSchema,
    errors: ['CONFLICT'],
    handle: ({ caller, params: { mrv_submission_id }, transact }) =>
      transact(async (trx) => {
        const about = { mrv_submission_id, eyes: caller.kind };
        present(await findSubmission(trx, about), { what: SUBMISSION, id: mrv_submission_id });
        const artifacts = await listArtifacts(trx, about);
        if (artifacts.length === 0) throw conflict('the submission has evidence');
        const { evidence_hash, proofs } = buildEvidenceTree(artifacts.map(({ sha256_hash }) => sha256_hash));
        return {
          mrv_submission_id,
          evidence_hash,
          artifacts: artifacts.map(({ artifact_id, artifact_type, file_name, sha256_hash }) => ({
            artifact_id,
            artifact_type,
            file_name,
            sha256_hash,
            proof: [...(proofs.get(sha256_hash) ?? [])],
          })),
        };
      }),
  }),
};

function isPrimary(type: ArtifactType): boolean {
  return PRIMARY_ARTIFACT_TYPES.includes(type);
}

function assertWanted({ sha256 }: Staged, wanted: string | undefined): void {
  if (wanted !== undefined && wanted !== sha256) {
    throw invalid(`the bytes hash to ${wanted}; they hash to ${sha256}`, 'query.sha256');
  }
}
