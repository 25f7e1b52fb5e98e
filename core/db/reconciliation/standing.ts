// Owns which statements of registries stand: neither replaced nor overtaken by a later whole one; leaves what their rows prove to
// the queries beside it.

import { type RawBuilder, sql } from 'kysely';

/**
 * A table "standing" for a query's WITH: one row for each kind that a standing statement covers. Holdings are a picture of one
 * moment, so the latest whole statement of an account overtakes all before it; of the others it overtakes those whose period it
 * contains. One with a row that could not be read is not whole: what is missing in it may be in that row.
 */
export const STANDING: RawBuilder<unknown> = sql`named as not materialized (
    select s.statement_id, s.tenant_id, s.registry_type, s.registry_name, s.account, k.kind, s.period_start_on,
      s.period_end_on, s.as_of, s.is_complete and s.error_count = 0 as is_complete, s.imported_at
    from registry.statements s, unnest(s.kinds) as k (kind)
    where not exists (select from registry.statements r where r.replaces_statement_id = s.statement_id)
  ), standing as materialized (
    select s.* from named s
    where not exists (select from named n
      where n.tenant_id = s.tenant_id and n.registry_type = s.registry_type
        and n.registry_name is not distinct from s.registry_name and n.account = s.account and n.kind = s.kind
        and n.is_complete and (n.as_of, n.imported_at, n.statement_id) > (s.as_of, s.imported_at, s.statement_id)
        and (s.kind = 'holdings' or (n.period_start_on is null or n.period_start_on <= s.period_start_on)
          and (n.period_end_on is null or n.period_end_on >= s.period_end_on)))
  )`;

/** Which kinds of statement a kind of row is part of. */
export const ROW_IS_OF_KIND: RawBuilder<unknown> = sql`case r.kind when 'holding' then s.kind = 'holdings'
    when 'issuance' then s.kind = 'issuances' when 'retirement' then s.kind = 'retirements'
    when 'cancellation' then s.kind = 'cancellations' else s.kind in ('retirements', 'cancellations') end`;

/** Tonnes of a numeric column or sum, as text without trailing zeros. */
export function tonnesText(value: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`trim_scale(coalesce(${value}, 0))::text`;
}
