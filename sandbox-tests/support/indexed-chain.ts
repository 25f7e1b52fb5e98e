// Owns a served chain with the contract and a random history on it, and the setting in which a command finds it; leaves expectations to the specs.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { startLake } from '../../localnet/lake/server.ts';
import type { NodeOptions } from '../../localnet/node/options.ts';
import { startRpcServer } from '../../localnet/rpc/server.ts';
import { CONTRACT_ID, type ContractChainOptions } from './contract-chain.ts';
import { ContractModel } from './contract-model.ts';
import { nextMove } from './contract-moves.ts';
import { receivers } from './contract-random.ts';
import { judge } from './contract-rules.ts';
import {
  type ContractWorld,
  DAY_NS,
  OTHER_PEOPLE,
  OTHER_REGISTRY,
  openContractWorld,
  REGISTRY,
  usualConsent,
} from './contract-world.ts';
import type { TestDatabase } from './database.ts';
import { createRandom } from './random.ts';
import { makeTestFolder, removeTestFolder } from './test-folder.ts';

/** Ids neither in order nor without gaps; the contract's shard is one of the middle. */
export const SHARDS = { shard_ids: [6n, 11n, 2n], boundaries: ['c', 'm'] };
const HISTORY_BLOCKS = 20_000;
const LOGIN_SECRET_VARIABLE = 'DMRV_TEST_LOGIN_SECRET';

export interface IndexedChain {
  world: ContractWorld;
  rpc_url: string;
  lake_url: string;
  bucket: string;
  /** What a command needs in its environment to find chain and database. */
  envFor(database: Pick<TestDatabase, 'admin_url'>): Record<string, string>;
}

export async function serveContractWorld(
  t: ExecutionContext,
  options: { accounts?: ContractChainOptions['accounts']; node?: NodeOptions } = {},
): Promise<IndexedChain> {
  const world = await openContractWorld({
    accounts: [...receivers(), ...(options.accounts ?? [])],
    node: { layout: SHARDS, history_blocks: HISTORY_BLOCKS, ...options.node },
  });
  const { node } = world.chain;
  const rpc = await startRpcServer({ node, port: 0 });
  const lake = await startLake({ node, port: 0 });
  const folder = await makeTestFolder();
  t.teardown(async () => {
    await lake.stop();
    await rpc.stop();
    await world.chain.stop();
    await removeTestFolder(folder);
  });
  const { bucket, url: lake_url } = lake;
  const config = join(folder, 'near.config.json');
  writeFileSync(config, configText({ rpc_url: rpc.url, lake_url, bucket }));
  return {
    world,
    rpc_url: rpc.url,
    lake_url,
    bucket,
    envFor: (database) => ({
      DATABASE_URL: database.admin_url,
      DATABASE_LOGIN_SECRET: process.env[LOGIN_SECRET_VARIABLE] ?? '',
      DMRV_CONFIG: config,
      DMRV_DATA_FOLDER: folder,
    }),
  };
}

function configText(chain: { rpc_url: string; lake_url: string; bucket: string }): string {
  const network = {
    rpc_urls: [chain.rpc_url],
    lake: { bucket: chain.bucket, region: 'eu-central-1', endpoint: chain.lake_url },
    neardata_url: chain.lake_url,
    contract_account_id: CONTRACT_ID,
    first_block_height: '0',
  };
  return JSON.stringify({ networks: { localnet: network, testnet: network, mainnet: network } });
}

/** Random calls of every kind, each to its end: refusals too, since a failed receipt must leave nothing. */
export class RandomHistory {
  readonly world: ContractWorld;
  private readonly model = new ContractModel();
  private readonly random: ReturnType<typeof createRandom>;
  private readonly minted = new Set<string>();
  done = 0;

  constructor(world: ContractWorld, seed: string) {
    this.world = world;
    this.random = createRandom(seed);
    for (const [registry, from] of [
      [REGISTRY, 'registry.near'],
      [OTHER_REGISTRY, OTHER_PEOPLE.registry],
    ] as const) {
      world.pay(from, 'record_consent', { ...usualConsent(registry), consent_ref: 'base', unit: '0.5' });
      this.model.consents.set(`${registry}/base`, { registry, remaining: 10n ** 14n, is_withdrawn: false });
    }
  }

  /** Born by a mint, in no special order; parts are not among them. */
  mintedHashes(): string[] {
    return [...this.minted];
  }

  play(steps: number): void {
    const { model, random } = this;
    const { chain } = this.world;
    for (let step = 0; step < steps; step++) {
      const [day = '', ...last_days] = [0n, 1n, 2n].map((days) => dayOf(chain.now() + days * DAY_NS));
      const call = nextMove({ model, random, day, last_days });
      const { apply } = judge(model, call, { day });
      const result = chain.call(call);
      if ((result.receipts[0]?.error ?? null) !== null) continue;
      this.done += 1;
      apply();
      for (const event of result.events) {
        if (event.event === 'credit_issue') for (const { token_id } of event.data) this.minted.add(token_id);
      }
    }
  }
}

function dayOf(time_ns: bigint): string {
  return new Date(Number(time_ns / 1_000_000n)).toISOString().slice(0, 10);
}
