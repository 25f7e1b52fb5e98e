// Owns the way from a file's records to rows for the database, a thousand at a time; leaves what a row means to its layout.

import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/canonical/canonical-json.ts';
import type { IntakeRow } from '../../core/db/statement-intake.ts';
import { type CsvRecord, FileProblem, readRecords } from './csv-records.ts';
import { findLayout } from './layouts.ts';
import { isPersonalColumn, removeAddresses } from './personal-data.ts';
import { dayIn, zoneOf } from './registry-days.ts';
import { formatRange } from './serial-range.ts';
import type { Facts } from './statement-facts.ts';
import { type Cells, type Layout, RowProblem, type RowRead } from './statement-layout.ts';

export type ReadBatch = { layout: Layout; rows: IntakeRow[]; bytes: number };

const ROWS_AT_ONCE = 1000;

/** At least one batch, which may be empty: a file with its columns and no row says that there is nothing. */
export async function* readRows(about: { path: string; facts: Facts }): AsyncGenerator<ReadBatch> {
  const { path, facts } = about;
  let reader: Reader | undefined;
  let rows: IntakeRow[] = [];
  let bytes = 0;
  for await (const record of readRecords(path)) {
    bytes = record.bytes;
    if (reader === undefined) {
      reader = openReader(record, facts);
      continue;
    }
    rows.push(readRow(reader, record));
    if (rows.length < ROWS_AT_ONCE) continue;
    yield { layout: reader.layout, rows, bytes };
    rows = [];
  }
  if (reader !== undefined) yield { layout: reader.layout, rows, bytes };
}

type Reader = {
  layout: Layout;
  /** In the file's order. */
  header: readonly string[];
  /** The last day on which anything in the file can have happened. */
  last_on: string;
};

function openReader(record: CsvRecord, facts: Facts): Reader {
  const { registry_type, kinds, as_of } = facts;
  const header = record.fields.map((name) => name.trim());
  const found = findLayout(registry_type, header);
  if ('refusal' in found) throw new FileProblem(found.refusal);
  const { layout } = found;
  const other = kinds.find((kind) => !layout.kinds.includes(kind));
  if (other !== undefined) {
    throw new FileProblem(`its columns are those of "${layout.title}", which says nothing of ${other}`);
  }
  return { layout, header, last_on: dayIn(zoneOf(registry_type), as_of) };
}

function readRow({ layout, header, last_on }: Reader, { line, fields }: CsvRecord): IntakeRow {
  if (fields.length !== header.length) {
    const raw = fields.map(clean);
    const error = `the row has ${fields.length} fields, and there are ${header.length} columns`;
    return rowOf({ line, raw, kind: layout.kindOf({}), error });
  }
  const raw: Record<string, string> = {};
  const cells: Record<string, string> = {};
  for (const [place, name] of header.entries()) {
    if (isPersonalColumn(name)) continue;
    const value = clean(fields[place] ?? '');
    raw[name] = value;
    cells[name] = value.trim();
  }
  const kind = layout.kindOf(cells);
  const outcome = tryRow({ layout, cells, last_on });
  return typeof outcome === 'string'
    ? rowOf({ line, raw, kind, error: outcome })
    : rowOf({ line, raw, kind, read: outcome });
}

/** What stands for a character that the database has not. */
const REPLACEMENT = '\ufffd';

function clean(value: string): string {
  return removeAddresses(value).replaceAll('\0', REPLACEMENT);
}

/** What the row says, or what is wrong with it. */
function tryRow(about: { layout: Layout; cells: Cells; last_on: string }): RowRead | string {
  const { layout, cells, last_on } = about;
  try {
    const read = layout.read(cells);
    const { happened_on } = read;
    if (happened_on !== undefined && happened_on > last_on) {
      return `it happened on ${happened_on}, and the statement is of ${last_on}`;
    }
    return read;
  } catch (error) {
    if (error instanceof RowProblem) return error.message;
    throw error;
  }
}

function rowOf(about: {
  line: number;
  raw: Record<string, string> | string[];
  kind: IntakeRow['kind'];
  read?: RowRead;
  error?: string;
}): IntakeRow {
  const { line, raw, kind, read, error = null } = about;
  const text = canonicalJson(raw);
  const serial = read?.serial;
  return {
    line_number: line,
    kind,
    // Over what is kept, so that whoever has the row can hash it again; the file's own hash is the statement's.
    row_sha256: createHash('sha256').update(text).digest('hex'),
    raw: text,
    row_key: read?.row_key ?? null,
    registry_serial: read?.registry_serial ?? null,
    serial_namespace: serial?.namespace ?? null,
    serial_range: serial === undefined ? null : formatRange(serial),
    tonnage_co2e: read?.tonnage_co2e ?? null,
    registry_project_id: read?.registry_project_id ?? null,
    registry_retirement_id: read?.registry_retirement_id ?? null,
    happened_on: read?.happened_on ?? null,
    error,
  };
}
