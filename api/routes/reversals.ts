// Owns the routes of reversals: report, moves, and what a verified loss takes from the buffer; leaves the ledger to
// core/db/buffers.ts.

import type { Transaction } from 'kysely';
import type { z } from 'zod';
import { formatTonnage } from '../../core/credit/tonnage.ts';
import { insertBufferEntry, listEntriesOfReversal, lockPoolsOfProject } from '../../core/db/buffers.ts';
import { tellEvent } from '../../core/db/domain-events.ts';
import { notePerson } from '../../core/db/people.ts';
import { findProject } from '../../core/db/projects.ts';
import {
  countCreditsOfProject,
  findReversal,
  insertAffectedCredit,
  insertReversal,
  listAffectedCredits,
  listReversals,
  lockReversal,
  type Reversal,
  type ReversalChange,
  updateReversal,
} from '../../core/db/reversals.ts';
import type { DB } from '../../core/db/types.ts';
import { conflict, invalid, present } from '../acting.ts';
import { askedPage, pagesOf, shownFilters } from '../list.ts';
import { unitsOf } from '../mrv/compare-tonnes.ts';
import { defineRoute } from '../route.ts';
import {
  reportReversalBody,
  reversalList,
  reversalMoveBody,
  reversalParams,
  reversalSchema,
  reversalsQuery,
  reversalView,
} from '../schemas/buffers.ts';
import { projectParams } from '../schemas/projects.ts';
import { REVERSAL_WAY, type ReversalMove } from '../ways/reversal-way.ts';
import { take } from '../ways/way.ts';

const TAG = 'buffers';
const WHAT = REVERSAL_WAY.what;
const READERS = { tenant: 'reversals:read', operator: 'reversals:read' } as const;
const WRITER = { tenant: 'reversals:write' } as const;

const EVENTS: Readonly<Record<ReversalMove, `reversal.${string}.v1`>> = {
  investigate: 'reversal.investigating.v1',
  verify: 'reversal.verified.v1',
  apply_buffer: 'reversal.buffer_applied.v1',
  resolve: 'reversal.resolved.v1',
};

export const reversalRoutes = {
  listReversals: defineRoute({
    method: 'GET',
    path: '/api/v1/reversals',
    tag: TAG,
    summary: 'The reversals, the newest first',
    callers: READERS,
    query: reversalsQuery,
    answer: reversalList,
    handle: async ({ query, transact }) => {
      const { status, project_id } = query;
      const filters = { status, project_id };
      const found = await transact((trx) => listReversals(trx, { filters, page: askedPage(query) }));
      return { reversals: found.rows, pagination: pagesOf(query, found), ...shownFilters(filters) };
    },
  }),
  reportReversal: defineRoute({
    method: 'POST',
    path: '/api/v1/projects/{project_id}/reversals',
    tag: TAG,
    summary: 'Report that stored carbon was lost',
    callers: WRITER,
    params: projectParams,
    body: reportReversalBody,
    status: 201,
    answer: reversalSchema,
    handle: ({ params: { project_id }, body, transact }) =>
      transact(async (trx) => {
        present(await findProject(trx, project_id), { what: 'project', id: project_id });
        const { reported_by, ...fields } = body;
        const reported_by_user_id = await notePerson(trx, reported_by);
        const reversal = await insertReversal(trx, { ...fields, project_id, reported_by_user_id });
        await tell(trx, 'reversal.reported.v1', reversal);
        return reversal;
      }),
  }),
  getReversal: defineRoute({
    method: 'GET',
    path: '/api/v1/reversals/{reversal_event_id}',
    tag: TAG,
    summary: 'One reversal with the credits it concerns and what it took from the buffer',
    callers: READERS,
    params: reversalParams,
    answer: reversalView,
    handle: ({ params: { reversal_event_id: id }, transact }) =>
      transact(async (trx) => view(trx, present(await findReversal(trx, id), { what: WHAT, id }))),
  }),
  moveReversal: defineRoute({
    method: 'POST',
    path: '/api/v1/reversals/{reversal_event_id}/moves',
    tag: TAG,
    summary: 'Lead a reversal on',
    description:
      'A verified reversal cancels buffer units equal to the loss, from the pool of the project and then from that of its registry; where both have less, it is refused with CONFLICT. Holders’ credits stay valid: only a registry invalidates, on chain.',
    callers: WRITER,
    params: reversalParams,
    body: reversalMoveBody,
    answer: reversalView,
    errors: ['MOVE_ILLEGAL', 'CONFLICT'],
    handle: ({ params: { reversal_event_id: id }, body: asked, transact, now }) =>
      transact(async (trx) => {
        const reversal = present(await lockReversal(trx, id), { what: WHAT, id });
        const { move } = asked;
        const status = take(REVERSAL_WAY, { id, state: reversal.status, move });
        const change: ReversalChange = { status };
        if (asked.move === 'verify') {
          change.verified_tco2e_lost = asked.verified_tco2e_lost;
          change.verified_by_user_id = await notePerson(trx, asked.verified_by);
        }
        if (asked.move === 'apply_buffer') await applyBuffer(trx, { reversal, asked, now });
        const moved = await updateReversal(trx, { reversal, change });
        await tell(trx, EVENTS[move], moved);
        return view(trx, moved);
      }),
  }),
};

type Application = Extract<z.output<typeof reversalMoveBody>, { move: 'apply_buffer' }>;

/** Takes the whole loss or nothing. */
async function applyBuffer(
  trx: Transaction<DB>,
  about: { reversal: Reversal; asked: Application; now: Date },
): Promise<void> {
  const { reversal, asked, now } = about;
  const { reversal_event_id, project_id, verified_tco2e_lost } = reversal;
  if (verified_tco2e_lost === null)
    throw new Error(`Reversal ${reversal_event_id} is verified without a loss.`);
  const project = await findProject(trx, project_id);
  const pools = await lockPoolsOfProject(trx, {
    project_id,
    registry_type: project?.target_registry ?? null,
    registry_name: project?.target_registry_name ?? null,
  });
  let rest = unitsOf(verified_tco2e_lost);
  for (const { buffer_pool_id, available_tco2e } of pools) {
    const available = unitsOf(available_tco2e);
    const taken = available < rest ? available : rest;
    if (taken <= 0n) continue;
    rest -= taken;
    const tonnes = formatTonnage(taken);
    await insertBufferEntry(trx, {
      buffer_pool_id,
      kind: 'cancellation',
      tonnes,
      reversal_event_id,
      occurred_at: now,
    });
  }
  if (rest > 0n)
    throw conflict(`the buffer has the lost ${verified_tco2e_lost} t; it lacks ${formatTonnage(rest)} t`);
  await noteAffected(trx, { reversal, affected: asked.affected_credits ?? [] });
}

async function noteAffected(
  trx: Transaction<DB>,
  about: { reversal: Reversal; affected: NonNullable<Application['affected_credits']> },
): Promise<void> {
  const { reversal, affected } = about;
  const { project_id, reversal_event_id } = reversal;
  const credit_ids = [...new Set(affected.map(({ credit_id }) => credit_id))];
  if (
    credit_ids.length < affected.length ||
    (await countCreditsOfProject(trx, { project_id, credit_ids })) < credit_ids.length
  ) {
    throw invalid('affected_credits names credits of the project, each once', 'body.affected_credits');
  }
  const impact = affected.reduce((sum, { impact_tco2e }) => sum + unitsOf(impact_tco2e), 0n);
  if (impact > unitsOf(reversal.verified_tco2e_lost ?? '0')) {
    throw invalid('the impacts are at most the verified loss', 'body.affected_credits');
  }
  for (const { credit_id, impact_tco2e: tonnes, notes } of affected) {
    await insertAffectedCredit(trx, { reversal_event_id, credit_id, tonnes, notes });
  }
}

async function view(trx: Transaction<DB>, reversal: Reversal) {
  const { reversal_event_id } = reversal;
  return {
    reversal,
    affected_credits: await listAffectedCredits(trx, reversal_event_id),
    buffer_entries: await listEntriesOfReversal(trx, reversal_event_id),
  };
}

async function tell(
  trx: Transaction<DB>,
  event_type: `reversal.${string}.v1`,
  { reversal_event_id, project_id, verified_tco2e_lost }: Reversal,
): Promise<void> {
  const payload = { reversal_event_id, project_id, verified_tco2e_lost };
  await tellEvent(trx, { event_type, aggregate_id: reversal_event_id, payload });
}
