// Owns the import of a registry's file: whole or not at all, once for each file; leaves its bytes to csv-records.ts, its rows to
// read-rows.ts, its tables to core/db.

import type { Readable } from 'node:stream';
import type { Transaction } from 'kysely';
import { sql } from 'kysely';
import { tellEvent } from '../../core/db/domain-events.ts';
import { countStatement, insertStatementRows, judgeRepeats } from '../../core/db/statement-intake.ts';
import {
  findStatement,
  findStatementOfFile,
  getStatement,
  insertStatement,
  type Statement,
} from '../../core/db/statements.ts';
import type { DB } from '../../core/db/types.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { conflict, invalid, present } from '../acting.ts';
import { type Files, type Staged, withStaged } from '../store/store.ts';
import { FileProblem } from './csv-records.ts';
import { removeAddresses } from './personal-data.ts';
import { readRows } from './read-rows.ts';
import { type Facts, judgeFacts, type StatementFacts, settleFacts } from './statement-facts.ts';

export type ImportDeps = {
  /** Transactions under the identity of the tenant whose statement it is. */
  transact<T>(work: (trx: Transaction<DB>) => Promise<T>): Promise<T>;
  /** Where the bytes wait until their hash is known; nothing of them stays there. */
  files: Pick<Files, 'staging_folder'>;
};

export type ImportAsked = {
  facts: StatementFacts;
  file_name: string;
  bytes: Readable;
  now: Date;
  /** Called after each thousand rows or so. */
  on_progress?: ((done: ImportProgress) => void) | undefined;
};

export type ImportProgress = { rows: number; bytes: number; total_bytes: number };

export type Imported = {
  statement: Statement;
  /** The same file with the same facts was here before: nothing was changed. */
  outcome: 'imported' | 'unchanged';
};

/** A file of a million rows takes minutes, and it is one transaction. */
const STATEMENT_TIMEOUT_MS = 30 * 60 * 1000;
const MAX_FILE_NAME = 255;

/** Refuses a file that cannot be read; rows that cannot be read are kept with their error. */
export async function importStatement(deps: ImportDeps, asked: ImportAsked): Promise<Imported> {
  const { facts: given, bytes, now } = asked;
  const wrong = judgeFacts(given, now);
  if (wrong !== undefined) throw invalid(wrong.rule, wrong.field);
  const facts = settleFacts(given);
  const file_name = nameOf(asked.file_name);
  return withStaged(deps.files, bytes, async (staged) => {
    const known = await deps.transact((trx) => findSame(trx, { facts, staged }));
    if (known !== undefined) return known;
    try {
      return await deps.transact((trx) => takeFile(trx, { facts, staged, file_name, asked }));
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      const { registry_type: registry } = facts;
      const reason = removeAddresses(error.message);
      throw new DmrvError('STATEMENT_UNREADABLE', { facts: { file_name, registry, reason }, cause: error });
    }
  });
}

/** The name alone, whatever path the sender gave. */
function nameOf(given: string): string {
  const name = given.split(/[\\/]/).at(-1) ?? '';
  return removeAddresses(name).slice(0, MAX_FILE_NAME) || 'statement.csv';
}

type Taken = { facts: Facts; staged: Staged; file_name: string; asked: ImportAsked };

async function findSame(
  trx: Transaction<DB>,
  { facts, staged }: Pick<Taken, 'facts' | 'staged'>,
): Promise<Imported | undefined> {
  const found = await findStatementOfFile(trx, { ...facts, file_sha256: staged.sha256 });
  if (found === undefined) return undefined;
  if (!saysTheSame(found, facts)) {
    throw conflict(
      `the file was imported as statement ${found.statement_id} with other facts; to correct them, name it in replaces_statement_id`,
    );
  }
  return { statement: found, outcome: 'unchanged' };
}

function saysTheSame(found: Statement, facts: Facts): boolean {
  return (
    found.kinds.join() === facts.kinds.join() &&
    found.period_start_on === facts.period_start_on &&
    found.period_end_on === facts.period_end_on &&
    found.is_complete === facts.is_complete &&
    new Date(found.as_of).getTime() === facts.as_of.getTime()
  );
}

async function takeFile(trx: Transaction<DB>, taken: Taken): Promise<Imported> {
  const { facts, staged, file_name, asked } = taken;
  // A process that dies leaves no half of a statement: its transaction ends with its connection.
  await sql`select set_config('statement_timeout', ${String(STATEMENT_TIMEOUT_MS)}, true)`.execute(trx);
  // Between the look at the file and this transaction another import of it may have ended.
  const known = await findSame(trx, taken);
  if (known !== undefined) return known;
  await checkReplaced(trx, facts);
  const { sha256: file_sha256 } = staged;
  let statement_id: string | undefined;
  let rows = 0;
  for await (const batch of readRows({ path: staged.path, facts })) {
    if (statement_id === undefined) {
      statement_id = await insertStatement(trx, {
        ...facts,
        file_name,
        file_sha256,
        layout: batch.layout.name,
      });
      // Another import of the same file came to its end meanwhile.
      if (statement_id === undefined) return getSame(trx, taken);
    }
    if (batch.rows.length > 0) await insertStatementRows(trx, { statement_id, rows: batch.rows });
    rows += batch.rows.length;
    asked.on_progress?.({ rows, bytes: batch.bytes, total_bytes: staged.size });
  }
  if (statement_id === undefined) throw new FileProblem('it is empty');
  await judgeRepeats(trx, statement_id);
  const counts = await countStatement(trx, statement_id);
  await tellImported(trx, { statement_id, facts, file_sha256, ...counts });
  return { statement: await getStatement(trx, statement_id), outcome: 'imported' };
}

async function getSame(trx: Transaction<DB>, taken: Taken): Promise<Imported> {
  const first = await findSame(trx, taken);
  if (first === undefined) throw conflict('statements_file_once');
  return first;
}

/** One of the same account, which nothing else corrects. */
async function checkReplaced(trx: Transaction<DB>, facts: Facts): Promise<void> {
  const { replaces_statement_id: id } = facts;
  if (id === null) return;
  const replaced = present(await findStatement(trx, id), { what: 'statement', id });
  if (
    replaced.registry_type !== facts.registry_type ||
    replaced.registry_name !== facts.registry_name ||
    replaced.account !== facts.account
  ) {
    throw conflict('a statement corrects one of the same registry and account');
  }
  if (replaced.replaced_by_statement_id !== null) {
    throw conflict(
      `statement ${id} is corrected by ${replaced.replaced_by_statement_id} already; correct that one`,
    );
  }
}

async function tellImported(
  trx: Transaction<DB>,
  about: { statement_id: string; facts: Facts; file_sha256: string; row_count: number; error_count: number },
): Promise<void> {
  const { statement_id, facts, file_sha256, row_count, error_count } = about;
  const { registry_type, registry_name, account, kinds, is_complete, replaces_statement_id } = facts;
  await tellEvent(trx, {
    event_type: 'statement.imported.v1',
    aggregate_id: statement_id,
    payload: {
      statement_id,
      registry_type,
      registry_name,
      account,
      kinds,
      as_of: facts.as_of.toISOString(),
      is_complete,
      file_sha256,
      replaces_statement_id,
      row_count,
      error_count,
    },
  });
}
