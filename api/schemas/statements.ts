// Owns the schemas of registries' statements and their rows; leaves what may be said of a file to api/registries.

import { z } from 'zod';
import { factFields } from '../registries/statement-facts.ts';
import { ROW_KINDS, STATEMENT_KINDS } from '../registries/statement-layout.ts';
import {
  anyOf,
  id,
  listOf,
  name,
  pageQuery,
  pagination,
  REGISTRY_TYPES,
  sha256,
  timestamp,
} from './shared.ts';

export const statementSchema = z
  .object({
    statement_id: id,
    tenant_id: id,
    registry_type: z.string(),
    registry_name: z.string().nullable(),
    account: z.string(),
    kinds: z.array(z.enum(STATEMENT_KINDS)),
    period_start_on: z.string().nullable(),
    period_end_on: z.string().nullable(),
    as_of: timestamp,
    is_complete: z.boolean(),
    layout: z.string().nullable(),
    file_name: z.string(),
    file_sha256: sha256,
    replaces_statement_id: id.nullable(),
    replaced_by_statement_id: id.nullable(),
    row_count: z.int(),
    error_count: z.int(),
    imported_at: timestamp,
  })
  .meta({ id: 'Statement' });

export const statementTotalSchema = z.object({
  kind: z.enum(ROW_KINDS),
  row_count: z.int(),
  error_count: z.int(),
  tonnage_co2e: z.string(),
});

const problemSchema = z.object({ line_number: z.int(), error: z.string() });

export const statementView = z.object({
  statement: statementSchema,
  /** For each kind of row. */
  totals: z.array(statementTotalSchema),
  /** The first rows that could not be read; all of them are listed by `has_error`. */
  first_errors: z.array(problemSchema),
});

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** A query has texts only: a list has commas. */
export const importQuery = z.strictObject({
  ...factFields,
  kinds: anyOf(STATEMENT_KINDS).unwrap(),
  is_complete: flag,
  file_name: name,
});

export const importedSchema = z.object({
  statement: statementSchema,
  outcome: z.enum(['imported', 'unchanged']),
});

export const statementParams = z.strictObject({ statement_id: id });

export const statementsQuery = z.strictObject({
  ...pageQuery,
  registry: anyOf(REGISTRY_TYPES),
  account: name.optional(),
  kind: anyOf(STATEMENT_KINDS),
  is_current: flag.optional().meta({ description: 'Whether nothing replaces it' }),
});
export const statementList = listOf('statements', statementSchema);

export const statementRowSchema = z
  .object({
    statement_row_id: id,
    line_number: z.int(),
    kind: z.enum(ROW_KINDS),
    row_sha256: sha256,
    row_key: z.string().nullable(),
    registry_serial: z.string().nullable(),
    serial_namespace: z.string().nullable(),
    serial_start: z.string().nullable(),
    serial_end: z.string().nullable(),
    tonnage_co2e: z.string().nullable(),
    registry_project_id: z.string().nullable(),
    registry_retirement_id: z.string().nullable(),
    happened_on: z.string().nullable(),
    error: z.string().nullable(),
    /** The registry's own words, without addresses; its SHA-256 as canonical JSON is row_sha256. Not for operators. */
    raw: z.unknown().optional(),
  })
  .meta({ id: 'StatementRow' });

export const statementRowsQuery = z.strictObject({
  ...pageQuery,
  kind: anyOf(ROW_KINDS),
  has_error: flag.optional(),
  is_ours: flag
    .optional()
    .meta({ description: 'Whether a serial block that you see has some of its numbers' }),
});
export const statementRowList = listOf('rows', statementRowSchema);

const side = z
  .object({
    line_number: z.int(),
    kind: z.enum(ROW_KINDS),
    tonnage_co2e: z.string().nullable(),
    registry_serial: z.string().nullable(),
    registry_retirement_id: z.string().nullable(),
    happened_on: z.string().nullable(),
    error: z.string().nullable(),
  })
  .nullable();

export const differencesQuery = z.strictObject({ ...pageQuery });
export const differencesSchema = z.object({
  replaces_statement_id: id,
  counts: z.object({ added: z.int(), removed: z.int(), changed: z.int() }),
  differences: z.array(
    z.object({
      change: z.enum(['added', 'removed', 'changed']),
      row_key: z.string().nullable(),
      before: side,
      after: side,
    }),
  ),
  pagination,
});
