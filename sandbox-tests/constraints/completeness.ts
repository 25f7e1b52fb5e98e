// Owns the question which rules of the database no case tries; leaves the cases to cases*.ts and their specs.

import { type Kysely, sql } from 'kysely';
import type { DB } from '../../core/db/types.ts';
import { WORLD_TABLES } from '../support/world.ts';
import { CASES } from './cases.ts';
import { DOMAIN_CASES, LISTED_DOMAINS } from './cases-domains.ts';
import { listPrimaryKeys, listRules, type Rule } from './catalogue.ts';
import { readSimpleRule } from './simple-rules.ts';
import { TRIGGER_RULES } from './trigger-rules.ts';

/** Rules of the database that no spec of this folder tries, each named. */
export async function findRulesWithoutCase(db: Kysely<DB>): Promise<string[]> {
  const primary = await listPrimaryKeys(db);
  const rules = await listRules(db);
  const missing = rules.filter((rule) => !isTried(rule, primary.get(rule.owner)?.columns ?? []));
  const raising = (await listRaisingFunctions(db)).filter((raiser) => !TRIGGER_RULES.includes(raiser));
  return [...missing.map(({ owner, name }) => `${owner}: ${name}`), ...raising].sort();
}

/** Cases of rules that the database does not hold any more. */
export async function findCasesWithoutRule(db: Kysely<DB>): Promise<string[]> {
  const rules = await listRules(db);
  const stands = (owner: string, constraint: string): boolean =>
    rules.some(({ kind, owner: o, name }) => name === constraint && (kind === 'domain' || o === owner));
  const raising = await listRaisingFunctions(db);
  return [
    ...CASES.filter(({ table, constraint }) => !stands(table, constraint)).map(
      ({ table, constraint }) => `${table}: ${constraint}`,
    ),
    ...Object.entries(DOMAIN_CASES)
      .filter(([domain, { constraint }]) => !stands(domain, constraint))
      .map(([domain]) => domain),
    ...LISTED_DOMAINS.filter((domain) => !rules.some(({ owner }) => owner === domain)),
    ...TRIGGER_RULES.filter((rule) => !raising.includes(rule)),
  ];
}

function isTried(rule: Rule, primary_key: string[]): boolean {
  const { kind, owner, name, definition, columns } = rule;
  const has_builder = WORLD_TABLES.some((table) => table === owner);
  if (CASES.some(({ table, constraint }) => table === owner && constraint === name)) return true;
  switch (kind) {
    case 'check':
      return has_builder && readSimpleRule(definition) !== undefined;
    case 'domain':
      if (readSimpleRule(definition) !== undefined) return LISTED_DOMAINS.includes(owner);
      return DOMAIN_CASES[owner]?.constraint === name;
    case 'unique':
      return has_builder && isKeyTarget({ columns, primary_key });
    case 'exclusion':
      return false;
    case 'foreign_key':
      return has_builder;
  }
}

/** Holds the whole primary key, so it adds no rule of its own: it is there for keys of other tables. */
export function isKeyTarget(key: { columns: string[]; primary_key: string[] }): boolean {
  return key.primary_key.length > 0 && key.primary_key.every((column) => key.columns.includes(column));
}

/** Functions that refuse by RAISE, with the tables whose triggers call them. */
async function listRaisingFunctions(db: Kysely<DB>): Promise<string[]> {
  const { rows } = await sql<{ raiser: string }>`
    select distinct n.nspname || '.' || p.proname
      || coalesce(' on ' || tn.nspname || '.' || t.relname, '') as raiser
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      left join (pg_trigger g join pg_class t on t.oid = g.tgrelid and not t.relispartition
        join pg_namespace tn on tn.oid = t.relnamespace) on g.tgfoid = p.oid and not g.tgisinternal
    where not starts_with(n.nspname, 'pg_') and n.nspname not in ('information_schema', 'public')
      and p.prosrc ilike '%raise exception%'
    order by 1`.execute(db);
  return rows.map(({ raiser }) => raiser);
}
