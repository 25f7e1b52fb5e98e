// Owns reading registries' files for a shadow; leaves their columns to api/registries and the comparison to
// api/reconcile/shadow.ts.

import { basename } from 'node:path';
import type { ShadowRow, ShadowStatements } from '../../api/reconcile/shadow.ts';
import { readRecords } from '../../api/registries/csv-records.ts';
import { findLayout } from '../../api/registries/layouts.ts';
import { readRows } from '../../api/registries/read-rows.ts';
import { DmrvError } from '../../core/errors/index.ts';

const ACCOUNT = 'shadow';

export async function readShadowFiles(about: {
  registry: string;
  files: readonly string[];
  as_of: Date;
}): Promise<ShadowStatements & { errors: string[] }> {
  const { registry, files, as_of } = about;
  const rows: ShadowRow[] = [];
  const errors: string[] = [];
  const holdings_as_of = new Map<string, Date>();
  for (const path of files) {
    const file_name = basename(path);
    const kinds = await kindsOf(path, registry);
    if (kinds.includes('holdings')) holdings_as_of.set(registry, as_of);
    const facts = {
      registry_type: registry,
      registry_name: null,
      account: ACCOUNT,
      kinds: [...kinds],
      period_start_on: null,
      period_end_on: null,
      as_of,
      is_complete: true,
      replaces_statement_id: null,
    };
    for await (const batch of readRows({ path, facts })) {
      for (const row of batch.rows) {
        if (row.error !== null) errors.push(`${file_name}:${row.line_number} ${row.error}`);
        else rows.push(rowOf(row, { registry, file_name }));
      }
    }
  }
  return { rows, holdings_as_of, errors };
}

async function kindsOf(path: string, registry: string) {
  for await (const { fields } of readRecords(path)) {
    const found = findLayout(
      registry,
      fields.map((name) => name.trim()),
    );
    if ('layout' in found) return found.layout.kinds;
    throw new DmrvError('RECONCILE_INPUT_INVALID', {
      facts: { file: basename(path), reason: found.refusal },
    });
  }
  throw new DmrvError('RECONCILE_INPUT_INVALID', { facts: { file: basename(path), reason: 'it is empty' } });
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
