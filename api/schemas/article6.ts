// Owns the schemas of Article 6 rows; leaves what a country may do to the routes.

import { z } from 'zod';
import { ARTICLE6_KINDS, AUTHORISED_USES } from '../../core/db/statuses.ts';
import {
  anyOf,
  country,
  day,
  id,
  listOf,
  pageQuery,
  positiveTonnes,
  sha256,
  text,
  timestamp,
} from './shared.ts';

const MAX_REFERENCE = 255;

export const article6Schema = z
  .object({
    article6_id: id,
    tenant_id: id,
    project_id: id,
    credit_id: id.nullable(),
    kind: z.enum(ARTICLE6_KINDS),
    host_country: z.string(),
    authorised_use: z.enum(AUTHORISED_USES),
    tonnage_co2e: z.string().nullable(),
    effective_on: z.string(),
    reference: z.string(),
    document_sha256: sha256,
    created_at: timestamp,
  })
  .meta({ id: 'Article6' });

export const article6Body = z.strictObject({
  kind: z.enum(ARTICLE6_KINDS),
  host_country: country,
  authorised_use: z.enum(AUTHORISED_USES),
  tonnage_co2e: positiveTonnes.optional(),
  effective_on: day,
  reference: text(MAX_REFERENCE),
  document_sha256: sha256,
  credit_id: id.optional(),
});

export const article6Query = z.strictObject({
  ...pageQuery,
  kind: anyOf(ARTICLE6_KINDS),
  credit_id: id.optional(),
  on: day.optional().meta({ description: 'What was in effect by this day' }),
});

export const article6List = listOf('article6', article6Schema).extend({
  is_authorised: z
    .boolean()
    .meta({ description: 'Whether an authorisation is in effect on the day, or today' }),
});
