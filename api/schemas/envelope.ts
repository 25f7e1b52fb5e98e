// Owns the shape around every answer: success, data or error, meta; leaves the data to each resource.

import { z } from 'zod';

/** The version of the API, the same as in its paths. */
export const API_VERSION = 'v1';

export const metaSchema = z
  .object({
    request_id: z.string(),
    timestamp: z.string(),
    version: z.literal(API_VERSION),
  })
  .meta({ id: 'Meta' });

export const failureSchema = z
  .object({
    success: z.literal(false),
    error: z.object({
      code: z.string().meta({ description: 'A code of docs/errors.md; it does not change' }),
      message: z.string().meta({ description: 'What happened, and what to do; the words may change' }),
      details: z.record(z.string(), z.unknown()).optional(),
      timestamp: z.string(),
    }),
    meta: metaSchema,
  })
  .meta({ id: 'Failure' });

export type Meta = z.infer<typeof metaSchema>;
export type Failure = z.infer<typeof failureSchema>;

export function successSchema(data: z.ZodType) {
  return z.object({ success: z.literal(true), data, meta: metaSchema });
}
