// Owns the shape of the record of what operators asked; leaves writing it to serve-route.ts.

import { z } from 'zod';
import { id, listOf, pageQuery, timestamp } from './shared.ts';

export const operatorReadSchema = z
  .object({
    operator_read_id: id,
    tenant_id: id.nullable(),
    actor: z.string(),
    request_id: z.string(),
    operation: z.string(),
    path: z.string(),
    created_at: timestamp,
  })
  .meta({ id: 'OperatorRead' });

export const operatorReadsQuery = z.strictObject({ page: pageQuery.page, page_size: pageQuery.page_size });

export const operatorReadList = listOf('operator_reads', operatorReadSchema);
