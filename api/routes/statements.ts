// Owns the routes of registries' statements; leaves importing a file to api/registries.

import { z } from 'zod';
import { compareStatements } from '../../core/db/statement-differences.ts';
import {
  countStatementRows,
  findStatement,
  listStatementRows,
  listStatements,
  totalStatement,
} from '../../core/db/statements.ts';
import { conflict, invalid, present } from '../acting.ts';
import { askedPage, pagesOf, shownFilters } from '../list.ts';
import { offsetOf, paginationOf, readCursor, writeCursor } from '../paging.ts';
import { importStatement } from '../registries/import-statement.ts';
import { answerWith, defineRoute } from '../route.ts';
import {
  differencesQuery,
  differencesSchema,
  importedSchema,
  importQuery,
  statementList,
  statementParams,
  statementRowList,
  statementRowsQuery,
  statementsQuery,
  statementView,
} from '../schemas/statements.ts';

const TAG = 'registry';
const WHAT = 'statement';
const READERS = {
  tenant: 'statements:read',
  operator: 'statements:read',
  registry: 'statements:read',
} as const;
/** Larger files are for the command, which has no client that waits. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const FILE_TYPES = ['text/csv', 'application/csv', 'application/octet-stream'] as const;
const FIRST_ERRORS = 20;

export const statementRoutes = {
  importStatement: defineRoute({
    method: 'POST',
    path: '/api/v1/statements',
    tag: TAG,
    summary: "Import a registry's file, as the bytes of the body, with what must be said of it",
    description:
      'Whole or not at all. Rows that cannot be read are kept with their error. The same file with the same facts changes nothing and is answered with its statement. The route has no idempotency keys: the file is its own.',
    callers: { tenant: 'statements:write' },
    query: importQuery,
    upload: { content_types: FILE_TYPES, max_bytes: MAX_FILE_BYTES },
    status: 201,
    answer: importedSchema,
    also: { 200: importedSchema },
    errors: ['STATEMENT_UNREADABLE', 'CONFLICT', 'NOT_FOUND'],
    handle: async ({ query, upload, transact, services, now }) => {
      if (upload === undefined) throw invalid('the body is the bytes of a CSV file');
      const { file_name, ...facts } = query;
      const { files } = services;
      const imported = await importStatement({ transact, files }, { facts, file_name, bytes: upload, now });
      const answer = importedSchema.parse(imported);
      return imported.outcome === 'imported' ? answer : answerWith(200, answer);
    },
  }),
  listStatements: defineRoute({
    method: 'GET',
    path: '/api/v1/statements',
    tag: TAG,
    summary: "Registries' statements, the newest first; a registry sees its own",
    callers: READERS,
    query: statementsQuery,
    answer: statementList,
    handle: async ({ query, transact }) => {
      const { registry, account, kind, is_current } = query;
      const filters = { registry, account, kind, is_current };
      const found = await transact((trx) => listStatements(trx, { filters, page: askedPage(query) }));
      return {
        statements: statementList.shape.statements.parse(found.rows),
        pagination: pagesOf(query, found),
        ...shownFilters(filters),
      };
    },
  }),
  getStatement: defineRoute({
    method: 'GET',
    path: '/api/v1/statements/{statement_id}',
    tag: TAG,
    summary: 'One statement, with what its rows add up to and the first that could not be read',
    callers: READERS,
    params: statementParams,
    answer: statementView,
    handle: ({ params: { statement_id }, transact }) =>
      transact(async (trx) => {
        const statement = present(await findStatement(trx, statement_id), { what: WHAT, id: statement_id });
        const totals = await totalStatement(trx, statement_id);
        const wrong = await listStatementRows(trx, {
          statement_id,
          filters: { has_error: true },
          with_raw: false,
          after: 0,
          offset: 0,
          limit: FIRST_ERRORS,
        });
        const first_errors = wrong.map(({ line_number, error }) => ({ line_number, error: error ?? '' }));
        return statementView.parse({ statement, totals, first_errors });
      }),
  }),
  listStatementRows: defineRoute({
    method: 'GET',
    path: '/api/v1/statements/{statement_id}/rows',
    tag: TAG,
    summary: 'The rows of a statement in the order of their lines',
    callers: READERS,
    params: statementParams,
    query: statementRowsQuery,
    answer: statementRowList,
    handle: ({ caller, params: { statement_id }, query, transact }) =>
      transact(async (trx) => {
        present(await findStatement(trx, statement_id), { what: WHAT, id: statement_id });
        const { kind, has_error, is_ours, page_size } = query;
        const filters = { kind, has_error, is_ours };
        const place = readPlace(query);
        const found = await listStatementRows(trx, {
          statement_id,
          filters,
          with_raw: caller.kind !== 'operator',
          after: place.after,
          offset: place.offset,
          limit: page_size + 1,
        });
        const total_count = place.total_count ?? (await countStatementRows(trx, { statement_id, filters }));
        const rows = found.slice(0, page_size);
        const last = found.length > page_size ? rows.at(-1)?.line_number : undefined;
        const next_cursor = last === undefined ? undefined : writeCursor([String(last), String(total_count)]);
        return {
          rows: statementRowList.shape.rows.parse(rows),
          pagination: paginationOf({ page: query.page, page_size, total_count, next_cursor }),
          ...shownFilters(filters),
        };
      }),
  }),
  listStatementDifferences: defineRoute({
    method: 'GET',
    path: '/api/v1/statements/{statement_id}/differences',
    tag: TAG,
    summary: 'What a statement says otherwise than the one that it corrects: rows added, removed and changed',
    callers: READERS,
    params: statementParams,
    query: differencesQuery,
    answer: differencesSchema,
    errors: ['CONFLICT'],
    handle: ({ params: { statement_id }, query, transact }) =>
      transact(async (trx) => {
        const statement = present(await findStatement(trx, statement_id), { what: WHAT, id: statement_id });
        const { replaces_statement_id } = statement;
        if (replaces_statement_id === null) throw conflict('the statement corrects another one');
        const { page_size } = query;
        const place = readPlace(query);
        const offset = place.after + place.offset;
        const found = await compareStatements(trx, {
          before: replaces_statement_id,
          after: statement_id,
          offset,
          limit: page_size,
        });
        const { added, removed, changed } = found.counts;
        const total_count = added + removed + changed;
        const next = offset + page_size;
        return differencesSchema.parse({
          replaces_statement_id,
          counts: found.counts,
          differences: found.rows,
          pagination: paginationOf({
            page: query.page,
            page_size,
            total_count,
            next_cursor: next < total_count ? writeCursor([String(next), String(total_count)]) : undefined,
          }),
        });
      }),
  }),
};

const digits = z.string().regex(/^\d{1,9}$/);
const cursorSchema = z.tuple([digits, digits]);

type Place = { after: number; offset: number; total_count?: number };

/** A cursor says behind which line, or how many differences, and how many there are in all. */
function readPlace(query: { page: number; page_size: number; cursor?: string | undefined }): Place {
  if (query.cursor === undefined) return { after: 0, offset: offsetOf(query) };
  const [after, total_count] = readCursor(cursorSchema, query.cursor);
  return { after: Number(after), offset: 0, total_count: Number(total_count) };
}
