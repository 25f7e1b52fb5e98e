// Owns the order in which the demo world is made, and whether it may be; leaves each step to its file.

import type { seedCatalogue } from '../seed/seed-catalogue.ts';
import { type Minted, meetFate } from './fates.ts';
import { issueCredit } from './issue.ts';
import { CREDITS, PROJECTS, type ProjectKey, TENANTS } from './places.ts';
import { tellStatements } from './tell.ts';
import { makeProject, makeTenant, type Seat } from './walk.ts';
import type { DemoWorld } from './world.ts';

/** Each has a saga under way, and one machine makes their blocks. */
const AT_ONCE = 4;
const DONE = 'done';

export type MadeDemo = { credits: number } | { refused: string };

/** Goes on where it was cut off. Where somebody has begun a world of his own, nothing is put into it. */
export async function makeDemo(
  world: DemoWorld,
  about: { seed: () => ReturnType<typeof seedCatalogue>; note: (line: string) => void },
): Promise<MadeDemo> {
  const { journal } = world;
  if (journal.has(DONE)) return { credits: CREDITS.length };
  if (journal.is_new) {
    const refused = await findReason(world);
    if (refused !== undefined) return { refused };
  }
  await about.seed();
  about.note(
    `Making the demo world: ${TENANTS.length} tenants, ${CREDITS.length} credits, over the API and the chain.`,
  );
  const seats = new Map<string, Seat>();
  for (const tenant of TENANTS) seats.set(tenant.slug, await makeTenant(world, tenant));
  const projects = new Map<ProjectKey, { seat: Seat; project_id: string }>();
  for (const which of Object.keys(PROJECTS) as ProjectKey[]) {
    const seat = seats.get(PROJECTS[which].tenant);
    if (seat === undefined) throw new Error(`No tenant has the project ${which}.`);
    projects.set(which, { seat, project_id: await makeProject(world, seat, which) });
  }
  const waiting = [...CREDITS];
  const minted: Minted[] = [];
  let made = 0;
  const work = async (): Promise<void> => {
    for (let credit = waiting.shift(); credit !== undefined; credit = waiting.shift()) {
      const place = projects.get(credit.project);
      if (place === undefined) throw new Error(`There is no project ${credit.project}.`);
      const token_id = await issueCredit(world, { ...place, credit });
      if (token_id !== undefined) {
        const one = { seat: place.seat, credit, token_id };
        await meetFate(world, one);
        minted.push(one);
      }
      made += 1;
      if (made % AT_ONCE === 0) about.note(`Demo world: ${made} of ${CREDITS.length} credits.`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await settle(world, minted);
  await tellStatements(world, minted);
  await journal.step(DONE, async () => ({}));
  return { credits: made };
}

async function findReason({ operator, view }: DemoWorld): Promise<string | undefined> {
  const { tenants } = await operator.listTenants({ query: { page_size: 1 } });
  if (tenants.length > 0) return 'the database has tenants already';
  const { minted } = await view<{ minted: { count: number } }>('supply', {});
  return minted.count > 0 ? 'the chain has credits already' : undefined;
}

/** What sagas carry out has ended, and the indexer has seen it, before anybody compares. */
async function settle({ until }: DemoWorld, minted: readonly Minted[]): Promise<void> {
  for (const seat of new Set(minted.map((one) => one.seat))) {
    await until('redemptions and cancellations ended', async () => {
      const { processes } = await seat.client.listProcesses({ query: { page_size: 200 } });
      const is_busy = processes.some(
        ({ process_type, completed_at }) =>
          /redemption|cancellation/.test(process_type) && completed_at === null,
      );
      return is_busy ? undefined : true;
    });
  }
}
