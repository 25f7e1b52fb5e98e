// Shows that a file is refused whole, kept with an error on its line, or read all the same, as its case says.

import test from 'ava';
import { startApi, type TestApi } from './support/api.ts';
import { codeOf, refusalOf } from './support/api-way.ts';
import { type Change, type StatementQuery, sendStatement, set } from './support/send-statement.ts';
import {
  fileOf,
  fixture,
  fixtureRows,
  verraHolding,
  verraRow,
  verraSerial,
} from './support/statement-files.ts';

let api: TestApi;

test.before(async () => {
  api = await startApi();
});

test.after.always(async () => api?.close());

function send(bytes: Uint8Array, facts: Partial<StatementQuery> = {}) {
  return sendStatement(api.a.client, { bytes, facts });
}

const TEXT = fileOf([verraRow({ first: 1, count: 10 }), verraRow({ first: 11, count: 10 })]).toString();
const HEADER = TEXT.slice(0, TEXT.indexOf('\n'));
const bytesOf = (text: string) => Buffer.from(text);

const REFUSED: readonly { what: string; bytes: Buffer; reason: RegExp; facts?: Partial<StatementQuery> }[] = [
  { what: 'nothing at all', bytes: Buffer.alloc(0), reason: /it is empty/ },
  { what: 'empty lines alone', bytes: bytesOf('\n\n\n'), reason: /it is empty/ },
  {
    what: 'a page of HTML that came with status 200',
    bytes: bytesOf('\n<!DOCTYPE html><html><body>Please sign in</body></html>'),
    reason: /a page of HTML/,
  },
  { what: 'JSON', bytes: bytesOf('{"error":"gone"}'), reason: /"Serial Number"/ },
  { what: 'a workbook', bytes: Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), reason: /a workbook/ },
  { what: 'UTF-16', bytes: Buffer.from(`\ufeff${TEXT}`, 'utf16le'), reason: /UTF-16/ },
  {
    what: 'Windows-1252, from the line of its first letter on',
    bytes: Buffer.from(TEXT.replaceAll('the lake', 'Z\u00fcrich'), 'latin1'),
    reason: /not in UTF-8 \(from line 2 on\)/,
  },
  {
    what: 'half a letter at the end',
    bytes: Buffer.concat([bytesOf(TEXT), Buffer.from([0xc3])]),
    reason: /not in UTF-8 \(from line 4 on\)/,
  },
  {
    what: 'a missing column, by its name',
    bytes: fileOf([without(verraRow({ first: 1, count: 1 }), 'Serial Number', 'Vintage Start')]),
    reason: /the columns "Vintage Start", "Serial Number" are missing/,
  },
  {
    what: 'a renamed column, by both names',
    bytes: bytesOf(TEXT.replace('Quantity Issued', 'Quantity')),
    reason: /"Quantity Issued" are missing, and the columns "Quantity" are not known/,
  },
  {
    what: 'a column too many, by its name',
    bytes: fileOf([{ ...verraRow({ first: 1, count: 1 }), 'Unnamed: 17': '' }]),
    reason: /the columns "Unnamed: 17" are not known/,
  },
  {
    what: 'a column twice',
    bytes: bytesOf(TEXT.replace('Vintage End', 'Vintage Start')),
    reason: /stands there twice/,
  },
  {
    what: 'semicolons between its columns',
    bytes: bytesOf(TEXT.replaceAll(',', ';')),
    reason: /separated by semicolons/,
  },
  {
    what: 'tabs between its columns',
    bytes: bytesOf(TEXT.replaceAll(',', '\t')),
    reason: /separated by tabs/,
  },
  {
    what: 'rows without their columns',
    bytes: bytesOf(TEXT.slice(HEADER.length + 1)),
    reason: /are missing/,
  },
  {
    what: 'the file of another registry',
    bytes: fixture('isometric-issuances'),
    reason: /those of another registry \(Isometric, issuances\)/,
  },
  {
    what: 'a file that says nothing of what its sender says it does',
    bytes: bytesOf(TEXT),
    facts: { kinds: ['holdings'] },
    reason: /which says nothing of holdings/,
  },
  {
    what: 'a registry whose files are not read',
    bytes: bytesOf(TEXT),
    facts: { registry_type: 'puro' },
    reason: /no file of puro is read here/,
  },
  {
    what: 'a quote that is never closed',
    bytes: bytesOf(`${TEXT}2026-01-15,"`),
    reason: /the row of line 4 opens a quote that is never closed/,
  },
  {
    what: 'a record of megabytes',
    bytes: bytesOf(`${TEXT}"${'x'.repeat(600_000)}"\n`),
    reason: /the row of line 4 is longer than 262144 bytes/,
  },
];

for (const { what, bytes, reason, facts } of REFUSED) {
  test(`refused whole: ${what}`, async (t) => {
    const refused = await refusalOf(send(bytes, { ...facts, account: `refused ${what}` }));
    t.is(refused.code, 'STATEMENT_UNREADABLE');
    t.regex(refused.message, reason);
    const { statements } = await api.a.client.listStatements({ query: { account: `refused ${what}` } });
    t.deepEqual(statements, []);
  });
}

const RETIRED = 'Retirement/Cancellation Date';

/** Of three rows the second is changed; the others are good. */
const ROW_ERRORS: readonly { what: string; change: Change; error: RegExp }[] = [
  {
    what: 'a quantity that is no number',
    change: set('Quantity Issued', 'ten'),
    error: /Quantity Issued is "ten"/,
  },
  { what: 'a quantity with a broken separator', change: set('Quantity Issued', '1,0'), error: /"1,0"/ },
  { what: 'a quantity of parts', change: set('Quantity Issued', '10.5'), error: /"10.5"/ },
  { what: 'a quantity below zero', change: set('Quantity Issued', '-10'), error: /"-10"/ },
  { what: 'no quantity', change: set('Quantity Issued', ''), error: /Quantity Issued is empty/ },
  { what: 'a quantity of 0', change: set('Quantity Issued', '0'), error: /is 0/ },
  { what: 'a quantity with an exponent', change: set('Quantity Issued', '1e1'), error: /"1e1"/ },
  {
    what: 'a quantity other than the range',
    change: set('Quantity Issued', '11'),
    error: /has 10 numbers, and Quantity Issued says 11/,
  },
  { what: 'no serial', change: set('Serial Number', ''), error: /Serial Number is empty/ },
  {
    what: 'a serial of another grammar',
    change: set('Serial Number', 'GS1-1-UG-GS11236-16-2024-30307-1-10'),
    error: /no serial of verra/,
  },
  {
    what: 'a serial that runs backwards',
    change: set('Serial Number', verraSerial(20, 11)),
    error: /no serial of verra/,
  },
  {
    what: 'the serial of another project',
    change: set('ID', '78'),
    error: /ID is "78", and the serial is of project 77/,
  },
  {
    what: 'a day in another order',
    change: set('Issuance Date', '15/01/2026'),
    error: /Issuance Date is "15\/01\/2026"/,
  },
  { what: 'a day that is none', change: set('Issuance Date', '2026-02-30'), error: /"2026-02-30"/ },
  { what: 'no day', change: set('Issuance Date', ''), error: /Issuance Date is empty/ },
  {
    what: 'a retirement before the issuance',
    change: set(RETIRED, '2025-12-31'),
    error: /before their issuance/,
  },
  {
    what: 'a retirement after the statement',
    change: set(RETIRED, '2026-04-15'),
    error: /happened on 2026-04-15, and the statement is of 2026-04-14/,
  },
  {
    what: 'a reason without a day',
    change: set('Retirement Reason', 'Other'),
    error: /a retirement without its day/,
  },
  {
    what: 'numbers of an earlier row',
    change: (row) => ({ ...row, 'Serial Number': verraSerial(10, 19) }),
    error: /some of its numbers are also those of line 2/,
  },
];

for (const { what, change, error } of ROW_ERRORS) {
  test(`kept with its error: ${what}`, async (t) => {
    const good = [verraRow({ first: 1, count: 10 }), verraRow({ first: 21, count: 10 })] as const;
    const bytes = fileOf([good[0], change(verraRow({ first: 11, count: 10 })), good[1]]);
    const { statement } = await send(bytes);
    t.is(statement.row_count, 3);
    t.is(statement.error_count, 1);
    const params = { statement_id: statement.statement_id };
    const { first_errors } = await api.a.client.getStatement({ params });
    t.is(first_errors[0]?.line_number, 3);
    t.regex(first_errors[0]?.error ?? '', error);
    const { rows } = await api.a.client.listStatementRows({ params, query: { has_error: 'false' } });
    t.deepEqual(
      rows.map(({ line_number, tonnage_co2e }) => [line_number, tonnage_co2e]),
      [
        [2, '10'],
        [4, '10'],
      ],
    );
  });
}

test('a row with fields too few or too many is kept with its error, and so is the same row again', async (t) => {
  const row = verraRow({ first: 31, count: 5 });
  const line = fileOf([row])
    .toString()
    .slice(HEADER.length + 1);
  const { statement } = await send(bytesOf(`${HEADER}\n${line}a,b\n${line.trim()},,\n${line}`));
  t.is(statement.row_count, 4);
  const { first_errors } = await api.a.client.getStatement({ params: statement });
  t.deepEqual(first_errors, [
    { line_number: 3, error: 'the row has 2 fields, and there are 17 columns' },
    { line_number: 4, error: 'the row has 19 fields, and there are 17 columns' },
    { line_number: 5, error: 'the same row stands on line 2' },
  ]);
});

test('line breaks in quotes, quotes in texts, empty lines and other line ends keep rows and lines apart', async (t) => {
  const rows = [
    verraRow({ first: 41, count: 1, retired_on: '2026-03-01', reason: 'Other', details: 'two\r\n"lines"' }),
    { ...verraRow({ first: 42, count: 1 }), 'Quantity Issued': 'x' },
  ];
  const quoted = fileOf(rows).toString();
  const { statement } = await send(bytesOf(quoted.replace('\n2026', '\n\n2026')));
  const page = await api.a.client.listStatementRows({ params: statement });
  t.deepEqual(
    page.rows.map(({ line_number }) => line_number),
    [3, 5],
  );
  t.is(Reflect.get(Object(page.rows[0]?.raw), 'Retirement Details'), 'two\r\n"lines"');
  const bare = TEXT.replace('Biochar at the lake', 'Biochar 5" pipe').replaceAll('\n', '\r\n').trimEnd();
  const other = await send(bytesOf(bare));
  t.is(other.statement.row_count, 2);
  t.is(other.statement.error_count, 0);
});

test('a byte order mark, another order of columns and white space around values change nothing', async (t) => {
  const reversed = fixtureRows('verra-transactions')
    .slice(0, 3)
    .map((row) =>
      Object.fromEntries(
        Object.entries(row)
          .reverse()
          .map(([name, value]) => [name, ` ${value}`]),
      ),
    );
  const { statement } = await send(Buffer.concat([Buffer.from('\ufeff'), fileOf(reversed)]));
  t.is(statement.row_count, 3);
  t.is(statement.error_count, 0);
  const { rows } = await api.a.client.listStatementRows({ params: statement });
  t.is(rows[2]?.tonnage_co2e, '28571');
});

test('a character that no table holds is replaced, and the row is read', async (t) => {
  const { statement } = await send(bytesOf(TEXT.replace('Biochar', 'Bio\0char')));
  t.is(statement.error_count, 0);
  const { rows } = await api.a.client.listStatementRows({ params: statement });
  t.is(Reflect.get(Object(rows[0]?.raw), 'Name'), 'Bio\ufffdchar at the lake');
});

test('a file with its columns and no row says that there is nothing', async (t) => {
  const { statement } = await send(bytesOf(`${HEADER}\n`));
  t.is(statement.row_count, 0);
  t.true(statement.is_complete);
});

test('a block keeps its namespace when the registry leaves out the scope', async (t) => {
  const scoped = verraSerial(51, 60).replace('-CH-', '-CH-14-');
  const rows = [
    set('Serial Number', scoped)(verraRow({ first: 51, count: 10 })),
    verraRow({ first: 55, count: 10 }),
  ];
  const { statement } = await send(fileOf(rows));
  const { rows: read } = await api.a.client.listStatementRows({ params: statement });
  t.is(read[0]?.serial_namespace, read[1]?.serial_namespace ?? '');
  t.is(read[0]?.registry_serial, scoped);
  t.regex(read[1]?.error ?? '', /some of its numbers are also those of line 2/);
});

test('units that ended otherwise are told apart where the file tells: holdings and cancellations have files of their own', async (t) => {
  const held = await send(fileOf([verraHolding({ first: 1, count: 3 })]), { kinds: ['holdings'] });
  t.deepEqual((await api.a.client.getStatement({ params: held.statement })).totals, [
    { kind: 'holding', row_count: 1, error_count: 0, tonnage_co2e: '3' },
  ]);
  const cancelled = {
    'Issuance Date': '2026-01-15',
    'Vintage Start': '2025-01-01',
    'Vintage End': '2025-12-31',
    ID: '77',
    Name: 'Biochar at the lake',
    'Country/Area': 'Switzerland',
    'Project Type': '',
    Methodology: 'VM0044',
    'Quantity Cancelled': '1,000',
    'Serial Number': verraSerial(1, 1000),
    'Additional Certifications': '',
    'Cancellation Date': '2026-02-01',
    'Cancellation Reason': 'Buffer',
    'Cancellation Details': '',
  };
  const ended = await send(fileOf([cancelled]), { kinds: ['cancellations'] });
  t.deepEqual((await api.a.client.getStatement({ params: ended.statement })).totals, [
    { kind: 'cancellation', row_count: 1, error_count: 0, tonnage_co2e: '1000' },
  ]);
});

test('facts that contradict themselves, or lie ahead, are refused before the file is looked at', async (t) => {
  const bytes = bytesOf(TEXT);
  for (const facts of [
    { period_start_on: '2026-02-01', period_end_on: '2026-01-31' },
    { as_of: '2999-01-01' },
    { as_of: '2999-01-01T00:00:00Z' },
    { registry_type: 'other' as const },
    { registry_name: 'somebody' },
    { kinds: 'everything' as never },
  ]) {
    t.is(await codeOf(send(bytes, facts)), 'VALIDATION_FAILED', JSON.stringify(facts));
  }
});

test('rows of blocks that are not ours are kept, and told apart', async (t) => {
  const { statement } = await send(fixture('verra-transactions'));
  const ask = async (is_ours: 'true' | 'false') =>
    (await api.a.client.listStatementRows({ params: statement, query: { is_ours, page_size: 200 } })).rows
      .length;
  t.is(await ask('true'), 0);
  t.is(await ask('false'), 70);
});

function without(row: Record<string, string>, ...names: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
}
