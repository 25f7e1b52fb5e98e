// Owns the routes of credits: lists, one with all about it, batches, transfers, lineage, and all of that in the past; leaves
// retirements to retirements.ts.

import {
  findCreditAt,
  findOwnershipAt,
  findRetirementAt,
  findTransfersAt,
  listCreditsAt,
} from '../../core/db/credit-history.ts';
import {
  type CreditEyes,
  findCredit,
  findCredits,
  findLineage,
  listCredits,
  listTransfers,
} from '../../core/db/credits.ts';
import { findWholeCredit } from '../../core/db/whole-credit.ts';
import { invalid, present } from '../acting.ts';
import type { CallerKind } from '../caller.ts';
import { readMoment, showMoment } from '../credits/moment.ts';
import { askedPage, pagesOf, shownFilters } from '../list.ts';
import { defineRoute } from '../route.ts';
import {
  creditBatch,
  creditBatchBody,
  creditList,
  creditParams,
  creditQuery,
  creditsQuery,
  creditView,
  lineageView,
  transferList,
  transfersQuery,
} from '../schemas/credits.ts';

const TAG = 'credits';
const WHAT = 'credit';
const READERS = {
  tenant: 'credits:read',
  operator: 'credits:read',
  registry: 'credits:read',
  holder: 'own',
} as const;

export const creditRoutes = {
  listCredits: defineRoute({
    method: 'GET',
    path: '/api/v1/credits',
    tag: TAG,
    summary: 'The credits that the caller may see, the newest first; also as of a block or a time',
    description:
      'A tenant sees its own, a holder those it owns or was the last to own, a registry those of its own. Up to 10,000 are counted; longer lists are read on by their cursor.',
    callers: READERS,
    query: creditsQuery,
    answer: creditList,
    handle: async ({ caller, query, ask, transact, services }) => {
      const eyes = eyesOf(caller.kind);
      const { status, registry, vintage, project_id, owner_account_id, as_of } = query;
      if (eyes === 'narrow' && (project_id ?? owner_account_id) !== undefined) {
        throw invalid('project_id and owner_account_id are for tenants and operators', 'query');
      }
      const filters = { status, registry, vintage, project_id, owner_account_id };
      const page = askedPage(query);
      if (as_of === undefined) {
        const found = await listCredits(ask, { filters, eyes, page });
        return { credits: found.rows, pagination: pagesOf(query, found), ...shownFilters(filters) };
      }
      return transact(async (trx) => {
        const moment = await readMoment(trx, { as_of, near_contract_id: services.chain.contract_account_id });
        const found = await listCreditsAt(trx, { filters, eyes, page, moment });
        return {
          credits: found.rows,
          pagination: pagesOf(query, found),
          ...shownFilters(filters),
          as_of: showMoment(moment),
        };
      });
    },
  }),
  getCredit: defineRoute({
    method: 'GET',
    path: '/api/v1/credits/{credit_id}',
    tag: TAG,
    summary: 'One credit with its owner, newest transfers and retirement; also as of a block or a time',
    callers: READERS,
    params: creditParams,
    query: creditQuery,
    answer: creditView,
    handle: async ({ caller, params: { credit_id }, query: { as_of }, ask, transact, services }) => {
      const eyes = eyesOf(caller.kind);
      // A registry sees what became of a credit, and not in whose hands it was.
      const sees_owners = caller.kind !== 'registry';
      if (as_of === undefined) {
        const found = await findWholeCredit(ask, { credit_id, eyes, sees_owners });
        const { credit, ownership, transfers, retirement } = present(found, { what: WHAT, id: credit_id });
        return { credit, ...defined({ ownership, retirement }), transfers };
      }
      return transact(async (trx) => {
        const moment = await readMoment(trx, { as_of, near_contract_id: services.chain.contract_account_id });
        const found = await findCreditAt(trx, { credit_id, eyes, moment });
        const credit = present(found, { what: WHAT, id: credit_id });
        const ownership = sees_owners ? await findOwnershipAt(trx, { credit, moment }) : undefined;
        const transfers = sees_owners ? await findTransfersAt(trx, { credit_id, moment }) : [];
        const retirement = await findRetirementAt(trx, { credit_id, moment });
        return { credit, ...defined({ ownership, retirement }), transfers, as_of: showMoment(moment) };
      });
    },
  }),
  readCredits: defineRoute({
    method: 'POST',
    path: '/api/v1/credits/batch',
    tag: TAG,
    summary: 'Several credits by their ids; those that the caller may not see are not among the answers',
    callers: READERS,
    body: creditBatchBody,
    answer: creditBatch,
    handle: async ({ caller, body: { ids }, transact }) => ({
      credits: await transact((trx) => findCredits(trx, { ids, eyes: eyesOf(caller.kind) })),
    }),
  }),
  listCreditTransfers: defineRoute({
    method: 'GET',
    path: '/api/v1/credits/{credit_id}/transfers',
    tag: TAG,
    summary: 'All transfers of a credit, the newest first; a holder sees those it took part in',
    callers: { tenant: 'transfers:read', operator: 'transfers:read', holder: 'own' },
    params: creditParams,
    query: transfersQuery,
    answer: transferList,
    handle: ({ caller, params: { credit_id }, query, transact }) =>
      transact(async (trx) => {
        const found = await findCredit(trx, { credit_id, eyes: eyesOf(caller.kind) });
        present(found, { what: WHAT, id: credit_id });
        const transfers = await listTransfers(trx, { credit_id, page: askedPage(query) });
        return { transfers: transfers.rows, pagination: pagesOf(query, transfers) };
      }),
  }),
  getCreditLineage: defineRoute({
    method: 'GET',
    path: '/api/v1/credits/{credit_id}/lineage',
    tag: TAG,
    summary: 'What a credit came from and what came of it, step by step',
    callers: { tenant: 'credits:read', operator: 'credits:read', holder: 'own' },
    params: creditParams,
    answer: lineageView,
    handle: ({ caller, params: { credit_id }, transact }) =>
      transact(async (trx) => {
        const found = await findCredit(trx, { credit_id, eyes: eyesOf(caller.kind) });
        present(found, { what: WHAT, id: credit_id });
        return { credit_id, ...(await findLineage(trx, credit_id)) };
      }),
  }),
};

function eyesOf(kind: CallerKind): CreditEyes {
  return kind === 'tenant' || kind === 'operator' ? 'full' : 'narrow';
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<Fields>;
}
