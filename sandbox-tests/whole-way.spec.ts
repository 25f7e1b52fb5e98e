// Shows that a credit goes its whole way over HTTP alone, to the API and to the chain's RPC: from an empty tenant to a
// retirement that its registry has confirmed; and what each of the three people then sees.

import test from 'ava';
import { Account, JsonRpcProvider, KeyPair, KeyPairSigner, type KeyPairString } from 'near-api-js';
import { verifyEvidenceProof } from '../core/canonical/evidence.ts';
import { hashMrvPayload, type MrvPayload } from '../core/canonical/mrv-hash.ts';
import { CATEGORY_KEYS } from '../core/db/statuses.ts';
import { accountKeyPair } from '../localnet/node/genesis.ts';
import type { ApiClient, TestApi } from './support/api.ts';
import { addFile, codeOf, makeFile, PARTS, PAYLOAD, seedFor } from './support/api-way.ts';
import { CONTRACT_ID } from './support/contract-chain.ts';
import { CUSTODY_ID, openIssuanceWorld } from './support/issuance-world.ts';

const CHAIN_SEED = 'contract';
const ALICE = 'alice.near';
const BOB = 'bob.near';
const GAS = 100_000_000_000_000n;
const VERIFIED = '100';
const RETIRED = '30';
const LEFT = '70';

/** A wallet on the machine of whoever holds it: its key is nowhere else. */
function openWallet(account_id: string, rpc_url: string) {
  const key = KeyPair.fromString(accountKeyPair(CHAIN_SEED, account_id).secret_key as KeyPairString);
  const signer = new KeyPairSigner(key);
  const account = new Account(account_id, new JsonRpcProvider({ url: rpc_url }), signer);
  return {
    account_id,
    call: (methodName: string, args: object, about: { deposit: bigint; gas?: bigint }) =>
      account.callFunction({
        contractId: CONTRACT_ID,
        methodName,
        args: args as Record<string, unknown>,
        deposit: about.deposit,
        gas: about.gas ?? GAS,
      }),
    signIn: async (api: TestApi): Promise<ApiClient> => {
      const { nonce, message, recipient } = await api.clientFor().createHolderChallenge();
      const bytes = new Uint8Array(Buffer.from(nonce, 'base64'));
      const signed = await signer.signNep413Message(account_id, { message, recipient, nonce: bytes });
      const public_key = signed.publicKey.toString();
      const signature = Buffer.from(signed.signature).toString('base64');
      const { token } = await api
        .clientFor()
        .createHolderSession({ body: { account_id, public_key, signature, nonce } });
      return api.clientFor(token);
    },
  };
}

test('a credit goes from measurement to a confirmed retirement', async (t) => {
  t.timeout(180_000);
  const world = await openIssuanceWorld(t);
  const { api, until } = world;
  await seedFor(api);
  await world.startWorker();
  const wallets = {
    alice: openWallet(ALICE, world.chain.rpc_url),
    bob: openWallet(BOB, world.chain.rpc_url),
  };

  // The operator makes a tenant, whose first key does the rest of its work.
  const { tenant_id } = await api.operator.client.createTenant({
    body: { slug: 'lake-biochar', name: 'Lake Biochar' },
  });
  const made = await api.operator.client.createTenantApiKey({
    params: { tenant_id },
    body: {
      name: 'First',
      permissions: [
        'projects:read',
        'projects:write',
        'mrv:read',
        'mrv:write',
        'verifications:read',
        'verifications:write',
        'registry_submissions:read',
        'registry_submissions:write',
        'computations:write',
        'consents:write',
        'hashes:read',
        'credits:read',
        'credits:write',
        'retirements:read',
        'retirements:write',
        'processes:read',
      ],
    },
  });
  const client = api.clientFor(made.key);

  // A project, answered with what is still missing.
  const { methodologies } = await client.listMethodologies();
  const methodology_id = methodologies.find(({ code }) => code === 'VM0044')?.methodology_id ?? '';
  const { project, gap_analysis } = await client.createProject({
    body: {
      name: 'Biochar at the lake',
      project_type: 'biochar',
      location: { lat: 47.5, lon: 7.5 },
      host_country: 'CH',
      target_registry: 'verra',
      methodology_id,
    },
  });
  const { project_id } = project;
  t.true(gap_analysis.missing_evidence_types.length > 0);

  // A vintage with its evidence, whose files each prove that they are in the evidence hash.
  const { submission } = await client.createMrvSubmission({
    params: { project_id },
    body: {
      source_type: 'sensor',
      raw_payload: PAYLOAD,
      period_start_on: '2025-01-01',
      period_end_on: '2025-12-31',
    },
  });
  const { mrv_submission_id } = submission;
  const params = { mrv_submission_id };
  for (const artifact_type of ['monitoring_report', 'lab_report'] as const) {
    await addFile(client, { mrv_submission_id, artifact_type, file: makeFile() });
  }
  await client.validateMrvSubmission({ params });
  await client.computeMrvSubmission({ params, body: PARTS });

  // Nine categories, a report, the decision.
  const { verification_id } = await client.createVerification({
    params,
    body: { verifier: { email: 'verifier@example.org', display_name: 'A verifier' } },
  });
  const by_verification = { verification_id };
  t.is(CATEGORY_KEYS.length, 9);
  for (const category_key of CATEGORY_KEYS) {
    await client.setVerificationCategory({
      params: { verification_id, category_key },
      body: { status: 'passed' },
    });
  }
  const report = { report_uri: 'https://example.org/report.pdf', report_hash: makeFile().sha256 };
  await client.addVerificationReport({ params: by_verification, body: report });
  await client.completeVerification({ params: by_verification });

  // Asked for before the approval: the process waits for each of the others and goes on by itself.
  const { process_id } = await client.issueCredit({ params, body: { receiver_id: ALICE } });
  await client.decideVerification({
    params: by_verification,
    body: { overall_status: 'APPROVED', verified_tonnage: VERIFIED },
  });
  const { registry_submission_id } = await until('it was submitted to the registry', async () => {
    const { registry_submissions } = await client.listRegistrySubmissions({ query: { mrv_submission_id } });
    return registry_submissions[0];
  });
  await client.moveRegistrySubmission({ params: { registry_submission_id }, body: { move: 'approve' } });
  await client.createConsent({
    body: {
      registry_type: 'verra',
      consent_ref: 'consent-lake',
      tonnage_co2e: VERIFIED,
      document_sha256: makeFile().sha256,
      immobilised_on: '2026-01-10',
    },
  });
  const issued = await until('the issuance ended', async () => {
    const view = await client.getProcess({ params: { process_id } });
    return view.process.completed_at === null ? undefined : view;
  });
  t.like(issued.process, { status: 'completed', progress_percent: 100 });
  t.deepEqual(
    issued.steps.map(({ step_name, status }) => `${step_name} ${status}`),
    ['approval', 'hash', 'registry_submission', 'consent', 'mint', 'indexed', 'active'].map(
      (name) => `${name} completed`,
    ),
  );
  const { evidence_hash, artifacts } = await client.getEvidence({ params });
  t.true(
    artifacts.every(({ sha256_hash: file_hash, proof }) =>
      verifyEvidenceProof({ file_hash, proof, evidence_hash }),
    ),
  );
  const { mrv_hash, canonical_payload } = await client.getMrvHash({ params });
  t.is(mrv_hash, hashMrvPayload(canonical_payload as MrvPayload));
  t.is(canonical_payload.evidence_hash, evidence_hash);

  // Alice's wallet sees it and gives it to Bob.
  const alice = await wallets.alice.signIn(api);
  const [held] = (await alice.listCredits({ query: {} })).credits;
  t.like(held, { mrv_hash, token_id: mrv_hash, tonnage_co2e: VERIFIED, status: 'active' });
  await wallets.alice.call('nft_transfer', { receiver_id: BOB, token_id: mrv_hash }, { deposit: 1n });
  const bob = await wallets.bob.signIn(api);
  const given = await until(
    'Bob sees the credit',
    async () => (await bob.listCredits({ query: {} })).credits[0],
  );
  t.is(given.mrv_hash, mrv_hash);

  // Bob retires a part: the API builds the transaction, his wallet signs and sends it.
  const unsigned = await bob.retireCredit({
    params: { credit_id: given.credit_id },
    body: { beneficiary: 'Example Ltd', reason: 'Emissions of 2025', tonnage: RETIRED },
  });
  if (!('args' in unsigned)) throw new Error('A wallet is given a transaction.');
  t.is(unsigned.signer_id, BOB);
  const { args, method_name, deposit, gas } = unsigned;
  await wallets.bob.call(method_name, args, { deposit: BigInt(deposit), gas: BigInt(gas) });
  const retirement = await until('Bob sees his retirement', async () => {
    return (await bob.listRetirements({ query: {} })).retirements[0];
  });
  t.like(retirement, { tonnage_co2e: RETIRED, beneficiary: 'Example Ltd', registry_confirmed: false });
  const by_retirement = { retirement_id: retirement.retirement_id };
  t.is((await bob.getCertificate({ params: by_retirement })).state, 'burnt_registry_pending');

  // The registry's agent confirms on the registry's document.
  const attested = await api.operator.client.confirmRetirement({
    params: by_retirement,
    body: {
      registry_retirement_id: 'VCS-R-77',
      registry_retired_on: '2026-06-01',
      evidence_sha256: makeFile().sha256,
    },
  });
  t.true('transaction_hash' in attested);
  await until('the confirmation is seen', async () => {
    const { state } = await bob.getCertificate({ params: by_retirement });
    return state === 'confirmed' ? state : undefined;
  });

  // The holder: what is left, what is retired, and that the registry says so too.
  const of_bob = (await bob.listCredits({ query: {} })).credits;
  t.deepEqual(
    of_bob.map(({ tonnage_co2e, status }) => `${tonnage_co2e} ${status}`).sort(),
    [`${RETIRED} retired`, `${LEFT} active`, `${VERIFIED} void`].sort(),
  );
  t.like(await bob.getCertificate({ params: by_retirement }), {
    state: 'confirmed',
    network: 'localnet',
    near_contract_id: CONTRACT_ID,
    retirement: { registry_retirement_id: 'VCS-R-77', attested_by: 'registry_agent' },
  });
  t.is(await codeOf(alice.getRetirement({ params: by_retirement })), 'NOT_FOUND');

  // The registry officer: the retirement and its submission, and in nobody's hands.
  const officer = api.registry.client;
  const [seen] = (await officer.listRetirements({ query: {} })).retirements;
  t.like(seen, { retirement_id: retirement.retirement_id, tonnage_co2e: RETIRED, registry_confirmed: true });
  const retired_credit = await officer.getCredit({ params: { credit_id: seen?.credit_id ?? '' }, query: {} });
  t.is(retired_credit.credit.status, 'retired');
  t.is(retired_credit.ownership, undefined);
  const { registry_submissions } = await officer.listRegistrySubmissions({ query: {} });
  t.deepEqual(
    registry_submissions.map((one) => one.mrv_hash),
    [mrv_hash],
  );

  // The operator: all of it, the chain's own sums beside it, and what was read is on record.
  const operator = api.operator.client;
  const { supply } = await operator.getSupply({ query: {} });
  t.deepEqual(
    supply.map(({ status, token_count, tonnage_co2e }) => `${status} ${token_count} ${tonnage_co2e}`).sort(),
    [`active 1 ${LEFT}`, `divided 1 ${VERIFIED}`, `retired 1 ${RETIRED}`].sort(),
  );
  const lineage = await operator.getCreditLineage({ params: { credit_id: given.credit_id } });
  t.is(lineage.descendants.length, 2);
  const { operator_reads } = await operator.listOperatorReads({ query: {} });
  t.true(operator_reads.some(({ operation }) => operation === 'getCreditLineage'));
  // And nobody else.
  const other = { credit_id: given.credit_id };
  t.is(await codeOf(api.b.client.getCredit({ params: other, query: {} })), 'NOT_FOUND');
  t.is((await api.b.client.listRetirements({ query: {} })).retirements.length, 0);
  t.deepEqual(world.troubles, []);
});

test('a credit that the platform keeps is retired in part, which its registry refuses, and the rest goes back to it', async (t) => {
  t.timeout(180_000);
  const world = await openIssuanceWorld(t);
  const { api, until, ended } = world;
  const { client } = api.a;
  await seedFor(api);
  await world.startWorker();
  await world.consent('consent-of-the-refused', VERIFIED);
  const mrv_submission_id = await world.approved();
  const { process_id } = await client.issueCredit({ params: { mrv_submission_id }, body: {} });
  await world.approveAtRegistry(mrv_submission_id);
  t.is((await ended(process_id)).process.status, 'completed');
  const [kept] = (await client.listCredits({ query: { status: ['active'] } })).credits;
  const params = { credit_id: kept?.credit_id ?? '' };
  t.is((await client.getCredit({ params, query: {} })).ownership?.owner_account_id, CUSTODY_ID);

  const body = { beneficiary: 'Example Ltd', tonnage: RETIRED };
  const retiring = await client.retireCredit({ params, body });
  if (!('process_id' in retiring)) throw new Error('What the platform keeps is retired by a process.');
  const retirement = await until('it is burnt and asked of the registry', async () => {
    const { steps } = await client.getProcess({ params: { process_id: retiring.process_id } });
    const is_asked = steps.some(
      ({ step_name, status }) => step_name === 'retirement_requested' && status === 'completed',
    );
    return is_asked ? (await client.listRetirements({ query: {} })).retirements[0] : undefined;
  });
  const by_retirement = { retirement_id: retirement.retirement_id };
  t.is((await client.getCertificate({ params: by_retirement })).state, 'burnt_registry_pending');
  const reason = 'The units are on hold';
  await api.operator.client.refuseRetirement({ params: by_retirement, body: { reason } });
  const refused = await ended(retiring.process_id);
  t.like(refused.process, { status: 'failed', error: { code: 'RETIREMENT_REFUSED' } });
  t.regex(refused.process.error?.message ?? '', new RegExp(`${RETIRED} t are owed`));
  for (const person of [client, api.registry.client, api.operator.client]) {
    t.like(await person.getCertificate({ params: by_retirement }), {
      state: 'refused',
      retirement: { tonnage_co2e: RETIRED, registry_confirmed: false, registry_refusal_reason: reason },
    });
  }

  const rest = (await client.listCredits({ query: { status: ['active'] } })).credits;
  t.deepEqual(
    rest.map(({ tonnage_co2e }) => tonnage_co2e),
    [LEFT],
  );
  const by_rest = { credit_id: rest[0]?.credit_id ?? '' };
  const redeeming = await client.redeemCredit({ params: by_rest, body: { registry_account: 'VCS-ACC-7' } });
  if (!('process_id' in redeeming)) throw new Error('What the platform keeps is redeemed by a process.');
  t.is((await ended(redeeming.process_id)).process.status, 'completed');
  t.like((await client.getCredit({ params: by_rest, query: {} })).credit, {
    status: 'void',
    void_cause: 'redeemed',
  });
  t.is(await codeOf(client.retireCredit({ params: by_rest, body })), 'CONFLICT');
  const { supply } = await api.operator.client.getSupply({ query: {} });
  t.deepEqual(
    supply.map(({ status, tonnage_co2e }) => `${status} ${tonnage_co2e}`).sort(),
    [`divided ${VERIFIED}`, `redeemed ${LEFT}`, `retired ${RETIRED}`].sort(),
  );
  t.deepEqual(world.troubles, []);
});
