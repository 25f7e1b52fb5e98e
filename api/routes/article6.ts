// Owns the routes of Article 6 rows: what a host country authorised, adjusted, revoked; leaves labels on credits to later.

import { insertArticle6, isAuthorised, listArticle6 } from '../../core/db/article6.ts';
import { findProject, lockProject } from '../../core/db/projects.ts';
import { countCreditsOfProject } from '../../core/db/reversals.ts';
import { conflict, invalid, present } from '../acting.ts';
import { askedPage, pagesOf, shownFilters } from '../list.ts';
import { defineRoute } from '../route.ts';
import { article6Body, article6List, article6Query, article6Schema } from '../schemas/article6.ts';
import { projectParams } from '../schemas/projects.ts';

const TAG = 'article6';

export const article6Routes = {
  listArticle6: defineRoute({
    method: 'GET',
    path: '/api/v1/projects/{project_id}/article6',
    tag: TAG,
    summary: 'What the host country said of a project, the newest first; also by a day',
    callers: { tenant: 'article6:read', operator: 'article6:read' },
    params: projectParams,
    query: article6Query,
    answer: article6List,
    handle: ({ params: { project_id }, query, transact, now }) =>
      transact(async (trx) => {
        present(await findProject(trx, project_id), { what: 'project', id: project_id });
        const { kind, credit_id, on } = query;
        const filters = { kind, credit_id, on };
        const found = await listArticle6(trx, { project_id, filters, page: askedPage(query) });
        const day = on ?? now.toISOString().slice(0, 10);
        const is_authorised = await isAuthorised(trx, { project_id, credit_id, on: day });
        return {
          article6: found.rows,
          pagination: pagesOf(query, found),
          ...shownFilters(filters),
          is_authorised,
        };
      }),
  }),
  recordArticle6: defineRoute({
    method: 'POST',
    path: '/api/v1/projects/{project_id}/article6',
    tag: TAG,
    summary: 'Record an authorisation, a corresponding adjustment or a revocation, with its day and document',
    description:
      'Rows are only added. An adjustment and a revocation need an authorisation that is in effect on their day.',
    callers: { tenant: 'article6:write' },
    params: projectParams,
    body: article6Body,
    status: 201,
    answer: article6Schema,
    errors: ['CONFLICT'],
    handle: ({ params: { project_id }, body, transact }) =>
      transact(async (trx) => {
        const project = present(await lockProject(trx, project_id), { what: 'project', id: project_id });
        const { kind, host_country, credit_id, effective_on: on } = body;
        if (host_country !== project.host_country) {
          throw invalid(`host_country is the project's, ${project.host_country}`, 'body.host_country');
        }
        const credit_ids = credit_id === undefined ? [] : [credit_id];
        if ((await countCreditsOfProject(trx, { project_id, credit_ids })) < credit_ids.length) {
          throw invalid('credit_id names a credit of the project', 'body.credit_id');
        }
        if (kind !== 'authorisation' && !(await isAuthorised(trx, { project_id, credit_id, on }))) {
          throw conflict('an authorisation is in effect on the day');
        }
        return insertArticle6(trx, { ...body, project_id });
      }),
  }),
};
