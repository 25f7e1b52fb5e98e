// Owns the schemas of buffer pools, their ledger and reversals; leaves Article 6 to article6.ts.

import { z } from 'zod';
import { BUFFER_KINDS, REVERSAL_STATUSES, REVERSAL_TYPES } from '../../core/db/statuses.ts';
import {
  anyOf,
  day,
  id,
  listOf,
  pageQuery,
  positiveTonnes,
  registryName,
  registryType,
  text,
  timestamp,
  tonnes,
} from './shared.ts';
import { person } from './verifications.ts';

const MAX_DESCRIPTION = 10_000;
const MAX_NOTES = 2_000;
const MAX_AFFECTED = 500;

/** At most four decimals, as the column has. */
const rate = z.string().regex(/^(0(\.\d{0,3}[1-9])?|1)$/);

export const bufferPoolSchema = z
  .object({
    buffer_pool_id: id,
    tenant_id: id,
    scope: z.enum(['project', 'registry']),
    project_id: id.nullable(),
    registry_type: z.string().nullable(),
    registry_name: z.string().nullable(),
    buffer_rate: z.string(),
    total_contributed_tco2e: z.string(),
    available_tco2e: z.string(),
    used_for_reversals_tco2e: z.string(),
    released_tco2e: z.string(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'BufferPool' });

export const bufferEntrySchema = z
  .object({
    buffer_entry_id: id,
    buffer_pool_id: id,
    kind: z.enum(BUFFER_KINDS),
    amount_tco2e: z
      .string()
      .meta({ description: 'Contributions are above zero, cancellations and releases below' }),
    credit_id: id.nullable(),
    reversal_event_id: id.nullable(),
    event_identity: z.string().nullable(),
    occurred_at: timestamp,
    created_at: timestamp,
  })
  .meta({ id: 'BufferEntry' });

export const makeBufferPoolBody = z
  .discriminatedUnion('scope', [
    z.strictObject({ scope: z.literal('project'), project_id: id, buffer_rate: rate }),
    z.strictObject({
      scope: z.literal('registry'),
      registry_type: registryType,
      registry_name: registryName.optional(),
      buffer_rate: rate,
    }),
  ])
  .refine(
    (body) =>
      body.scope === 'project' || (body.registry_type === 'other') === (body.registry_name !== undefined),
    { path: ['registry_name'], message: 'goes with the registry "other", and with no other' },
  )
  .meta({ examples: [{ scope: 'registry', registry_type: 'verra', buffer_rate: '0.15' }] });

export const bufferPoolParams = z.strictObject({ buffer_pool_id: id });
export const bufferPoolsQuery = z.strictObject({
  ...pageQuery,
  scope: z.enum(['project', 'registry']).optional(),
  project_id: id.optional(),
});
export const bufferPoolList = listOf('buffer_pools', bufferPoolSchema);
export const bufferEntriesQuery = z.strictObject({ ...pageQuery, kind: anyOf(BUFFER_KINDS) });
export const bufferEntryList = listOf('entries', bufferEntrySchema);

export const bufferEntryBody = z.strictObject({
  kind: z
    .enum(['contribution', 'release'])
    .meta({ description: 'Cancellations come from verified reversals alone' }),
  amount_tco2e: positiveTonnes,
  credit_id: id.optional(),
  occurred_at: timestamp.optional(),
});

export const madeEntrySchema = z.object({ entry: bufferEntrySchema, buffer_pool: bufferPoolSchema });

export const reversalSchema = z
  .object({
    reversal_event_id: id,
    tenant_id: id,
    project_id: id,
    event_type: z.enum(REVERSAL_TYPES),
    event_date: z.string(),
    estimated_tco2e_lost: z.string(),
    verified_tco2e_lost: z.string().nullable(),
    description: z.string(),
    reported_by_user_id: id,
    verified_by_user_id: id.nullable(),
    status: z.enum(REVERSAL_STATUSES),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'ReversalEvent' });

export const reversalView = z.object({
  reversal: reversalSchema,
  affected_credits: z.array(
    z.object({
      credit_id: id,
      impact_tco2e: z.string(),
      buffer_used_tco2e: z.string(),
      notes: z.string().nullable(),
    }),
  ),
  buffer_entries: z.array(bufferEntrySchema),
});

export const reportReversalBody = z.strictObject({
  event_type: z.enum(REVERSAL_TYPES),
  event_date: day,
  estimated_tco2e_lost: tonnes,
  description: text(MAX_DESCRIPTION),
  reported_by: person,
});

export const reversalParams = z.strictObject({ reversal_event_id: id });
export const reversalsQuery = z.strictObject({
  ...pageQuery,
  status: anyOf(REVERSAL_STATUSES),
  project_id: id.optional(),
});
export const reversalList = listOf('reversals', reversalSchema);

export const reversalMoveBody = z
  .discriminatedUnion('move', [
    z.strictObject({ move: z.literal('investigate') }),
    z.strictObject({ move: z.literal('verify'), verified_tco2e_lost: tonnes, verified_by: person }),
    z.strictObject({
      move: z.literal('apply_buffer'),
      affected_credits: z
        .array(
          z.strictObject({ credit_id: id, impact_tco2e: positiveTonnes, notes: text(MAX_NOTES).optional() }),
        )
        .max(MAX_AFFECTED)
        .optional(),
    }),
    z.strictObject({ move: z.literal('resolve') }),
  ])
  .meta({ examples: [{ move: 'investigate' }, { move: 'resolve' }, { move: 'apply_buffer' }] });
