// Shows that from a world that agrees each kind of damage, alone and in random company, is found with its code and tonnes, that
// nothing else is reported, and that healing closes it.

import test from 'ava';
import { createAskChain } from '../api/chain/json-rpc.ts';
import { showTonnes } from '../api/reconcile/finding.ts';
import type { Ran } from '../api/reconcile/run.ts';
import { lookAsShadow } from '../api/reconcile/shadow.ts';
import type { ShadowRow } from '../api/reconcile/shadow-statements.ts';
import { CONTRACT_ID } from './support/contract-chain.ts';
import { chooseSeed, createRandom, SEED_VARIABLE } from './support/random.ts';
import { DAMAGES, type Damage, type Expected, pickFrom } from './support/reconcile-damage.ts';
import { buildHarness, type Copy, type Harness } from './support/reconcile-harness.ts';
import { BUILD_STEPS } from './support/reconcile-world.ts';

const IS_LONG = process.env.DMRV_TEST_LONG === '1';
const CREDITS = IS_LONG ? 500 : 50;
const COMBINATIONS = IS_LONG ? 40 : 4;
const MOST_AT_ONCE = 8;

const builder = buildHarness({ credits: CREDITS });
let harness: Harness;

test.after.always(() => builder.close());

for (const [index, step] of BUILD_STEPS.entries()) {
  test.serial(`the world: ${step}`, async (t) => {
    t.timeout(IS_LONG ? 1_800_000 : 300_000);
    const opened = await builder.step();
    t.is(opened !== undefined, index === BUILD_STEPS.length - 1);
    if (opened !== undefined) harness = opened;
  });
}

function found({ look }: Ran): Expected[] {
  return sorted(look.outcome.findings.map(({ code, tonnes }) => ({ code, tonnes: showTonnes(tonnes) })));
}

function sorted(expected: readonly Expected[]): Expected[] {
  return [...expected].sort((a, b) => `${a.code} ${a.tonnes}`.localeCompare(`${b.code} ${b.tonnes}`));
}

async function tenantIds(copy: Copy): Promise<Record<'a' | 'b', string>> {
  const rows = await copy.damage(
    "select slug, tenant_id from core.tenants where slug in ('tenant-a', 'tenant-b')",
  );
  const idOf = (slug: string): string => String(rows.find((row) => row.slug === slug)?.tenant_id);
  return { a: idOf('tenant-a'), b: idOf('tenant-b') };
}

async function damageAll(copy: Copy, damages: readonly Damage[]) {
  const pick = pickFrom(harness, await tenantIds(copy));
  const heal = await copy.keep([...new Set(damages.flatMap(({ tables }) => tables))]);
  const expected: Expected[] = [];
  for (const damage of damages) expected.push(...(await damage.do(copy, pick)));
  return { expected: sorted(expected), heal };
}

test.serial(
  'the agreeing world has no finding, late statements and retirements on their way included',
  async (t) => {
    const copy = await harness.copy(t);
    const ran = await copy.run({ all_views: true });
    t.deepEqual(found(ran), []);
    t.is(ran.findings_open, 0);
    t.is(ran.totals.unreconciled, 0n);
    t.deepEqual(ran.rules_not_checked, {
      REGISTRY_ISSUED_DIFFERS: 'issuances of isometric name no serial numbers',
    });
    t.true(ran.look.views_checked > CREDITS);
    // The credits minted, and the retirement, behind the last statements.
    const late = harness.world.credits.filter(
      ({ fate }) => fate === 'minted late' || fate === 'retired late',
    );
    t.is(showTonnes(ran.totals.in_transit), String(late.length * 100));
  },
);

for (const damage of DAMAGES) {
  test.serial(`it is found that ${damage.kind}, and healing closes it`, async (t) => {
    const copy = await harness.copy(t);
    const { expected, heal } = await damageAll(copy, [damage]);
    const views = damage.views === true;
    const first = await copy.run({ views });
    t.deepEqual(found(first), expected);
    const again = await copy.run({ views });
    t.is(again.record.fresh.length, 0, 'it is opened once');
    t.is(again.record.again.length, expected.length);
    await heal();
    const healed = await copy.run({ views });
    t.deepEqual(found(healed), []);
    t.is(healed.record.healed.length, expected.length);
    t.is(healed.findings_open, 0);
  });
}

const seed = chooseSeed();
for (let number = 1; number <= COMBINATIONS; number++) {
  test.serial(`several kinds of damage at once are each found: company ${number}`, async (t) => {
    t.log(`${SEED_VARIABLE}=${seed}`);
    const random = createRandom(`${seed}/${number}`);
    const copy = await harness.copy(t);
    const damages = chooseSome(random.below, 3 + random.below(MOST_AT_ONCE - 2));
    t.log(damages.map(({ kind }) => kind).join('; '));
    const { expected, heal } = await damageAll(copy, damages);
    const views = damages.some((damage) => damage.views === true);
    t.deepEqual(found(await copy.run({ views })), expected);
    await heal();
    t.deepEqual(found(await copy.run({ views })), []);
  });
}

/** Such as need a thing that there is once, or change the same sums, do not go together. */
function chooseSome(below: (limit: number) => number, count: number): Damage[] {
  const left = DAMAGES.filter(({ views, once }) => views !== true && once === undefined);
  const single = DAMAGES.filter(({ once }) => once !== undefined && once !== 'overlap');
  const chosen: Damage[] = [];
  const also = single[below(single.length)];
  if (also !== undefined) chosen.push(also);
  while (chosen.length < count && left.length > 0) {
    const [one] = left.splice(below(left.length), 1);
    if (one !== undefined) chosen.push(one);
  }
  return chosen;
}

test.serial('deleting one row of holdings turns the next run red by exactly its tonnes', async (t) => {
  const copy = await harness.copy(t);
  const before = await copy.run({ views: false });
  const [gone] = await copy.damage(
    `delete from registry.statement_rows where statement_row_id = (select statement_row_id from registry.statement_rows
       where kind = 'holding' and serial_range is not null order by random() limit 1)
     returning trim_scale(tonnage_co2e)::text as tonnes, serial_range::text as range`,
  );
  t.log(gone);
  const after = await copy.run({ views: false });
  t.is(before.totals.unreconciled, 0n);
  t.is(showTonnes(after.totals.unreconciled), String(gone?.tonnes));
  t.true(after.look.outcome.findings.every(({ code }) => code === 'BACKING_MISSING'));
});

test.serial(
  'what is missing beside a row that could not be read is no finding: it may be in that row',
  async (t) => {
    const copy = await harness.copy(t);
    await copy.damage(
      `update registry.statements set error_count = 1 where statement_id in (select statement_id from registry.statement_rows
       where kind = 'holding')`,
    );
    await copy.damage(`delete from registry.statement_rows where kind = 'holding'`);
    const { look } = await copy.run({ views: false });
    t.deepEqual(
      look.outcome.findings.filter(({ code }) => code === 'BACKING_MISSING'),
      [],
    );
    t.true(look.outcome.not_checked.some(({ code }) => code === 'BACKING_MISSING'));
  },
);

test.serial(
  'a shadow, without a database, sees the agreeing contract agree and a lost row of holdings missing',
  async (t) => {
    const copy = await harness.copy(t);
    const found_rows = (await copy.damage(
      `select s.registry_type::text as registry_type, r.kind, r.serial_namespace as namespace,
       r.serial_range::text as serial_range, r.registry_retirement_id, r.happened_on::text as happened_on, s.file_name,
       r.line_number
     from registry.statement_rows r join registry.statements s using (statement_id) order by r.statement_row_id`,
    )) as unknown as ShadowRow[];
    const [cursor] = await copy.damage('select block_hash from chain.cursor');
    const deps = {
      ask: createAskChain({ rpc_urls: [harness.world.rpc_url] }),
      contract_id: CONTRACT_ID,
      block_hash: String(cursor?.block_hash),
    };
    const about = { registry_type: 'verra', as_of: harness.world.stated_at, unread: 0 };
    const files = [
      { ...about, file_name: 'holdings.csv', kinds: ['holdings'] },
      { ...about, file_name: 'transactions.csv', kinds: ['issuances', 'retirements', 'cancellations'] },
    ];
    const look = (rows: readonly ShadowRow[]) =>
      lookAsShadow(deps, { rows, files }, harness.world.now).then(({ outcome }) =>
        sorted(outcome.findings.map(({ code, tonnes }) => ({ code, tonnes: showTonnes(tonnes) }))),
      );
    t.deepEqual(await look(found_rows), []);
    const lost = found_rows.findIndex(
      ({ kind, serial_range }) => kind === 'holding' && serial_range === '[1,101)',
    );
    t.deepEqual(await look(found_rows.filter((_row, index) => index !== lost)), [
      { code: 'BACKING_MISSING', tonnes: '100' },
    ]);
  },
);
