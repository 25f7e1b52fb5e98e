// Shows that a finding is opened once, seen again, closed only where its rule has looked, and opened again when a waiver has ended;
// and that a run's sums count a credit's tonnes once.

import test from 'ava';
import type { KnownFinding } from '../../core/db/reconciliation/findings.ts';
import type { Finding } from './finding.ts';
import { onceEach, planRecord } from './record.ts';
import { sumUp } from './totals.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
const TENANT = '00000000-0000-4000-8000-000000000001';
const UNIT = 100_000_000n;

function finding(given: Partial<Finding> = {}): Finding {
  return {
    code: 'BACKING_MISSING',
    tenant_id: TENANT,
    registry_type: 'verra',
    registry_name: null,
    subject: 'token a',
    mrv_hash: null,
    tonnes: 10n * UNIT,
    values: {},
    ...given,
  };
}

function known(given: Partial<KnownFinding> = {}): KnownFinding {
  return {
    finding_id: 'f',
    tenant_id: TENANT,
    code: 'BACKING_MISSING',
    subject: 'token a',
    registry_type: 'verra',
    registry_name: null,
    status: 'open',
    waived_by: null,
    waived_reason: null,
    waived_until: null,
    mrv_hash: null,
    tonnes_at_stake: '10',
    ...given,
  };
}

const CHECKED = { codes_checked: ['BACKING_MISSING'], not_checked: [], now: NOW } as const;

test('what nobody knew is fresh, what is known is seen again', (t) => {
  const other = finding({ subject: 'token b' });
  const record = planRecord({ known: [known()], findings: [finding(), other], ...CHECKED });
  t.deepEqual(record.fresh, [other]);
  t.is(record.again.length, 1);
  t.deepEqual([record.healed, record.unseen, record.lapsed], [[], [], []]);
});

test('what is not seen any more heals', (t) => {
  t.is(planRecord({ known: [known()], findings: [], ...CHECKED }).healed.length, 1);
});

for (const [what, about] of [
  ['a rule that was not checked', { codes_checked: [], not_checked: [] }],
  [
    'a place that was not checked',
    { not_checked: [{ tenant_id: TENANT, registry_type: 'verra', registry_name: null }] },
  ],
  ['a tenant that was not checked', { not_checked: [{ tenant_id: TENANT }] }],
  ['a code that was nowhere checked whole', { not_checked: [{}] }],
] as const) {
  test(`nothing heals in ${what}`, (t) => {
    const gaps = about.not_checked.map(
      (gap) => ({ code: 'BACKING_MISSING', reason: 'no statement', ...gap }) as const,
    );
    const record = planRecord({ known: [known()], findings: [], ...CHECKED, ...about, not_checked: gaps });
    t.is(record.healed.length, 0);
    t.is(record.unseen.length, 1);
  });
}

test('another place that was not checked keeps nothing open', (t) => {
  const gap = {
    code: 'BACKING_MISSING',
    tenant_id: TENANT,
    registry_type: 'isometric',
    reason: 'none',
  } as const;
  t.is(planRecord({ known: [known()], findings: [], ...CHECKED, not_checked: [gap] }).healed.length, 1);
});

test('a waiver ends with its day, and not before', (t) => {
  const waived = { status: 'waived', waived_by: 'a', waived_reason: 'b' } as const;
  const lapsed = known({ ...waived, waived_until: '2026-05-31T00:00:00Z' });
  const lasting = known({
    ...waived,
    waived_until: '2026-06-02T00:00:00Z',
    subject: 'token b',
    finding_id: 'g',
  });
  const findings = [finding(), finding({ subject: 'token b' })];
  const record = planRecord({ known: [lapsed, lasting], findings, ...CHECKED });
  t.deepEqual(
    record.lapsed.map(({ finding_id }) => finding_id),
    ['f'],
  );
});

test('of one difference that two rules name the one with more tonnes is kept', (t) => {
  const more = finding({ tonnes: 20n * UNIT });
  t.deepEqual(onceEach([finding(), more]), [more]);
});

test('a credit counts up to its own tonnes, however many findings name it', (t) => {
  const credit = { origin: 'a', tonnes: 15n * UNIT };
  const two = [finding({ credit }), finding({ credit, code: 'ENDED_AT_REGISTRY' })];
  t.is(sumUp(two, []).unreconciled, 15n * UNIT);
  t.is(sumUp([...two, finding({ code: 'BUFFER_BALANCE_WRONG' })], []).unreconciled, 25n * UNIT);
});

test('information counts for nothing, and what is in transit once for each token', (t) => {
  const place = { tenant_id: TENANT, registry_type: 'verra', registry_name: null };
  const moving = [
    { ...place, token_id: 'a', tonnes: 5n * UNIT },
    { ...place, token_id: 'a', tonnes: 7n * UNIT },
    { ...place, token_id: 'b', tonnes: 1n * UNIT },
  ];
  const totals = sumUp([finding({ code: 'COMPUTED_DIFFERS' })], moving);
  t.is(totals.unreconciled, 0n);
  t.is(totals.in_transit, 8n * UNIT);
  t.is(totals.by_place.length, 1);
});
