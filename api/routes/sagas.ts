// Owns showing operators the sagas behind processes; leaves trying again and cancelling to processes.ts.

import { findSaga, listSagas } from '../../core/db/sagas.ts';
import { present } from '../acting.ts';
import { askedPage, pagesOf, shownFilters } from '../list.ts';
import { defineRoute } from '../route.ts';
import { sagaList, sagaParams, sagasQuery, sagaView } from '../schemas/processes.ts';

const TAG = 'processes';
const OPERATORS = { operator: 'processes:read' } as const;

export const sagaRoutes = {
  listSagas: defineRoute({
    method: 'GET',
    path: '/api/v1/sagas',
    tag: TAG,
    summary: 'The sagas of all tenants, the newest first',
    callers: OPERATORS,
    query: sagasQuery,
    answer: sagaList,
    handle: async ({ query, transact }) => {
      const { status, saga_type, tenant_id } = query;
      const filters = { status, saga_type, tenant_id };
      const found = await transact((trx) => listSagas(trx, { filters, page: askedPage(query) }));
      return { sagas: found.rows, pagination: pagesOf(query, found), ...shownFilters(filters) };
    },
  }),
  getSaga: defineRoute({
    method: 'GET',
    path: '/api/v1/sagas/{saga_id}',
    tag: TAG,
    summary: 'One saga with its steps, their retries and what was undone',
    callers: OPERATORS,
    params: sagaParams,
    answer: sagaView,
    handle: async ({ params: { saga_id }, transact }) =>
      present(await transact((trx) => findSaga(trx, saga_id)), { what: 'saga', id: saga_id }),
  }),
};
