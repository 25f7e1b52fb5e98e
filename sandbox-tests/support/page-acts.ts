// Owns finding what stands on a page, and the few acts that several walks through the pages share; leaves the walks to specs.

import type { Locator, Page } from 'playwright-core';

export function rowOf(page: Page, table: string, text: string): Locator {
  return page.getByRole('table', { name: table, exact: true }).getByRole('row').filter({ hasText: text });
}

/** By the names of the columns. */
export async function cellsOf(row: Locator): Promise<Record<string, string>> {
  await row.first().waitFor();
  const cells = await row.first().getByRole('cell').all();
  const read = cells.map(async (cell) => [await cell.getAttribute('data-name'), await cell.innerText()]);
  return Object.fromEntries(await Promise.all(read));
}

export async function factOf(within: Page | Locator, name: string): Promise<string | undefined> {
  await within.locator('.facts').first().waitFor();
  const fact = within.locator(`.facts > div:has(> dt:text-is("${name}")) > dd`);
  return (await fact.count()) === 0 ? undefined : await fact.first().innerText();
}

/** It takes a moment after a burn until there is one. True where all that is checked holds. */
export async function checksProof(within: Page | Locator): Promise<boolean> {
  const steps = within.locator('.steps li');
  for (let attempt = 0; attempt < 40; attempt++) {
    await within.getByRole('button', { name: 'Check the proof here' }).click();
    await within
      .getByRole('button', { name: 'Check the proof here' })
      .and(within.locator(':enabled'))
      .waitFor();
    if ((await steps.count()) > 0) break;
  }
  const states = await steps.locator('.state').allInnerTexts();
  return states.length > 10 && states.every((state) => state === 'holds');
}

export async function lookAs(page: Page, { path, name }: { path: string; name: string }): Promise<void> {
  await page.goto(path);
  await page.getByRole('button', { name: `Look around as ${name}` }).click();
}

export async function lookAtDrift(page: Page): Promise<Locator> {
  const row = page
    .getByRole('table', { name: 'Findings: open' })
    .getByRole('row')
    .filter({ hasText: '25 t' });
  await row.getByRole('button', { name: 'Look' }).click();
  const sheet = page.getByRole('region', { name: 'The finding' });
  await sheet.getByRole('heading', { name: 'Both sides' }).waitFor();
  return sheet;
}

export async function sideOf(sheet: Locator, name: string): Promise<string> {
  return await sheet.locator(`.side:has(> strong:text-is("${name}"))`).innerText();
}

export async function waive(sheet: Locator, reason: string): Promise<void> {
  await sheet.getByText('Waive it for a time').click();
  const form = sheet.getByRole('form', { name: 'Waiver' });
  await form.getByLabel('Reason').fill(reason);
  const in_a_week = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  await form.getByLabel('Until').fill(in_a_week);
  await form.getByRole('button', { name: 'Waive' }).click();
}

export async function blockOf(page: Page): Promise<string> {
  return await page.locator('.tile:last-child .name').innerText();
}

export async function choose(page: Page, text: string): Promise<void> {
  const file = { name: 'retirement.json', mimeType: 'application/json', buffer: Buffer.from(text) };
  await page.getByLabel('Drop a proof file here').setInputFiles(file);
}
