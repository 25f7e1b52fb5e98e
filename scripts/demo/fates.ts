// Owns what becomes of each minted credit of the demo world, told by whoever would tell it; leaves minting to issue.ts.

import { createHash } from 'node:crypto';
import { BOB, CAROL, type DemoCredit, type Fate, PROJECTS } from './places.ts';
import type { Seat } from './walk.ts';
import type { DemoWorld } from './world.ts';

export type Minted = { credit: DemoCredit; seat: Seat; token_id: string };

const PARTS_DEPOSIT = 2n * 10n ** 23n;
const RETIRED_ON = '2026-11-02';

/** A credit that has its fate already, from a start that was cut off, is left as it is. */
export async function meetFate(world: DemoWorld, minted: Minted): Promise<void> {
  const { fate, name } = minted.credit;
  await world.journal.step(`fate ${name}`, async () => {
    await FATES[fate](world, minted);
    return {};
  });
}

type Meet = (world: DemoWorld, minted: Minted) => Promise<void>;

const nothing: Meet = async () => undefined;

const FATES: Readonly<Record<Fate, Meet>> = {
  kept: nothing,
  not_minted: nothing,
  rejected: nothing,
  given: async (world, { credit, token_id }) => {
    const { owner_id } = await tokenOf(world, token_id);
    if (owner_id !== credit.owner) return;
    await world.call(ownerOf(credit), 'nft_transfer', { token_id, receiver_id: CAROL, memo: 'Order 1042' });
  },
  divided: async (world, { credit, token_id }) => {
    const [first = ''] = await divide(world, { credit, token_id, tonnages: ['240', '400'] });
    const { owner_id } = await tokenOf(world, first);
    if (owner_id === credit.owner) {
      await world.call(ownerOf(credit), 'nft_transfer', { token_id: first, receiver_id: BOB });
    }
  },
  divided_and_merged: async (world, { credit, token_id }) => {
    const parts = await divide(world, { credit, token_id, tonnages: ['10.5', '20', '17.75'] });
    const merged = parts.slice(0, 2);
    if (!(await isLive(world, merged[0] ?? ''))) return;
    await world.call(ownerOf(credit), 'merge', { token_ids: merged }, PARTS_DEPOSIT);
  },
  impaired: async (world, { credit, token_id }) => {
    if ((await statusOf(world, token_id)) !== 'active') return;
    await world.call(registryOf(credit), 'impair', {
      token_id,
      reason: 'Windthrow of November is being surveyed',
    });
  },
  invalidated: async (world, { credit, token_id }) => {
    if (!(await isLive(world, token_id))) return;
    const reason = 'The baseline was corrected';
    await world.call(registryOf(credit), 'invalidate', {
      token_ids: [token_id],
      reason,
      reference: 'Case 77',
    });
  },
  retired_pending: (world, minted) =>
    retire(world, minted, {
      beneficiary: 'Northern Ferries plc',
      reason: 'Crossings of 2025',
      tonnage: '350',
    }),
  retired_confirmed_by_registry: async (world, minted) => {
    await retire(world, minted, { beneficiary: 'Seefeld Brewery', reason: 'Emissions of 2025' });
    if (await isAnswered(world, minted.token_id)) return;
    await world.call(registryOf(minted.credit), 'confirm_retirement', {
      token_id: minted.token_id,
      registry_retirement_id: 'VCS-RET-880412',
      registry_retired_on: RETIRED_ON,
      evidence_sha256: sha256('The registry retirement of the demo'),
    });
  },
  retired_refused: async (world, minted) => {
    await retire(world, minted, { beneficiary: 'Harbour Logistics', reason: 'Offices of 2024' });
    if (await isAnswered(world, minted.token_id)) return;
    await world.call(`${PROJECTS[minted.credit.project].registry}-agent.localnet`, 'refuse_retirement', {
      token_id: minted.token_id,
      reason: 'The units are on hold at the registry',
    });
  },
  retired_for_a_person: async (world, minted) => {
    if (!(await isLive(world, minted.token_id))) return;
    await world.call(ownerOf(minted.credit), 'retire', {
      token_id: minted.token_id,
      beneficiary_kind: 'individual',
      beneficiary_commitment: sha256('A salted name of the demo'),
    });
  },
  retired_confirmed_by_agent: async (world, { credit, seat, token_id }) => {
    const credit_id = await creditIdOf(world, seat, token_id);
    if (await isLive(world, token_id)) {
      await seat.client.retireCredit({
        params: { credit_id },
        body: {
          beneficiary: '江苏亨通 Cable Works',
          reason: 'Products of 2025',
          purpose: 'corporate_targets',
        },
      });
    }
    const { retirement_id } = await world.until(`${credit.name} is retired`, async () =>
      (await seat.client.listRetirements({ query: { page_size: 100 } })).retirements.find(
        (one) => one.token_id === token_id,
      ),
    );
    await world.operator.confirmRetirement({
      params: { retirement_id },
      body: {
        registry_retirement_id: 'ret_1KNDEM0DEM1S0AIR',
        registry_retired_on: RETIRED_ON,
        evidence_sha256: sha256('The document of Isometric, for the demo'),
      },
    });
  },
  redeemed: async (world, { seat, token_id }) => {
    const credit_id = await creditIdOf(world, seat, token_id);
    if (!(await isLive(world, token_id))) return;
    await seat.client.redeemCredit({ params: { credit_id }, body: { registry_account: 'ISO-ACC-204' } });
  },
  cancelled: async (world, { seat, token_id }) => {
    const credit_id = await creditIdOf(world, seat, token_id);
    if (!(await isLive(world, token_id))) return;
    await seat.client.cancelCredit({
      params: { credit_id },
      body: { reason: 'Sold at the registry instead' },
    });
  },
};

async function retire(
  world: DemoWorld,
  { credit, token_id }: Minted,
  words: { beneficiary: string; reason: string; tonnage?: string },
): Promise<void> {
  if (!(await isLive(world, token_id))) return;
  const deposit = words.tonnage === undefined ? 1n : PARTS_DEPOSIT;
  const about = { token_id, beneficiary_kind: 'organisation', consumption_period: '2025', ...words };
  await world.call(ownerOf(credit), 'retire', about, deposit);
}

async function divide(
  world: DemoWorld,
  about: { credit: DemoCredit; token_id: string; tonnages: readonly string[] },
): Promise<string[]> {
  const { credit, token_id, tonnages } = about;
  if (await isLive(world, token_id)) {
    await world.call(ownerOf(credit), 'split', { token_id, tonnages }, PARTS_DEPOSIT);
  }
  return (await world.view<{ children: string[] }>('lineage', { token_id })).children;
}

async function creditIdOf(world: DemoWorld, seat: Seat, token_id: string): Promise<string> {
  return await world.until(
    'the credit is indexed',
    async () =>
      (await seat.client.listCredits({ query: { page_size: 200 } })).credits.find(
        (one) => one.token_id === token_id,
      )?.credit_id,
  );
}

async function statusOf(world: DemoWorld, mrv_hash: string): Promise<string> {
  const { status } = await world.view<{ status: string }>('mrv_hash_status', { mrv_hash });
  return status;
}

async function isLive(world: DemoWorld, token_id: string): Promise<boolean> {
  return ['active', 'impaired'].includes(await statusOf(world, token_id));
}

async function isAnswered(world: DemoWorld, token_id: string): Promise<boolean> {
  const { statements } = await world.view<{ statements: unknown[] }>('retirement', { token_id });
  return statements.length > 0;
}

async function tokenOf(world: DemoWorld, token_id: string): Promise<{ owner_id?: string }> {
  return (await world.view<{ owner_id: string } | null>('nft_token', { token_id })) ?? {};
}

function ownerOf({ name, owner }: DemoCredit): string {
  if (owner === undefined) throw new Error(`The platform keeps ${name}; no wallet does.`);
  return owner;
}

function registryOf({ project }: DemoCredit): string {
  return `${PROJECTS[project].registry}.localnet`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
