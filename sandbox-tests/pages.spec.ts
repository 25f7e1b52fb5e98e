// Shows that a holder, a registry's officer and an operator find the answers to their questions in the pages, on the real product with its
// demo world and in a real browser, on a phone
// and a desk, by day and by night, without a barrier for those who cannot see.

import { readFile } from 'node:fs/promises';
import test from 'ava';
import { verifyProofText } from '../core/proofs/verify-retirement.ts';
import { DESK, IS_WITHOUT_BROWSER, PHONE } from './support/browser.ts';
import { waitUntil } from './support/launcher.ts';
import {
  blockOf,
  cellsOf,
  checksProof,
  choose,
  factOf,
  lookAs,
  lookAtDrift,
  rowOf,
  sideOf,
  waive,
} from './support/page-acts.ts';
import { lookAtPeoplesPages, lookAtPublicPages } from './support/page-barriers.ts';
import { readPdf } from './support/read-pdf.ts';
import { LONGEST_DEMO_MS, openStage, type Stage } from './support/stage.ts';

const walk = IS_WITHOUT_BROWSER ? test.skip : test.serial;
const GAP = '\u202f';
const FOR_WHOM = 'Quarry Lane School';
const AT_REGISTRY = 'VCS-RET-990017';

let stage: Stage;
/** Of the retirement that the holder makes here, and the registry answers. */
let retired = '';

if (!IS_WITHOUT_BROWSER) {
  test.before(async (t) => {
    t.timeout(LONGEST_DEMO_MS + 120_000);
    stage = await openStage();
  });
  test.after.always(() => stage?.close());
}

walk('anybody sees supply, what lies behind it, and what is missing [needs Chromium]', async (t) => {
  const { page, troubles } = await stage.visit(t);
  await page.goto('/');
  t.deepEqual(await cellsOf(rowOf(page, 'Supply and backing', 'isometric')), {
    Registry: 'isometric',
    Active: '48.25 t',
    Impaired: '0 t',
    'Retired, pending': '0 t',
    'Retired, confirmed': '96.5 t',
    'Held there': '48.25 t',
    Missing: '0 t',
    'Not covered': '0 t',
  });
  const verra = await cellsOf(rowOf(page, 'Supply and backing', 'verra'));
  t.like(verra, { Active: `3${GAP}960 t`, 'Held there': `8${GAP}435 t`, Missing: '25 t' });
  t.is(await page.getByRole('table', { name: 'Newest retirements' }).getByRole('row').count(), 1 + 5);
  t.deepEqual(troubles, []);
});

const STATES: readonly { whom: string; state: string; says: RegExp; proves: string }[] = [
  {
    whom: 'Northern Ferries plc',
    state: 'burnt, registry pending',
    says: /^Burnt on chain\. verra has not answered yet/,
    proves: 'pending',
  },
  {
    whom: 'Seefeld Brewery',
    state: 'confirmed',
    says: /confirmed by verra itself: VCS-RET-880412 of 2026-11-02/,
    proves: 'confirmed',
  },
  {
    whom: '江苏亨通 Cable Works',
    state: 'confirmed',
    says: /confirmed by an agent of isometric, on its document: ret_1KNDEM0DEM1S0AIR/,
    proves: 'confirmed',
  },
  {
    whom: 'Harbour Logistics',
    state: 'refused',
    says: /refused by verra: The units are on hold at the registry\. The tonnes are burnt for good/,
    proves: 'refused',
  },
  {
    whom: 'a person',
    state: 'burnt, registry pending',
    says: /^Burnt on chain\. verra has not answered yet/,
    proves: 'pending',
  },
];

walk('a certificate says one of three honest states, with a proof that holds [needs Chromium]', async (t) => {
  const { page, troubles } = await stage.visit(t);
  for (const { whom, state, says } of STATES) {
    await page.goto('/');
    await rowOf(page, 'Newest retirements', whom).getByRole('link', { name: 'certificate' }).click();
    await page.getByRole('heading', { level: 1, name: `retired for ${whom}` }).waitFor();
    t.is(await page.locator('.lead .state').innerText(), state, whom);
    t.regex(await page.locator('.notice').first().innerText(), says);
    t.true(await checksProof(page), whom);
  }
  t.deepEqual(troubles, []);
});

walk(
  'a person is a commitment on the certificate and in the proof, and never a name [needs Chromium]',
  async (t) => {
    const { page, troubles } = await stage.visit(t);
    await page.goto('/');
    await rowOf(page, 'Newest retirements', 'a person').getByRole('link', { name: 'certificate' }).click();
    await checksProof(page);
    t.is(await factOf(page.getByRole('region', { name: 'Proof' }), 'For'), 'a person, by a commitment');
    t.regex(
      await page.getByRole('heading', { level: 1 }).innerText(),
      /for a person [0-9a-f]{8}…[0-9a-f]{6}$/,
    );
    t.deepEqual(troubles, []);
  },
);

walk(
  'a credit shows what happened to it, what it was made of and what it became [needs Chromium]',
  async (t) => {
    const { page, troubles } = await stage.visit(t);
    await page.goto('/portfolio');
    await page.getByRole('button', { name: 'bob.localnet' }).click();
    await rowOf(page, 'Live credits', '240 t').getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: '240 t of verra, 2021' }).waitFor();
    const timeline = await page.locator('.timeline li strong').allInnerTexts();
    t.deepEqual(timeline, ['Made by a division', 'Came to its owner as a part', 'Handed over']);
    const lineage = page.getByRole('table', { name: /made of/ });
    const cells = await cellsOf(lineage.getByRole('row').filter({ hasText: 'this credit' }));
    t.like(cells, { Came: 'this credit', By: 'split', Tonnes: '240 t' });
    await lineage.getByRole('row').filter({ hasText: 'this credit' }).getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: '640 t of verra, 2021' }).waitFor();
    t.is(
      await page
        .getByRole('table', { name: /made of/ })
        .getByRole('row')
        .count(),
      1 + 2,
    );
    t.deepEqual(troubles, []);
  },
);

walk(
  'the trust page says who may change the contract, and that nobody has its key [needs Chromium]',
  async (t) => {
    const { page, troubles } = await stage.visit(t);
    await page.goto('/trust');
    await page.getByText('Nobody has a key of the contract’s account').waitFor();
    t.regex((await factOf(page, 'SHA-256 of its code')) ?? '', /^[0-9a-f]{64}$/);
    t.is(await factOf(page, 'Pending upgrade'), 'none');
    t.like(await cellsOf(rowOf(page, 'Who may do what', 'verra-agent.localnet')), { Registry: 'verra' });
    t.deepEqual(troubles, []);
  },
);

walk(
  'a holder retires a part of a credit with the wallet, and finds its certificate [needs Chromium]',
  async (t) => {
    const { page, troubles } = await stage.visit(t);
    await page.goto('/portfolio');
    await page.getByRole('button', { name: 'bob.localnet' }).click();
    await page.getByRole('heading', { level: 1, name: 'Credits of bob.localnet' }).waitFor();
    t.is((await cellsOf(rowOf(page, 'Live credits', `1${GAP}350 t`)))['Do'], 'held by its registry');
    await rowOf(page, 'Live credits', `1${GAP}150 t`).getByRole('button', { name: 'Retire' }).click();
    const form = page.getByRole('form', { name: 'Retirement' });
    await form.getByLabel('For whom').fill(FOR_WHOM);
    await form.getByLabel('Reason').fill('Heating of 2025');
    await form.getByLabel('Purpose').selectOption('other');
    await form.getByLabel('Tonnes').fill('2000');
    await form.getByRole('button', { name: 'Sign and retire' }).click();
    // More than there is: refused before anything is signed, and the form keeps what was written.
    await page.getByRole('alert').waitFor();
    t.is(await form.getByLabel('For whom').inputValue(), FOR_WHOM);
    t.regex(troubles.splice(0).join(), /^console: .*status of 400 \(Bad Request\)$/);
    await form.getByLabel('Tonnes').fill('40');
    await form.getByRole('button', { name: 'Sign and retire' }).click();
    await page.getByText('Burnt in transaction').waitFor();
    const row = rowOf(page, 'Retirements', FOR_WHOM);
    await row.waitFor();
    t.like(await cellsOf(row), { Tonnes: '40 t', Registry: 'pending' });
    t.is(await rowOf(page, 'Live credits', `1${GAP}110 t`).count(), 1);
    await row.getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: `40 t retired for ${FOR_WHOM}` }).waitFor();
    t.is(await page.locator('.lead .state').innerText(), 'burnt, registry pending');
    t.is(await factOf(page, 'Reason'), 'Heating of 2025');
    retired = page.url().split('/').at(-1) ?? '';
    t.deepEqual(troubles, []);
  },
);

walk(
  'a registry checks the proof against its own node, confirms, and the certificate says so [needs Chromium]',
  async (t) => {
    const { page, troubles } = await stage.visit(t);
    await lookAs(page, { path: '/registry', name: 'isometric' });
    await page.getByText('There is none that is pending.').waitFor();
    await page.getByRole('button', { name: 'Leave' }).click();
    await lookAs(page, { path: '/registry', name: 'verra' });
    await rowOf(page, 'Retirements: pending', FOR_WHOM).getByRole('button', { name: 'Check' }).click();
    const sheet = page.getByRole('region', { name: 'The retirement' });
    t.true(await checksProof(sheet));
    await sheet.getByText('The file agrees with itself.').waitFor();
    const height = (await factOf(sheet, 'True as of block')) ?? '';
    await sheet.getByLabel('A block that you trust').fill(await stage.blockHash(height));
    t.true(await checksProof(sheet));
    await sheet.getByText('This proof holds, up to a block that you trust.').waitFor();
    const form = sheet.getByRole('form', { name: 'Confirmation' });
    t.is(await form.getByLabel('account').inputValue(), 'verra.localnet');
    await form.getByLabel('Retirement id at the registry').fill(AT_REGISTRY);
    await form.getByLabel('Retired on').fill('2026-11-29');
    await form.getByLabel('SHA-256').fill('5a'.repeat(32));
    await form.getByRole('button', { name: 'Sign and confirm' }).click();
    await page.getByText('Told on chain in transaction').waitFor();
    await page.getByRole('button', { name: 'confirmed' }).click();
    await rowOf(page, 'Retirements: confirmed', FOR_WHOM).getByRole('link').click();
    await page.getByText(`confirmed by verra itself: ${AT_REGISTRY} of 2026-11-29`).waitFor();
    // Nobody does anything on chain any more, and what was said last is proven all the same.
    await waitUntil('the proof file knows of the confirmation', async () => {
      const answer = await fetch(`${stage.base_url}/api/v1/public/retirements/${retired}/proof`);
      return verifyProofText(await answer.text(), {}).shown?.state === 'confirmed';
    });
    t.deepEqual(troubles, []);
  },
);

walk(
  'a proof file is checked without any network, and one changed byte is told with its step [needs Chromium]',
  async (t) => {
    const { page, troubles } = await stage.visit(t);
    await page.goto(`/certificates/${retired}`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Proof file' }).click(),
    ]);
    const text = await readFile(await download.path(), 'utf8');
    const { heads } = verifyProofText(text, {});
    const trusted_head = await stage.blockHash(heads[0]?.height ?? '');
    await page.goto('/verify');
    await page.getByLabel('Drop a proof file here').waitFor();
    await page.context().setOffline(true);
    await t.throwsAsync(page.evaluate('fetch("/health")'));
    troubles.length = 0;
    await choose(page, text);
    await page.getByText('The file agrees with itself.').waitFor();
    await page.getByLabel('A block that you trust').fill(trusted_head);
    await page.getByText('This proof holds, up to a block that you trust.').waitFor();
    const where = text.indexOf(FOR_WHOM);
    const changed = `${text.slice(0, where)}R${text.slice(where + 1)}`;
    const { failed } = verifyProofText(changed, { trusted_head });
    await choose(page, changed);
    await page.getByText('This proof does not hold.').waitFor();
    t.is(failed?.step, 'shard_root');
    await page.getByText('It fails at the step “shard root”.').waitFor();
    await choose(page, 'This is no proof');
    await page.getByText('It fails at the step “form”.').waitFor();
    t.deepEqual(troubles, []);
  },
);

walk(
  'an operator sees the drift with both sides and its history, and minds it [needs Chromium]',
  async (t) => {
    const { page, troubles } = await stage.visit(t);
    await lookAs(page, { path: '/operations', name: 'operator' });
    const plot = page.getByRole('img', { name: /^From .+ t unreconciled over \d+ runs$/ });
    await plot.waitFor();
    const sheet = await lookAtDrift(page);
    t.regex(await sideOf(sheet, 'chain'), /2024000001-2024000810/);
    t.regex(await sideOf(sheet, 'registry'), /2024000786-2024000810/);
    t.is(await factOf(sheet, 'Tonnes at stake'), '25 t');
    await sheet.getByRole('form', { name: 'Comment' }).getByLabel('Comment').fill('The registry was asked.');
    await sheet.getByRole('button', { name: 'Comment' }).click();
    await sheet.getByText('The registry was asked.').waitFor();
    await sheet.getByRole('button', { name: 'Take it on' }).click();
    await sheet.locator('dt', { hasText: 'Owner' }).waitFor();
    // Whoever opened a finding may not waive it.
    await waive(sheet, 'The registry moves them on Monday.');
    t.regex(await sheet.getByRole('alert').innerText(), /a finding is waived by another than who opened it/);
    const before = await blockOf(page);
    await page.getByRole('button', { name: 'Compare now' }).click();
    await page.waitForFunction(
      (known) =>
        Reflect.get(globalThis, 'document').querySelector('.tile:last-child .name').textContent !== known,
      before,
    );
    t.deepEqual(
      troubles.filter((one) => !/409/.test(one)),
      [],
    );
  },
);

walk(
  'another operator, with a key of his own, waives the drift for a time and opens it again [needs Chromium]',
  async (t) => {
    const { page, troubles } = await stage.visit(t);
    await page.goto('/operations');
    const form = page.getByRole('form', { name: 'Operator key' });
    await form.getByLabel('Operator key').fill('dmrv_t_of_somebody_else');
    await form.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('alert').getByText('Such a key begins with dmrv_p_').waitFor();
    await form.getByLabel('Operator key').fill(await stage.makeOperatorKey());
    await form.getByRole('button', { name: 'Go on' }).click();
    const sheet = await lookAtDrift(page);
    await sheet.getByText('The registry was asked.').waitFor();
    await waive(sheet, 'The registry moves them on Monday.');
    await sheet.locator('dd', { hasText: 'The registry moves them on Monday.' }).waitFor();
    await page.getByRole('button', { name: 'waived', exact: true }).click();
    await page
      .getByRole('table', { name: 'Findings: waived' })
      .getByRole('row')
      .filter({ hasText: '25 t' })
      .waitFor();
    await sheet.getByRole('button', { name: 'Open it again' }).click();
    await page.getByText('There is none that is waived.').waitFor();
    t.deepEqual(troubles, []);
  },
);

const SIGHTS = [
  { name: 'on a desk', viewport: DESK },
  { name: 'on a phone', viewport: PHONE },
  { name: 'on a phone by night', viewport: PHONE, by_night: true },
] as const;

for (const { name, ...sight } of SIGHTS) {
  walk(
    `${name} the public pages have no barrier, and nothing beside the screen [needs Chromium]`,
    async (t) => {
      const watched = await stage.visit(t, sight);
      await lookAtPublicPages(t, { watched, whoms: ['Seefeld Brewery', 'Harbour Logistics', 'a person'] });
    },
  );

  walk(
    `${name} the pages of the three people have no barrier, and nothing beside the screen [needs Chromium]`,
    async (t) => {
      await lookAtPeoplesPages(t, await stage.visit(t, sight));
    },
  );
}

walk(
  'the PDF of a certificate holds a proof that verifies without the server [needs Chromium]',
  async (t) => {
    t.timeout(150_000);
    const { page } = await stage.visit(t);
    await page.goto(`/certificates/${retired}`);
    const href = (await page.getByRole('link', { name: /PDF/ }).getAttribute('href')) ?? '';
    const answer = await page.request.get(href);
    t.is(answer.headers()['content-type'], 'application/pdf');
    const pdf = await readPdf(await answer.body());
    t.true(pdf.text.includes(FOR_WHOM));
    const proof = pdf.files[0]?.text ?? '';
    const found = verifyProofText(proof, {});
    t.deepEqual([found.ok, found.shown?.token_id], [true, retired]);
    const [head] = found.heads;
    const trusted_head = await stage.blockHash(head?.height ?? '');
    t.true(verifyProofText(proof, { trusted_head }).is_trusted);
  },
);
