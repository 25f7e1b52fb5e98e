// Owns the way of a verification through its nine categories and clarifications; leaves storing it to the routes.

import {
  CATEGORY_KEYS,
  type CategoryKey,
  type CategoryStatus,
  type ClarificationStatus,
  type VerificationStatus,
} from '../../core/db/statuses.ts';
import { defineWay } from './way.ts';

export type VerificationMove =
  | 'review'
  | 'ask'
  | 'respond'
  | 'judge'
  | 'report'
  | 'complete'
  | 'approve'
  | 'reject';

// Where a review leads is told by statusOfReview: here stands what is legal at all.
const OPEN = {
  review: 'in_progress',
  ask: 'clarification_required',
  respond: 'in_progress',
  judge: 'in_progress',
  report: 'in_progress',
  complete: 'completed',
} as const;

export const VERIFICATION_WAY = defineWay<VerificationStatus, VerificationMove>({
  what: 'verification',
  moves: {
    started: OPEN,
    in_progress: OPEN,
    clarification_required: OPEN,
    completed: { approve: 'approved', reject: 'rejected' },
    approved: {},
    rejected: {},
  },
});

export type ClarificationMove = 'respond' | 'accept' | 'escalate';

export const CLARIFICATION_WAY = defineWay<ClarificationStatus, ClarificationMove>({
  what: 'clarification',
  moves: {
    pending: { respond: 'responded' },
    responded: { respond: 'responded', accept: 'accepted', escalate: 'escalated' },
    // An escalated one goes back to whoever must answer.
    escalated: { respond: 'responded' },
    accepted: {},
  },
});

export type Review = {
  categories: readonly { category_key: CategoryKey; status: CategoryStatus }[];
  clarifications: readonly { status: ClarificationStatus }[];
};

/** Of a verification that is under way. */
export function statusOfReview({ categories, clarifications }: Review): VerificationStatus {
  if (hasOpenQuestions({ categories, clarifications })) return 'clarification_required';
  return categories.length === 0 && clarifications.length === 0 ? 'started' : 'in_progress';
}

/** Why it cannot be completed yet, each in a few words; none when it can. */
export function findUnfinished(review: Review & { has_report: boolean }): string[] {
  const seen = new Set(review.categories.map(({ category_key }) => category_key));
  const missing = CATEGORY_KEYS.filter((key) => !seen.has(key));
  const open = review.categories
    .filter(({ status }) => isOpen(status))
    .map(({ category_key }) => category_key);
  const asked = review.clarifications.filter(({ status }) => status !== 'accepted').length;
  return [
    ...(missing.length === 0 ? [] : [`categories not reviewed: ${missing.join(', ')}`]),
    ...(open.length === 0 ? [] : [`categories still open: ${open.join(', ')}`]),
    ...(asked === 0 ? [] : [`clarifications not accepted: ${asked}`]),
    ...(review.has_report ? [] : ['no report']),
  ];
}

/** Categories that forbid an approval. */
export function findFailed({ categories }: Pick<Review, 'categories'>): CategoryKey[] {
  return categories.filter(({ status }) => status === 'failed').map(({ category_key }) => category_key);
}

function hasOpenQuestions({ categories, clarifications }: Review): boolean {
  return (
    clarifications.some(({ status }) => status !== 'accepted') ||
    categories.some(({ status }) => isOpen(status))
  );
}

function isOpen(status: CategoryStatus): boolean {
  return status === 'clarification_required' || status === 'corrective_action';
}
