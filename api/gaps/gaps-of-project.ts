// Owns gathering what a gap analysis speaks of: the project, its requirement, its newest submission and evidence; leaves the
// verdict to analyse.ts.

import type { Transaction } from 'kysely';
import { findMethodology, findRequirement } from '../../core/db/methodologies.ts';
import { listArtifacts } from '../../core/db/mrv-artifacts.ts';
import { findLatestSubmission, type Submission } from '../../core/db/mrv-submissions.ts';
import type { Project } from '../../core/db/projects.ts';
import type { DB } from '../../core/db/types.ts';
import { analyseGaps, type GapAnalysis } from './analyse.ts';

/** Of one submission where it is given, or of the newest that counts. It reads what only the tenant may. */
export async function gapsOfProject(
  trx: Transaction<DB>,
  about: { project: Project; submission?: Submission | undefined },
): Promise<GapAnalysis> {
  const { project } = about;
  const { target_registry, methodology_id } = project;
  const methodology = methodology_id === null ? undefined : await findMethodology(trx, methodology_id);
  const requirement =
    methodology === undefined || target_registry === null
      ? undefined
      : await findRequirement(trx, { registry_type: target_registry, ...methodology });
  const submission = about.submission ?? (await findLatestSubmission(trx, project.project_id));
  return analyseGaps({
    project: {
      project_id: project.project_id,
      target_registry,
      methodology,
      fields: { ...project },
      updated_at: project.updated_at,
    },
    requirement,
    submission: submission === undefined ? undefined : await describe(trx, submission),
  });
}

async function describe(trx: Transaction<DB>, submission: Submission) {
  const { mrv_submission_id, raw_payload = {}, updated_at } = submission;
  const artifacts = await listArtifacts(trx, { mrv_submission_id, eyes: 'tenant' });
  const evidence_types = artifacts.map(({ artifact_type }) => artifact_type);
  return { fields: { ...submission }, payload: raw_payload, evidence_types, updated_at };
}
