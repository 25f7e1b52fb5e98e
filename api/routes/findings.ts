// Owns the routes of findings: read, remarked on, owned, waived, reopened; leaves finding them to api/reconcile.

import type { Transaction } from 'kysely';
import { notePerson } from '../../core/db/people.ts';
import {
  type FindingChange,
  type FindingRow,
  findFinding,
  insertComment,
  listComments,
  listFindings,
  lockFinding,
  updateFinding,
} from '../../core/db/reconciliation/findings.ts';
import type { DB } from '../../core/db/types.ts';
import { conflict, invalid, present } from '../acting.ts';
import { actorOf, type Caller } from '../caller.ts';
import { askedPage, pagesOf, shownFilters } from '../list.ts';
import { FINDINGS, type FindingCode } from '../reconcile/catalogue.ts';
import { defineRoute } from '../route.ts';
import {
  commentBody,
  commentSchema,
  findingList,
  findingParams,
  findingSchema,
  findingsQuery,
  findingView,
  ownerBody,
  reopenBody,
  waiverBody,
} from '../schemas/reconciliation.ts';

const TAG = 'reconciliation';
const WHAT = 'finding';
const READERS = { tenant: 'reconciliation:read', operator: 'reconciliation:read' } as const;
const WRITERS = { tenant: 'reconciliation:write', operator: 'reconciliation:write' } as const;
/** A difference that is accepted for longer is looked at again. */
const LONGEST_WAIVER_MS = 366 * 24 * 60 * 60 * 1000;

export const findingRoutes = {
  listFindings: defineRoute({
    method: 'GET',
    path: '/api/v1/findings',
    tag: TAG,
    summary: 'Where chain, database, registries and buffers differ, the newest first',
    callers: READERS,
    query: findingsQuery,
    answer: findingList,
    handle: async ({ query, transact }) => {
      const { status, code, severity, registry, mrv_hash, tenant_id } = query;
      const filters = { status, code, severity, registry, mrv_hash, tenant_id };
      const found = await transact((trx) => listFindings(trx, { filters, page: askedPage(query) }));
      return { findings: found.rows.map(show), pagination: pagesOf(query, found), ...shownFilters(filters) };
    },
  }),
  getFinding: defineRoute({
    method: 'GET',
    path: '/api/v1/findings/{finding_id}',
    tag: TAG,
    summary: 'One finding with both sides as they were found, and the remarks on it',
    callers: READERS,
    params: findingParams,
    answer: findingView,
    handle: ({ params: { finding_id: id }, transact }) =>
      transact(async (trx) => {
        const finding = show(present(await findFinding(trx, id), { what: WHAT, id }));
        return { finding, comments: await listComments(trx, id) };
      }),
  }),
  commentFinding: defineRoute({
    method: 'POST',
    path: '/api/v1/findings/{finding_id}/comments',
    tag: TAG,
    summary: 'Remark on a finding',
    callers: WRITERS,
    params: findingParams,
    body: commentBody,
    status: 201,
    answer: commentSchema,
    handle: ({ caller, params: { finding_id: id }, body: { comment }, transact }) =>
      transact(async (trx) => {
        const finding = present(await findFinding(trx, id), { what: WHAT, id });
        return insertComment(trx, { finding, author: actorOf(caller), comment });
      }),
  }),
  setFindingOwner: defineRoute({
    method: 'PUT',
    path: '/api/v1/findings/{finding_id}/owner',
    tag: TAG,
    summary: 'Say who minds a finding: a person of its tenant, or whoever asks',
    callers: WRITERS,
    params: findingParams,
    body: ownerBody,
    answer: findingSchema,
    errors: ['CONFLICT'],
    handle: async ({ caller, params: { finding_id: id }, body, transact, transactFor }) => {
      const work = (trx: Transaction<DB>) =>
        changeOpen(trx, id, async (finding) => {
          if (body.act === 'release') return { owner_user_id: null, owner_actor: null };
          if (body.act === 'take') return { owner_user_id: null, owner_actor: actorOf(caller) };
          if (finding.tenant_id === null) throw conflict('a person minds a finding of their own tenant');
          return { owner_user_id: await notePerson(trx, body.person), owner_actor: null };
        });
      if (body.act !== 'assign' || caller.kind !== 'operator') return transact(work);
      const { tenant_id } = present(await transact((trx) => findFinding(trx, id)), { what: WHAT, id });
      if (tenant_id === null) throw conflict('a person minds a finding of their own tenant');
      return transactFor(tenant_id, work);
    },
  }),
  waiveFinding: defineRoute({
    method: 'POST',
    path: '/api/v1/findings/{finding_id}/waiver',
    tag: TAG,
    summary: 'Accept a difference for a reason, until a day; not by whoever opened it',
    description:
      'It still counts as unreconciled. Once the day has passed and the difference is there, it opens again.',
    callers: WRITERS,
    params: findingParams,
    body: waiverBody,
    answer: findingSchema,
    errors: ['CONFLICT'],
    handle: ({ caller, params: { finding_id: id }, body: { reason, until }, transact, now }) =>
      transact((trx) =>
        changeOpen(trx, id, async (finding) => {
          const lasts_ms = new Date(until).getTime() - now.getTime();
          if (lasts_ms <= 0 || lasts_ms > LONGEST_WAIVER_MS) {
            throw invalid('until lies ahead, and at most a year', 'body.until');
          }
          refuseOpener(caller, finding);
          const waiver = { waived_by: actorOf(caller), waived_reason: reason, waived_until: until };
          return { status: 'waived', ...waiver };
        }),
      ),
  }),
  reopenFinding: defineRoute({
    method: 'POST',
    path: '/api/v1/findings/{finding_id}/reopen',
    tag: TAG,
    summary: 'Take a waiver back',
    callers: WRITERS,
    params: findingParams,
    body: reopenBody,
    answer: findingSchema,
    errors: ['CONFLICT'],
    handle: ({ params: { finding_id: id }, transact }) =>
      transact((trx) =>
        changeOpen(trx, id, async ({ status }) => {
          if (status !== 'waived') throw conflict('a waiver is taken back where there is one');
          return { status: 'open', waived_by: null, waived_reason: null, waived_until: null };
        }),
      ),
  }),
};

function refuseOpener(caller: Caller, { opened_by }: FindingRow): void {
  if (actorOf(caller) === opened_by) throw conflict('a finding is waived by another than who opened it');
}

async function changeOpen(
  trx: Transaction<DB>,
  id: string,
  decide: (finding: FindingRow) => Promise<FindingChange>,
) {
  const finding = present(await lockFinding(trx, id), { what: WHAT, id });
  if (finding.status === 'closed') throw conflict('the finding is not closed');
  return show(await updateFinding(trx, { finding, change: await decide(finding) }));
}

/** A code of an older release has no title any more. */
function show(finding: FindingRow) {
  const known = Object.hasOwn(FINDINGS, finding.code) ? FINDINGS[finding.code as FindingCode] : undefined;
  return { ...finding, title: known?.title ?? finding.code, severity: finding.severity as Severity };
}

type Severity = (typeof FINDINGS)[FindingCode]['severity'];
