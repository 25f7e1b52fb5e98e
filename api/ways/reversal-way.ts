// Owns the way of a reversal from its report to its end; leaves the buffer's ledger to core/db/buffers.ts.

import type { ReversalStatus } from '../../core/db/statuses.ts';
import { defineWay } from './way.ts';

export const REVERSAL_MOVES = ['investigate', 'verify', 'apply_buffer', 'resolve'] as const;
export type ReversalMove = (typeof REVERSAL_MOVES)[number];

export const REVERSAL_WAY = defineWay<ReversalStatus, ReversalMove>({
  what: 'reversal',
  moves: {
    reported: { investigate: 'investigating' },
    // Without a loss there is nothing to take from the buffer.
    investigating: { verify: 'verified', resolve: 'resolved' },
    verified: { apply_buffer: 'buffer_applied' },
    buffer_applied: { resolve: 'resolved' },
    resolved: {},
  },
});
