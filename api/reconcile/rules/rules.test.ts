// Shows that the comparisons find what differs with exact tonnes, and let pass what is on its way.

import test from 'ava';
import type { UnequalIssuance } from '../../../core/db/reconciliation/mints.ts';
import type { UnansweredRetirement } from '../../../core/db/reconciliation/retirements.ts';
import type { EndedRow, SerialGroup, TokenInRange } from '../../../core/db/reconciliation/serial-groups.ts';
import { compareSupply, compareToken } from '../chain-views.ts';
import { showTonnes } from '../finding.ts';
import { compareLosses } from './keeping.ts';
import { compareIssuances, judgeIssuance, judgeMint } from './mints.ts';
import { compareUnanswered } from './retirements.ts';
import {
  compareEnded,
  compareMissing,
  compareOverlapping,
  compareSurplus,
  compareUnnumbered,
} from './serial-blocks.ts';

const NOW = new Date('2026-06-30T00:00:00Z');
const REGISTRY = { tenant_id: 't', registry_type: 'verra', registry_name: null };

function group(given: Partial<SerialGroup> = {}): SerialGroup {
  return {
    ...REGISTRY,
    namespace: 'N',
    unit: '1',
    active_co2e: '100',
    impaired_co2e: '0',
    retired_unconfirmed_co2e: '0',
    retired_confirmed_co2e: '0',
    held_co2e: '0',
    held_units: '0',
    covered_as_of: '2026-06-15T00:00:00Z',
    missing: null,
    surplus: null,
    ended_at_registry: null,
    overlapping: null,
    ...given,
  };
}

function token(given: Partial<TokenInRange> = {}): TokenInRange {
  return {
    ...REGISTRY,
    token_id: 'a',
    origin: 'a',
    origin_co2e: '100',
    minted_at: '2026-06-01T00:00:00Z',
    namespace: 'N',
    serial_range: '[1,101)',
    part: '{[1,101)}',
    unit: '1',
    status: 'active',
    registry_outcome: null,
    ended_at: null,
    confirmed_at: null,
    owner_account_id: 'alice.near',
    ...given,
  };
}

const tonnesOf = (findings: readonly { tonnes: bigint }[]): string[] =>
  findings.map(({ tonnes }) => showTonnes(tonnes));

for (const [what, given, found, moving] of [
  ['all of a block', {}, ['100'], []],
  ['two pieces of a block', { part: '{[1,11),[51,101)}' }, ['60'], []],
  ['kilograms', { unit: '0.001', part: '{[1,1501)}' }, ['1.5'], []],
  ['what was minted after the statement', { minted_at: '2026-06-16T00:00:00Z' }, [], ['100']],
  ['what is confirmed as retired', { status: 'retired', registry_outcome: 'confirmed' }, [], []],
  ['what waits for its confirmation', { status: 'retired', registry_outcome: 'pending' }, ['100'], []],
] as const) {
  test(`backing that is missing for ${what}`, (t) => {
    const { findings, in_transit } = compareMissing({ groups: [group()], missing: [token(given)] });
    t.deepEqual(tonnesOf(findings), [...found]);
    t.deepEqual(tonnesOf(in_transit), [...moving]);
  });
}

for (const [held, live, waiting, found] of [
  ['100', '100', '0', []],
  ['99.5', '100', '0', ['0.5']],
  ['100', '100', '20', []],
  ['120', '100', '20', []],
] as const) {
  test(`${held} t held for ${live} t live and ${waiting} t waiting, without serial numbers`, (t) => {
    const one = group({
      namespace: null,
      held_co2e: held,
      active_co2e: live,
      retired_unconfirmed_co2e: waiting,
    });
    t.deepEqual(tonnesOf(compareUnnumbered([one]).findings), [...found]);
  });
}

test('what ended on chain may be held for ten business days more', (t) => {
  const ended = (ended_at: string) => token({ status: 'cancelled', ended_at });
  const look = (ended_at: string) =>
    compareSurplus({ groups: [group()], surplus: [ended(ended_at)] }).findings;
  t.is(look('2026-06-01T00:00:00Z').length, 1);
  t.is(look('2026-06-02T00:00:00Z').length, 0);
});

test('what ended at the registry is found a business day later', (t) => {
  const row: EndedRow = {
    registry_type: 'verra',
    registry_name: null,
    namespace: 'N',
    kind: 'retirement',
    serial_range: '[1,26)',
    registry_retirement_id: null,
    happened_on: '2026-06-29',
    file_name: 'f.csv',
    line_number: 2,
  };
  const about = { ended: [token({ part: '{[1,26)}' })], ended_rows: [row] };
  t.deepEqual(tonnesOf(compareEnded(about, { now: NOW }).findings), ['25']);
  const before = compareEnded(about, { now: new Date('2026-06-29T12:00:00Z') });
  t.deepEqual(before.findings, []);
  t.deepEqual(tonnesOf(before.in_transit), ['25']);
});

test('numbers that two credits claim are named with both holders, to operators where they are two tenants', (t) => {
  const other = token({ token_id: 'b', origin: 'b', tenant_id: 'u', serial_range: '[91,191)' });
  const apart = token({ token_id: 'c', origin: 'c', serial_range: '[300,400)' });
  const { findings } = compareOverlapping([token(), other, apart]);
  t.deepEqual(tonnesOf(findings), ['10']);
  t.like(findings[0], { tenant_id: null, subject: 'tokens a b' });
  const { holders } = findings[0]?.values ?? {};
  t.deepEqual(
    (holders as { tenant_id: string }[]).map(({ tenant_id }) => tenant_id),
    ['t', 'u'],
  );
});

test('a narrow block inside a wide one is found behind others', (t) => {
  const wide = token({ serial_range: '[1,1001)' });
  const inside = ['[10,20)', '[500,600)'].map((serial_range, index) =>
    token({ token_id: `i${index}`, origin: `i${index}`, serial_range }),
  );
  t.deepEqual(tonnesOf(compareOverlapping([wide, ...inside]).findings), ['10', '100']);
});

test('a mint is judged by approval, consent and verified tonnes, each for itself', (t) => {
  const mint = {
    ...REGISTRY,
    token_id: 'a',
    tonnage_co2e: '100',
    is_approved: false,
    consent_ref: 'c',
    consent_document: null,
    consent_hash: null,
    verified_co2e: '90.5',
  };
  const found = judgeMint(mint).map(({ code, tonnes }) => `${code} ${showTonnes(tonnes)}`);
  t.deepEqual(found, ['MINT_WITHOUT_APPROVAL 100', 'MINT_WITHOUT_CONSENT 100', 'MINT_ABOVE_VERIFIED 9.5']);
});

const row = (serial_range: string, tonnage_co2e: string) => ({
  statement_row_id: 'r',
  serial_range,
  tonnage_co2e,
});
for (const [what, verified, rows, found] of [
  ['one block as verified', '100', [row('[1,101)', '100')], []],
  ['verified tonnes with a fraction', '100.9', [row('[1,101)', '100')], []],
  [
    'three blocks that make one',
    '100',
    [row('[1,31)', '30'), row('[31,61)', '30'), row('[61,101)', '40')],
    [],
  ],
  ['a larger block that others share', '100', [row('[1,5001)', '5000')], []],
  ['a block and a part of it that was cancelled', '100', [row('[1,26)', '25'), row('[1,101)', '100')], []],
  ['a shorter block', '100', [row('[1,91)', '90')], ['10']],
  ['other tonnes', '100', [row('[1,101)', '107')], ['7']],
  ['nothing, and the statement is whole', '100', [], ['100']],
] as const) {
  test(`the registry issued ${what}`, (t) => {
    t.deepEqual(tonnesOf(judgeIssuance(issuance({ verified_co2e: verified, rows: [...rows] }))), [...found]);
  });
}

function issuance(given: Partial<UnequalIssuance> = {}): UnequalIssuance {
  return {
    ...REGISTRY,
    token_id: 'a',
    namespace: 'N',
    serial_range: '[1,101)',
    tonnage_co2e: '100',
    unit: '1',
    minted_at: '2026-06-01T00:00:00Z',
    verified_co2e: '100',
    rows: [],
    covered_as_of: '2026-06-15T00:00:00Z',
    ...given,
  };
}

test('where a registry’s issuances name no serial numbers, that a block is not among them is not checked', (t) => {
  const { findings, not_checked } = compareIssuances([
    issuance(),
    issuance({ token_id: 'b', registry_type: 'isometric' }),
    issuance({ token_id: 'c', registry_type: 'isometric' }),
  ]);
  t.deepEqual(
    findings.map(({ mrv_hash }) => mrv_hash),
    ['a'],
  );
  t.deepEqual(
    not_checked.map(({ code, registry_type, reason }) => ({ code, registry_type, reason })),
    [
      {
        code: 'REGISTRY_ISSUED_DIFFERS',
        registry_type: 'isometric',
        reason: 'issuances of isometric name no serial numbers',
      },
    ],
  );
});

function retirement(given: Partial<UnansweredRetirement> = {}): UnansweredRetirement {
  return {
    ...REGISTRY,
    token_id: 'a',
    origin: 'a',
    origin_co2e: '100',
    registry_project_id: 'P',
    namespace: 'N',
    serial_range: '[1,101)',
    unit: '1',
    tonnage_co2e: '100',
    retired_at: '2026-06-01T00:00:00Z',
    account_id: 'alice.near',
    registry_outcome: 'pending',
    registry_retirement_id: null,
    confirmed_at: null,
    unanswered: '{[1,101)}',
    id_chain_co2e: null,
    id_registry_co2e: null,
    covered_as_of: '2026-06-20T00:00:00Z',
    ...given,
  };
}

const NUMBERLESS = {
  namespace: null,
  serial_range: null,
  unanswered: null,
  registry_outcome: 'confirmed',
} as const;
for (const [what, given, found, moving, gaps] of [
  ['no row, after the grace', {}, ['100'], [], 0],
  ['a row of a part', { unanswered: '{[41,101)}' }, ['60'], [], 0],
  ['a statement from within the grace', { covered_as_of: '2026-06-10T00:00:00Z' }, [], ['100'], 0],
  ['no whole statement', { covered_as_of: null }, [], ['100'], 1],
  ['the registry’s no', { registry_outcome: 'refused', covered_as_of: null }, ['100'], [], 0],
  [
    'fewer tonnes under its id',
    { ...NUMBERLESS, id_chain_co2e: '100', id_registry_co2e: '70.5' },
    ['29.5'],
    [],
    0,
  ],
  ['more tonnes under its id', { ...NUMBERLESS, id_chain_co2e: '100', id_registry_co2e: '120' }, [], [], 0],
] as const) {
  test(`a retirement and ${what}`, (t) => {
    const { findings, in_transit, not_checked } = compareUnanswered([retirement(given)], NOW);
    t.deepEqual(tonnesOf(findings), [...found]);
    t.deepEqual(tonnesOf(in_transit), [...moving]);
    t.is(not_checked.length, gaps);
  });
}

test('of several retirements under one id only what lacks of their sum is at stake', (t) => {
  const under = { ...NUMBERLESS, registry_retirement_id: 'R', id_chain_co2e: '200', id_registry_co2e: '130' };
  const two = ['a', 'b'].map((token_id) => retirement({ ...under, token_id }));
  t.deepEqual(tonnesOf(compareUnanswered(two, NOW).findings), ['70']);
});

test('a loss that the buffer can bear is to be applied, one that it cannot is under water', (t) => {
  const reversal = {
    ...REGISTRY,
    reversal_event_id: 'v',
    project_id: 'p',
    status: 'verified',
    updated_at: '2026-06-01T00:00:00Z',
    lost_co2e: '50',
    applied_co2e: '10',
    available_co2e: '25',
  };
  const codesOf = (given: object) =>
    compareLosses({ reversals: [{ ...reversal, ...given }], negative: [] }, NOW).findings.map(
      ({ code, tonnes }) => `${code} ${showTonnes(tonnes)}`,
    );
  t.deepEqual(codesOf({}), ['REVERSAL_NOT_APPLIED 25', 'POOL_UNDER_WATER 15']);
  t.deepEqual(codesOf({ updated_at: '2026-06-29T00:00:00Z' }), ['POOL_UNDER_WATER 15']);
  t.deepEqual(codesOf({ available_co2e: '100' }), ['REVERSAL_NOT_APPLIED 40']);
});

const NOTHING = { count: 0, tonnage: '0' };
const EMPTY = Object.fromEntries(
  ['minted', 'active', 'impaired', 'retired', 'invalidated', 'void', 'expired'].map((name) => [
    name,
    NOTHING,
  ]),
);

test('the contract’s sums are compared bucket by bucket; what was divided counts in its parts', (t) => {
  const sums = [
    { status: 'divided', is_minted: true, token_count: '1', tonnage_co2e: '100' },
    { status: 'active', is_minted: false, token_count: '1', tonnage_co2e: '60' },
    { status: 'redeemed', is_minted: false, token_count: '1', tonnage_co2e: '40' },
  ];
  const said = {
    ...EMPTY,
    minted: { count: 1, tonnage: '100' },
    active: { count: 1, tonnage: '60' },
    void: { count: 1, tonnage: '40' },
  };
  t.deepEqual(compareSupply(sums, said), []);
  t.deepEqual(tonnesOf(compareSupply(sums, { ...said, active: { count: 1, tonnage: '55.5' } })), ['4.5']);
});

test('a token that the contract does not know, or knows otherwise, is found', (t) => {
  const viewed = {
    ...REGISTRY,
    token_id: 'a',
    origin: 'a',
    origin_co2e: '100',
    status: 'divided',
    owner_account_id: 'alice.near',
    tonnage_co2e: '100',
    serial_namespace: 'N',
    serial_start: '1',
    serial_end: '100',
  };
  const said = {
    status: 'void',
    cause: 'divided',
    last_owner_id: 'alice.near',
    tonnage: '100',
    origin: 'a',
    serial: { namespace: 'N', start: '1', end: '100' },
  };
  t.deepEqual(compareToken(viewed, said), []);
  t.deepEqual(tonnesOf(compareToken(viewed, null)), ['100']);
  t.deepEqual(tonnesOf(compareToken(viewed, { ...said, tonnage: '98' })), ['2']);
  t.deepEqual(tonnesOf(compareToken(viewed, { ...said, cause: 'merged' })), ['100']);
});
