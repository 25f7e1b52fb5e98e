// Owns the way of a submission to a registry, and what each state says of the hash; leaves serials and events to the routes.

import type { HashStatus, RegistrySubmissionStatus } from '../../core/db/statuses.ts';
import { defineWay } from './way.ts';

export const REGISTRY_MOVES = [
  'approve',
  'reject',
  'fail',
  'resubmit',
  'request_cancellation',
  'confirm_cancellation',
  'refuse_cancellation',
  'request_retirement',
  'confirm_retirement',
  'refuse_retirement',
] as const;
export type RegistryMove = (typeof REGISTRY_MOVES)[number];

export const REGISTRY_WAY = defineWay<RegistrySubmissionStatus, RegistryMove>({
  what: 'registry submission',
  moves: {
    submitted: { approve: 'approved', reject: 'rejected', fail: 'error' },
    error: { resubmit: 'submitted' },
    rejected: { resubmit: 'submitted' },
    approved: { request_cancellation: 'cancel_requested', request_retirement: 'retirement_requested' },
    cancel_requested: { confirm_cancellation: 'cancelled', refuse_cancellation: 'approved' },
    retirement_requested: { confirm_retirement: 'retired', refuse_retirement: 'approved' },
    cancelled: {},
    retired: {},
  },
});

/** What a state means for a hash that is not minted; once there is a token, the chain alone speaks of its hash. */
export function hashStatusOf(status: RegistrySubmissionStatus): HashStatus {
  switch (status) {
    case 'approved':
    case 'cancel_requested':
    case 'retirement_requested':
      return 'approved';
    case 'rejected':
      return 'rejected';
    case 'retired':
      return 'retired';
    case 'submitted':
    case 'error':
    case 'cancelled':
      return 'locked';
  }
}
