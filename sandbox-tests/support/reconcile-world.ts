// Owns a world in which chain, database and registries agree: credits in every state, built over the API and on a real chain, with
// statements that tell of them; leaves what becomes of credits to reconcile-fates.ts and damaging it to the specs.

import type { ExecutionContext } from 'ava';
import { createAskChain } from '../../api/chain/json-rpc.ts';
import { loadConfig } from '../../core/config/index.ts';
import { followChain } from '../../scripts/start/indexer.ts';
import { type ApiClient, startApi, type TestApi, type TestTenant } from './api.ts';
import { seedFor, walkToHashed } from './api-way.ts';
import { CONTRACT_ID, OWNER_ID } from './contract-chain.ts';
import { type ContractWorld, REGISTRY } from './contract-world.ts';
import { type IndexedChain, serveContractWorld } from './indexed-chain.ts';
import { PROJECT } from './product.ts';
import {
  type Block,
  FATES,
  FATES_IN_KILOGRAMS,
  type Fate,
  happenLate,
  mintAll,
  namespaceOf,
  PROJECT_AT,
  type Registry,
  standAtRegistry,
  UNITS,
  type WorldCredit,
} from './reconcile-fates.ts';
import { keepRetirementsProven, untilIndexed } from './reconcile-owner.ts';
import { importStatements } from './reconcile-statements.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS_AGO = 40;
const STATED_AFTER_DAYS = 35;
// A statement of a day lasts to the day's end in its registry's zone.
const LATE_AFTER_DAYS = 37;
const MS_TO_NS = 1_000_000n;
const AT_ONCE = 4;

export type ReconcileWorld = {
  api: TestApi;
  chain: ContractWorld;
  rpc_url: string;
  envFor: IndexedChain['envFor'];
  credits: WorldCredit[];
  /** What the registry has: held, and ended there. */
  held: Block[];
  retired: Block[];
  /** Issued, and neither: it left the account when the credit ended. */
  left: Block[];
  now: Date;
  stated_at: Date;
};

/** Half of the credits are of each tenant, which meet these fates in turn; those behind them are held. */
export type WantedWorld = { credits: number; fates?: readonly Fate[] };
type Ends = { ends: (() => Promise<unknown> | unknown)[] };

/** What stands after each step; together they take minutes on a busy machine, and a runner wants to hear of each. */
export const BUILD_STEPS = [
  'a chain and an API stand',
  'a first quarter of the credits is approved',
  'a second quarter is approved',
  'a third quarter is approved',
  'all are approved',
  'they are minted, and meet their fates',
  'the indexer has seen it',
  'weeks pass, and more happens behind the last statement',
  'the indexer has seen that, too',
] as const;

/** Yields after each step but the last. The caller runs `ends` from the last to the first. */
export async function* buildReconcileWorld(about: WantedWorld & Ends): AsyncGenerator<void, ReconcileWorld> {
  const { ends } = about;
  const t = { teardown: (end: () => unknown) => void ends.push(end), log: () => undefined };
  const began = new Date(Date.now() - DAYS_AGO * DAY_MS);
  let time_ns = BigInt(began.getTime()) * MS_TO_NS;
  const waitUntil = (days: number): void => {
    time_ns = BigInt(began.getTime() + days * DAY_MS) * MS_TO_NS;
    chain.chain.node.produceBlocks();
  };
  const served = await serveContractWorld(t as unknown as ExecutionContext, {
    // A clock of its own: to skip weeks by heights, an indexer would have to ask for each of them.
    node: { genesis_timestamp: BigInt(began.getTime()) * MS_TO_NS, clock: { now: () => time_ns } },
  });
  const { world: chain, rpc_url } = served;
  for (const [role, account_id] of [
    ['minter', 'minter.near'],
    ['registry', 'registry.near'],
    ['registry_agent', 'agent.near'],
  ]) {
    chain.act(OWNER_ID, 'grant_role', { role, account_id, registry: 'isometric' });
  }
  const ask = createAskChain({ rpc_urls: [rpc_url] });
  const api = await startApi(t as unknown as ExecutionContext, {
    services: { chain: { network: 'localnet', contract_account_id: CONTRACT_ID, ask } },
  });
  api.clock.set(began);
  await seedFor(api);
  yield;
  const wanted = planCredits(about);
  const credits: WorldCredit[] = [];
  const quarter = Math.ceil(wanted.length / 4);
  for (let from = 0; from < wanted.length; from += quarter) {
    credits.push(...(await approveSome(api, wanted.slice(from, from + quarter))));
    yield;
  }
  await leaveOne(api, about.credits);
  mintAll(
    chain,
    credits.filter(({ fate }) => fate !== 'minted late'),
  );
  yield;
  const indexer = await followChain({
    config: loadConfig({ env: served.envFor(api.database), folder: PROJECT }),
    database_url: api.database.urlFor('indexer'),
  });
  await untilIndexed(api, chain);
  await contribute(api, credits);
  yield;
  const told = standAtRegistry(credits);
  waitUntil(LATE_AFTER_DAYS);
  happenLate(chain, credits);
  waitUntil(DAYS_AGO);
  const expired = credits.find(({ fate }) => fate === 'expired');
  if (expired !== undefined) chain.act('bob.near', 'expire', { token_id: expired.mrv_hash });
  yield;
  await untilIndexed(api, chain);
  await keepRetirementsProven({ api, chain, ask });
  // A copy is made of a database that nobody writes.
  await indexer.close();
  const now = new Date(Math.max(Date.now(), Number(chain.chain.now() / MS_TO_NS)) + 1000);
  api.clock.set(now);
  const stated_at = new Date(began.getTime() + STATED_AFTER_DAYS * DAY_MS);
  const { envFor } = served;
  const world = { api, chain, rpc_url, envFor, credits, ...told, now, stated_at };
  await importStatements(world);
  return world;
}

/** Half of each tenant; every vintage at a place or in a year of its own. */
function planCredits({ credits: count, fates = FATES }: WantedWorld): Wanted[] {
  const next = new Map<string, bigint>();
  return Array.from({ length: count }, (_, index) => {
    const tenant: 'a' | 'b' = index % 2 === 0 ? 'a' : 'b';
    const place = Math.floor(index / 2);
    const is_last = index >= count - 2;
    const in_kilograms = tenant === 'a' && !is_last ? FATES_IN_KILOGRAMS[place - fates.length] : undefined;
    const registry = in_kilograms === undefined ? 'verra' : 'isometric';
    const fate: Fate = is_last ? 'minted late' : (in_kilograms ?? fates[place] ?? 'held');
    const key = `${tenant} ${registry}`;
    const start = next.get(key) ?? 1n;
    next.set(key, start + UNITS[registry]);
    return { tenant, registry, fate, place, start };
  });
}

type Wanted = { tenant: 'a' | 'b'; registry: Registry; fate: Fate; place: number; start: bigint };

async function approveSome(api: TestApi, wanted: readonly Wanted[]): Promise<WorldCredit[]> {
  const credits: WorldCredit[] = new Array(wanted.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < wanted.length; index = next++) {
      const one = wanted[index];
      if (one === undefined) return;
      credits[index] = await approveOne(api, one);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return credits;
}

/** Approved, and left at its registry by choice. */
async function leaveOne(api: TestApi, count: number): Promise<void> {
  const place = count;
  const start = 1n + BigInt(place) * UNITS.verra;
  const { registry_submission_id } = await approveOne(api, {
    tenant: 'a',
    registry: 'verra',
    fate: 'held',
    place,
    start,
  });
  await api.a.client.setTokenisation({
    params: { registry_submission_id },
    body: { tokenise: false, reason: 'Sold at the registry' },
  });
}

async function approveOne(api: TestApi, one: Wanted): Promise<WorldCredit> {
  const { tenant, registry, fate, place, start } = one;
  const { client } = api[tenant];
  const project_id = await makePlacedProject(client, { tenant, registry, place });
  const { mrv_hash, mrv_submission_id } = await walkToHashed(client, { project_id, year: 2024 });
  const { registry_submission_id } = await client.createRegistrySubmission({
    params: { mrv_submission_id },
    body: { registry_project_id: PROJECT_AT[registry] },
  });
  const serial_block = {
    namespace: namespaceOf(tenant, registry),
    start: String(start),
    end: String(start + UNITS[registry] - 1n),
  };
  await client.moveRegistrySubmission({
    params: { registry_submission_id },
    body: { move: 'approve', serial_block },
  });
  return { tenant, registry, fate, mrv_hash, mrv_submission_id, registry_submission_id, project_id, start };
}

async function makePlacedProject(
  client: ApiClient,
  { tenant, registry, place }: Pick<Wanted, 'tenant' | 'registry' | 'place'>,
): Promise<string> {
  const { methodologies } = await client.listMethodologies();
  const methodology_id = methodologies.find(({ code }) => code === 'VM0044')?.methodology_id;
  const { project } = await client.createProject({
    body: {
      name: `Biochar ${place}`,
      project_type: 'biochar',
      location: { lat: tenant === 'a' ? 10 : 20, lon: (place % 1000) / 10 },
      host_country: 'CH',
      target_registry: registry,
      ...(methodology_id === undefined ? {} : { methodology_id }),
    },
  });
  return project.project_id;
}

async function contribute(api: TestApi, credits: readonly WorldCredit[]): Promise<void> {
  for (const tenant of ['a', 'b'] as const) {
    const { client } = api[tenant];
    const { buffer_pool_id } = await client.createBufferPool({
      body: { scope: 'registry', registry_type: REGISTRY, buffer_rate: '0.15' },
    });
    const due = credits.filter(
      ({ registry, ...one }) =>
        registry === REGISTRY && one.tenant === tenant && (one.fate === 'held' || one.fate === 'impaired'),
    );
    for (const { mrv_hash } of due) {
      const credit_id = await creditIdOf(api[tenant], mrv_hash);
      await client.addBufferEntry({
        params: { buffer_pool_id },
        body: { kind: 'contribution', amount_tco2e: '15', credit_id },
      });
    }
  }
}

const ids = new Map<string, string>();

async function creditIdOf({ client }: TestTenant, mrv_hash: string): Promise<string> {
  for (let page = 1; !ids.has(mrv_hash); page++) {
    const { credits } = await client.listCredits({ query: { page, page_size: 200 } });
    if (credits.length === 0) throw new Error(`No credit has the hash ${mrv_hash}.`);
    for (const credit of credits) ids.set(credit.mrv_hash, credit.credit_id);
  }
  return ids.get(mrv_hash) ?? '';
}
