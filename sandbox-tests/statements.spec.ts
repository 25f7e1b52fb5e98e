// Shows that the real files of Verra and Isometric are imported row by row, once, over HTTP, and who sees what of them.

import { createHash } from 'node:crypto';
import test from 'ava';
import { canonicalJson, type JsonValue } from '../core/canonical/canonical-json.ts';
import { startApi, type TestApi } from './support/api.ts';
import { askAdmin, codeOf, eventsOf, refusalOf } from './support/api-way.ts';
import {
  fileOf,
  fixture,
  fixtureRows,
  MADE_UP_NAMESPACE,
  verraHolding,
  verraRow,
  verraSerial,
} from './support/statement-files.ts';

let api: TestApi;

test.before(async () => {
  api = await startApi();
});

test.after.always(async () => api?.close());

type Facts = Parameters<TestApi['a']['client']['importStatement']>[0]['query'];

const VERRA: Facts = {
  registry_type: 'verra',
  account: '1234',
  kinds: ['issuances', 'retirements', 'cancellations'],
  as_of: '2026-04-14',
  is_complete: 'true',
  file_name: 'transactions.csv',
};

const ISOMETRIC = { ...VERRA, registry_type: 'isometric' as const };

function send(bytes: Uint8Array, facts: Partial<Facts> = {}, client = api.a.client) {
  return client.importStatement({
    query: { ...VERRA, ...facts },
    upload: { bytes, content_type: 'text/csv' },
  });
}

async function allRows(statement_id: string, client = api.a.client) {
  const params = { statement_id };
  const rows = [];
  let cursor: string | undefined;
  do {
    const page = await client.listStatementRows({
      params,
      query: { page_size: 40, ...(cursor === undefined ? {} : { cursor }) },
    });
    rows.push(...page.rows);
    cursor = page.pagination.next_cursor;
  } while (cursor !== undefined);
  return rows;
}

function sumOf(rows: readonly { tonnage_co2e: string | null }[]): bigint {
  return rows.reduce((sum, { tonnage_co2e }) => sum + BigInt(tonnage_co2e ?? '0'), 0n);
}

test.serial(
  'all rows of Verra are imported: the range is the quantity, and without a reason nobody knows what ended them',
  async (t) => {
    const bytes = fixture('verra-transactions');
    const { statement, outcome } = await send(bytes, { account: 'the public export' });
    t.is(outcome, 'imported');
    t.is(statement.row_count, 70);
    t.is(statement.error_count, 0);
    t.is(statement.layout, 'verra-transactions');
    t.is(statement.file_sha256, createHash('sha256').update(bytes).digest('hex'));
    // The end of the day in Washington, which is four hours behind UTC in April.
    t.is(new Date(statement.as_of).toISOString(), '2026-04-15T03:59:59.999Z');
    const rows = await allRows(statement.statement_id);
    const wanted = fixtureRows('verra-transactions');
    t.is(rows.length, wanted.length);
    for (const [index, row] of rows.entries()) {
      const source = wanted[index] ?? {};
      const quantity = (source['Quantity Issued'] ?? '').replaceAll(',', '');
      t.is(row.registry_serial, source['Serial Number'] ?? '');
      t.is(row.tonnage_co2e, quantity);
      t.is(BigInt(row.serial_end ?? 0) - BigInt(row.serial_start ?? 0) + 1n, BigInt(quantity));
      t.is(row.kind, source['Retirement Reason'] === '' ? 'retired_or_cancelled' : 'retirement');
      t.is(row.happened_on, source['Retirement/Cancellation Date'] ?? '');
      t.is(row.registry_project_id, source.ID ?? '');
      t.deepEqual(row.raw, source);
      const hash = createHash('sha256')
        .update(canonicalJson(row.raw as JsonValue))
        .digest('hex');
      t.is(row.row_sha256, hash);
    }
    const { totals, first_errors } = await api.a.client.getStatement({ params: statement });
    t.deepEqual(first_errors, []);
    t.deepEqual(
      totals.map(({ kind, row_count, error_count }) => ({ kind, row_count, error_count })),
      [
        { kind: 'retired_or_cancelled', row_count: 5, error_count: 0 },
        { kind: 'retirement', row_count: 65, error_count: 0 },
      ],
    );
    t.is(sumOf(totals), sumOf(rows));
    t.deepEqual(await eventsOf(api, api.a, statement.statement_id), ['statement.imported.v1']);
  },
);

test.serial(
  'all rows of Isometric are imported: credits are tonnes, and supplier and buffer are the whole',
  async (t) => {
    const issued = await send(fixture('isometric-issuances'), { ...ISOMETRIC, kinds: ['issuances'] });
    t.is(issued.statement.row_count, 50);
    t.is(issued.statement.error_count, 0);
    const issuances = await allRows(issued.statement.statement_id);
    for (const [index, source] of fixtureRows('isometric-issuances').entries()) {
      const row = issuances[index];
      t.is(row?.kind, 'issuance');
      t.is(row?.row_key, source.id ?? '');
      t.is(tonnesToKg(row?.tonnage_co2e), source['credit_batch_size_total.credit_kgs'] ?? '');
      t.is(row?.happened_on, source.issued_at?.slice(0, 10) ?? '');
    }
    const ended = await send(fixture('isometric-retirements'), {
      ...ISOMETRIC,
      kinds: ['retirements'],
    });
    t.is(ended.statement.row_count, 50);
    t.is(ended.statement.error_count, 0);
    const retirements = await allRows(ended.statement.statement_id);
    for (const [index, source] of fixtureRows('isometric-retirements').entries()) {
      const row = retirements[index];
      t.is(row?.kind, 'retirement');
      t.is(row?.registry_retirement_id, source.retirement_id ?? '');
      t.is(row?.registry_serial, null);
      t.is(tonnesToKg(row?.tonnage_co2e), source['credit_batch_size_total.credit_kgs'] ?? '');
    }
  },
);

function tonnesToKg(tonnes: string | null | undefined): string {
  const [whole = '', fraction = ''] = (tonnes ?? '').split('.');
  return String(BigInt(whole + fraction.padEnd(3, '0')));
}

test.serial(
  'the same file twice changes nothing, and other facts of it are refused until they name what they correct',
  async (t) => {
    const bytes = fileOf([verraRow({ first: 1000, count: 10 })]);
    const first = await send(bytes);
    const again = await send(bytes, { file_name: 'another-name.csv' });
    t.is(again.outcome, 'unchanged');
    t.deepEqual(again.statement, first.statement);
    const refused = await refusalOf(send(bytes, { is_complete: 'false' }));
    t.is(refused.code, 'CONFLICT');
    t.true(refused.message.includes(first.statement.statement_id));
    const replaces_statement_id = first.statement.statement_id;
    const corrected = await send(bytes, { is_complete: 'false', replaces_statement_id });
    t.is(corrected.outcome, 'imported');
    t.is((await send(bytes, { is_complete: 'false', replaces_statement_id })).outcome, 'unchanged');
    const counted = await askAdmin<{ count: string }>(
      api,
      `select count(*)::text as count from registry.statement_rows where serial_namespace = '${MADE_UP_NAMESPACE}'`,
    );
    t.is(counted[0]?.count, '2');
  },
);

test.serial('two imports of one file at once make one statement', async (t) => {
  const rows = Array.from({ length: 3_000 }, (_none, index) =>
    verraRow({ first: 50_000 + index * 10, count: 10 }),
  );
  const bytes = fileOf(rows);
  const made = await Promise.all(Array.from({ length: 4 }, () => send(bytes, { account: 'at once' })));
  t.is(new Set(made.map(({ statement }) => statement.statement_id)).size, 1);
  t.deepEqual(made.map(({ outcome }) => outcome).sort(), ['imported', 'unchanged', 'unchanged', 'unchanged']);
  t.is(made[0]?.statement.row_count, 3_000);
  t.is((await allRows(made[0]?.statement.statement_id ?? '')).length, 3_000);
});

test.serial('a corrected file shows what it says otherwise, and takes the place of the first', async (t) => {
  const kept = verraRow({ first: 2000, count: 10 });
  const before = [
    kept,
    verraRow({ first: 2010, count: 10 }),
    verraRow({ first: 2020, count: 10 }),
    { ...verraRow({ first: 2030, count: 10 }), 'Quantity Issued': '11' },
  ];
  const after = [
    verraRow({ first: 2010, count: 10, retired_on: '2026-03-01', reason: 'Other' }),
    kept,
    verraRow({ first: 2030, count: 10 }),
    verraRow({ first: 2040, count: 5 }),
  ];
  const first = await send(fileOf(before), { account: 'corrected' });
  t.is(first.statement.error_count, 1);
  const replaces_statement_id = first.statement.statement_id;
  const second = await send(fileOf(after), { account: 'corrected', replaces_statement_id });
  const params = { statement_id: second.statement.statement_id };
  const { counts, differences } = await api.a.client.listStatementDifferences({ params });
  // The row that could not be read has no name at the registry: it was taken away, and a readable one came.
  t.deepEqual(counts, { added: 2, removed: 2, changed: 1 });
  const changed = differences.find(({ change }) => change === 'changed');
  t.is(changed?.row_key, verraSerial(2010, 2019));
  t.is(changed?.before?.kind, 'issuance');
  t.is(changed?.before?.line_number, 3);
  t.is(changed?.after?.kind, 'retirement');
  t.is(changed?.after?.line_number, 2);
  t.is(changed?.after?.happened_on, '2026-03-01');
  t.deepEqual(
    differences.filter(({ change }) => change === 'removed').map(({ before: row }) => row?.registry_serial),
    [verraSerial(2020, 2029), null],
  );
  const pages = [];
  for (const page of [1, 2, 3, 4, 5]) {
    const one = await api.a.client.listStatementDifferences({ params, query: { page, page_size: 1 } });
    pages.push(...one.differences);
  }
  t.deepEqual(pages, differences);

  const replaced = await api.a.client.getStatement({ params: { statement_id: replaces_statement_id } });
  t.is(replaced.statement.replaced_by_statement_id, params.statement_id);
  const current = await api.a.client.listStatements({ query: { account: 'corrected', is_current: 'true' } });
  t.deepEqual(
    current.statements.map(({ statement_id }) => statement_id),
    [params.statement_id],
  );
  t.is(await codeOf(send(fileOf([kept]), { account: 'corrected', replaces_statement_id })), 'CONFLICT');
  t.is(
    await codeOf(api.a.client.listStatementDifferences({ params: { statement_id: replaces_statement_id } })),
    'CONFLICT',
  );
});

test.serial('a statement corrects only one of its own tenant, registry and account', async (t) => {
  const first = await send(fileOf([verraRow({ first: 3000, count: 1 })]), { account: 'mine' });
  const replaces_statement_id = first.statement.statement_id;
  const bytes = fileOf([verraRow({ first: 3001, count: 1 })]);
  t.is(await codeOf(send(bytes, { account: 'another', replaces_statement_id })), 'CONFLICT');
  t.is(await codeOf(send(bytes, { account: 'mine', replaces_statement_id }, api.b.client)), 'NOT_FOUND');
  const nobodys = '0198c3a1-0000-7000-8000-000000000000';
  t.is(await codeOf(send(bytes, { account: 'mine', replaces_statement_id: nobodys })), 'NOT_FOUND');
});

test.serial(
  'another tenant finds nothing, operators read without the words, a registry its own alone',
  async (t) => {
    const verra = await send(fileOf([verraHolding({ first: 4000, count: 7 })]), {
      account: 'custody',
      kinds: ['holdings'],
    });
    const isometric = await send(fileOf(fixtureRows('isometric-retirements').slice(0, 2)), {
      ...ISOMETRIC,
      account: 'custody',
      kinds: ['retirements'],
    });
    const params = { statement_id: verra.statement.statement_id };
    const hidden = { statement_id: isometric.statement.statement_id };
    const calls = ['getStatement', 'listStatementRows', 'listStatementDifferences'] as const;
    for (const call of calls) t.is(await codeOf(api.b.client[call]({ params })), 'NOT_FOUND', call);
    t.deepEqual((await api.b.client.listStatements()).statements, []);
    for (const call of calls)
      t.is(await codeOf(api.registry.client[call]({ params: hidden })), 'NOT_FOUND', call);
    const seen = await api.registry.client.listStatements({ query: { page_size: 200 } });
    t.true(seen.statements.some(({ statement_id }) => statement_id === params.statement_id));
    t.true(seen.statements.every(({ registry_type }) => registry_type === 'verra'));
    const [of_registry] = await allRows(params.statement_id, api.registry.client);
    t.is(of_registry?.tonnage_co2e, '7');
    t.truthy(of_registry?.raw);
    for (const one of [params, hidden]) {
      const { statement } = await api.operator.client.getStatement({ params: one });
      t.is(statement.tenant_id, api.a.tenant_id);
      for (const row of await allRows(one.statement_id, api.operator.client)) t.is(row.raw, undefined);
    }
    for (const client of [api.operator.client, api.registry.client]) {
      t.is(await codeOf(send(fixture('verra-transactions'), {}, client)), 'FORBIDDEN');
    }
  },
);

test.serial('an e-mail address reaches no table, in a column of its own or inside a text', async (t) => {
  const rows = [
    {
      ...verraRow({
        first: 5000,
        count: 1,
        retired_on: '2026-03-01',
        reason: 'Other',
        beneficiary: 'Ann <ann@example.org>',
        details: 'By mail to "bob.b+x@mail.example.co.uk", not @acme; carol%40example.org',
      }),
      'Account Holder Email': 'dave@example.org',
    },
    {
      ...verraRow({ first: 5001, count: 1 }),
      'Quantity Issued': 'eve@example.org',
      'Account Holder Email': '',
    },
  ];
  const ragged = Buffer.concat([fileOf(rows), Buffer.from('frank@example.org,x\n')]);
  const { statement } = await send(ragged, { account: 'mail', file_name: 'of grace@example.org.csv' });
  t.is(statement.row_count, 3);
  t.is(statement.error_count, 2);
  const [row] = await allRows(statement.statement_id);
  t.is(Reflect.get(Object(row?.raw), 'Retirement Beneficiary'), 'Ann <[e-mail address removed]>');
  t.true(String(Reflect.get(Object(row?.raw), 'Retirement Details')).includes('not @acme'));
  t.false(Object.hasOwn(Object(row?.raw), 'Account Holder Email'));
  t.is(
    await codeOf(send(fixture('verra-transactions'), { account: 'heidi@example.org' })),
    'VALIDATION_FAILED',
  );
  const tables = await askAdmin<{ name: string }>(
    api,
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname in ('registry', 'audit', 'eventing', 'core')`,
  );
  for (const { name } of tables) {
    const found = await askAdmin(
      api,
      `select 1 from ${name} t where t::text ~* '(@|%40)(mail\\.)?example' limit 1`,
    );
    t.is(found.length, 0, name);
  }
  t.false(api.log.join('').includes('example.org'));
});
