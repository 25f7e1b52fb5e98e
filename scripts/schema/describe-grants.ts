// Owns the SQL of who may do what, as far as it differs from what PostgreSQL grants by itself;
// leaves which rows that reaches to describe-guards.ts.

import type { Catalogue } from './catalogue.ts';

export async function describeGrants(catalogue: Catalogue): Promise<string[]> {
  const grants = await readGrants(catalogue);
  const groups = Map.groupBy(grants, ({ verb, kind, name, grantee, grantable }) => {
    return JSON.stringify([verb, kind, name, grantee, grantable]);
  });
  return [...groups.values()].map(describeGroup);
}

export type Grant = {
  verb: 'GRANT' | 'REVOKE';
  kind: 'SCHEMA' | 'DOMAIN' | 'FUNCTION' | 'TABLE';
  name: string;
  /** Null where the privilege is on the whole. */
  column_name: string | null;
  grantee: string;
  privilege: string;
  grantable: boolean;
};

/** In the order of the statements: kind, name, what is taken before what is given, who, then columns. */
export async function readGrants({ read, schemas, tables }: Catalogue): Promise<Grant[]> {
  return [...(await read<Grant>(OBJECT_GRANTS, schemas)), ...(await read<Grant>(TABLE_GRANTS, tables))];
}

function describeGroup(grants: Grant[]): string {
  const [first] = grants;
  if (first === undefined) throw new Error('A group of grants holds at least one; this one is empty.');
  const { verb, kind, name, grantee, grantable } = first;
  if (verb === 'REVOKE') {
    // PUBLIC has but one privilege by itself: EXECUTE on a function, USAGE on a type.
    const what = grantee === 'PUBLIC' ? 'ALL' : listPrivileges(grants);
    return `REVOKE ${what} ON ${kind} ${name} FROM ${grantee};`;
  }
  return `GRANT ${listPrivileges(grants)} ON ${kind} ${name} TO ${grantee}${grantable ? ' WITH GRANT OPTION' : ''};`;
}

function listPrivileges(grants: Grant[]): string {
  const columns = Map.groupBy(grants, ({ privilege }) => privilege);
  return [...columns]
    .map(([privilege, group]) => {
      const names = group.flatMap(({ column_name }) => column_name ?? []);
      // A privilege on the whole stands for its columns too, but both may be granted, and both are kept.
      const parts = group.length > names.length ? [privilege] : [];
      if (names.length > 0) parts.push(`${privilege}(${names.join(', ')})`);
      return parts.join(', ');
    })
    .join(', ');
}

// Goes on where a query has listed its `objects`.
const DIFFERENCES = `
  differences AS (
    SELECT 'GRANT' AS verb, o.*, a.* FROM objects o, aclexplode(coalesce(acl, initial)) a
    WHERE NOT EXISTS (SELECT FROM aclexplode(initial) b
      WHERE (b.grantee, b.privilege_type, b.is_grantable) = (a.grantee, a.privilege_type, a.is_grantable))
    UNION ALL
    SELECT 'REVOKE', o.*, b.* FROM objects o, aclexplode(initial) b
    WHERE NOT EXISTS (SELECT FROM aclexplode(coalesce(acl, initial)) a
      WHERE (b.grantee, b.privilege_type, b.is_grantable) = (a.grantee, a.privilege_type, a.is_grantable)))
  SELECT verb, kind, name, column_name, privilege_type AS privilege, is_grantable AS grantable,
    CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END COLLATE "C" AS grantee
  FROM differences
  ORDER BY rank, name COLLATE "C", verb DESC, grantee, is_grantable, array_position(ARRAY['USAGE', 'CREATE',
    'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN'], privilege_type),
    column_number`;

const OBJECT_GRANTS = `
  WITH objects AS (
    SELECT 1 AS rank, 'SCHEMA' AS kind, quote_ident(nspname) AS name, NULL::text AS column_name,
      0 AS column_number, nspacl AS acl, acldefault('n', nspowner) AS initial
    FROM pg_namespace WHERE oid = ANY ($1)
    UNION ALL
    SELECT 2, 'DOMAIN', oid::regtype::text, NULL, 0, typacl, acldefault('T', typowner)
    FROM pg_type WHERE typnamespace = ANY ($1) AND typtype = 'd'
    UNION ALL
    SELECT 3, 'FUNCTION', oid::regprocedure::text, NULL, 0, proacl, acldefault('f', proowner)
    FROM pg_proc WHERE pronamespace = ANY ($1)
  ), ${DIFFERENCES}`;

const TABLE_GRANTS = `
  WITH objects AS (
    SELECT 4 AS rank, 'TABLE' AS kind, oid::regclass::text AS name, NULL::text AS column_name,
      0 AS column_number, relacl AS acl, acldefault('r', relowner) AS initial
    FROM pg_class WHERE oid = ANY ($1)
    UNION ALL
    SELECT 4, 'TABLE', attrelid::regclass::text, quote_ident(attname), attnum, attacl, NULL
    FROM pg_attribute WHERE attrelid = ANY ($1) AND attnum > 0 AND NOT attisdropped
  ), ${DIFFERENCES}`;
