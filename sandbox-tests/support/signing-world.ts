// Owns a chain whose blocks come while a spec lets them, a database with a tenant, and signing over both; leaves what is right
// to the specs.

import { setTimeout as sleep } from 'node:timers/promises';
import { KeyPair, type KeyPairString } from 'near-api-js';
import { createAskChain } from '../../api/chain/json-rpc.ts';
import { type OpenSigning, openSigning } from '../../api/signing/open-signing.ts';
import type { ContractCall, SignerEntry } from '../../api/signing/types.ts';
import { createPool } from '../../core/db/pool.ts';
import { encodeBase58 } from '../../core/near/base58.ts';
import { type CurveBytes, formatCurveBytes, parsePublicKey } from '../../core/near/keys.ts';
import { type Action, hashTransaction } from '../../core/near/transaction.ts';
import { accountKeyPair } from '../../localnet/node/genesis.ts';
import { startRpcServer } from '../../localnet/rpc/server.ts';
import { CONTRACT_ID, type ContractChain } from './contract-chain.ts';
import { type ContractWorld, type MintWish, openContractWorld } from './contract-world.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { type FaultyRpc, startFaultyRpc } from './faulty-rpc.ts';
import { query } from './launcher.ts';

export const MINTER_ID = 'minter.near';
const CHAIN_SEED = 'contract';
const BLOCK_EVERY_MS = 15;
const HISTORY_BLOCKS = 5_000;
export const PACE = { look_ms: 25, resend_ms: 200, wait_ms: 20_000 };
const MINT_GAS = 60n * 10n ** 12n;
const MINT_DEPOSIT = 2n * 10n ** 23n;

export type SigningWorld = {
  world: ContractWorld;
  database: TestDatabase;
  tenant_id: string;
  other_tenant_id: string;
  rpc_url: string;
  proxy: FaultyRpc;
  /** Of the minter. */
  secrets: string[];
  log: string[];
  /** By the minter, in the order of the blocks: base58 hashes. */
  sent: string[];
  /** Over the proxy, with the keys of `secrets` where nothing else is said. */
  open(about?: {
    secrets?: readonly string[];
    url?: string;
    wait_ms?: number;
    now?: () => Date;
  }): OpenSigning;
  mint(purpose: string, wish?: MintWish): ContractCall;
  /** Blocks come by themselves, until the returned function is called. */
  run(): () => void;
  pause(): void;
  /** By somebody who has the key too. */
  spendNonces(secret: string): void;
  rows(): Promise<{ status: string; nonce: string; public_key: string; purpose: string }[]>;
  close(): Promise<void>;
};

export async function openSigningWorld(key_count: number): Promise<SigningWorld> {
  const sent: string[] = [];
  const world = await openContractWorld({
    node: { history_blocks: HISTORY_BLOCKS },
    on_block: ({ shards }) => {
      for (const { chunk } of shards) {
        for (const { transaction } of chunk?.transactions ?? []) {
          if (transaction.signer_id === MINTER_ID) sent.push(encodeBase58(hashTransaction(transaction)));
        }
      }
    },
  });
  const secrets = Array.from({ length: key_count }, () => KeyPair.fromRandom('ed25519').toString());
  addKeys(world, secrets);
  sent.length = 0;
  const rpc = await startRpcServer({ node: world.chain.node, port: 0 });
  const proxy = await startFaultyRpc(rpc.url);
  const database = await createTestDatabase();
  const [tenant_id, other_tenant_id] = await makeTenants(database);
  const pool = createPool({ url: database.urlFor('app'), max: 20, on_idle_error: () => undefined });
  const log: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  return {
    world,
    database,
    tenant_id,
    other_tenant_id,
    rpc_url: rpc.url,
    proxy,
    secrets,
    log,
    sent,
    open: (about = {}) =>
      openSigning({
        pool,
        contract_id: CONTRACT_ID,
        ask: createAskChain({ rpc_urls: [about.url ?? proxy.url] }),
        signers: [signerOf(about.secrets ?? secrets)],
        now: about.now ?? (() => new Date()),
        log: (line, facts) => log.push(`${line} ${JSON.stringify(facts)}`),
        pace: { ...PACE, ...(about.wait_ms === undefined ? {} : { wait_ms: about.wait_ms }) },
      }),
    mint: (purpose, wish) => {
      const { method, args = {} } = world.mintCall(wish);
      return {
        tenant_id,
        purpose,
        account_id: MINTER_ID,
        method,
        args: { ...args },
        deposit: MINT_DEPOSIT,
        gas: MINT_GAS,
      };
    },
    run: () => {
      clearInterval(timer);
      timer = setInterval(() => world.chain.node.produceBlocks(), BLOCK_EVERY_MS);
      return () => clearInterval(timer);
    },
    spendNonces: (secret) => spendNonces(world, secret),
    pause: () => clearInterval(timer),
    rows: () =>
      query(
        database.admin_url,
        'select status, nonce, public_key, purpose from signing.transactions order by created_at',
      ),
    close: async () => {
      clearInterval(timer);
      await proxy.stop();
      await rpc.stop();
      await world.chain.stop();
      await pool.end();
      await database.drop();
    },
  };
}

export function signerOf(secrets: readonly string[]): SignerEntry {
  return {
    account_id: MINTER_ID,
    role: 'minter',
    keys: secrets.map((secret) => {
      const pair = KeyPair.fromString(secret as KeyPairString);
      return {
        account_id: MINTER_ID,
        public_key: pair.getPublicKey().toString(),
        sign: (message) => pair.sign(message).signature,
      };
    }),
  };
}

function addKeys({ chain }: ContractWorld, secrets: readonly string[]): void {
  const { signer, public_key } = accountKeyPair(CHAIN_SEED, MINTER_ID);
  sendOwn(chain, {
    public_key,
    sign: (message) => signer.sign(message).bytes,
    actions: secrets.map((secret) => ({
      kind: 'add_key',
      public_key: parsePublicKey(
        KeyPair.fromString(secret as KeyPairString)
          .getPublicKey()
          .toString(),
      ),
      nonce: 0n,
      permission: { kind: 'full' },
    })),
  });
  // Final, as signing looks at it.
  chain.node.produceBlocks({ count: 3 });
}

/** A transaction of the minter that signing knows nothing of. */
function spendNonces({ chain }: ContractWorld, secret: string): void {
  const pair = KeyPair.fromString(secret as KeyPairString);
  sendOwn(chain, {
    public_key: parsePublicKey(pair.getPublicKey().toString()),
    sign: (message) => pair.sign(message).signature,
    actions: [{ kind: 'transfer', deposit: 1n }],
    skipped: 10n,
  });
}

function sendOwn(
  chain: ContractChain,
  about: {
    public_key: CurveBytes;
    sign: (message: Uint8Array) => Uint8Array;
    actions: Action[];
    skipped?: bigint;
  },
): void {
  const { public_key, sign, actions, skipped = 0n } = about;
  const state = chain.node.readState(MINTER_ID, { kind: 'finality', finality: 'optimistic' });
  const key = state.ok ? state.value.findAccessKey(MINTER_ID, public_key) : null;
  if (key === null) throw new Error(`${formatCurveBytes(public_key)} is no key of ${MINTER_ID}.`);
  const transaction = {
    signer_id: MINTER_ID,
    public_key,
    nonce: key.nonce + 1n + skipped,
    receiver_id: MINTER_ID,
    block_hash: chain.node.chain.head.hash,
    actions,
  };
  const signature = { curve: 'ed25519', bytes: sign(hashTransaction(transaction)) } as const;
  const submitted = chain.node.submit({ transaction, signature });
  if (submitted.kind !== 'accepted') throw new Error(`A transaction of ${MINTER_ID} was ${submitted.kind}.`);
  chain.finish(submitted.tx_hash);
}

async function makeTenants({ admin_url }: TestDatabase): Promise<[string, string]> {
  const rows = await query<{ tenant_id: string }>(
    admin_url,
    `insert into core.tenants (slug, name) values ('a', 'A'), ('b', 'B') returning tenant_id`,
  );
  const [a, b] = rows;
  if (a === undefined || b === undefined) throw new Error('The tenants were not made.');
  return [a.tenant_id, b.tenant_id];
}

/** Waits for what comes from another process or over the network; bounded, so that a spec says what it missed. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 1_500; attempt++) {
    if (await holds()) return;
    await sleep(20);
  }
  throw new Error(`It never came about that ${what}.`);
}
