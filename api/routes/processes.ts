// Owns the routes of processes: how they stand, what happens in them, trying again and cancelling; leaves carrying them out to
// api/sagas.

import type { Transaction } from 'kysely';
import { findProcess, listProcesses, listProcessSteps } from '../../core/db/processes.ts';
import type { DB } from '../../core/db/types.ts';
import { actInTenantOf, invalid, present } from '../acting.ts';
import { askedPage, pagesOf, shownFilters } from '../list.ts';
import { defineRoute } from '../route.ts';
import { cancelProcess, retryProcess } from '../sagas/start-saga.ts';
import { streamEvents } from '../sagas/stream-events.ts';
import { processesQuery, processList, processParams, processView } from '../schemas/processes.ts';
import type { Services } from '../services.ts';

const TAG = 'processes';
const WHAT = 'process';
const READERS = { tenant: 'processes:read', operator: 'processes:read' } as const;
const WRITERS = { tenant: 'processes:write', operator: 'processes:write' } as const;

export const processRoutes = {
  listProcesses: defineRoute({
    method: 'GET',
    path: '/api/v1/processes',
    tag: TAG,
    summary: 'Issuances, retirements and the like, the newest first',
    callers: READERS,
    query: processesQuery,
    answer: processList,
    handle: async ({ query, transact }) => {
      const { status, process_type } = query;
      const filters = { status, process_type };
      const found = await transact((trx) => listProcesses(trx, { filters, page: askedPage(query) }));
      return { processes: found.rows, pagination: pagesOf(query, found), ...shownFilters(filters) };
    },
  }),
  getProcess: defineRoute({
    method: 'GET',
    path: '/api/v1/processes/{process_id}',
    tag: TAG,
    summary: 'How a process stands, with its steps and what it waits for',
    callers: READERS,
    params: processParams,
    answer: processView,
    handle: ({ params: { process_id }, transact }) => transact((trx) => readView(trx, process_id)),
  }),
  streamProcessEvents: defineRoute({
    method: 'GET',
    path: '/api/v1/processes/{process_id}/events',
    tag: TAG,
    summary: 'What happens in a process, as server-sent events',
    description:
      'Each event has its number as its id; a request with Last-Event-ID goes on after it, so that nothing is lost and nothing comes twice. The stream ends with the process, or when the server stops; a comment every 15 s keeps it open.',
    callers: { tenant: 'processes:read' },
    params: processParams,
    content: 'text/event-stream',
    handle: async ({ params: { process_id }, header, transact, gone }) => {
      const after = header('last-event-id') ?? '0';
      if (!/^\d{1,15}$/.test(after)) throw invalid('the number of an event', 'headers.last-event-id');
      present(await transact((trx) => findProcess(trx, process_id)), { what: WHAT, id: process_id });
      const headers = { 'x-accel-buffering': 'no' };
      return { body: streamEvents({ process_id, after, transact, gone }), headers };
    },
  }),
  retryProcess: defineRoute({
    method: 'POST',
    path: '/api/v1/processes/{process_id}/retry',
    tag: TAG,
    summary: 'Try a failed process again, from the step that failed',
    description: 'An operator may do it for the tenant.',
    callers: WRITERS,
    params: processParams,
    status: 202,
    answer: processView,
    errors: ['MOVE_ILLEGAL', 'CONFLICT'],
    handle: (context) => change(context, retryProcess),
  }),
  cancelProcess: defineRoute({
    method: 'POST',
    path: '/api/v1/processes/{process_id}/cancel',
    tag: TAG,
    summary: 'Cancel a process in which nothing has begun that cannot be taken back',
    description:
      'What its steps did is undone, where that means anything. An operator may do it for the tenant.',
    callers: WRITERS,
    params: processParams,
    status: 202,
    answer: processView,
    errors: ['MOVE_ILLEGAL', 'CONFLICT'],
    handle: (context) => change(context, cancelProcess),
  }),
};

/** In the tenant of the process, which is then shown as it stands. */
function change(
  context: Parameters<typeof actInTenantOf>[0] & {
    params: { process_id: string };
    now: Date;
    services: Services;
  },
  work: typeof retryProcess | typeof cancelProcess,
) {
  const { params, now, services } = context;
  const { process_id } = params;
  const about = { what: WHAT, id: process_id, find: finding(process_id) };
  return actInTenantOf(context, about, async (trx) => {
    await work(trx, { process_id, sagas: services.sagas, now });
    return readView(trx, process_id);
  });
}

async function readView(trx: Transaction<DB>, process_id: string) {
  const process = present(await findProcess(trx, process_id), { what: WHAT, id: process_id });
  return { process, steps: await listProcessSteps(trx, process_id) };
}

function finding(process_id: string) {
  return (trx: Transaction<DB>) => findProcess(trx, process_id);
}
