// Owns a plain list of everything in a database that is neither PostgreSQL's nor an extension's, each object with all
// that matters of it; leaves the spelling as SQL, which this list checks, to scripts/schema/.

import pg from 'pg';
import { flattenConditions } from '../../scripts/schema/flatten-conditions.ts';

/** One line an object, sorted. Kysely's bookkeeping, in the schema `migration`, is left out. */
export async function listObjects(url: string): Promise<string[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(`set search_path = ''`);
    const { rows } = await client.query<{ line: string }>(OBJECTS);
    // A condition that PostgreSQL spells in two ways counts as one.
    return rows.map(({ line }) => (line.includes('AS $function') ? line : flattenConditions(line))).sort();
  } finally {
    await client.end();
  }
}

/** What still belongs to one of our roles, or is granted to one, apart from what preparing a database does. */
export async function listTraces(url: string): Promise<string[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<{ line: string }>(TRACES);
    return rows.map(({ line }) => line).sort();
  } finally {
    await client.end();
  }
}

// Partitions of months are here too, with all that they got from their parents.
const OBJECTS = `
  WITH schemas AS (
    SELECT * FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'migration', 'pgboss')),
  ours AS (
    SELECT classid, objid FROM (
      SELECT 'pg_class'::regclass AS classid, oid AS objid, relnamespace AS schema FROM pg_class
      UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_proc
      UNION ALL SELECT 'pg_type'::regclass, oid, typnamespace FROM pg_type
      UNION ALL SELECT 'pg_operator'::regclass, oid, oprnamespace FROM pg_operator
      UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, stxnamespace FROM pg_statistic_ext) AS objects
    WHERE schema IN (SELECT oid FROM schemas)
      AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = objects.classid AND d.objid = objects.objid AND d.deptype = 'e')),
  relations AS (SELECT * FROM pg_class WHERE oid IN (SELECT objid FROM ours WHERE classid = 'pg_class'::regclass))
  SELECT concat_ws(' | ', 'schema', nspname, nspowner::regrole, (
      SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(coalesce(nspacl, acldefault('n', nspowner))) a))
    AS line FROM schemas WHERE nspname <> 'public'
  UNION ALL SELECT concat_ws(' | ', 'relation', oid::regclass, relkind, relowner::regrole, relpersistence,
      relrowsecurity, relforcerowsecurity, relreplident, reloptions, pg_get_partkeydef(oid),
      pg_get_expr(relpartbound, oid), (SELECT string_agg(a::text, ' ' ORDER BY a::text)
        FROM unnest(coalesce(relacl, acldefault('r', relowner))) a)) FROM relations
  UNION ALL SELECT concat_ws(' | ', 'column', attrelid::regclass,
      row_number() OVER (PARTITION BY attrelid ORDER BY attnum), attname, format_type(atttypid, atttypmod),
      attnotnull, attidentity, attgenerated, attcollation::regcollation, attstorage, attcompression, attislocal,
      pg_get_expr(adbin, adrelid), (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(attacl) a))
    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attrelid IN (SELECT oid FROM relations) AND attnum > 0
      -- Of a column that went PostgreSQL keeps a number for ever; what counts is the order of those that stand.
      AND NOT attisdropped
  UNION ALL SELECT concat_ws(' | ', 'constraint', coalesce(nullif(conrelid, 0)::regclass::text, contypid::regtype::text),
      conname, pg_get_constraintdef(oid), convalidated, conislocal, coninhcount, connoinherit, conenforced)
    FROM pg_constraint WHERE connamespace IN (SELECT oid FROM schemas)
  UNION ALL SELECT concat_ws(' | ', 'index', pg_get_indexdef(indexrelid), indisvalid, indisprimary, indisreplident)
    FROM pg_index WHERE indexrelid IN (SELECT oid FROM relations)
  UNION ALL SELECT concat_ws(' | ', 'sequence', seqrelid::regclass, seqtypid::regtype, seqstart, seqincrement,
      seqmin, seqmax, seqcache, seqcycle) FROM pg_sequence WHERE seqrelid IN (SELECT oid FROM relations)
  UNION ALL SELECT concat_ws(' | ', 'trigger', pg_get_triggerdef(oid), tgenabled, tgparentid <> 0)
    FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM relations) AND NOT tgisinternal
  UNION ALL SELECT concat_ws(' | ', 'policy', polrelid::regclass, polname, polcmd, polpermissive,
      polroles::regrole[], pg_get_expr(polqual, polrelid), '/', pg_get_expr(polwithcheck, polrelid)) FROM pg_policy
  UNION ALL SELECT concat_ws(' | ', 'function', p.oid::regprocedure, proowner::regrole, prokind, (
      SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(coalesce(proacl, acldefault('f', proowner))) a),
      CASE prokind WHEN 'a' THEN 'aggregate' ELSE pg_get_functiondef(p.oid) END)
    FROM pg_proc p WHERE oid IN (SELECT objid FROM ours WHERE classid = 'pg_proc'::regclass)
  UNION ALL SELECT concat_ws(' | ', 'type', oid::regtype, typtype, typowner::regrole, typbasetype::regtype, typtypmod,
      typcollation, typdefault, (
        SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(coalesce(typacl, acldefault('T', typowner))) a))
    FROM pg_type WHERE oid IN (SELECT objid FROM ours WHERE classid = 'pg_type'::regclass)
  UNION ALL SELECT concat_ws(' | ', 'other', pg_describe_object(classid, objid, 0))
    FROM ours WHERE classid IN ('pg_operator'::regclass, 'pg_statistic_ext'::regclass)
  UNION ALL SELECT concat_ws(' | ', 'extension', extname, extowner::regrole, extnamespace::regnamespace)
    FROM pg_extension
  UNION ALL SELECT concat_ws(' | ', 'comment', i.type, i.identity, description)
    FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
    WHERE i.schema IN (SELECT nspname FROM schemas) AND i.schema <> 'public'`;

const TRACES = `
  SELECT CASE deptype WHEN 'o' THEN 'owned: ' WHEN 'a' THEN 'granted: ' ELSE 'named: ' END
    || pg_describe_object(classid, objid, objsubid) AS line
  FROM pg_shdepend
  WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND refclassid = 'pg_authid'::regclass AND refobjid::regrole::text LIKE 'dmrv\\_%'
    AND pg_describe_object(classid, objid, objsubid) !~ '^(extension|schema public|schema migration|table migration\\.)'`;
