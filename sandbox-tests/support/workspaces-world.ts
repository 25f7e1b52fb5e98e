// Owns the contract and receivers of credits on a served localnet, as near-workspaces sees them; leaves what they do to the specs.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type * as Workspaces from 'near-workspaces';
import { buildWasm } from '../../contracts/engine/build-wasm.ts';
import { builtContract } from './contract-chain.ts';
import { hashOf, METADATA, REGISTRY, usualConsent, usualCredit } from './contract-world.ts';
import { type Ends, ROOT, serveNode } from './rpc-node.ts';

export const NEAR = 10n ** 24n;
export const YOCTO = { attachedDeposit: 1n };

const FUNDED = { initialBalance: 500n * NEAR };
const RECEIVER = fileURLToPath(new URL('../receivers/contract.ts', import.meta.url));
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/dmrv-near', import.meta.url));

// It is CommonJS, and its key store must come from the client library that it brings along itself.
const require = createRequire(import.meta.url);
const { Worker } = require('near-workspaces') as typeof Workspaces;
const theirs = createRequire(require.resolve('near-workspaces'));
const { keyStores, KeyPair } = theirs('near-api-js') as {
  keyStores: {
    InMemoryKeyStore: new () => { setKey(network: string, id: string, key: unknown): Promise<void> };
  };
  KeyPair: { fromString(text: string): unknown };
};

export type Account = Workspaces.NearAccount;

export interface WorkspacesWorld {
  /** Owner, minter and registry. */
  root: Account;
  credits: Account;
  alice: Account;
  bob: Account;
  market: Account;
  /** Contracts that do as the message says. */
  receiver: Account;
  other: Account;
  createAccount(name: string): Promise<Account>;
  /** A credit of alice where nobody else is named; gives its hash. */
  mint(to?: Account): Promise<string>;
}

export async function openWorkspacesWorld(ends: Ends): Promise<WorkspacesWorld> {
  // It and its client library print every call and log otherwise.
  process.env.NEAR_WORKSPACES_NO_LOGS = 'true';
  process.env.NEAR_NO_LOGS = 'true';
  // Before the chain is served: a build keeps this process from answering, and kept connections run out meanwhile.
  const credits_code = Buffer.from((await builtContract()).wasm);
  const note = () => undefined;
  const { wasm } = await buildWasm({ entry: RECEIVER, stock: false, note, cache: CACHE, define: {} });
  const worker = await startWorker(ends);
  const root = worker.rootAccount;
  const createAccount = (name: string) => root.createSubAccount(name, FUNDED);
  const credits = await createAccount('credits');
  const alice = await createAccount('ann');
  const bob = await createAccount('ben');
  const market = await createAccount('market');
  const receiver = await createAccount('receiver');
  const other = await createAccount('other');
  await credits.deploy(credits_code);
  for (const contract of [receiver, other]) await contract.deploy(Buffer.from(wasm));
  await credits.call(credits, 'new', { owner_id: ROOT, metadata: METADATA, upgrade_delay_ns: '0' });
  for (const role of ['minter', 'registry']) {
    await root.call(credits, 'grant_role', { role, account_id: ROOT, registry: REGISTRY }, YOCTO);
  }
  // The served chain has a day of its own.
  const consent = { ...usualConsent(REGISTRY), immobilised_on: '2020-01-01' };
  await root.call(credits, 'record_consent', consent, { attachedDeposit: NEAR });
  let minted = 0;
  const mint = async (to: Account = alice) => {
    minted += 1;
    const mrv_hash = hashOf(`nft ${minted}`);
    const credit = { ...usualCredit(), issued_on: '2020-01-02' };
    const args = { receiver_id: to.accountId, mrv_hash, credit };
    await root.call(credits, 'nft_mint', args, { attachedDeposit: NEAR });
    return mrv_hash;
  };
  return { root, credits, alice, bob, market, receiver, other, createAccount, mint };
}

async function startWorker(ends: Ends): Promise<Workspaces.Worker> {
  const served = await serveNode(ends);
  const keyStore = new keyStores.InMemoryKeyStore();
  await keyStore.setKey('custom', ROOT, KeyPair.fromString(served.secretOf(ROOT)));
  const worker = await Worker.init({
    network: 'custom',
    rpcAddr: served.url,
    rootAccountId: ROOT,
    keyStore,
  } as unknown as Partial<Workspaces.Config>);
  ends.teardown(() => worker.tearDown());
  return worker;
}
