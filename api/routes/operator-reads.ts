// Owns showing what operators asked: to operators all, to a tenant what named it; leaves recording it to serve-route.ts.

import { listOperatorReads } from '../../core/db/operator-reads.ts';
import { offsetOf, paginationOf } from '../paging.ts';
import { defineRoute } from '../route.ts';
import { operatorReadList, operatorReadsQuery } from '../schemas/operator-reads.ts';

export const operatorReadRoutes = {
  listOperatorReads: defineRoute({
    method: 'GET',
    path: '/api/v1/operator-reads',
    tag: 'audit',
    summary: 'What operators asked, the newest first; for a tenant what named it',
    callers: { tenant: 'audit:read', operator: 'audit:read' },
    query: operatorReadsQuery,
    answer: operatorReadList,
    handle: async ({ query, transact }) => {
      const asked = { offset: offsetOf(query), limit: query.page_size };
      const { operator_reads, total_count } = await transact((trx) => listOperatorReads(trx, asked));
      return { operator_reads, pagination: paginationOf({ ...query, total_count }) };
    },
  }),
};
