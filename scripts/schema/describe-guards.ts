// Owns the SQL of row security and its policies; leaves grants to describe-grants.ts.

import type { Catalogue } from './catalogue.ts';

export async function describeGuards({ read, tables }: Catalogue): Promise<string[]> {
  const secured = await read<SecurityRow>(SECURITY, tables);
  const policies = await readPolicies({ read, tables });
  return [
    ...secured.flatMap(({ table_name, enabled, forced }) => [
      ...(enabled ? [`ALTER TABLE ${table_name} ENABLE ROW LEVEL SECURITY;`] : []),
      ...(forced ? [`ALTER TABLE ONLY ${table_name} FORCE ROW LEVEL SECURITY;`] : []),
    ]),
    ...policies.map(describePolicy),
  ];
}

export type Policy = {
  table_name: string;
  name: string;
  restrictive: boolean;
  command: string;
  roles: string[];
  using: string | null;
  with_check: string | null;
};

export async function readPolicies({ read, tables }: Pick<Catalogue, 'read' | 'tables'>): Promise<Policy[]> {
  return read<Policy>(POLICIES, tables);
}

type SecurityRow = { table_name: string; enabled: boolean; forced: boolean };

function describePolicy({
  table_name,
  name,
  restrictive,
  command,
  roles,
  using,
  with_check,
}: Policy): string {
  const parts = [`CREATE POLICY ${name} ON ${table_name}`];
  if (restrictive) parts.push('AS RESTRICTIVE');
  if (command !== 'ALL') parts.push(`FOR ${command}`);
  if (roles[0] !== 'PUBLIC') parts.push(`TO ${roles.join(', ')}`);
  if (using !== null) parts.push(`USING (${using})`);
  if (with_check !== null) parts.push(`WITH CHECK (${with_check})`);
  return `${parts.join(' ')};`;
}

const SECURITY = `
  SELECT oid::regclass::text COLLATE "C" AS table_name, relrowsecurity AS enabled, relforcerowsecurity AS forced
  FROM pg_class WHERE oid = ANY ($1)
  ORDER BY table_name`;

const POLICIES = `
  SELECT polrelid::regclass::text COLLATE "C" AS table_name, quote_ident(polname) COLLATE "C" AS name, NOT polpermissive AS restrictive,
    CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
      ELSE 'ALL' END AS command,
    ARRAY(SELECT CASE r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END
      FROM unnest(polroles) AS r ORDER BY 1) AS roles,
    pg_get_expr(polqual, polrelid) AS using, pg_get_expr(polwithcheck, polrelid) AS with_check
  FROM pg_policy WHERE polrelid = ANY ($1)
  ORDER BY table_name, name`;
