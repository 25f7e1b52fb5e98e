// Owns the SQL of keys, indexes and triggers; leaves checks, which stand in their table, to describe-tables.ts.

import type { Catalogue } from './catalogue.ts';

type ConstraintRow = { table_name: string; name: string; definition: string; only: string };

/** Primary keys, unique and exclusion rules, and checks that old rows need not keep. */
export async function describeConstraints({ read, tables }: Catalogue): Promise<string[]> {
  return (await read<ConstraintRow>(CONSTRAINTS, tables)).map(addConstraint);
}

export async function describeForeignKeys({ read, tables }: Catalogue): Promise<string[]> {
  return (await read<ConstraintRow>(FOREIGN_KEYS, tables)).map(addConstraint);
}

export async function describeIndexes({ read, tables }: Catalogue): Promise<string[]> {
  const rows = await read<{ definition: string }>(INDEXES, tables);
  return rows.map(({ definition }) => `${definition};`);
}

type TriggerRow = { table_name: string; name: string; definition: string; firing: keyof typeof FIRINGS };

const FIRINGS = { O: undefined, D: 'DISABLE', R: 'ENABLE REPLICA', A: 'ENABLE ALWAYS' } as const;

export async function describeTriggers({ read, tables }: Catalogue): Promise<string[]> {
  const rows = await read<TriggerRow>(TRIGGERS, tables);
  return rows.flatMap(({ table_name, name, definition, firing }) => {
    const mode = FIRINGS[firing];
    const create = `${definition};`;
    return mode === undefined ? [create] : [create, `ALTER TABLE ${table_name} ${mode} TRIGGER ${name};`];
  });
}

function addConstraint({ table_name, name, definition, only }: ConstraintRow): string {
  return `ALTER TABLE ${only}${table_name}\n    ADD CONSTRAINT ${name} ${definition};`;
}

const CONSTRAINTS = `
  SELECT conrelid::regclass::text COLLATE "C" AS table_name, quote_ident(conname) COLLATE "C" AS name,
    pg_get_constraintdef(oid) AS definition, 'ONLY ' AS only
  FROM pg_constraint
  WHERE conrelid = ANY ($1) AND conparentid = 0 AND (contype IN ('p', 'u', 'x') OR contype = 'c' AND NOT convalidated)
  ORDER BY table_name, array_position(ARRAY['p', 'u', 'x', 'c']::"char"[], contype), name`;

// A partitioned table does not take ONLY here.
const FOREIGN_KEYS = `
  SELECT conrelid::regclass::text COLLATE "C" AS table_name, quote_ident(conname) COLLATE "C" AS name,
    pg_get_constraintdef(k.oid) AS definition, CASE relkind WHEN 'p' THEN '' ELSE 'ONLY ' END AS only
  FROM pg_constraint k JOIN pg_class c ON c.oid = conrelid
  WHERE conrelid = ANY ($1) AND conparentid = 0 AND contype = 'f'
  ORDER BY table_name, name`;

const INDEXES = `
  SELECT pg_get_indexdef(indexrelid) AS definition
  FROM pg_index JOIN pg_class c ON c.oid = indexrelid
  WHERE indrelid = ANY ($1) AND NOT relispartition
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
  ORDER BY indrelid::regclass::text COLLATE "C", relname`;

const TRIGGERS = `
  SELECT tgrelid::regclass::text COLLATE "C" AS table_name, quote_ident(tgname) COLLATE "C" AS name,
    pg_get_triggerdef(oid) AS definition, tgenabled AS firing
  FROM pg_trigger WHERE tgrelid = ANY ($1) AND NOT tgisinternal AND tgparentid = 0
  ORDER BY table_name, name`;
