// Shows that a row of Isometric that contradicts itself is kept with its error, as its case says.

import test from 'ava';
import { startApi, type TestApi } from './support/api.ts';
import { type Change, type StatementQuery, sendStatement, set } from './support/send-statement.ts';
import { fileOf, fixtureRows } from './support/statement-files.ts';

let api: TestApi;

test.before(async () => {
  api = await startApi();
});

test.after.always(async () => api?.close());

function send(bytes: Uint8Array, facts: Partial<StatementQuery>) {
  return sendStatement(api.a.client, { bytes, facts });
}

const BATCH = {
  id: 'bat_1KNSQMD6Z1S0TB50',
  created_at: '2026-01-01T00:30:00.5Z',
  serial_number: 'ISO-1-BSTORE-GBR-F5X7-2024-78177-81177',
  status: 'active',
  project_id: 'prj_1HHYZFVGW1S044ZY',
  'owner.id': 'org_1HYG2QS8H1S0EDWM',
  'owner.name': 'Workday',
  'credit_batch_size.credits': '3.001',
  'credit_batch_size.credit_kgs': '3001',
};

const ISOMETRIC_ERRORS: readonly { what: string; change: Change; error: RegExp }[] = [
  {
    what: 'credits other than the kilograms',
    change: set('credit_batch_size.credits', '3.01'),
    error: /are 3010 kg/,
  },
  {
    what: 'credits of grams',
    change: set('credit_batch_size.credits', '3.0001'),
    error: /no number of whole kilograms/,
  },
  { what: 'a split batch', change: set('status', 'split'), error: /only an active batch is held/ },
  {
    what: 'a range other than the kilograms',
    change: set('serial_number', 'ISO-1-BSTORE-GBR-F5X7-2024-1-3000'),
    error: /has 3000 numbers/,
  },
  {
    what: 'a time without a zone',
    change: set('created_at', '2026-01-01T00:30:00'),
    error: /no time such as/,
  },
  { what: 'an id of another thing', change: set('project_id', 'spl_1'), error: /no id such as prj_/ },
];

for (const { what, change, error } of ISOMETRIC_ERRORS) {
  test(`kept with its error, of Isometric: ${what}`, async (t) => {
    const other = { ...BATCH, serial_number: 'ISO-1-BSTORE-GBR-F5X7-2024-90001-93001' };
    const facts = { registry_type: 'isometric' as const, kinds: ['holdings'] };
    const { statement } = await send(fileOf([other, change(BATCH)]), facts);
    const view = await api.a.client.getStatement({ params: statement });
    t.is(view.first_errors[0]?.line_number, 3);
    t.regex(view.first_errors[0]?.error ?? '', error);
    t.is(view.totals[0]?.tonnage_co2e, '3.001');
  });
}

test('of Isometric: supplier and buffer that are not the whole are kept with their error', async (t) => {
  const [row = {}] = fixtureRows('isometric-issuances');
  const wrong = {
    ...row,
    'buffer_pool_credit_batch_size_total.credits': '55.309',
    'buffer_pool_credit_batch_size_total.credit_kgs': '55309',
  };
  const { statement } = await send(fileOf([wrong]), {
    registry_type: 'isometric',
    kinds: ['issuances'],
  });
  const { first_errors } = await api.a.client.getStatement({ params: statement });
  t.regex(
    first_errors[0]?.error ?? '',
    /2710062 kg of the supplier and 55309 kg of the buffer are not 2765370 kg/,
  );
});
