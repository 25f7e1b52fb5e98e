// Owns the refusal to leave something out of a dump unnoticed; leaves what can be described to the files beside it.

import type { Catalogue } from './catalogue.ts';

/** Throws and names each object of ours that the dump has no words for. */
export async function refuseUnknown({ read, schemas }: Catalogue): Promise<void> {
  const rows = await read<{ what: string }>(UNKNOWN, schemas);
  if (rows.length === 0) return;
  throw new Error(
    `The dump cannot describe: ${rows.map(({ what }) => what).join('; ')}. Teach scripts/schema/ to, or do without.`,
  );
}

// Sequences are known where an identity column owns them (deptype i), and only as they come by default.
const UNKNOWN = `
  WITH relations AS (SELECT c.*, c.oid::regclass::text AS name FROM pg_class c WHERE relnamespace = ANY ($1)),
    columns AS (SELECT a.*, name FROM pg_attribute a JOIN relations c ON c.oid = attrelid AND attnum > 0
      WHERE relkind IN ('r', 'p') AND NOT attisdropped)
  SELECT 'relation ' || name || ' of kind ' || relkind::text AS what FROM relations c
    WHERE relkind NOT IN ('r', 'p', 'i', 'I', 'S')
      OR relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'i')
  UNION ALL SELECT 'sequence ' || name || ' with options of its own' FROM relations JOIN pg_sequence ON seqrelid = oid
    WHERE (seqstart, seqincrement, seqmin, seqcache, seqcycle) <> (1, 1, 1, 1, false)
  UNION ALL SELECT 'partition ' || name || ', neither default nor a month' FROM relations
    WHERE relkind IN ('r', 'p') AND relispartition AND relname !~ '_[0-9]{4}_[0-9]{2}$'
      AND pg_get_expr(relpartbound, oid) <> 'DEFAULT'
  UNION ALL SELECT 'inherited table ' || name FROM relations
    WHERE relkind = 'r' AND NOT relispartition AND EXISTS (SELECT FROM pg_inherits WHERE inhrelid = oid)
  UNION ALL SELECT 'unlogged, typed or oddly kept table ' || name FROM relations
    WHERE relkind IN ('r', 'p') AND (relpersistence <> 'p' OR reloftype <> 0 OR reltablespace <> 0
      OR relreplident <> 'd' OR relkind = 'r' AND relam <> (SELECT oid FROM pg_am WHERE amname = 'heap'))
  UNION ALL SELECT 'rule on ' || name FROM relations c JOIN pg_rewrite ON ev_class = c.oid WHERE relkind <> 'v'
  UNION ALL SELECT 'settings of column ' || name || '.' || attname FROM columns JOIN pg_type t ON t.oid = atttypid
    WHERE attstattarget IS NOT NULL OR attoptions IS NOT NULL OR attcompression <> '' OR attstorage <> typstorage
  UNION ALL SELECT 'type ' || oid::regtype FROM pg_type
    WHERE typnamespace = ANY ($1) AND typtype <> 'd' AND typrelid = 0 AND typcategory <> 'A'
  UNION ALL SELECT 'procedure or aggregate ' || oid::regprocedure FROM pg_proc
    WHERE pronamespace = ANY ($1) AND prokind <> 'f'
  UNION ALL SELECT 'statistics ' || stxname FROM pg_statistic_ext WHERE stxnamespace = ANY ($1)
  UNION ALL SELECT 'operator ' || oid::regoperator FROM pg_operator WHERE oprnamespace = ANY ($1)
  UNION ALL SELECT 'default privileges of ' || pg_get_userbyid(defaclrole) FROM pg_default_acl
  UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
  UNION ALL SELECT 'publication ' || pubname FROM pg_publication
  UNION ALL SELECT 'object in public: ' || pg_describe_object(classid, objid, 0) FROM (
    SELECT 'pg_class'::regclass AS classid, oid AS objid FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('i', 'I')
    UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type
      WHERE typnamespace = 'public'::regnamespace AND typrelid = 0 AND typcategory <> 'A') AS objects
    WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = objects.classid AND d.objid = objects.objid
      AND d.deptype IN ('e', 'i'))
  ORDER BY what`;
