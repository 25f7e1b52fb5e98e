// Owns the routes of retirements, supply and holdings, now and in the past; leaves retiring itself to the sagas.

import { listHoldingsAt, listRetirementsAt, sumSupplyAt } from '../../core/db/credit-history.ts';
import { findRetirement, listRetirements } from '../../core/db/credits.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { invalid, present } from '../acting.ts';
import { momentOrTip, readMoment, showMoment } from '../credits/moment.ts';
import { askedPage, pagesOf, shownFilters } from '../list.ts';
import { offsetOf } from '../paging.ts';
import { defineRoute } from '../route.ts';
import {
  holdingsQuery,
  holdingsView,
  retirementList,
  retirementParams,
  retirementSchema,
  retirementsQuery,
  supplyQuery,
  supplyView,
} from '../schemas/credits.ts';

const READERS = {
  tenant: 'retirements:read',
  operator: 'retirements:read',
  registry: 'retirements:read',
  holder: 'own',
} as const;

export const retirementRoutes = {
  listRetirements: defineRoute({
    method: 'GET',
    path: '/api/v1/retirements',
    tag: 'credits',
    summary: 'Retirements with what their registries said, the newest first; also as of a block or a time',
    callers: READERS,
    query: retirementsQuery,
    answer: retirementList,
    handle: ({ query, transact, services }) =>
      transact(async (trx) => {
        const { registry_outcome, as_of } = query;
        const page = askedPage(query);
        const filters = { registry_outcome };
        if (as_of === undefined) {
          const found = await listRetirements(trx, { filters, page });
          return { retirements: found.rows, pagination: pagesOf(query, found), ...shownFilters(filters) };
        }
        const moment = await readMoment(trx, { as_of, near_contract_id: services.chain.contract_account_id });
        const found = await listRetirementsAt(trx, { registry_outcome, page, moment });
        return {
          retirements: found.rows,
          pagination: pagesOf(query, found),
          ...shownFilters(filters),
          as_of: showMoment(moment),
        };
      }),
  }),
  getRetirement: defineRoute({
    method: 'GET',
    path: '/api/v1/retirements/{retirement_id}',
    tag: 'credits',
    summary: 'One retirement',
    callers: READERS,
    params: retirementParams,
    answer: retirementSchema,
    handle: async ({ params: { retirement_id }, transact }) => {
      const found = await transact((trx) => findRetirement(trx, retirement_id));
      return present(found, { what: 'retirement', id: retirement_id });
    },
  }),
  getSupply: defineRoute({
    method: 'GET',
    path: '/api/v1/supply',
    tag: 'chain',
    summary:
      'The tokens of the contract by registry and state, as the chain’s log tells; also as of a block or a time',
    callers: { tenant: 'supply:read', operator: 'supply:read', registry: 'supply:read', holder: 'own' },
    query: supplyQuery,
    answer: supplyView,
    errors: ['CONFLICT'],
    handle: ({ query: { as_of, registry }, transact, services }) =>
      transact(async (trx) => {
        const near_contract_id = services.chain.contract_account_id;
        const moment = await momentOrTip(trx, { as_of, near_contract_id });
        const supply = await sumSupplyAt(trx, { near_contract_id, registry, moment });
        return { as_of: showMoment(moment), near_contract_id, supply };
      }),
  }),
  getHoldings: defineRoute({
    method: 'GET',
    path: '/api/v1/holdings',
    tag: 'chain',
    summary: 'The live tokens of a NEAR account, those that came last first; also as of a block or a time',
    description: 'What the chain says of everybody. A holder asks for its own account.',
    callers: { tenant: 'supply:read', operator: 'supply:read', holder: 'own' },
    query: holdingsQuery,
    answer: holdingsView,
    errors: ['CONFLICT'],
    handle: ({ caller, query, transact, services }) =>
      transact(async (trx) => {
        const own = caller.kind === 'holder' ? caller.account_id : undefined;
        const account_id = query.account_id ?? own;
        if (account_id === undefined) throw invalid('account_id is named', 'query.account_id');
        if (own !== undefined && account_id !== own) {
          throw new DmrvError('FORBIDDEN', { facts: { rule: 'a holder asks for its own account' } });
        }
        const near_contract_id = services.chain.contract_account_id;
        const { as_of, page_size: limit } = query;
        const moment = await momentOrTip(trx, { as_of, near_contract_id });
        const offset = offsetOf(query);
        const found = await listHoldingsAt(trx, { near_contract_id, account_id, moment, offset, limit });
        return {
          as_of: showMoment(moment),
          account_id,
          holdings: found.slice(0, limit),
          has_more: found.length > limit,
        };
      }),
  }),
};
