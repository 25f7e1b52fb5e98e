// Shows that an issuance brings a submission to exactly one token, whoever asks for it and however often, whatever dies on the
// way, and that a registry's refusal ends it honestly.

import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { ApiError } from '../api/client/client.ts';
import { askAdmin, eventsOf, refusalOf, seedFor } from './support/api-way.ts';
import { startChild } from './support/child.ts';
import { CUSTODY_ID, type IssuanceWorld, openIssuanceWorld } from './support/issuance-world.ts';

const CHILD = fileURLToPath(new URL('support/mortal-worker.ts', import.meta.url));
const ALICE = 'alice.near';
const LONG = process.env.DMRV_TEST_LONG === '1';
const DAY_MS = 24 * 60 * 60 * 1000;
const HASHES = LONG ? 10 : 4;
const ASKED = 5;

const POINTS = [
  'approval:run',
  'hash:run',
  'registry_submission:run',
  'consent:called',
  'consent:run',
  'mint:called',
  'mint:run',
  'indexed:run',
  'active:run',
] as const;

test.serial(
  `${HASHES * ASKED} issuances of ${HASHES} submissions at once mint exactly ${HASHES} tokens`,
  async (t) => {
    const world = await openIssuanceWorld(t);
    const { api, chain } = world;
    await seedFor(api);
    await world.startWorker();
    const submissions: string[] = [];
    for (let count = 0; count < HASHES; count++) submissions.push(await world.approved());
    const asked = submissions.flatMap((id) => Array.from({ length: ASKED }, () => id));
    const started = await Promise.all(
      asked.map((mrv_submission_id) =>
        asTold(() =>
          api.a.client.issueCredit({ params: { mrv_submission_id }, body: { receiver_id: ALICE } }),
        ),
      ),
    );
    const processes = [...new Set(started.map(({ process_id }) => process_id))];
    t.is(processes.length, HASHES);
    for (const id of submissions) await world.approveAtRegistry(id);
    await world.until('all wait for a consent', async () => {
      const { processes: alive } = await api.a.client.listProcesses({ query: { status: ['processing'] } });
      const views = await Promise.all(
        alive.map(({ process_id }) => api.a.client.getProcess({ params: { process_id } })),
      );
      const waiting = views.filter(({ steps }) => /consent/.test(steps[3]?.waiting_for ?? ''));
      return waiting.length === HASHES ? true : undefined;
    });
    await world.consent('consent-issue', String(100 * HASHES));
    for (const process_id of processes) {
      const { process, steps } = await world.ended(process_id);
      t.is(process.status, 'completed', JSON.stringify(steps));
    }
    t.is(chain.world.chain.view('nft_total_supply'), String(HASHES));
    const { credits } = await api.a.client.listCredits({ query: { status: ['active'] } });
    t.is(credits.length, HASHES);
    const consent = chain.world.chain.view('consent', { registry: 'verra', consent_ref: 'consent-issue' });
    t.like(consent, { remaining: '0', attested_by: 'registry_agent' });
    const [first = ''] = submissions;
    const again = await api.a.client.issueCredit({ params: { mrv_submission_id: first }, body: {} });
    t.true(processes.includes(again.process_id));
    const { projects } = await api.a.client.listProjects();
    t.deepEqual([...new Set(projects.map(({ status }) => status))], ['active']);
    t.deepEqual(world.troubles, []);
  },
);

// One world for all of them: they follow each other in it, each with a consent that the one before has not used up.
let shared: IssuanceWorld;
const ends: (() => unknown)[] = [];

test.before(async () => {
  const lasting = { teardown: (end: () => unknown) => void ends.push(end), log: console.error };
  shared = await openIssuanceWorld(lasting as ExecutionContext);
  await seedFor(shared.api);
});

test.after.always(async () => {
  for (const end of ends.reverse()) await end();
});

test.serial(
  'an issuance whose worker is killed at each of its points in turn comes to the same end',
  async (t) => {
    await issueThroughKills(t, POINTS);
  },
);

// What a kill leaves to workers that live on, point by point.
for (const point of LONG ? POINTS : []) {
  test.serial(`a worker that is killed at ${point} is taken over by another to the same end`, async (t) => {
    await issueThroughKills(t, [point]);
  });
}

test.serial('a last day that is named reaches the token, and one that has passed is refused', async (t) => {
  const { api, chain } = shared;
  const dayAt = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
  const worker = await shared.startWorker();
  await shared.consent('consent-of-a-last-day', '100');
  const mrv_submission_id = await shared.approved();
  const params = { mrv_submission_id };
  const { mrv_hash } = await api.a.client.createMrvHash({ params, body: {} });
  await api.a.client.createRegistrySubmission({ params, body: {} });
  await shared.approveAtRegistry(mrv_submission_id);
  const issue = (expires_on: string) =>
    api.a.client.issueCredit({ params, body: { receiver_id: ALICE, expires_on } });
  t.like(await refusalOf(issue(dayAt(-2))), { status: 409, code: 'CONFLICT' });
  const { process_id } = await issue(dayAt(30));
  const { process, steps } = await shared.ended(process_id);
  await worker.stop();
  t.is(process.status, 'completed', JSON.stringify(steps));
  t.like(chain.world.chain.view('credit', { mrv_hash }), { status: 'active', expires_on: dayAt(30) });
  t.deepEqual(await askAdmin(api, `select expires_on from chain.tokens where token_id = '${mrv_hash}'`), [
    { expires_on: dayAt(30) },
  ]);
});

async function issueThroughKills(t: ExecutionContext, points: readonly string[]): Promise<void> {
  const { api, chain } = shared;
  const consent_ref = `consent-of-${points.join('-')}`.slice(0, 60);
  await shared.consent(consent_ref, '100');
  const mrv_submission_id = await shared.approved();
  const params = { mrv_submission_id };
  const { mrv_hash } = await api.a.client.createMrvHash({ params, body: {} });
  await api.a.client.createRegistrySubmission({ params, body: {} });
  await shared.approveAtRegistry(mrv_submission_id);
  const countSent = async () =>
    (await askAdmin<{ times: number }>(api, 'select count(*)::int as times from signing.transactions'))[0]
      ?.times ?? 0;
  const sent_before = await countSent();
  const before = Number(chain.world.chain.view('nft_total_supply'));
  const { process_id } = await api.a.client.issueCredit({ params, body: { receiver_id: ALICE } });
  const url = api.database.urlFor('app');
  for (const point of points) {
    const victim = startChild({ file: CHILD, args: [url, chain.rpc_url, point] });
    t.is((await victim.end).signal, 'SIGKILL', `${point}: ${victim.output()}`);
  }
  const heir = await shared.startWorker();
  const { process, steps } = await shared.ended(process_id);
  await heir.stop();
  t.is(process.status, 'completed', JSON.stringify(steps));
  t.is(chain.world.chain.view('nft_total_supply'), String(before + 1));
  const told = await eventsOf(api, api.a, process_id);
  t.is(told.filter((name) => name === 'process.step_completed.v1').length, steps.length);
  const sent = await askAdmin(
    api,
    `select method, status, count(*)::int as times from signing.transactions
     where args ->> 'mrv_hash' = '${mrv_hash}' or args ->> 'consent_ref' = '${consent_ref}'
     group by 1, 2 order by 1`,
  );
  t.deepEqual(sent, [
    { method: 'nft_mint', status: 'succeeded', times: 1 },
    { method: 'record_consent', status: 'succeeded', times: 1 },
  ]);
  t.is(await countSent(), sent_before + 2);
  t.deepEqual(shared.troubles, []);
}

test.serial('a refusal of the registry ends the process, which goes on after a resubmission', async (t) => {
  const world = await openIssuanceWorld(t);
  const { api } = world;
  await seedFor(api);
  await world.startWorker();
  await world.consent('consent-issue', '1000');
  const mrv_submission_id = await world.approved();
  const params = { mrv_submission_id };
  const { process_id } = await api.a.client.issueCredit({ params, body: {} });
  const registry_submission_id = await submitted(world, mrv_submission_id);
  const move = { params: { registry_submission_id } };
  const body = { move: 'reject', reason: 'The report is not signed.' } as const;
  await api.a.client.moveRegistrySubmission({ ...move, body });
  const refused = await world.ended(process_id);
  t.like(refused.process, { status: 'failed', error: { code: 'REGISTRY_REFUSED' } });
  t.regex(refused.process.error?.message ?? '', /rejected \(The report is not signed\.\)/);
  t.is(world.chain.world.chain.view('nft_total_supply'), '0');
  await api.a.client.moveRegistrySubmission({ ...move, body: { move: 'resubmit' } });
  await api.a.client.moveRegistrySubmission({ ...move, body: { move: 'approve' } });
  await api.a.client.retryProcess({ params: { process_id } });
  const { process, steps } = await world.ended(process_id);
  t.is(process.status, 'completed', JSON.stringify(steps));
  // Without a receiver the platform keeps it.
  const [position] = await askAdmin(
    api,
    'select custodian_account_id, tonnage_co2e::numeric::int as tonnes from credit.custodial_positions',
  );
  t.deepEqual(position, { custodian_account_id: CUSTODY_ID, tonnes: 100 });
  const others = refusalOf(api.b.client.issueCredit({ params, body: { receiver_id: ALICE } }));
  t.is((await others).status, 404);
  t.deepEqual(world.troubles, []);
});

const TRIES = 60;

/** Whoever is told to send a request again, because there is too much to do, does. */
async function asTold<T>(send: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      const is_told = error instanceof ApiError && error.status === 503;
      if (!is_told || tries === TRIES) throw error;
    }
    await sleep(1_000);
  }
}

async function submitted(world: IssuanceWorld, mrv_submission_id: string): Promise<string> {
  return world.until('it was submitted to the registry', async () => {
    const query = { mrv_submission_id };
    const { registry_submissions } = await world.api.a.client.listRegistrySubmissions({ query });
    return registry_submissions[0]?.registry_submission_id;
  });
}
