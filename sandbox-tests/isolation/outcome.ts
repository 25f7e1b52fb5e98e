// Owns how an attempt on the database ends, in one word to compare; leaves what is attempted to the specs.

import { type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import { type Identity, runAs } from '../../core/db/identity.ts';

const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * `no right`: the login lacks the privilege. `row security`: a policy refused the row. `took N`: the database did
 * it, to N rows. Otherwise the SQLSTATE and what it names.
 */
export type Outcome = string;

/** Tries the statement under the identity, and takes back what it did. */
export async function attemptAs(
  pool: pg.Pool,
  identity: Identity,
  statement: RawBuilder<unknown>,
): Promise<Outcome> {
  try {
    return await runAs(pool, { identity }, async (trx) => {
      const { numAffectedRows, rows } = await statement.execute(trx);
      throw new TakenBack(`took ${numAffectedRows ?? rows.length}`);
    });
  } catch (error) {
    if (error instanceof TakenBack) return error.outcome;
    return nameRefusal(error);
  }
}

/** Tries it on a connection as it is, without an identity. */
export async function attempt(client: pg.Pool | pg.ClientBase, text: string): Promise<Outcome> {
  try {
    return `took ${(await client.query(text)).rowCount ?? 0}`;
  } catch (error) {
    return nameRefusal(error);
  }
}

export function nameRefusal(error: unknown): Outcome {
  if (!(error instanceof pg.DatabaseError)) throw error;
  if (error.code !== INSUFFICIENT_PRIVILEGE) return [error.code, error.constraint].filter(Boolean).join(' ');
  return error.message.includes('row-level security') ? 'row security' : 'no right';
}

export function insertInto(table: string, row: Readonly<Record<string, unknown>>): RawBuilder<unknown> {
  const columns = Object.entries(row).filter(([, value]) => value !== undefined);
  return sql`insert into ${sql.table(table)} (${sql.join(columns.map(([name]) => sql.ref(name)))})
    values (${sql.join(columns.map(([, value]) => value))})`;
}

/** The condition that finds exactly this row. */
export function isRow(key: readonly string[], row: Readonly<Record<string, unknown>>): RawBuilder<boolean> {
  const parts = key.map((column) => sql`${sql.ref(column)} = ${row[column]}`);
  return sql<boolean>`(${sql.join(parts, sql` and `)})`;
}

class TakenBack extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super('The attempt is taken back.');
    this.outcome = outcome;
  }
}
