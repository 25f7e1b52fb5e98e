// Owns the way of a submission from its receipt to its approval; leaves what each move needs to the routes.

import type { SubmissionStatus } from '../../core/db/statuses.ts';
import { defineWay } from './way.ts';

export type SubmissionMove =
  | 'change'
  | 'add_evidence'
  | 'remove_evidence'
  | 'validate'
  | 'compute'
  | 'verify'
  | 'approve'
  | 'reject'
  | 'hash'
  | 'archive';

/** Moves that lead nowhere else change what belongs to the submission, and are legal while it may still be changed. */
export const SUBMISSION_WAY = defineWay<SubmissionStatus, SubmissionMove>({
  what: 'MRV submission',
  moves: {
    received: {
      change: 'received',
      add_evidence: 'received',
      remove_evidence: 'received',
      validate: 'validated',
      archive: 'archived',
    },
    validated: { add_evidence: 'validated', compute: 'computed', archive: 'archived' },
    computed: {
      add_evidence: 'computed',
      compute: 'computed',
      verify: 'in_verification',
      archive: 'archived',
    },
    in_verification: { add_evidence: 'in_verification', approve: 'approved', reject: 'rejected' },
    // Put away only while no hash of it counts: it then lets go of its evidence and its period.
    approved: { hash: 'approved', archive: 'archived' },
    rejected: { archive: 'archived' },
    archived: {},
  },
});
