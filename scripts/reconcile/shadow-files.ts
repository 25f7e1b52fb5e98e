// Owns reading registries' files for a shadow; leaves their columns to api/registries and the comparison to
// api/reconcile/shadow.ts.

import { basename } from 'node:path';
import type { ShadowFile, ShadowRow, ShadowStatements } from '../../api/reconcile/shadow-statements.ts';
import { FileProblem, readRecords } from '../../api/registries/csv-records.ts';
import { findLayout } from '../../api/registries/layouts.ts';
import { readRows } from '../../api/registries/read-rows.ts';
import { type Facts, judgeFacts, settleFacts, statementFacts } from '../../api/registries/statement-facts.ts';
import type { StatementKind } from '../../api/registries/statement-layout.ts';
import { DmrvError } from '../../core/errors/index.ts';

const ACCOUNT = 'shadow';

export async function readShadowFiles(about: {
  registry: string;
  files: readonly string[];
  /** A day, whose end at the registry is meant. */
  as_of: string;
  now: Date;
}): Promise<ShadowStatements & { errors: string[] }> {
  const rows: ShadowRow[] = [];
  const files: ShadowFile[] = [];
  const errors: string[] = [];
  for (const path of about.files) {
    const file_name = basename(path);
    try {
      const facts = settle({ ...about, kinds: await kindsOf(path, about.registry) });
      let unread = 0;
      for await (const batch of readRows({ path, facts })) {
        for (const row of batch.rows) {
          if (row.error === null) rows.push(rowOf(row, { registry: about.registry, file_name }));
          else errors.push(`${file_name}:${row.line_number} ${row.error}`);
        }
        unread += batch.rows.filter(({ error }) => error !== null).length;
      }
      const { registry_type, kinds, as_of } = facts;
      files.push({ registry_type, file_name, kinds, as_of, unread });
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      throw new DmrvError('RECONCILE_INPUT_INVALID', { facts: { file: file_name, reason }, cause: error });
    }
  }
  return { rows, files, errors };
}

function settle(about: {
  registry: string;
  as_of: string;
  now: Date;
  kinds: readonly StatementKind[];
}): Facts {
  const given = statementFacts.safeParse({
    registry_type: about.registry,
    account: ACCOUNT,
    kinds: about.kinds,
    as_of: about.as_of,
    is_complete: true,
  });
  if (!given.success) throw new FileProblem(`"${about.as_of}" is no day such as 2026-06-30`);
  const wrong = judgeFacts(given.data, about.now);
  if (wrong !== undefined) throw new FileProblem(wrong.rule);
  return settleFacts(given.data);
}

async function kindsOf(path: string, registry: string): Promise<readonly StatementKind[]> {
  for await (const { fields } of readRecords(path)) {
    const header = fields.map((name) => name.trim());
    const found = findLayout(registry, header);
    if ('layout' in found) return found.layout.kinds;
    throw new FileProblem(found.refusal);
  }
  throw new FileProblem('it is empty');
}

const OF_THE_READER = new Set(['ENOENT', 'EACCES', 'EISDIR']);

/** What whoever gave the file can mend. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof FileProblem) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return OF_THE_READER.has(code) ? `it cannot be read (${code})` : undefined;
}

type Batch = Awaited<ReturnType<ReturnType<typeof readRows>['next']>>;
type Row = Extract<Batch, { done?: false }>['value']['rows'][number];

function rowOf(row: Row, about: { registry: string; file_name: string }): ShadowRow {
  return {
    registry_type: about.registry,
    kind: row.kind,
    namespace: row.serial_namespace,
    serial_range: row.serial_range,
    registry_retirement_id: row.registry_retirement_id,
    happened_on: row.happened_on,
    file_name: about.file_name,
    line_number: row.line_number,
  };
}
