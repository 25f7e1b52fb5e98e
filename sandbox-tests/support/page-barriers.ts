// Owns looking at every page in the states that people meet, for what would keep somebody out; leaves which screen it is to the spec.

import type { ExecutionContext } from 'ava';
import { findBarriers, overflowOf, type Watched } from './browser.ts';
import { checksProof, choose, lookAs, lookAtDrift, rowOf } from './page-acts.ts';

export async function lookAtPublicPages(
  t: ExecutionContext,
  about: { watched: Watched; whoms: readonly string[] },
): Promise<void> {
  const { watched, whoms } = about;
  const { page } = watched;
  await page.goto('/');
  await rowOf(page, 'Newest retirements', 'Seefeld Brewery').waitFor();
  await rowOf(page, 'Supply and backing', 'verra').waitFor();
  await seesNoBarrier(t, watched, 'overview');
  for (const whom of whoms) {
    await page.goto('/');
    await rowOf(page, 'Newest retirements', whom).getByRole('link').click();
    await checksProof(page);
    await seesNoBarrier(t, watched, whom);
  }
  await page.getByRole('link', { name: 'The credit’s history' }).click();
  await page.getByRole('heading', { name: 'What happened to it' }).waitFor();
  await seesNoBarrier(t, watched, 'credit');
  await page.goto('/trust');
  await rowOf(page, 'Who may do what', 'verra-agent.localnet').waitFor();
  await seesNoBarrier(t, watched, 'trust');
  await page.goto('/verify');
  await choose(page, 'This is no proof');
  await page.getByText('This proof does not hold.').waitFor();
  await seesNoBarrier(t, watched, 'verify');
  // Answered with 404, which the console tells as an error.
  await page.goto('/credits/nobody-has-it');
  await page.getByRole('alert').waitFor();
  watched.troubles.length = 0;
  await seesNoBarrier(t, watched, 'a credit that is not there');
}

export async function lookAtPeoplesPages(t: ExecutionContext, watched: Watched): Promise<void> {
  const { page } = watched;
  for (const path of ['/portfolio', '/registry', '/operations']) {
    await page.goto(path);
    await page
      .getByRole('button', { name: /localnet|Look around/ })
      .first()
      .waitFor();
    await seesNoBarrier(t, watched, `${path} before`);
  }
  await page.goto('/portfolio');
  await page.getByRole('button', { name: 'bob.localnet' }).click();
  await rowOf(page, 'Live credits', '240 t').getByRole('button', { name: 'Retire' }).click();
  await rowOf(page, 'Retirements', 'Northern Ferries plc').waitFor();
  await seesNoBarrier(t, watched, 'portfolio');
  await lookAs(page, { path: '/registry', name: 'verra' });
  await rowOf(page, 'Retirements: pending', 'Northern Ferries plc').getByRole('button').click();
  await checksProof(page.getByRole('region', { name: 'The retirement' }));
  await seesNoBarrier(t, watched, 'registry, to confirm');
  await page.getByRole('button', { name: 'refuse', exact: true }).click();
  await page.getByRole('form', { name: 'Refusal' }).waitFor();
  await seesNoBarrier(t, watched, 'registry, to refuse');
  await lookAs(page, { path: '/operations', name: 'operator' });
  const sheet = await lookAtDrift(page);
  await sheet.getByText('Waive it for a time').click();
  await seesNoBarrier(t, watched, 'operations');
}

async function seesNoBarrier(t: ExecutionContext, { page, troubles }: Watched, where: string): Promise<void> {
  t.deepEqual(await findBarriers(page), [], where);
  t.is(await overflowOf(page), 0, where);
  t.deepEqual(troubles, [], where);
}
