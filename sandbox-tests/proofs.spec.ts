// Shows that a node's answers alone, and what the worker keeps of them, prove retirements of every kind; and that what is kept is
// served and verifies when the nodes have forgotten all of it.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type AskChain, createAskChain, RpcRefusal } from '../api/chain/json-rpc.ts';
import { ForgottenError, NotRetiredError } from '../api/proofs/find-receipts.ts';
import { keepProofs } from '../api/proofs/keep-proofs.ts';
import type { KeeperDeps } from '../api/proofs/keeper-deps.ts';
import { proveRetirement } from '../api/proofs/prove-retirement.ts';
import { createPool } from '../core/db/pool.ts';
import { encodeBase58 } from '../core/near/base58.ts';
import type { RetirementProof } from '../core/proofs/bundle-schema.ts';
import { verifyProofText, verifyRetirementProof } from '../core/proofs/verify-retirement.ts';
import { startApi } from './support/api.ts';
import { codeOf } from './support/api-way.ts';
import { startChild } from './support/child.ts';
import { CONTRACT_ID } from './support/contract-chain.ts';
import { PROJECT } from './support/product.ts';
import { pinOf } from './support/proof-fixtures.ts';
import { type ProofStory, patient, playProofStory } from './support/proof-story.ts';

const STOP = new AbortController().signal;
const ALL = ['whole', 'part', 'merged', 'hidden', 'revealed'] as const;

function tokensOf({ retired }: ProofStory): string[] {
  return [...ALL.map((name) => retired[name]), ...retired.batch];
}

function pinned(bundle: RetirementProof) {
  return verifyRetirementProof(bundle, { trusted_head: pinOf(bundle) });
}

test.serial(
  'an RPC alone proves every kind of retirement, under a head that the reader named too',
  async (t) => {
    t.timeout(120_000);
    const story = await playProofStory(t);
    for (const token_id of tokensOf(story)) {
      const verdict = pinned(await story.prove(token_id));
      t.deepEqual(verdict.failed, undefined);
      t.true(verdict.is_trusted);
      t.is(verdict.shown?.token_id, token_id);
    }
    const { chain } = story.world.chain.node;
    const named = encodeBase58(chain.head.hash);
    story.finish();
    story.finish();
    const again = await story.prove(story.retired.whole, { head: named, with_payload: true });
    t.is(pinOf(again), named);
    t.true(verifyRetirementProof(again, { trusted_head: named }).is_trusted);
    const led = await story.prove(story.retired.hidden, { from: encodeBase58(chain.genesis.hash) });
    t.is(pinned(led).heads[0]?.source, 'light_client');
  },
);

test.serial('what is not retired and what the node has forgotten is said, each by its name', async (t) => {
  t.timeout(120_000);
  const story = await playProofStory(t, 60);
  const about = { contract_id: CONTRACT_ID, token_id: 'ab'.repeat(32) };
  await t.throwsAsync(proveRetirement(story.ask, about), { instanceOf: NotRetiredError });
  story.world.chain.node.produceBlocks({ count: 200 });
  await t.throwsAsync(proveRetirement(story.ask, { ...about, token_id: story.retired.whole }), {
    instanceOf: ForgottenError,
  });
});

test.serial(
  'the commands prove from a node and verify without one, and their exit codes say how it went',
  async (t) => {
    t.timeout(120_000);
    const story = await playProofStory(t);
    const folder = await mkdtemp(join(tmpdir(), 'dmrv-proof-'));
    t.teardown(() => rm(folder, { recursive: true }));
    const file = join(folder, 'proof.json');
    const run = async (script: string, ...args: string[]) => {
      const child = startChild({ file: `${PROJECT}/scripts/${script}.ts`, args, env: {}, cwd: PROJECT });
      const { code } = await child.end;
      return { code, output: child.output() };
    };
    const place = ['--rpc', story.chain.rpc_url, '--contract', CONTRACT_ID];
    const made = await run('prove', story.retired.merged, ...place, '--out', file, '--json');
    t.is(made.code, 0, made.output);
    const head = pinOf(JSON.parse(await readFile(file, 'utf8')) as RetirementProof);
    t.is((await run('verify-proof', file, '--head', head)).code, 0);
    const alone = await run('verify-proof', file);
    t.is(alone.code, 2);
    t.regex(alone.output, /untrusted head/);
    const other = await run(
      'verify-proof',
      file,
      '--head',
      encodeBase58(story.world.chain.node.chain.genesis.hash),
    );
    t.is(other.code, 1);
    t.regex(other.output, /Refused at head/);
    await writeFile(file, (await readFile(file, 'utf8')).replace('"tonnage":"79"', '"tonnage":"97"'));
    t.is((await run('verify-proof', file, '--head', head)).code, 1);
    t.is((await run('verify-proof', join(folder, 'nothing.json'))).code, 2);
    t.is((await run('prove', 'ab'.repeat(32), ...place)).code, 2);
    t.is((await run('prove', 'no hash', ...place)).code, 2);
  },
);

async function openKept(t: ExecutionContext, history_blocks?: number) {
  const story = await playProofStory(t, history_blocks);
  const { rpc_url } = story.chain;
  let is_gone = false;
  const ask: AskChain = (method, params) =>
    is_gone
      ? Promise.reject(new RpcRefusal('UNKNOWN_BLOCK'))
      : patient(createAskChain({ rpc_urls: [rpc_url] }))(method, params);
  const chain = { network: 'localnet', contract_account_id: CONTRACT_ID, ask };
  const api = await startApi(t, { services: { chain, publicUrl: () => 'https://dmrv.example' } });
  const index = async (): Promise<void> => {
    const height = story.world.chain.node.chain.head.height;
    const child = startChild({
      file: `${PROJECT}/scripts/indexer.ts`,
      args: ['backfill', '--to', `${height - 4n}`],
      env: { ...story.chain.envFor(api.database), DMRV_LOG_LEVEL: 'warn' },
      cwd: PROJECT,
    });
    const { code } = await child.end;
    if (code !== 0) throw new Error(`The indexer ended with ${code}.\n${child.output()}`);
  };
  const pool = createPool({ url: api.database.urlFor('prover'), max: 2, on_idle_error: () => undefined });
  t.teardown(() => pool.end());
  const lines: string[] = [];
  let now = Date.now();
  const deps: KeeperDeps = {
    pool,
    chain,
    now: () => new Date(now),
    log: (line) => lines.push(line),
  };
  const keep = async (way: AskChain = ask) => {
    now += 120_000;
    return await keepProofs({ ...deps, chain: { ...chain, ask: way } }, STOP);
  };
  const wipe = (): void => {
    is_gone = true;
  };
  return { story, api, index, keep, deps, lines, wipe };
}

test.serial(
  'the worker keeps a file of every retirement, again when the registry speaks, and all outlive the nodes’ memory',
  async (t) => {
    t.timeout(240_000);
    const { story, api, index, keep, deps, lines, wipe } = await openKept(t);
    const anybody = api.clientFor();
    const { retired, world } = story;
    // In the first blocks of an epoch nodes have no head for light clients.
    const untilMade = async (): Promise<number> => {
      for (let round = 0; round < 5; round++) {
        const made = (await keep())?.made ?? 0;
        if (made > 0) return made;
        story.finish();
      }
      return 0;
    };
    // Not indexed yet: the contract itself is asked.
    t.like(await anybody.getPublicRetirement({ params: { token_id: retired.whole } }), {
      source: 'final_block',
      state: 'confirmed',
      registry_retirement_id: 'R-2026-18',
      proof: { state: 'waiting' },
    });
    await index();
    t.is(await untilMade(), tokensOf(story).length);
    t.deepEqual(await keep(), { noted: 0, proven: 0, made: 0 }, 'a second round finds nothing to do');
    const before = await anybody.getPublicRetirement({ params: { token_id: retired.merged } });
    t.like(before, { state: 'burnt_registry_pending', proof: { state: 'kept', revision: 1 } });
    world.act('registry.near', 'confirm_retirement', {
      token_id: retired.merged,
      registry_retirement_id: 'R-2026-20',
      registry_retired_on: '2026-06-01',
      evidence_sha256: 'ef'.repeat(32),
    });
    story.finish();
    story.finish();
    await index();
    // A node that has a head when the outcome is proven, and none when the file is made: it waits for one that all stands under.
    let heads = 0;
    const blinking: AskChain = async (method, params) => {
      if (method === 'next_light_client_block') heads += 1;
      return method === 'next_light_client_block' && heads > 1 ? {} : deps.chain.ask(method, params);
    };
    for (let proven = 0; proven === 0; ) {
      heads = 0;
      const round = await keep(blinking);
      proven = round?.proven ?? 0;
      t.is(round?.made, 0);
      story.finish();
    }
    t.is(await untilMade(), 1);
    t.is(lines.length, tokensOf(story).length + 1);

    wipe();
    const { retirements, next_cursor } = await anybody.listPublicRetirements({ query: { page_size: 4 } });
    const rest = await anybody.listPublicRetirements({ query: { page_size: 4, cursor: next_cursor ?? '' } });
    const listed = [...retirements, ...rest.retirements];
    t.deepEqual(listed.map(({ token_id }) => token_id).sort(), tokensOf(story).sort());
    for (const { token_id, state } of listed) {
      const text = await fetchText(`${api.base_url}/api/v1/public/retirements/${token_id}/proof`);
      const bundle = JSON.parse(text) as RetirementProof;
      const verdict = verifyProofText(text, { trusted_head: pinOf(bundle) });
      t.true(verdict.is_trusted, verdict.failed?.reason);
      t.is(bundle.heads.length, 1, 'all outcomes lead to one head');
      t.is(
        state,
        verdict.shown?.state === 'pending' ? 'burnt_registry_pending' : (verdict.shown?.state ?? 'refused'),
      );
    }
    t.like(await anybody.getPublicRetirement({ params: { token_id: retired.merged } }), {
      state: 'confirmed',
      attested_by: 'registry',
      source: 'index',
      proof: { state: 'kept', revision: 2 },
    });
    t.like(await anybody.getPublicRetirement({ params: { token_id: retired.hidden } }), {
      beneficiary: null,
    });
    t.like(await anybody.getPublicRetirement({ params: { token_id: retired.revealed } }), {
      beneficiary: retired.person,
    });
    t.is(await codeOf(anybody.getPublicProof({ params: { token_id: 'ab'.repeat(32) } })), 'NOT_FOUND');
    const { credit, timeline, lineage } = await anybody.getPublicCredit({
      params: { token_id: retired.merged },
    });
    t.is(credit.status, 'retired');
    t.true(timeline.length >= 2 && lineage.length >= 5);
  },
);

test.serial(
  'an outcome that was proven in time makes a file when the rest of it is forgotten by the node',
  async (t) => {
    t.timeout(240_000);
    const { story, api, index, keep, deps } = await openKept(t);
    await index();
    // Everything but the files: what is due is proven, and then the node forgets every outcome.
    const only_outcomes: KeeperDeps = {
      ...deps,
      chain: { ...deps.chain, ask: refusing(deps.chain.ask, 'EXPERIMENTAL_light_client_block_proof') },
    };
    await keepProofs(only_outcomes, STOP);
    const text = await fetchText(`${api.base_url}/api/v1/public/retirements/${story.retired.merged}/proof`);
    t.true(verifyProofText(text).ok);
    await keep();
  },
);

test.serial('what no node knows any more is said once and not asked for ever', async (t) => {
  t.timeout(240_000);
  const { story, api, index, deps, lines } = await openKept(t);
  await index();
  story.world.chain.node.produceBlocks({ count: 700 });
  const forgetful: KeeperDeps = {
    ...deps,
    chain: { ...deps.chain, ask: refusing(deps.chain.ask, 'EXPERIMENTAL_light_client_proof') },
  };
  let now = Date.now();
  for (let round = 0; round < 14; round++) {
    now += 120_000;
    const at = now;
    await keepProofs({ ...forgetful, now: () => new Date(at) }, STOP);
  }
  const said = lines.length;
  t.true(lines.some((line) => /cannot prove it any more/.test(line)));
  t.true(lines.some((line) => /^The proof of .* cannot be made/.test(line)));
  now += 120_000;
  await keepProofs({ ...forgetful, now: () => new Date(now) }, STOP);
  t.is(lines.length, said);
  t.like(await api.clientFor().getPublicRetirement({ params: { token_id: story.retired.whole } }), {
    proof: { state: 'impossible' },
  });
});

test.serial('what the contract rests on is asked of the chain', async (t) => {
  t.timeout(120_000);
  const { story, api } = await openKept(t);
  const trust = await api.clientFor().getTrust();
  t.like(trust, {
    near_contract_id: CONTRACT_ID,
    owner_id: 'owner.near',
    pending_upgrade: null,
    is_locked: false,
  });
  t.regex(trust.code_sha256, /^[0-9a-f]{64}$/);
  t.true(
    trust.roles.some(({ role, account_id }) => role === 'registry_agent' && account_id === 'agent.near'),
  );
  t.true(story.retired.whole.length > 0);
});

function refusing(ask: AskChain, refused: string): AskChain {
  return (method, params) =>
    method === refused
      ? Promise.reject(new RpcRefusal('UNKNOWN_TRANSACTION_OR_RECEIPT'))
      : ask(method, params);
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return await response.text();
}
