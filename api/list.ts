// Owns the way from a list's query to a page of rows and to the document's shape of a list; leaves the rows to core/db.

import { z } from 'zod';
import type { Page, PageAsked } from '../core/db/list-page.ts';
import { offsetOf, type Pagination, paginationOf, readCursor, writeCursor } from './paging.ts';
import { id, timestamp } from './schemas/shared.ts';

type PageQuery = { page: number; page_size: number; cursor?: string | undefined };

const cursorSchema = z.tuple([timestamp, id, z.string().regex(/^\d{1,9}$/)]);

/** A cursor wins over a page's number; it remembers how many rows were counted. */
export function askedPage(query: PageQuery): PageAsked {
  const { page_size: limit, cursor } = query;
  if (cursor === undefined) return { limit, offset: offsetOf(query) };
  const [at, row_id, counted] = readCursor(cursorSchema, cursor);
  return { limit, offset: 0, after: { at, id: row_id, total_count: Number(counted) } };
}

export function pagesOf<Row>(query: PageQuery, { total_count, next }: Page<Row>): Pagination {
  const next_cursor =
    next === undefined ? undefined : writeCursor([next.at, next.id, String(next.total_count)]);
  return paginationOf({ ...query, total_count, next_cursor });
}

/** The filters that were given, as the document shows them; nothing where there were none. */
export function shownFilters(filters: Readonly<Record<string, unknown>>): {
  filters?: Record<string, unknown>;
} {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  return given.length === 0 ? {} : { filters: Object.fromEntries(given) };
}
