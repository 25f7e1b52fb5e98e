// Owns the SQL of comments that stand in the catalogue; leaves the migrations' own comments, which do not, to them.

import type { Catalogue } from './catalogue.ts';

type CommentRow = { kind: string; identity: string; comment: string };

// As COMMENT ON calls them, where the catalogue has another word.
const KINDS: Readonly<Record<string, string>> = {
  'table column': 'COLUMN',
  'table constraint': 'CONSTRAINT',
  type: 'DOMAIN',
};

export async function describeComments({ read, schemas, tables }: Catalogue): Promise<string[]> {
  const rows = await read<CommentRow>(COMMENTS, [...schemas, ...tables]);
  return rows.map(({ kind, identity, comment }) => {
    return `COMMENT ON ${KINDS[kind] ?? kind.toUpperCase()} ${identity} IS ${comment};`;
  });
}

const COMMENTS = `
  SELECT i.type AS kind, i.identity, quote_literal(d.description) AS comment
  FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
  WHERE CASE d.classoid
    WHEN 'pg_namespace'::regclass THEN d.objoid = ANY ($1)
    WHEN 'pg_class'::regclass THEN EXISTS (SELECT FROM pg_class WHERE oid = d.objoid AND relnamespace = ANY ($1))
    WHEN 'pg_proc'::regclass THEN EXISTS (SELECT FROM pg_proc WHERE oid = d.objoid AND pronamespace = ANY ($1))
    WHEN 'pg_type'::regclass THEN EXISTS (SELECT FROM pg_type WHERE oid = d.objoid AND typnamespace = ANY ($1))
    WHEN 'pg_constraint'::regclass THEN EXISTS (SELECT FROM pg_constraint WHERE oid = d.objoid AND conrelid = ANY ($1))
    WHEN 'pg_trigger'::regclass THEN EXISTS (SELECT FROM pg_trigger WHERE oid = d.objoid AND tgrelid = ANY ($1))
    WHEN 'pg_policy'::regclass THEN EXISTS (SELECT FROM pg_policy WHERE oid = d.objoid AND polrelid = ANY ($1))
    ELSE false END
  ORDER BY i.type COLLATE "C", i.identity COLLATE "C"`;
