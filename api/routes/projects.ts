// Owns the routes of projects and their gap analyses; leaves submissions to mrv-submissions.ts.

import type { Transaction } from 'kysely';
import { findMethodology, listMethodologies } from '../../core/db/methodologies.ts';
import { listSubmissions } from '../../core/db/mrv-submissions.ts';
import {
  countCredits,
  findProject,
  findProjects,
  insertProject,
  listProjects,
  lockProject,
  updateProject,
} from '../../core/db/projects.ts';
import type { DB } from '../../core/db/types.ts';
import { invalid, present } from '../acting.ts';
import { gapsOfProject } from '../gaps/gaps-of-project.ts';
import { askedPage, pagesOf, shownFilters } from '../list.ts';
import { defineRoute } from '../route.ts';
import {
  changeProjectBody,
  gapAnalysisSchema,
  madeProjectSchema,
  makeProjectBody,
  methodologyList,
  projectBatch,
  projectBatchBody,
  projectList,
  projectParams,
  projectSchema,
  projectsQuery,
  projectView,
} from '../schemas/projects.ts';

const TAG = 'projects';
const WHAT = 'project';
const READERS = { tenant: 'projects:read', operator: 'projects:read' } as const;
const SHOWN_SUBMISSIONS = 5;

export const projectRoutes = {
  listProjects: defineRoute({
    method: 'GET',
    path: '/api/v1/projects',
    tag: TAG,
    summary: 'The projects, the newest first',
    callers: READERS,
    query: projectsQuery,
    answer: projectList,
    handle: async ({ query, transact }) => {
      const { status, registry, project_type } = query;
      const filters = { status, registry, project_type };
      const page = askedPage(query);
      const found = await transact((trx) => listProjects(trx, { filters, page }));
      return { projects: found.rows, pagination: pagesOf(query, found), ...shownFilters(filters) };
    },
  }),
  createProject: defineRoute({
    method: 'POST',
    path: '/api/v1/projects',
    tag: TAG,
    summary: 'Make a project; the answer says what its registry will ask',
    callers: { tenant: 'projects:write' },
    body: makeProjectBody,
    status: 201,
    answer: madeProjectSchema,
    handle: ({ body, transact }) =>
      transact(async (trx) => {
        await requireMethodology(trx, body.methodology_id);
        const project = await insertProject(trx, body);
        return { project, gap_analysis: await gapsOfProject(trx, { project }) };
      }),
  }),
  getProject: defineRoute({
    method: 'GET',
    path: '/api/v1/projects/{project_id}',
    tag: TAG,
    summary: 'One project, with its gaps, its newest submissions and the number of its credits',
    callers: READERS,
    params: projectParams,
    answer: projectView,
    handle: ({ caller, params: { project_id }, transact }) =>
      transact(async (trx) => {
        const project = present(await findProject(trx, project_id), { what: WHAT, id: project_id });
        const eyes = caller.kind;
        const page = { limit: SHOWN_SUBMISSIONS, offset: 0 };
        const recent = await listSubmissions(trx, { project_id, status: undefined, eyes, page });
        return {
          project,
          ...(eyes === 'tenant' ? { gap_analysis: await gapsOfProject(trx, { project }) } : {}),
          recent_mrv_submissions: recent.rows,
          credits_count: await countCredits(trx, project_id),
        };
      }),
  }),
  changeProject: defineRoute({
    method: 'PATCH',
    path: '/api/v1/projects/{project_id}',
    tag: TAG,
    summary: 'Change what a project says of itself',
    description: 'Its status is no field: it follows from what its submissions reach.',
    callers: { tenant: 'projects:write' },
    params: projectParams,
    body: changeProjectBody,
    answer: projectSchema,
    errors: ['CONFLICT'],
    handle: ({ params: { project_id }, body: change, transact }) =>
      transact(async (trx) => {
        const project = present(await lockProject(trx, project_id), { what: WHAT, id: project_id });
        await requireMethodology(trx, change.methodology_id ?? undefined);
        const next = { ...project, ...change };
        if ((next.target_registry === 'other') !== (next.target_registry_name !== null)) {
          throw invalid('target_registry_name goes with "other"', 'body.target_registry_name');
        }
        return updateProject(trx, { project, change });
      }),
  }),
  readProjects: defineRoute({
    method: 'POST',
    path: '/api/v1/projects/batch',
    tag: TAG,
    summary: 'Several projects by their ids; those that the caller may not see are not among the answers',
    callers: READERS,
    body: projectBatchBody,
    answer: projectBatch,
    handle: async ({ body, transact }) => ({
      projects: await transact((trx) => findProjects(trx, body.ids)),
    }),
  }),
  getGapAnalysis: defineRoute({
    method: 'GET',
    path: '/api/v1/projects/{project_id}/mrv/gap-analysis',
    tag: TAG,
    summary: 'What the project still misses before its newest submission can be computed',
    callers: { tenant: 'projects:read' },
    params: projectParams,
    answer: gapAnalysisSchema,
    handle: ({ params: { project_id }, transact }) =>
      transact(async (trx) => {
        const project = present(await findProject(trx, project_id), { what: WHAT, id: project_id });
        return gapsOfProject(trx, { project });
      }),
  }),
  listMethodologies: defineRoute({
    method: 'GET',
    path: '/api/v1/methodologies',
    tag: TAG,
    summary: 'The methodologies that a project can follow',
    callers: READERS,
    answer: methodologyList,
    handle: async ({ transact }) => ({ methodologies: await transact(listMethodologies) }),
  }),
};

async function requireMethodology(trx: Transaction<DB>, methodology_id: string | undefined): Promise<void> {
  if (methodology_id === undefined) return;
  const found = await findMethodology(trx, methodology_id);
  if (found === undefined)
    throw invalid('methodology_id names a methodology that is listed', 'body.methodology_id');
}
