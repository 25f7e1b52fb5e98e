// Owns the way from a file's bytes to its records with their lines, without ever holding the file; leaves what the columns mean
// to the layouts.

import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { CsvError, parse } from 'csv-parse';

/** A file that cannot be read at all, in words for whoever sent it. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
}

export type CsvRecord = {
  /** The line on which it begins, from 1; a record with line breaks in quotes has several. */
  line: number;
  fields: readonly string[];
  /** Of the file, up to its end. */
  bytes: number;
};

/** A quote that is never closed would swallow the rest of the file; no record of a registry is near this long. */
const MAX_RECORD_BYTES = 256 * 1024;

/** Empty lines are passed over. */
export async function* readRecords(path: string): AsyncGenerator<CsvRecord> {
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    // A quote inside a field that was not quoted is a character like others; no line is lost by it.
    relax_quotes: true,
    max_record_size: MAX_RECORD_BYTES,
  });
  const source = createReadStream(path);
  const text = decodeUtf8();
  source.on('error', (error) => text.destroy(error));
  text.on('error', (error) => parser.destroy(error));
  source.pipe(text).pipe(parser);
  // Counted here: csv-parse 7.0.3 takes a line break of two characters inside quotes for two lines.
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      const begins = line;
      line += 1 + countBreaks(record);
      if (record.length === 1 && record[0]?.trim() === '') continue;
      yield { line: begins, fields: record, bytes: info.bytes };
    }
  } catch (error) {
    throw error instanceof CsvError ? new FileProblem(describeCsvError(error, line)) : error;
  } finally {
    source.destroy();
    text.destroy();
    parser.destroy();
  }
}

type Parsed = { record: string[]; info: { bytes: number } };

function countBreaks(fields: readonly string[]): number {
  return fields.reduce((sum, field) => sum + (field.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
}

/** `line` is where the record begins that was not read to its end. */
function describeCsvError({ code }: CsvError, line: number): string {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return `the row of line ${line} opens a quote that is never closed`;
    case 'CSV_MAX_RECORD_SIZE':
      return `the row of line ${line} is longer than ${MAX_RECORD_BYTES} bytes, as behind a quote that is never closed`;
    default:
      return `the row of line ${line} is no CSV: ${code}`;
  }
}

const NEWLINE = 0x0a;

/** The same bytes, once they have been seen to be UTF-8. Exports in other encodings would lose letters without a word. */
function decodeUtf8(): Transform {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let line = 1;
  let is_first = true;
  const check = (bytes: Uint8Array, stream: boolean): string => {
    try {
      return decoder.decode(bytes, { stream });
    } catch {
      throw new FileProblem(`it is not in UTF-8 (from line ${line} on); save it as CSV in UTF-8`);
    }
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        if (is_first) refuseOtherFiles(chunk);
        is_first = false;
        // Piece by piece of whole lines, so that the line of a wrong byte can be told.
        const pieces = linesOf(chunk).map((piece) => {
          const text = check(piece, true);
          if (piece.at(-1) === NEWLINE) line += 1;
          return text;
        });
        done(null, pieces.join(''));
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
    flush(done) {
      try {
        done(null, check(new Uint8Array(), false));
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
}

function linesOf(chunk: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  let start = 0;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, start)) {
    pieces.push(chunk.subarray(start, at + 1));
    start = at + 1;
  }
  if (start < chunk.length) pieces.push(chunk.subarray(start));
  return pieces;
}

/** What a registry's site sends instead of a file, and what spreadsheets save. */
function refuseOtherFiles(chunk: Buffer): void {
  const [first, second] = chunk;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new FileProblem('it is in UTF-16; save it as CSV in UTF-8');
  }
  if (first === 0x50 && second === 0x4b) {
    throw new FileProblem('it is a workbook or another packed file; save it as CSV in UTF-8');
  }
  const begins = chunk
    .subarray(0, 200)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (begins.startsWith('<')) {
    throw new FileProblem(
      'it is a page of HTML or XML and no CSV; the site sent an error or a login page instead',
    );
  }
}
