// Owns the schemas of projects, methodologies and gap analyses; leaves submissions to mrv.ts.

import { z } from 'zod';
import { PROJECT_STATUSES } from '../../core/db/statuses.ts';
import { jsonFields } from './json-fields.ts';
import { submissionSchema } from './mrv.ts';
import {
  anyOf,
  batchBody,
  country,
  id,
  listOf,
  name,
  pageQuery,
  REGISTRY_TYPES,
  registryName,
  registryType,
  text,
  timestamp,
} from './shared.ts';

export const PROJECT_TYPES = [
  'forestry',
  'soil_carbon',
  'dac',
  'beccs',
  'biochar',
  'enhanced_weathering',
  'blue_carbon',
  'other',
] as const;

const MAX_ADDRESS = 1_000;
const MAX_METADATA_BYTES = 16 * 1024;

const location = z.strictObject({
  lat: z.number().min(-90).max(90),
  lon: z.number().min(-180).max(180),
  address: text(MAX_ADDRESS).optional(),
  country: country.optional(),
});

/** What a tenant keeps beside a project; nothing here reads it. */
const metadata = jsonFields(MAX_METADATA_BYTES).meta({ examples: [{}, { note: 'x' }] });

export const projectSchema = z
  .object({
    project_id: id,
    tenant_id: id,
    name: z.string(),
    project_type: z.string(),
    location: z.object({
      lat: z.number(),
      lon: z.number(),
      address: z.string().optional(),
      country: z.string().optional(),
    }),
    host_country: z.string(),
    target_registry: z.string().nullable(),
    target_registry_name: z.string().nullable(),
    previous_registry: z.string().nullable(),
    methodology_id: id.nullable(),
    status: z.enum(PROJECT_STATUSES),
    metadata: z.record(z.string(), z.unknown()),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Project' });

const priority = z.enum(['high', 'medium', 'low']);

export const gapAnalysisSchema = z
  .object({
    project_id: id,
    target_registry: z.string().nullable(),
    methodology_code: z.string().nullable(),
    completeness_score: z.int().min(0).max(100),
    can_proceed_to_computation: z.boolean(),
    missing_required_fields: z.array(
      z.object({ json_path: z.string(), field_type: z.string(), description: z.string(), priority }),
    ),
    missing_evidence_types: z.array(
      z.object({ evidence_type: z.string(), description: z.string(), priority }),
    ),
    action_items: z.array(
      z.object({
        type: z.enum(['field', 'evidence']),
        path: z.string(),
        description: z.string(),
        priority,
        estimated_time_minutes: z.int().optional(),
      }),
    ),
    last_updated: timestamp,
  })
  .meta({ id: 'GapAnalysis' });

const wanted = {
  name,
  project_type: z.enum(PROJECT_TYPES),
  location,
  host_country: country,
  target_registry: registryType.optional(),
  target_registry_name: registryName.optional(),
  previous_registry: name.optional(),
  methodology_id: id.optional(),
  metadata: metadata.optional(),
};

const EXAMPLE = {
  name: 'Biochar at the lake',
  project_type: 'biochar',
  location: { lat: 47.5, lon: 7.5, address: 'Am See 1' },
  host_country: 'CH',
} as const;

export const makeProjectBody = z
  .strictObject(wanted)
  .refine(namesOther, {
    path: ['target_registry_name'],
    message: 'goes with the registry "other", and with no other',
  })
  .meta({ examples: [EXAMPLE, { ...EXAMPLE, target_registry: 'verra' }] });

export const changeProjectBody = z
  .strictObject({
    name: name.optional(),
    project_type: z.enum(PROJECT_TYPES).optional(),
    location: location.optional(),
    host_country: country.optional(),
    target_registry: registryType.nullable().optional(),
    target_registry_name: registryName.nullable().optional(),
    previous_registry: name.nullable().optional(),
    methodology_id: id.nullable().optional(),
    metadata: metadata.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'names nothing to change')
  .meta({ examples: [{ name: 'Another name' }, { location: EXAMPLE.location, host_country: 'DE' }] });

export const projectParams = z.strictObject({ project_id: id });

export const projectsQuery = z.strictObject({
  ...pageQuery,
  status: anyOf(PROJECT_STATUSES),
  registry: anyOf(REGISTRY_TYPES),
  project_type: anyOf(PROJECT_TYPES),
});

export const projectList = listOf('projects', projectSchema);
export const projectBatch = z.object({ projects: z.array(projectSchema) });
export const projectBatchBody = batchBody;

export const madeProjectSchema = z.object({ project: projectSchema, gap_analysis: gapAnalysisSchema });

export const projectView = z.object({
  project: projectSchema,
  /** For tenants alone: it speaks of what was measured. */
  gap_analysis: gapAnalysisSchema.optional(),
  recent_mrv_submissions: z.array(submissionSchema),
  credits_count: z.int(),
});

export const methodologyList = z.object({
  methodologies: z.array(
    z
      .object({ methodology_id: id, code: z.string(), version: z.string(), name: z.string() })
      .meta({ id: 'Methodology' }),
  ),
});

function namesOther(about: {
  target_registry?: string | undefined;
  target_registry_name?: string | undefined;
}): boolean {
  return (about.target_registry === 'other') === (about.target_registry_name !== undefined);
}
