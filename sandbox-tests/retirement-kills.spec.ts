// Shows that a retirement comes to the same end, burnt once and proven, whichever step its worker is killed in.

import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { askAdmin, eventsOf, seedFor, walkToHashed } from './support/api-way.ts';
import { startChild } from './support/child.ts';
import { hashOf } from './support/contract-world.ts';
import { CUSTODY_ID, type IssuanceWorld, openIssuanceWorld } from './support/issuance-world.ts';

const CHILD = fileURLToPath(new URL('support/mortal-worker.ts', import.meta.url));

const LONG = process.env.DMRV_TEST_LONG === '1';

const POINTS = [
  'burnt:called',
  'burnt:run',
  'indexed:run',
  'proof:run',
  'certificate:run',
  'retirement_requested:run',
  'registry:run',
  'settled:run',
] as const;

let world: IssuanceWorld;
const ends: (() => unknown)[] = [];

test.before(async () => {
  // One world for all: the tests follow each other in it.
  const lasting = { teardown: (end: () => unknown) => void ends.push(end), log: console.error };
  world = await openIssuanceWorld(lasting as ExecutionContext);
  await seedFor(world.api);
});

test.after.always(async () => {
  for (const end of ends.reverse()) await end();
});

test.serial(
  'a retirement whose worker is killed at each of its points in turn comes to the same end',
  async (t) => {
    await retireThroughKills(t, { points: POINTS, year: 2000 });
  },
);

// What a kill leaves to workers that live on, point by point.
for (const [index, point] of (LONG ? POINTS : []).entries()) {
  test.serial(
    `a worker of retirements that is killed at ${point} is taken over by another to the same end`,
    async (t) => {
      await retireThroughKills(t, { points: [point], year: 2001 + index });
    },
  );
}

async function retireThroughKills(
  t: ExecutionContext,
  { points, year }: { points: readonly string[]; year: number },
): Promise<void> {
  const { api, chain, until } = world;
  const { client } = api.a;
  const url = api.database.urlFor('app');
  const { mrv_hash, mrv_submission_id } = await walkToHashed(client, { year });
  const { registry_submission_id } = await client.createRegistrySubmission({
    params: { mrv_submission_id },
    body: {},
  });
  await client.moveRegistrySubmission({ params: { registry_submission_id }, body: { move: 'approve' } });
  chain.world.mint({ mrv_hash, receiver_id: CUSTODY_ID });
  const credit = await until('the credit is indexed', async () => {
    const { credits } = await client.listCredits({ query: { status: ['active'], page_size: 200 } });
    return credits.find((one) => one.mrv_hash === mrv_hash);
  });
  const started = await client.retireCredit({
    params: { credit_id: credit.credit_id },
    body: { beneficiary: 'Example Ltd' },
  });
  if (!('process_id' in started)) throw new Error('What the platform keeps is retired by a process.');
  const { process_id } = started;
  const confirmed = until('the registry has confirmed', async () => {
    const { retirements } = await client.listRetirements({ query: { page_size: 200 } });
    const retirement = retirements.find((one) => one.token_id === mrv_hash);
    if (retirement === undefined) return undefined;
    const said = await api.operator.client.confirmRetirement({
      params: { retirement_id: retirement.retirement_id },
      body: {
        registry_retirement_id: `VCS-R-${year}`,
        registry_retired_on: '2026-06-01',
        evidence_sha256: hashOf(`evidence of ${year}`),
      },
    });
    return 'transaction_hash' in said ? said : undefined;
  });

  for (const point of points) {
    const victim = startChild({ file: CHILD, args: [url, chain.rpc_url, point] });
    t.is((await victim.end).signal, 'SIGKILL', `${point}: ${victim.output()}`);
  }
  const heir = await world.startWorker();
  await confirmed;
  const { process, steps } = await world.ended(process_id);
  await heir.stop();

  t.is(process.status, 'completed', JSON.stringify(steps));
  const told = await eventsOf(api, api.a, process_id);
  t.is(told.filter((name) => name === 'process.step_completed.v1').length, steps.length);
  const proof = steps.find(({ step_name }) => step_name === 'proof')?.result;
  const bundles = await askAdmin(
    api,
    `select revision from chain.proof_bundles where token_id = '${mrv_hash}'`,
  );
  t.is(bundles.length, 1);
  t.regex(String(proof?.bundle_sha256), /^[0-9a-f]{64}$/);
  const sent = await askAdmin(
    api,
    `select status, count(*)::int as times from signing.transactions where method = 'retire'
     and args ->> 'token_id' = '${mrv_hash}' group by 1`,
  );
  t.deepEqual(sent, [{ status: 'succeeded', times: 1 }]);
  t.deepEqual(world.troubles, []);
}
