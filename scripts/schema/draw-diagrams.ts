// Owns the Mermaid diagrams of tables and the keys between them; leaves their places to docs/data-model.md.

import type { Catalogue } from './catalogue.ts';

/** Which schemas are drawn together, by the name of their block. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'tenants-and-people': ['core', 'iam'],
  'projects-and-evidence': ['project', 'mrv', 'verification'],
  'hashes-and-registries': ['hashing', 'registry'],
  credits: ['credit'],
  'processes-and-events': ['process', 'saga', 'signing', 'eventing', 'audit'],
  'billing-and-webhooks': ['billing', 'webhook'],
  chain: ['chain'],
  reconciliation: ['reconciliation'],
};

/** Nearly every table points at it, which would hide all else. */
const DRAWN_IN_ITS_OWN_GROUP_ONLY = 'core.tenants';

export async function drawDiagrams({ read, tables }: Catalogue): Promise<Record<string, string>> {
  const columns = await read<KeyColumn>(KEY_COLUMNS, tables);
  const links = await read<Link>(LINKS, tables);
  refuseUngrouped(columns);
  const diagrams = Object.entries(GROUPS).map(([name, schemas]) => {
    const isIn = (table: { schema_name: string }): boolean => schemas.includes(table.schema_name);
    return [name, drawDiagram({ columns: columns.filter(isIn), links: links.filter(isIn) })];
  });
  return Object.fromEntries(diagrams);
}

type KeyColumn = {
  schema_name: string;
  table_name: string;
  name: string;
  type: string;
  is_primary: boolean;
  is_foreign: boolean;
  is_unique: boolean;
};

type Link = {
  schema_name: string;
  child: string;
  parent: string;
  label: string;
  is_optional: boolean;
  is_unique: boolean;
};

function refuseUngrouped(columns: KeyColumn[]): void {
  const grouped = new Set(Object.values(GROUPS).flat());
  const lost = columns.find(({ schema_name }) => !grouped.has(schema_name));
  if (lost !== undefined) {
    throw new Error(`The schema ${lost.schema_name} is in no diagram. Add it to a group in scripts/schema/.`);
  }
}

function drawDiagram({ columns, links }: { columns: KeyColumn[]; links: Link[] }): string {
  const entities = [...Map.groupBy(columns, ({ table_name }) => table_name)].map(([table, keys]) => {
    return [`  "${table}" {`, ...keys.map(drawColumn), '  }'].join('\n');
  });
  const has_tenants = columns.some(({ table_name }) => table_name === DRAWN_IN_ITS_OWN_GROUP_ONLY);
  const drawn = links.filter(({ parent }) => has_tenants || parent !== DRAWN_IN_ITS_OWN_GROUP_ONLY);
  // A key with tenant_id and one without may stand beside each other; they are one line.
  const lines = new Set(drawn.map(drawLink));
  return ['```mermaid', 'erDiagram', ...entities, ...lines, '```'].join('\n');
}

function drawColumn({ name, type, is_primary, is_foreign, is_unique }: KeyColumn): string {
  const keys = [is_primary && 'PK', is_foreign && 'FK', is_unique && 'UK'].filter((key) => key !== false);
  return `    ${type} ${name} ${keys.join(', ')}`;
}

// Read from the left: exactly or at most one parent; at most one or any number of children.
function drawLink({ child, parent, label, is_optional, is_unique }: Link): string {
  return `  "${parent}" ${is_optional ? '|o' : '||'}--${is_unique ? 'o|' : 'o{'} "${child}" : "${label}"`;
}

// A rule that holds for some rows only (a partial index) makes no column a key.
const KEY_COLUMNS = `
  WITH columns AS (
    SELECT c.oid, relnamespace::regnamespace::text AS schema_name, c.oid::regclass::text COLLATE "C" AS table_name,
      attnum, quote_ident(attname) AS name, typname::text AS type,
      EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisprimary AND attnum = ANY (indkey)) AS is_primary,
      EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'f' AND attnum = ANY (conkey)) AS is_foreign,
      EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisunique AND NOT indisprimary AND indpred IS NULL
        AND attnum = ANY (indkey)) AS is_unique
    FROM pg_class c JOIN pg_attribute ON attrelid = c.oid JOIN pg_type t ON t.oid = atttypid
    WHERE c.oid = ANY ($1) AND NOT relispartition AND attnum > 0 AND NOT attisdropped)
  SELECT schema_name, table_name, name, type, is_primary, is_foreign, is_unique FROM columns
  WHERE is_primary OR is_foreign OR is_unique
  ORDER BY table_name, attnum`;

const LINKS = `
  SELECT relnamespace::regnamespace::text AS schema_name, conrelid::regclass::text COLLATE "C" AS child,
    confrelid::regclass::text COLLATE "C" AS parent,
    EXISTS (SELECT FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey) AND NOT attnotnull)
      AS is_optional,
    EXISTS (SELECT FROM pg_index WHERE indrelid = conrelid AND indisunique AND indpred IS NULL
      AND indkey::int2[] <@ conkey AND NOT 0 = ANY (indkey)) AS is_unique,
    coalesce((SELECT string_agg(attname, ', ' ORDER BY o) FROM unnest(conkey) WITH ORDINALITY AS k (n, o)
      JOIN pg_attribute ON attrelid = conrelid AND attnum = n
      WHERE attname <> 'tenant_id'), 'tenant_id') AS label
  FROM pg_constraint k JOIN pg_class c ON c.oid = conrelid
  WHERE contype = 'f' AND conparentid = 0 AND conrelid = ANY ($1)
  ORDER BY parent, child, label, is_optional, is_unique, conname COLLATE "C"`;
