// Owns making a submission's canonical payload and taking its hash, also again after a rejection; leaves the form of the
// payload to core/canonical and the rows to core/db/mrv-hashes.ts.

import type { Transaction } from 'kysely';
import { buildEvidenceTree } from '../../core/canonical/evidence.ts';
import { hashMrvPayload, MRV_PAYLOAD_FORM, type MrvPayload } from '../../core/canonical/mrv-hash.ts';
import { tellEvent } from '../../core/db/domain-events.ts';
import { listArtifacts } from '../../core/db/mrv-artifacts.ts';
import {
  findHashOf,
  findOwnHash,
  insertHash,
  isOnChain,
  type MrvHash,
  type NewHash,
  releaseRejectedEvidence,
  retakeHash,
} from '../../core/db/mrv-hashes.ts';
import { findComputation, lockSubmission, type Submission } from '../../core/db/mrv-submissions.ts';
import { advanceProject, findProject, type Project } from '../../core/db/projects.ts';
import type { DB } from '../../core/db/types.ts';
import { findReport, findVerificationOf } from '../../core/db/verifications.ts';
import { conflict, present } from '../acting.ts';
import { SUBMISSION_WAY } from '../ways/submission-way.ts';
import { take } from '../ways/way.ts';
import { isMultiple } from './compare-tonnes.ts';
import { unitOf } from './units.ts';

export type Hashed = { hash: MrvHash; is_new: boolean };

/**
 * The hash of an approved submission, taken for its tenant. Asked again it is the same. A hash or evidence that anyone else
 * holds is refused; the tenant's own may be taken again once its registry has rejected it and no token ever had it.
 */
export async function hashSubmission(
  trx: Transaction<DB>,
  about: { mrv_submission_id: string; unit?: string | undefined },
): Promise<Hashed> {
  const { mrv_submission_id } = about;
  const found = await lockSubmission(trx, mrv_submission_id);
  const submission = present(found, { what: SUBMISSION_WAY.what, id: mrv_submission_id });
  take(SUBMISSION_WAY, { id: mrv_submission_id, state: submission.status, move: 'hash' });
  const stood = await findHashOf(trx, mrv_submission_id);
  if (stood !== undefined) return { hash: stood, is_new: false };
  const { project, payload } = await makePayload(trx, { submission, unit: about.unit });
  const hash = await takeHash(trx, {
    mrv_submission_id,
    mrv_hash: hashMrvPayload(payload),
    evidence_hash: payload.evidence_hash,
    canonical_payload: payload,
    registry_type: project.target_registry,
    registry_name: project.target_registry_name,
  });
  const { project_id } = project;
  const told = { mrv_submission_id, project_id, mrv_hash: hash.mrv_hash, evidence_hash: hash.evidence_hash };
  await tellEvent(trx, { event_type: 'hash.created.v1', aggregate_id: mrv_submission_id, payload: told });
  await advanceProject(trx, { project_id, to: 'hash_created' });
  return { hash, is_new: true };
}

async function takeHash(trx: Transaction<DB>, made: NewHash): Promise<MrvHash> {
  const own = await findOwnHash(trx, made.mrv_hash);
  if (own === undefined) {
    await releaseRejectedEvidence(trx, made.evidence_hash);
    return insertHash(trx, made);
  }
  if (own.status !== 'rejected' || (await isOnChain(trx, own.mrv_hash)))
    throw conflict('mrv_hashes_mrv_hash_key');
  return retakeHash(trx, made);
}

type Targeted = Project & { target_registry: string };

async function makePayload(
  trx: Transaction<DB>,
  about: { submission: Submission; unit: string | undefined },
): Promise<{ project: Targeted; payload: MrvPayload }> {
  const { submission } = about;
  const { mrv_submission_id, project_id, period_start_on, period_end_on } = submission;
  const project = await findProject(trx, project_id);
  const computation = await findComputation(trx, { mrv_submission_id, eyes: 'tenant' });
  const verification = await findVerificationOf(trx, mrv_submission_id);
  const report = verification && (await findReport(trx, verification.verification_id));
  const artifacts = await listArtifacts(trx, { mrv_submission_id, eyes: 'tenant' });
  const parts = computation?.computed_payload;
  const verified = verification?.verified_tonnage;
  if (project === undefined || computation === undefined || parts === undefined) {
    throw conflict('the submission has a computation');
  }
  if (verified == null || report === undefined) throw conflict('the submission has an approved verification');
  if (artifacts.length === 0) throw conflict('the submission has evidence');
  const { target_registry } = project;
  if (target_registry === null) throw conflict('the project has a target registry');
  const unit = about.unit ?? unitOf(target_registry);
  if (!isMultiple(verified, unit)) throw conflict(`the verified tonnes are whole units of ${unit} t`);
  const { lat, lon } = project.location;
  const payload: MrvPayload = {
    form: MRV_PAYLOAD_FORM,
    registry_id: target_registry === 'other' ? `other:${project.target_registry_name}` : target_registry,
    methodology_code: computation.methodology_code,
    methodology_version: computation.methodology_version,
    project_type: project.project_type,
    host_country: project.host_country,
    location: { lat, lon },
    period_start_on,
    period_end_on,
    vintage_year: Number(period_end_on.slice(0, 4)),
    computed_tonnage: verified,
    gross_removal: parts.gross_removal,
    baseline_emissions: parts.baseline_emissions,
    project_emissions: parts.project_emissions,
    leakage_deduction: parts.leakage_deduction,
    buffer_deduction: parts.buffer_deduction,
    unit,
    evidence_hash: buildEvidenceTree(artifacts.map(({ sha256_hash }) => sha256_hash)).evidence_hash,
    verification_report_hash: report.report_hash,
  };
  return { project: { ...project, target_registry }, payload };
}
