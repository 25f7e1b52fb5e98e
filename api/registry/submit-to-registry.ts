// Owns submitting a hash to a registry, for the route and for issuance alike; leaves what the registry says to it to
// move-submission.ts.

import type { Transaction } from 'kysely';
import type { z } from 'zod';
import { tellEvent } from '../../core/db/domain-events.ts';
import { findHashOf, setHashStatus } from '../../core/db/mrv-hashes.ts';
import { findSubmission } from '../../core/db/mrv-submissions.ts';
import { advanceProject, findProject } from '../../core/db/projects.ts';
import { insertRegistrySubmission, type RegistrySubmission } from '../../core/db/registry-submissions.ts';
import type { DB } from '../../core/db/types.ts';
import { conflict, invalid, present } from '../acting.ts';
import type { makeRegistrySubmissionBody } from '../schemas/registry.ts';
import { SUBMISSION_WAY } from '../ways/submission-way.ts';

/** Under the identity of its tenant. A hash goes to each registry once. */
export async function submitToRegistry(
  trx: Transaction<DB>,
  about: { mrv_submission_id: string; asked: z.output<typeof makeRegistrySubmissionBody>; now: Date },
): Promise<RegistrySubmission> {
  const { mrv_submission_id, asked, now } = about;
  const found = await findSubmission(trx, { mrv_submission_id, eyes: 'tenant' });
  const { project_id } = present(found, { what: SUBMISSION_WAY.what, id: mrv_submission_id });
  const project = await findProject(trx, project_id);
  const hash = await findHashOf(trx, mrv_submission_id);
  if (hash === undefined) throw conflict('the submission has a hash');
  const registry_type = asked.registry_type ?? project?.target_registry;
  if (registry_type == null) throw conflict('the project has a target registry');
  const own_name = asked.registry_type === undefined ? project?.target_registry_name : null;
  const registry_name = asked.registry_name ?? own_name ?? null;
  if ((registry_type === 'other') !== (registry_name !== null)) {
    throw invalid('registry_name goes with "other", and with no other', 'body.registry_name');
  }
  const { mrv_hash, canonical_payload } = hash;
  const { registry_project_id = null, request_payload = {} } = asked;
  const made = await insertRegistrySubmission(trx, {
    mrv_submission_id,
    mrv_hash,
    registry_type,
    registry_name,
    registry_project_id,
    request_payload: { ...request_payload, mrv_hash, canonical_payload },
    submitted_at: now,
  });
  await setHashStatus(trx, { mrv_hash, status: 'locked' });
  const { registry_submission_id } = made;
  await tellEvent(trx, {
    event_type: 'registry.submitted.v1',
    aggregate_id: registry_submission_id,
    payload: { registry_submission_id, mrv_submission_id, mrv_hash, registry_type },
  });
  await advanceProject(trx, { project_id, to: 'registry_submitted' });
  return made;
}
