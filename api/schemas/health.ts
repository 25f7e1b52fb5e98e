// Owns the shapes of the answers of health and readiness; leaves when each is given to routes/health.ts.

import { z } from 'zod';

export const healthSchema = z.object({ status: z.literal('ok') });

export const unhealthySchema = z.object({ status: z.literal('down'), down: z.array(z.literal('database')) });

export const partSchema = z.object({
  status: z.enum(['ok', 'down']),
  /** Of the migrations: the latest that the database has. */
  found: z.string().optional(),
  /** Of the indexer: how far it is. */
  block_height: z.string().optional(),
  lag_seconds: z.int().optional(),
});

export const readinessSchema = z.object({
  status: z.enum(['ready', 'not_ready']),
  parts: z.object({
    database: partSchema,
    migrations: partSchema,
    indexer: partSchema,
    chain: partSchema,
    /** Where this process carries out sagas. */
    worker: partSchema.optional(),
  }),
});

export type Part = z.infer<typeof partSchema>;
export type Readiness = z.infer<typeof readinessSchema>;
