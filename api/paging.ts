// Owns pages and cursors: what a list query becomes, what a list answers beside its rows; leaves the rows' SQL to core/db.

import type { z } from 'zod';
import { DmrvError } from '../core/errors/index.ts';

/** The rows to skip when a page is asked for by its number. */
export function offsetOf({ page, page_size }: { page: number; page_size: number }): number {
  return (page - 1) * page_size;
}

export type Page = { page: number; page_size: number; total_count: number; next_cursor?: string | undefined };

export type Pagination = {
  page: number;
  page_size: number;
  total_count: number;
  total_pages: number;
  next_cursor?: string;
};

export function paginationOf({ page, page_size, total_count, next_cursor }: Page): Pagination {
  const total_pages = Math.ceil(total_count / page_size);
  return { page, page_size, total_count, total_pages, ...(next_cursor === undefined ? {} : { next_cursor }) };
}

/** The place after a row in its list's order: the values of its sort columns, the last one unique. */
export function writeCursor(place: readonly string[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** A cursor comes from the client, so it is read like any input. The schema is a tuple of the sort columns. */
export function readCursor<Schema extends z.ZodType>(schema: Schema, cursor: string): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (parsed.success) return parsed.data;
  throw new DmrvError('VALIDATION_FAILED', {
    facts: { rule: 'cursor', path: 'query.cursor' },
    cause: parsed.error,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever it is, it is no cursor, and the schema says so.
    return undefined;
  }
}
