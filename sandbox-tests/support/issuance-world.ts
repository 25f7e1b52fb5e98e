// Owns a served chain with the contract, an indexer behind it, an API before it and workers that issue credits; leaves what is
// right to the specs.

import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { createAskChain } from '../../api/chain/json-rpc.ts';
import type { SagaServices } from '../../api/sagas/define.ts';
import { ALL_SAGAS } from '../../api/sagas/index.ts';
import { startWorker, type Worker } from '../../api/sagas/worker.ts';
import { openSigning } from '../../api/signing/open-signing.ts';
import type { SignerEntry } from '../../api/signing/types.ts';
import { createPool } from '../../core/db/pool.ts';
import { formatCurveBytes } from '../../core/near/keys.ts';
import { accountKeyPair } from '../../localnet/node/genesis.ts';
import { startApi, type TestApi, type TestTenant } from './api.ts';
import { walkToApproved } from './api-way.ts';
import { startChild } from './child.ts';
import { CONTRACT_ID } from './contract-chain.ts';
import { type IndexedChain, SHARDS, serveContractWorld } from './indexed-chain.ts';
import { PROJECT } from './product.ts';
import { startProver } from './prover.ts';
import type { View } from './saga-engine.ts';

const CHAIN_SEED = 'contract';
const BLOCK_EVERY_MS = 100;
const PAUSE_SHARE = 4;
const HISTORY_BLOCKS = 20_000;
const LONGEST_MS = 90_000;
const PACE = { look_ms: 50, resend_ms: 500, wait_ms: 10_000 };
export const MINTER_ID = 'minter.near';
const AGENT_ID = 'agent.near';
export const CUSTODY_ID = 'market.near';
const CONNECTIONS = 12;

export type IssuanceWorld = {
  chain: IndexedChain;
  api: TestApi;
  /** What went wrong with the workers themselves. */
  troubles: unknown[];
  startWorker(): Promise<Worker>;
  /** A submission of a year that a verifier has approved, in a project of its own. */
  approved(tenant?: TestTenant): Promise<string>;
  /** Of the registry, for so many tonnes; not on chain. */
  consent(consent_ref: string, tonnage_co2e: string): Promise<string>;
  /** The registry approves what was submitted to it. */
  approveAtRegistry(mrv_submission_id: string): Promise<void>;
  until<T>(what: string, look: () => Promise<T | undefined>): Promise<T>;
  ended(process_id: string): Promise<View>;
};

/** Keys that follow from the chain's seed, so that another process has them too. */
export function testSigners(): SignerEntry[] {
  return (
    [
      [MINTER_ID, 'minter'],
      [AGENT_ID, 'registry_agent'],
      [CUSTODY_ID, 'custody'],
    ] as const
  ).map(([account_id, role]) => {
    const { signer, public_key } = accountKeyPair(CHAIN_SEED, account_id);
    const key = {
      account_id,
      public_key: formatCurveBytes(public_key),
      sign: (message: Uint8Array) => signer.sign(message).bytes,
    };
    return { account_id, role, keys: [key] };
  });
}

export function servicesOf(about: {
  pool: Parameters<typeof openSigning>[0]['pool'];
  rpc_url: string;
}): Pick<SagaServices, 'now' | 'chain' | 'signing'> {
  const now = (): Date => new Date();
  const ask = createAskChain({ rpc_urls: [about.rpc_url] });
  const signing = openSigning({
    pool: about.pool,
    contract_id: CONTRACT_ID,
    ask,
    signers: testSigners(),
    now,
    log: () => undefined,
    pace: PACE,
  });
  return { now, chain: { network: 'localnet', contract_account_id: CONTRACT_ID, ask }, signing };
}

/** On a busy machine a block takes long, and the API in the same process must come to its turn all the same. */
export function keepMakingBlocks(make: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const next = (): void => {
    const began = performance.now();
    make();
    timer = setTimeout(next, Math.max(BLOCK_EVERY_MS, PAUSE_SHARE * (performance.now() - began)));
  };
  next();
  return () => clearTimeout(timer);
}

export async function openIssuanceWorld(t: ExecutionContext): Promise<IssuanceWorld> {
  const genesis_timestamp = BigInt(Date.now()) * 1_000_000n;
  const chain = await serveContractWorld(t, {
    node: { genesis_timestamp, history_blocks: HISTORY_BLOCKS, layout: SHARDS },
  });
  t.teardown(keepMakingBlocks(() => chain.world.chain.node.produceBlocks()));
  let services: Pick<SagaServices, 'now' | 'chain' | 'signing' | 'files'> | undefined;
  const api = await startApi(t, {
    services: {
      chain: {
        network: 'localnet',
        contract_account_id: CONTRACT_ID,
        ask: createAskChain({ rpc_urls: [chain.rpc_url] }),
      },
      // Of the same keys as the workers'; they need the database, which comes with the API.
      signing: {
        call: (call) =>
          services?.signing.call(call) ??
          Promise.reject(new Error('Nothing can be signed before the world stands.')),
        accountFor: (role) => testSigners().find((one) => one.role === role.kind)?.account_id,
      },
    },
  });
  const indexer = startChild({
    file: `${PROJECT}/scripts/indexer.ts`,
    args: ['follow'],
    env: { ...chain.envFor(api.database), DMRV_LOG_LEVEL: 'warn' },
    cwd: PROJECT,
  });
  t.teardown(async () => {
    indexer.process.kill('SIGKILL');
    await indexer.end;
  });
  const url = api.database.urlFor('app');
  const pool = createPool({ url, max: CONNECTIONS, on_idle_error: () => undefined });
  t.teardown(() => pool.end());
  const opened = { ...servicesOf({ pool, rpc_url: chain.rpc_url }), files: api.files };
  services = opened;
  const { client } = api.a;
  const until: IssuanceWorld['until'] = async (what, look) => {
    const give_up = Date.now() + LONGEST_MS;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > give_up) throw new Error(`It never came about that ${what}.\n${indexer.output()}`);
      await sleep(100);
    }
  };
  const troubles: unknown[] = [];
  startProver(t, {
    database: api.database,
    chain: opened.chain,
    onTrouble: (error) => troubles.push(error),
  });
  let years = 0;
  return {
    chain,
    api,
    troubles,
    until,
    startWorker: async () => {
      const worker = await startWorker({
        pool,
        url,
        sagas: ALL_SAGAS,
        services: opened as SagaServices,
        eyes: {
          onStep: () => undefined,
          onError: (error) => t.log(error),
          onJob: () => undefined,
          onTrouble: (error) => troubles.push(error),
        },
      });
      t.teardown(() => worker.stop());
      return worker;
    },
    approved: async (tenant = api.a) => {
      years += 1;
      return (await walkToApproved(tenant.client, { year: 2000 + years })).mrv_submission_id;
    },
    consent: async (consent_ref, tonnage_co2e) => {
      const made = await client.createConsent({
        body: {
          registry_type: 'verra',
          consent_ref,
          tonnage_co2e,
          document_sha256: 'ab'.repeat(32),
          immobilised_on: '2026-01-10',
        },
      });
      return made.consent_id;
    },
    approveAtRegistry: async (mrv_submission_id) => {
      const registry_submission_id = await until('it was submitted to the registry', async () => {
        const query = { mrv_submission_id, status: ['submitted' as const] };
        const { registry_submissions } = await client.listRegistrySubmissions({ query });
        return registry_submissions[0]?.registry_submission_id;
      });
      await client.moveRegistrySubmission({ params: { registry_submission_id }, body: { move: 'approve' } });
    },
    ended: (process_id) =>
      until(`process ${process_id} ended`, async () => {
        const view = await client.getProcess({ params: { process_id } });
        return view.process.completed_at === null ? undefined : view;
      }),
  };
}
