// Owns the routes of buffer pools and their ledger; leaves cancellations to reversals.ts.

import {
  findBufferPool,
  insertBufferEntry,
  insertBufferPool,
  listBufferEntries,
  listBufferPools,
  lockBufferPool,
} from '../../core/db/buffers.ts';
import { findCredit } from '../../core/db/credits.ts';
import { findProject } from '../../core/db/projects.ts';
import { conflict, invalid, present } from '../acting.ts';
import { askedPage, pagesOf, shownFilters } from '../list.ts';
import { isAtMost } from '../mrv/compare-tonnes.ts';
import { defineRoute } from '../route.ts';
import {
  bufferEntriesQuery,
  bufferEntryBody,
  bufferEntryList,
  bufferPoolList,
  bufferPoolParams,
  bufferPoolSchema,
  bufferPoolsQuery,
  madeEntrySchema,
  makeBufferPoolBody,
} from '../schemas/buffers.ts';

const TAG = 'buffers';
const WHAT = 'buffer pool';
const READERS = { tenant: 'buffers:read', operator: 'buffers:read' } as const;
const WRITER = { tenant: 'buffers:write' } as const;

export const bufferRoutes = {
  listBufferPools: defineRoute({
    method: 'GET',
    path: '/api/v1/buffer-pools',
    tag: TAG,
    summary: 'The buffer pools with their balances, the newest first',
    callers: READERS,
    query: bufferPoolsQuery,
    answer: bufferPoolList,
    handle: async ({ query, transact }) => {
      const { scope, project_id } = query;
      const filters = { scope, project_id };
      const found = await transact((trx) => listBufferPools(trx, { filters, page: askedPage(query) }));
      return { buffer_pools: found.rows, pagination: pagesOf(query, found), ...shownFilters(filters) };
    },
  }),
  createBufferPool: defineRoute({
    method: 'POST',
    path: '/api/v1/buffer-pools',
    tag: TAG,
    summary: 'Make the buffer pool of a project, or of a registry over all projects',
    callers: WRITER,
    body: makeBufferPoolBody,
    status: 201,
    answer: bufferPoolSchema,
    errors: ['CONFLICT'],
    handle: ({ body, transact }) =>
      transact(async (trx) => {
        if (body.scope === 'project' && (await findProject(trx, body.project_id)) === undefined) {
          throw invalid('project_id names a project of yours', 'body.project_id');
        }
        return insertBufferPool(trx, body);
      }),
  }),
  getBufferPool: defineRoute({
    method: 'GET',
    path: '/api/v1/buffer-pools/{buffer_pool_id}',
    tag: TAG,
    summary: 'One buffer pool with its balance',
    callers: READERS,
    params: bufferPoolParams,
    answer: bufferPoolSchema,
    handle: async ({ params: { buffer_pool_id: id }, transact }) =>
      present(await transact((trx) => findBufferPool(trx, id)), { what: WHAT, id }),
  }),
  listBufferEntries: defineRoute({
    method: 'GET',
    path: '/api/v1/buffer-pools/{buffer_pool_id}/entries',
    tag: TAG,
    summary: 'The ledger of a pool, the newest first; its sum is the balance',
    callers: READERS,
    params: bufferPoolParams,
    query: bufferEntriesQuery,
    answer: bufferEntryList,
    handle: ({ params: { buffer_pool_id }, query, transact }) =>
      transact(async (trx) => {
        present(await findBufferPool(trx, buffer_pool_id), { what: WHAT, id: buffer_pool_id });
        const { kind } = query;
        const found = await listBufferEntries(trx, { buffer_pool_id, kind, page: askedPage(query) });
        return { entries: found.rows, pagination: pagesOf(query, found), ...shownFilters({ kind }) };
      }),
  }),
  addBufferEntry: defineRoute({
    method: 'POST',
    path: '/api/v1/buffer-pools/{buffer_pool_id}/entries',
    tag: TAG,
    summary: 'Contribute to a pool, or release from it what is available',
    callers: WRITER,
    params: bufferPoolParams,
    body: bufferEntryBody,
    status: 201,
    answer: madeEntrySchema,
    errors: ['CONFLICT'],
    handle: ({ params: { buffer_pool_id }, body, transact, now }) =>
      transact(async (trx) => {
        const about = { what: WHAT, id: buffer_pool_id };
        const pool = present(await lockBufferPool(trx, buffer_pool_id), about);
        const { kind, amount_tco2e: tonnes, credit_id, occurred_at = now } = body;
        if (kind === 'release' && !isAtMost(tonnes, pool.available_tco2e)) {
          throw conflict(`a release is at most the available ${pool.available_tco2e} t`);
        }
        const credit =
          credit_id === undefined ? undefined : await findCredit(trx, { credit_id, eyes: 'full' });
        if (credit_id !== undefined && credit === undefined) {
          throw invalid('credit_id names a credit of yours', 'body.credit_id');
        }
        const entry = await insertBufferEntry(trx, { buffer_pool_id, kind, tonnes, credit_id, occurred_at });
        return { entry, buffer_pool: present(await findBufferPool(trx, buffer_pool_id), about) };
      }),
  }),
};
