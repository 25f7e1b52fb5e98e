// Owns the dated rows of what host countries authorised, adjusted or took back; leaves what counts on a day to its query.

import { sql, type Transaction } from 'kysely';
import { tellEvent } from './domain-events.ts';
import { given, listPage, oneOf, type Page, type PageAsked } from './list-page.ts';
import type { DB } from './types.ts';

export type Article6 = {
  article6_id: string;
  tenant_id: string;
  project_id: string;
  credit_id: string | null;
  kind: 'authorisation' | 'corresponding_adjustment' | 'revocation';
  host_country: string;
  authorised_use: 'ndc' | 'international_mitigation' | 'other_purposes';
  tonnage_co2e: string | null;
  effective_on: string;
  reference: string;
  document_sha256: string;
  created_at: string;
};

const COLUMNS = sql`article6_id, tenant_id, project_id, credit_id, kind, host_country, authorised_use,
  trim_scale(tonnage_co2e)::text as tonnage_co2e, effective_on, reference, document_sha256, created_at`;

export type NewArticle6 = Omit<
  Article6,
  'article6_id' | 'tenant_id' | 'created_at' | 'credit_id' | 'tonnage_co2e'
> & {
  credit_id?: string | undefined;
  tonnage_co2e?: string | undefined;
};

export async function insertArticle6(trx: Transaction<DB>, made: NewArticle6): Promise<Article6> {
  const row = await oneOf(
    trx,
    sql<Article6>`insert into credit.article6 (tenant_id, project_id, credit_id, kind, host_country, authorised_use,
        tonnage_co2e, effective_on, reference, document_sha256)
      values (app.current_tenant_id(), ${made.project_id}, ${made.credit_id ?? null}, ${made.kind}, ${made.host_country},
        ${made.authorised_use}, ${made.tonnage_co2e ?? null}::numeric, ${made.effective_on}, ${made.reference},
        ${made.document_sha256})
      returning ${COLUMNS}`,
  );
  const { article6_id, project_id, kind, effective_on } = row;
  const payload = { article6_id, project_id, kind, effective_on };
  await tellEvent(trx, { event_type: `article6.${kind}_recorded.v1`, aggregate_id: article6_id, payload });
  return row;
}

/** Whether an authorisation of the project, or of the credit, was in effect by the day and had not been revoked. */
export async function isAuthorised(
  trx: Transaction<DB>,
  about: { project_id: string; credit_id?: string | undefined; on: string },
): Promise<boolean> {
  const { project_id, credit_id = null, on } = about;
  const { authorised } = await oneOf(
    trx,
    sql<{ authorised: boolean }>`select coalesce((
        select kind <> 'revocation' from credit.article6
        where project_id = ${project_id} and (credit_id is null or credit_id = ${credit_id}::uuid)
          and effective_on <= ${on}::date and kind in ('authorisation', 'revocation')
        order by effective_on desc, created_at desc, article6_id desc limit 1), false) as authorised`,
  );
  return authorised;
}

export async function listArticle6(
  trx: Transaction<DB>,
  about: {
    project_id: string;
    filters: {
      kind?: readonly string[] | undefined;
      credit_id?: string | undefined;
      on?: string | undefined;
    };
    page: PageAsked;
  },
): Promise<Page<Article6>> {
  const { project_id, filters, page } = about;
  return listPage(trx, {
    columns: COLUMNS,
    from: sql`credit.article6`,
    where: [
      sql`project_id = ${project_id}`,
      ...given(filters.kind, (values) => sql`kind = any(${[...values]}::text[])`),
      ...given(filters.credit_id, (value) => sql`credit_id = ${value}`),
      ...given(filters.on, (value) => sql`effective_on <= ${value}::date`),
    ],
    at: sql`created_at`,
    id: sql`article6_id`,
    page,
  });
}
