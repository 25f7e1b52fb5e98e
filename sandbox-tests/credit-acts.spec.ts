// Shows how credits end over HTTP on a real chain with its indexer and workers: what the platform holds by processes, what a wallet
// holds by what the wallet signs; and what registries say of a retirement.

import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { KeyPair, type KeyPairString } from 'near-api-js';
import { createAskChain } from '../api/chain/json-rpc.ts';
import { ALL_SAGAS } from '../api/sagas/index.ts';
import { startWorker } from '../api/sagas/worker.ts';
import type { Services } from '../api/services.ts';
import { type OpenSigning, openSigning } from '../api/signing/open-signing.ts';
import type { SignerEntry } from '../api/signing/types.ts';
import { loadConfig } from '../core/config/index.ts';
import { createPool } from '../core/db/pool.ts';
import { bundleSchema } from '../core/proofs/bundle-schema.ts';
import { verifyRetirementProof } from '../core/proofs/verify-retirement.ts';
import { accountKeyPair } from '../localnet/node/genesis.ts';
import { followChain } from '../scripts/start/indexer.ts';
import { startApi } from './support/api.ts';
import { eventsOf, refusalOf, seedFor, walkToHashed } from './support/api-way.ts';
import { CONTRACT_ID } from './support/contract-chain.ts';
import { hashOf, REGISTRY } from './support/contract-world.ts';
import { serveContractWorld } from './support/indexed-chain.ts';
import { PROJECT } from './support/product.ts';
import { pinOf } from './support/proof-fixtures.ts';
import { startProver } from './support/prover.ts';
import { PACE } from './support/signing-world.ts';

const CHAIN_SEED = 'contract';
const CUSTODY_ID = 'market.near';
const AGENT_ID = 'agent.near';
const WALLET_ID = 'alice.near';
/** No quicker than an indexer in the same process on a busy machine can follow. */
const BLOCK_EVERY_MS = 200;
const LONGEST_MS = 60_000;

function signer(account_id: string, role: Pick<SignerEntry, 'role' | 'registry'>): SignerEntry {
  const pair = KeyPair.fromString(accountKeyPair(CHAIN_SEED, account_id).secret_key as KeyPairString);
  const public_key = pair.getPublicKey().toString();
  const key = { account_id, public_key, sign: (message: Uint8Array) => pair.sign(message).signature };
  return { account_id, ...role, keys: [key] };
}

const ORGANISATION = { beneficiary: 'Example Ltd', reason: 'Emissions of 2025' };

test('credits end as their holders and registries say', async (t) => {
  t.timeout(300_000);
  const chain = await serveContractWorld(t);
  const { world } = chain;
  const ask = createAskChain({ rpc_urls: [chain.rpc_url] });
  let opened: OpenSigning | undefined;
  const signing: Services['signing'] = {
    call: (call) => opened?.call(call) ?? Promise.reject(new Error('Signing is not open.')),
    accountFor: (role) => opened?.accountFor(role),
  };
  const about = { network: 'localnet', contract_account_id: CONTRACT_ID, ask };
  const api = await startApi(t, { services: { chain: about, signing } });
  await seedFor(api);
  const url = api.database.urlFor('app');
  const pool = createPool({ url, max: 12, on_idle_error: () => undefined });
  t.teardown(() => pool.end());
  opened = openSigning({
    pool,
    contract_id: CONTRACT_ID,
    ask,
    signers: [
      signer(CUSTODY_ID, { role: 'custody' }),
      signer(AGENT_ID, { role: 'registry_agent', registry: REGISTRY }),
    ],
    now: () => new Date(),
    log: () => undefined,
    pace: PACE,
  });
  const indexer = await followChain({
    config: loadConfig({ env: chain.envFor(api.database), folder: PROJECT }),
    database_url: api.database.urlFor('indexer'),
  });
  t.teardown(indexer.close);
  const troubles: unknown[] = [];
  const worker = await startWorker({
    pool,
    url,
    sagas: ALL_SAGAS,
    services: { now: () => new Date(), chain: about, signing, files: api.files } as Services,
    eyes: {
      onStep: () => undefined,
      onError: (error) => troubles.push(error),
      onJob: () => undefined,
      onTrouble: (error) => troubles.push(error),
    },
  });
  t.teardown(() => worker.stop());
  startProver(t, { database: api.database, chain: about, onTrouble: (error) => troubles.push(error) });
  const timer = setInterval(() => world.chain.node.produceBlocks(), BLOCK_EVERY_MS);
  t.teardown(() => clearInterval(timer));

  const { client } = api.a;
  async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    const give_up = Date.now() + LONGEST_MS;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > give_up)
        throw new Error(`It never came about that ${what}. ${troubles.map(String).join('; ')}`);
      await sleep(50);
    }
  }
  async function mint(receiver_id: string) {
    const { mrv_hash, mrv_submission_id } = await walkToHashed(client);
    const made = await client.createRegistrySubmission({ params: { mrv_submission_id }, body: {} });
    const params = { registry_submission_id: made.registry_submission_id };
    await client.moveRegistrySubmission({ params, body: { move: 'approve' } });
    world.mint({ mrv_hash, receiver_id });
    const credit = await until('the credit is there', async () =>
      (await client.listCredits({ query: { page_size: 200 } })).credits.find(
        (one) => one.token_id === mrv_hash,
      ),
    );
    return { credit_id: credit.credit_id, mrv_hash, registry: params };
  }
  // While the chain has not told of it, the answer is 202, and the same request asks again.
  const attestedBy = <Answer extends object>(ask: () => Promise<Answer>) =>
    until('the registry’s word is on chain', async () => {
      const answer = await ask();
      return 'transaction_hash' in answer ? answer : undefined;
    });
  const ended = (process_id: string, wanted: 'completed' | 'failed') =>
    until(`the process is ${wanted}`, async () => {
      const view = await client.getProcess({ params: { process_id } });
      return view.process.status === wanted ? view : undefined;
    });
  const registryStatus = async (params: { registry_submission_id: string }) =>
    (await client.getRegistrySubmission({ params })).registry_submission.status;
  const burnt = (credit_id: string) =>
    until('the retirement is indexed', async () => {
      const { retirements } = await client.listRetirements({ query: { page_size: 200 } });
      return retirements.find((one) => one.credit_id === credit_id && one.certificate_uri !== null);
    });

  // Retired whole, asked twice, and confirmed by the registry's agent.
  const whole = await mint(CUSTODY_ID);
  const params = { credit_id: whole.credit_id };
  const [first, second] = await Promise.all([
    client.retireCredit({ params, body: ORGANISATION }),
    client.retireCredit({ params, body: ORGANISATION }),
  ]);
  t.deepEqual(first, second, 'one living process for a credit');
  t.true('process_id' in first);
  const process_id = 'process_id' in first ? first.process_id : '';
  const retirement = await burnt(whole.credit_id);
  t.like(retirement, { beneficiary: ORGANISATION.beneficiary, registry_confirmed: false });
  const by_id = { retirement_id: retirement.retirement_id };
  t.is((await client.getCertificate({ params: by_id })).state, 'burnt_registry_pending');
  await until('the registry is asked', async () =>
    (await registryStatus(whole.registry)) === 'retirement_requested' ? true : undefined,
  );
  const said = {
    registry_retirement_id: 'VCS-R-1',
    registry_retired_on: '2026-06-01',
    evidence_sha256: hashOf('the statement'),
  };
  const attested = await attestedBy(() =>
    api.operator.client.confirmRetirement({ params: by_id, body: said }),
  );
  t.deepEqual(
    await api.operator.client.confirmRetirement({ params: by_id, body: said }),
    attested,
    'said once on chain',
  );
  const { steps } = await ended(process_id, 'completed');
  const kept = steps.find(({ step_name }) => step_name === 'proof')?.result;
  t.like(kept, { revision: 1 });
  const answer = await fetch(`${api.base_url}/api/v1/public/retirements/${whole.mrv_hash}/proof`);
  const bundle = bundleSchema.parse(await answer.json());
  const verdict = verifyRetirementProof(bundle, { trusted_head: pinOf(bundle) });
  t.is(verdict.failed, undefined);
  t.like(verdict.shown, { token_id: whole.mrv_hash });
  t.like(await client.getCertificate({ params: by_id }), {
    state: 'confirmed',
    retirement: { registry_retirement_id: 'VCS-R-1', attested_by: 'registry_agent' },
  });
  t.is(await registryStatus(whole.registry), 'retired');
  t.is((await refusalOf(client.retireCredit({ params, body: ORGANISATION }))).code, 'CONFLICT');

  // A part, which the registry refuses: burnt all the same, and owed.
  const divided = await mint(CUSTODY_ID);
  const by_part = { credit_id: divided.credit_id };
  for (const tonnage of ['100.5', '1000000']) {
    const refusal = await refusalOf(
      client.retireCredit({ params: by_part, body: { ...ORGANISATION, tonnage } }),
    );
    t.is(refusal.code, 'VALIDATION_FAILED', tonnage);
  }
  const part = await client.retireCredit({ params: by_part, body: { ...ORGANISATION, tonnage: '30' } });
  const retired_part = await until('the part is indexed', async () => {
    const { retirements } = await client.listRetirements({ query: {} });
    return retirements.find((one) => one.tonnage_co2e === '30' && one.certificate_uri !== null);
  });
  t.not(retired_part.token_id, divided.mrv_hash);
  const { credits } = await client.listCredits({ query: { page_size: 200 } });
  const rest = credits.find((one) => one.tonnage_co2e === '70' && one.status === 'active');
  t.truthy(rest, 'the rest lives on');
  const part_id = { retirement_id: retired_part.retirement_id };
  const refusal_body = { reason: 'Unknown units' };
  await attestedBy(() => api.operator.client.refuseRetirement({ params: part_id, body: refusal_body }));
  const failed = await ended('process_id' in part ? part.process_id : '', 'failed');
  t.is(failed.process.error?.code, 'RETIREMENT_REFUSED');
  t.is((await client.getCertificate({ params: part_id })).state, 'refused');
  t.true((await eventsOf(api, api.a, retired_part.retirement_id)).includes('retirement.replacement_owed.v1'));
  t.is(await registryStatus(divided.registry), 'approved', 'a part moves nothing of the whole');
  t.is(
    (await refusalOf(api.operator.client.confirmRetirement({ params: part_id, body: said }))).code,
    'CONFLICT',
  );

  // The rest goes back to the registry.
  const by_rest = { credit_id: rest?.credit_id ?? '' };
  const redeemed = await client.redeemCredit({ params: by_rest, body: { registry_account: 'VCS-ACC-7' } });
  await ended('process_id' in redeemed ? redeemed.process_id : '', 'completed');
  t.like((await client.getCredit({ params: by_rest, query: {} })).credit, {
    status: 'void',
    void_cause: 'redeemed',
  });

  // Cancelled on the registry's word.
  const cancelled = await mint(CUSTODY_ID);
  const by_cancelled = { credit_id: cancelled.credit_id };
  const cancel = await client.cancelCredit({ params: by_cancelled, body: { reason: 'Issued in error' } });
  await ended(cancel.process_id, 'completed');
  t.is(await registryStatus(cancelled.registry), 'cancelled');

  // A wallet signs for itself.
  const held = await mint(WALLET_ID);
  const by_held = { credit_id: held.credit_id };
  const wallet = await api.openHolder(WALLET_ID);
  const unsigned = await wallet.client.retireCredit({ params: by_held, body: ORGANISATION });
  if (!('args_base64' in unsigned)) throw new Error('A wallet is given a transaction.');
  t.like(unsigned, { signer_id: WALLET_ID, receiver_id: CONTRACT_ID, method_name: 'retire', deposit: '1' });
  t.deepEqual(JSON.parse(Buffer.from(unsigned.args_base64, 'base64').toString('utf8')), unsigned.args);
  t.like(world.chain.view('mrv_hash_status', { mrv_hash: held.mrv_hash }), { status: 'active' });
  world.chain.mustCall({
    from: unsigned.signer_id,
    method: unsigned.method_name,
    raw: Buffer.from(unsigned.args_base64, 'base64'),
    gas: BigInt(unsigned.gas),
    deposit: BigInt(unsigned.deposit),
  });
  await until('the wallet’s retirement is seen', async () => {
    const { retirements } = await wallet.client.listRetirements({ query: {} });
    return retirements.find((one) => one.token_id === held.mrv_hash);
  });
  const other = await mint(WALLET_ID);
  t.is(
    (await refusalOf(client.cancelCredit({ params: { credit_id: other.credit_id }, body: { reason: 'x' } })))
      .code,
    'CONFLICT',
  );
  t.is(
    (
      await refusalOf(
        api.b.client.retireCredit({ params: { credit_id: other.credit_id }, body: ORGANISATION }),
      )
    ).code,
    'NOT_FOUND',
  );
  const by_operator = await api.operator.client.cancelCredit({
    params: { credit_id: other.credit_id },
    body: { reason: 'On the registry’s word' },
  });
  await ended(by_operator.process_id, 'completed');
});
