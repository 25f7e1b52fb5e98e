// Owns the routes of runs of reconciliation, their sums over time, and what backs credits; leaves findings to findings.ts.

import {
  type Backing,
  findBacking,
  findRun,
  listRuns,
  listTotals,
} from '../../core/db/reconciliation/runs.ts';
import { present } from '../acting.ts';
import { actorOf } from '../caller.ts';
import { askedPage, pagesOf, shownFilters } from '../list.ts';
import { registryOf, showTonnes, unitsOf } from '../reconcile/finding.ts';
import { defineRoute } from '../route.ts';
import {
  backingSchema,
  runList,
  runParams,
  runSchema,
  runsQuery,
  startedSchema,
  startRunBody,
  totalsQuery,
  totalsSchema,
} from '../schemas/reconciliation.ts';

const TAG = 'reconciliation';
const READERS = { tenant: 'reconciliation:read', operator: 'reconciliation:read' } as const;

export const reconciliationRoutes = {
  listReconciliationRuns: defineRoute({
    method: 'GET',
    path: '/api/v1/reconciliation/runs',
    tag: TAG,
    summary: 'Runs of reconciliation, the newest first',
    callers: READERS,
    query: runsQuery,
    answer: runList,
    handle: async ({ caller, query, transact }) => {
      const { status, trigger } = query;
      const filters = { status, trigger };
      const about = { filters, eyes: eyesOf(caller.kind), page: askedPage(query) };
      const found = await transact((trx) => listRuns(trx, about));
      return { runs: found.rows, pagination: pagesOf(query, found), ...shownFilters(filters) };
    },
  }),
  startReconciliationRun: defineRoute({
    method: 'POST',
    path: '/api/v1/reconciliation/runs',
    tag: TAG,
    summary: 'Compare everything now; the run goes on after the answer',
    description:
      'One runs at a time, over all processes. Whoever starts a run has opened what it finds, and so may not waive it.',
    callers: { operator: 'reconciliation:write' },
    body: startRunBody,
    status: 202,
    answer: startedSchema,
    errors: ['RECONCILE_RUNNING'],
    handle: ({ caller, services }) => services.reconciliation.begin(actorOf(caller)),
  }),
  getReconciliationRun: defineRoute({
    method: 'GET',
    path: '/api/v1/reconciliation/runs/{run_id}',
    tag: TAG,
    summary: 'One run: its height, what it checked and what it could not, its sums',
    callers: READERS,
    params: runParams,
    answer: runSchema,
    handle: async ({ caller, params: { run_id: id }, transact }) =>
      present(await transact((trx) => findRun(trx, { id, eyes: eyesOf(caller.kind) })), { what: 'run', id }),
  }),
  listReconciliationTotals: defineRoute({
    method: 'GET',
    path: '/api/v1/reconciliation/totals',
    tag: TAG,
    summary:
      'Unreconciled tonnes and tonnes in transit of each run, by tenant and registry, the newest first',
    callers: READERS,
    query: totalsQuery,
    answer: totalsSchema,
    handle: async ({ query, transact }) => {
      const { limit, ...filters } = query;
      return { totals: await transact((trx) => listTotals(trx, { filters, limit })) };
    },
  }),
  getBacking: defineRoute({
    method: 'GET',
    path: '/api/v1/backing',
    tag: TAG,
    summary: 'What the registries hold for the credits on chain, as the last run found it; for anyone',
    callers: { anyone: 'open' },
    answer: backingSchema,
    handle: async ({ transact }) => {
      const found = await transact(findBacking);
      if (found === undefined) {
        const nothing = { run_id: null, near_contract_id: null, block_height: null, compared_at: null };
        return { ...nothing, registries: [], in_words: ['Nothing has been compared yet.'] };
      }
      const { run, backing } = found;
      const { run_id, near_contract_id, block_height, finished_at: compared_at } = run;
      const registries = backing.map(showBacking);
      return {
        run_id,
        near_contract_id,
        block_height,
        compared_at,
        registries,
        in_words: backing.flatMap(words),
      };
    },
  }),
};

function eyesOf(kind: string): 'whole' | 'tenant' {
  return kind === 'operator' ? 'whole' : 'tenant';
}

function showBacking(one: Backing) {
  const { active_co2e, impaired_co2e, retired_unconfirmed_co2e, retired_confirmed_co2e } = one;
  return {
    registry_type: one.registry_type,
    registry_name: one.registry_name,
    on_chain: { active_co2e, impaired_co2e, retired_unconfirmed_co2e, retired_confirmed_co2e },
    held_co2e: one.held_co2e,
    difference_co2e: one.missing_co2e,
    not_covered_co2e: one.not_covered_co2e,
    surplus_co2e: one.surplus_co2e,
    statements: { count: one.statements, oldest_as_of: one.oldest_as_of, newest_as_of: one.newest_as_of },
  };
}

/** A day and a time, as people read them; the answer has the exact moment beside it. */
function inWords(moment: string | null): string {
  return moment === null ? 'an unknown day' : `${moment.slice(0, 16).replace('T', ', ')} UTC`;
}

/** A figure that covers less than it seems to must say so itself. */
function words(one: Backing): string[] {
  const registry = registryOf(one);
  const said: string[] = [];
  if (one.statements === 0)
    said.push(`${registry}: no whole statement of holdings is known; nothing is proven held.`);
  else if (one.not_covered_co2e !== '0') {
    said.push(
      `${registry}: no whole statement of holdings covers ${one.not_covered_co2e} t of the credits on chain.`,
    );
  }
  if (one.statements > 0) {
    said.push(
      `${registry}: holdings are as of ${inWords(one.oldest_as_of)}; what was minted or moved since is not in them.`,
    );
  }
  const unconfirmed = unitsOf(one.retired_unconfirmed_co2e);
  if (unconfirmed > 0n) {
    said.push(
      `${registry}: ${showTonnes(unconfirmed)} t are retired on chain and wait for the registry's word.`,
    );
  }
  return said;
}
