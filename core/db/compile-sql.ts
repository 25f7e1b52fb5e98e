// Owns turning Kysely's sql into the text that PostgreSQL is sent; leaves sending it to the caller.

import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
} from 'kysely';
import type { Query } from './identity.ts';

/** The text with its values. */
export function compileQuery(query: RawBuilder<unknown>): Query {
  return query.compile(COMPILER);
}

/** With $1, $2, … where the values stand, whatever these are. */
export function compileSql(query: RawBuilder<unknown>): string {
  return query.compile(COMPILER).sql;
}

const COMPILER = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});
