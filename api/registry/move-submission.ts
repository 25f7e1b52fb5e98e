// Owns what happens when a registry submission moves on: its serial block, its hash, its events; leaves which moves are legal
// to api/ways/registry-way.ts.

import type { Transaction } from 'kysely';
import type { z } from 'zod';
import { tellEvent } from '../../core/db/domain-events.ts';
import { findOwnHash, setHashStatus } from '../../core/db/mrv-hashes.ts';
import {
  findSerialBlock,
  lockRegistrySubmission,
  type RegistryChange,
  type RegistrySubmission,
  releaseSerialBlock,
  type SerialBlock,
  updateRegistrySubmission,
} from '../../core/db/registry-submissions.ts';
import { tellTopic } from '../../core/db/sagas.ts';
import type { DB } from '../../core/db/types.ts';
import { present } from '../acting.ts';
import { TOPICS } from '../sagas/topics.ts';
import type { registryMoveBody } from '../schemas/registry.ts';
import { hashStatusOf, REGISTRY_WAY, type RegistryMove } from '../ways/registry-way.ts';
import { take } from '../ways/way.ts';
import { giveBlock, nameBlock } from './give-block.ts';

export type MoveAsked = z.output<typeof registryMoveBody>;

export type Moved = { registry_submission: RegistrySubmission; serial_block?: SerialBlock };

/** In the document's spelling, after what the registry did. */
const EVENTS: Readonly<Record<RegistryMove, `registry.${string}.v1`>> = {
  approve: 'registry.approved.v1',
  reject: 'registry.rejected.v1',
  fail: 'registry.failed.v1',
  resubmit: 'registry.submitted.v1',
  request_cancellation: 'registry.cancel_requested.v1',
  confirm_cancellation: 'registry.cancelled.v1',
  refuse_cancellation: 'registry.cancel_refused.v1',
  request_retirement: 'registry.retirement_requested.v1',
  confirm_retirement: 'registry.retired.v1',
  refuse_retirement: 'registry.retirement_refused.v1',
};

/** Under the identity of its tenant. */
export async function moveRegistrySubmission(
  trx: Transaction<DB>,
  about: { id: string; asked: MoveAsked; now: Date },
): Promise<Moved> {
  const { id, asked, now } = about;
  const submission = present(await lockRegistrySubmission(trx, id), { what: REGISTRY_WAY.what, id });
  const { move } = asked;
  const status = take(REGISTRY_WAY, { id, state: submission.status, move });
  const block = asked.move === 'approve' ? await giveBlock(trx, { submission, asked }) : undefined;
  const change: RegistryChange = { status, ...changeOf({ asked, block, now, submission }) };
  if (move === 'resubmit') {
    // The hash may have gone on with another submission of its tenant meanwhile.
    const hash = await findOwnHash(trx, submission.mrv_hash);
    if (hash !== undefined) change.mrv_submission_id = hash.mrv_submission_id;
  }
  const registry_submission = await updateRegistrySubmission(trx, { submission, change });
  const { mrv_hash, mrv_submission_id, registry_serial } = registry_submission;
  await setHashStatus(trx, {
    mrv_hash,
    status: hashStatusOf(status),
    ...(registry_serial === null ? {} : { registry_serial }),
  });
  if (status === 'cancelled') await releaseSerialBlock(trx, mrv_hash);
  await tellEvent(trx, {
    event_type: EVENTS[move],
    aggregate_id: id,
    payload: { registry_submission_id: id, mrv_submission_id, mrv_hash, status },
  });
  await tellTopic(trx, TOPICS.registry(mrv_hash));
  const serial_block = block ?? (await findSerialBlock(trx, mrv_hash));
  return { registry_submission, ...(serial_block === undefined ? {} : { serial_block }) };
}

function changeOf(about: {
  asked: MoveAsked;
  block: SerialBlock | undefined;
  now: Date;
  submission: RegistrySubmission;
}): RegistryChange {
  const { asked, block, now, submission } = about;
  if (asked.move === 'resubmit') {
    const { request_payload = submission.request_payload } = asked;
    return { request_payload, submitted_at: now, rejected_at: null, last_error: null, last_error_at: null };
  }
  const { response_payload = submission.response_payload } = asked;
  switch (asked.move) {
    case 'approve': {
      return {
        response_payload,
        approved_at: now,
        registry_serial: asked.registry_serial ?? (block === undefined ? null : nameBlock(block)),
        registry_project_id: asked.registry_project_id ?? submission.registry_project_id,
      };
    }
    case 'reject':
      return { response_payload, rejected_at: now, last_error: asked.reason, last_error_at: now };
    case 'fail':
      return { response_payload, last_error: asked.reason, last_error_at: now };
    default:
      return asked.reason === undefined
        ? { response_payload }
        : { response_payload, last_error: asked.reason, last_error_at: now };
  }
}
