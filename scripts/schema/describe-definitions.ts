// Owns the SQL of extensions, schemas, domains and functions, and their order among the tables;
// leaves the tables themselves to describe-tables.ts.

import type { Catalogue } from './catalogue.ts';
import { describeTables } from './describe-tables.ts';
import { type Need, orderByNeeds } from './order-by-needs.ts';

/** A domain, function or table; its key is `<catalogue table>/<oid>`, as the needs name it. */
export type Definition = { key: string; statement: string };

export async function describeExtensions({ read }: Catalogue): Promise<string[]> {
  // plpgsql comes with every database. The empty list only fills the parameter.
  const rows = await read<{ name: string; schema: string }>(EXTENSIONS, []);
  return rows.map(({ name, schema }) => `CREATE EXTENSION IF NOT EXISTS ${name} WITH SCHEMA ${schema};`);
}

export async function describeSchemas({ read, schemas }: Catalogue): Promise<string[]> {
  const rows = await read<{ name: string }>(SCHEMAS, schemas);
  return rows.map(({ name }) => `CREATE SCHEMA ${name};`);
}

/** Domains, then functions, then tables; earlier where another needs them. */
export async function describeDefinitions(catalogue: Catalogue): Promise<string[]> {
  const definitions = [
    ...(await describeDomains(catalogue)),
    ...(await describeFunctions(catalogue)),
    ...(await describeTables(catalogue)),
  ];
  const needs = await catalogue.read<Need>(NEEDS, []);
  return orderByNeeds(definitions, needs).map(({ statement }) => statement);
}

type DomainRow = {
  oid: number;
  name: string;
  base: string;
  collation: string | null;
  initial: string | null;
  constraints: string[];
};

async function describeDomains({ read, schemas }: Catalogue): Promise<Definition[]> {
  const rows = await read<DomainRow>(DOMAINS, schemas);
  return rows.map(({ oid, name, base, collation, initial, constraints }) => {
    const head = [`CREATE DOMAIN ${name} AS ${base}`];
    if (collation !== null) head.push(`COLLATE ${collation}`);
    if (initial !== null) head.push(`DEFAULT ${initial}`);
    const lines = constraints.map((constraint) => `\n    CONSTRAINT ${constraint}`);
    return { key: `pg_type/${oid}`, statement: `${head.join(' ')}${lines.join('')};` };
  });
}

async function describeFunctions({ read, schemas }: Catalogue): Promise<Definition[]> {
  const rows = await read<{ oid: number; definition: string }>(FUNCTIONS, schemas);
  return rows.map(({ oid, definition }) => {
    // In an empty database there is nothing to replace; a second application should say so.
    const text = definition.trimEnd().replace(/^CREATE OR REPLACE /, 'CREATE ');
    return { key: `pg_proc/${oid}`, statement: `${text};` };
  });
}

const EXTENSIONS = `
  SELECT quote_ident(extname) AS name, quote_ident(nspname) AS schema
  FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
  WHERE extname <> 'plpgsql' AND NOT e.oid = ANY ($1::oid[])
  ORDER BY extname`;

const SCHEMAS = `
  SELECT quote_ident(nspname) AS name FROM pg_namespace WHERE oid = ANY ($1) ORDER BY nspname`;

const DOMAINS = `
  SELECT t.oid, t.oid::regtype::text COLLATE "C" AS name, format_type(t.typbasetype, t.typtypmod) AS base,
    CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text END AS collation,
    t.typdefault AS initial,
    ARRAY(SELECT quote_ident(conname) || ' ' || pg_get_constraintdef(k.oid) FROM pg_constraint k
      WHERE k.contypid = t.oid ORDER BY contype DESC, conname) AS constraints
  FROM pg_type t JOIN pg_type b ON b.oid = t.typbasetype
  WHERE t.typtype = 'd' AND t.typnamespace = ANY ($1)
  ORDER BY name`;

const FUNCTIONS = `
  SELECT oid, pg_get_functiondef(oid) AS definition FROM pg_proc
  WHERE pronamespace = ANY ($1) AND prokind = 'f'
  ORDER BY oid::regprocedure::text COLLATE "C"`;

// Defaults and checks count for the table or domain that they belong to; a row's or an array's type for what it is
// a row or an array of. Foreign keys are added later, so what they need does not count here.
const NEEDS = `
  SELECT DISTINCT who, needs FROM (
    SELECT
      CASE d.classid
        WHEN 'pg_attrdef'::regclass THEN (SELECT 'pg_class/' || adrelid FROM pg_attrdef WHERE oid = d.objid)
        WHEN 'pg_constraint'::regclass THEN (
          SELECT CASE conrelid WHEN 0 THEN 'pg_type/' || contypid ELSE 'pg_class/' || conrelid END
          FROM pg_constraint WHERE oid = d.objid AND contype = 'c')
        ELSE d.classid::regclass || '/' || d.objid END AS who,
      CASE d.refclassid
        WHEN 'pg_type'::regclass THEN (
          SELECT CASE
            WHEN t.typrelid <> 0 THEN 'pg_class/' || t.typrelid
            WHEN e.typrelid <> 0 THEN 'pg_class/' || e.typrelid
            ELSE 'pg_type/' || coalesce(e.oid, t.oid) END
          FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' WHERE t.oid = d.refobjid)
        ELSE d.refclassid::regclass || '/' || d.refobjid END AS needs
    FROM pg_depend d WHERE d.deptype IN ('n', 'a') AND NOT d.objid = ANY ($1::oid[])) AS pairs
  WHERE who <> needs`;
