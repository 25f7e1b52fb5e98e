// Owns what a deployment reads from a chain and how it sends transactions; leaves what to do with it to plan.ts.
import { Account, type Action, JsonRpcProvider } from 'near-api-js';
import { AccountDoesNotExistError, ContractExecutionError } from 'near-api-js/rpc-errors';
import { z } from 'zod';
import { decodeBase58 } from '../../core/near/base58.ts';
import type { AccountKey } from './credentials.ts';
import { refuseDeployment } from './refusal.ts';
import type { Grant } from './settings.ts';

/** NEAR's word for an account without code: the hash of 32 zero bytes' length, spelled in base58. */
const NO_CODE = '11111111111111111111111111111111';
const RETRIES = { retries: 3 };
const FINAL = { finality: 'final' } as const;

export interface DeployChain {
  url: string;
  network: string;
  provider: JsonRpcProvider;
}

export interface AccountFacts {
  balance: bigint;
  storage_usage: number;
  /** SHA-256 in hex; null where the account has no code. */
  code_sha256: string | null;
  keys: { public_key: string; is_full: boolean }[];
}

const rules = z.object({
  owner_id: z.string(),
  upgrade_delay_ns: z.string(),
  announced_upgrade: z.object({ code_sha256: z.string(), not_before_ns: z.string() }).nullable(),
});
export type Rules = z.infer<typeof rules>;

const tally = z.object({ count: z.number(), tonnage: z.string() });
const supply = z.object({ minted: tally, active: tally, retired: tally });
const metadata = z.object({ spec: z.string(), name: z.string(), symbol: z.string() });

const roles = z.array(
  z.object({ role: z.string(), account_id: z.string(), registry: z.string().optional() }),
);

/** The first of the endpoints that answers, which must be of the network that was asked for. */
export async function openDeployChain(about: {
  network: string;
  rpc_urls: readonly string[];
  rpc_api_key?: string | undefined;
}): Promise<DeployChain> {
  const { network, rpc_urls, rpc_api_key } = about;
  // A kept connection may be closed by the other side just when the next request leaves, and that request fails.
  const headers = {
    connection: 'close',
    ...(rpc_api_key === undefined ? {} : { Authorization: `Bearer ${rpc_api_key}` }),
  };
  const troubles: string[] = [];
  for (const url of rpc_urls) {
    const provider = new JsonRpcProvider({ url, headers }, RETRIES);
    let chain_id: string;
    try {
      ({ chain_id } = await provider.viewNodeStatus());
    } catch (error) {
      troubles.push(`${url} (${error instanceof Error ? error.message : String(error)})`);
      continue;
    }
    if (chain_id === network) return { url, network, provider };
    return refuseDeployment(
      `${url} is an endpoint of ${chain_id}, not of ${network}.`,
      'Mend rpc_urls in near.config.json, or choose the network with DMRV_NETWORK.',
    );
  }
  return refuseDeployment(
    `No RPC endpoint of ${network} answers: ${troubles.join(', ')}.`,
    'Start the chain ("npm start" on localnet), or name an endpoint with --rpc.',
  );
}

export async function findAccount(
  { provider }: DeployChain,
  account_id: string,
): Promise<AccountFacts | undefined> {
  try {
    const { amount, storage_usage, code_hash, ...rest } = await provider.viewAccount({
      accountId: account_id,
      blockQuery: FINAL,
    });
    const { keys } = await provider.viewAccessKeyList({ accountId: account_id, finalityQuery: FINAL });
    return {
      balance: amount,
      storage_usage,
      code_sha256: findCode(code_hash, rest),
      keys: keys.map(({ public_key, access_key }) => ({
        public_key,
        is_full: access_key.permission === 'FullAccess',
      })),
    };
  } catch (error) {
    if (error instanceof AccountDoesNotExistError) return undefined;
    throw error;
  }
}

/** An account may run code that lies elsewhere on the chain: by its hash, or as another account's. */
function findCode(code_hash: string, about: object): string | null {
  if (code_hash !== NO_CODE) return toHex(code_hash);
  if ('global_contract_hash' in about && typeof about.global_contract_hash === 'string') {
    return toHex(about.global_contract_hash);
  }
  if ('global_contract_account_id' in about && about.global_contract_account_id != null) {
    return `that of ${String(about.global_contract_account_id)}`;
  }
  return null;
}

function toHex(base58: string): string {
  return Buffer.from(decodeBase58(base58)).toString('hex');
}

/** Undefined where the code there knows no such view, or was not born. */
export async function findRules(chain: DeployChain, contract_id: string): Promise<Rules | undefined> {
  try {
    return rules.parse(await view(chain, contract_id, 'rules'));
  } catch (error) {
    if (error instanceof ContractExecutionError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

export async function listRoles(chain: DeployChain, contract_id: string): Promise<z.infer<typeof roles>> {
  return roles.parse(await view(chain, contract_id, 'list_roles'));
}

export function isGranted(
  one: Grant,
  granted: readonly { role: string; account_id: string; registry?: string | undefined }[],
): boolean {
  const registry = one.role === 'guardian' ? undefined : one.registry;
  return granted.some(
    (other) => other.role === one.role && other.account_id === one.account_id && other.registry === registry,
  );
}

/** One line of what the contract says of itself and of its credits. */
export async function describeCredits(chain: DeployChain, contract_id: string): Promise<string> {
  const { spec, name, symbol } = metadata.parse(await view(chain, contract_id, 'nft_metadata'));
  const all = supply.parse(await view(chain, contract_id, 'supply'));
  const counts = (['minted', 'active', 'retired'] as const)
    .map((status) => `${all[status].count} ${status} (${all[status].tonnage} t)`)
    .join(', ');
  return `${name} (${symbol}, ${spec}): ${counts}`;
}

export async function view(
  { provider }: DeployChain,
  contract_id: string,
  method: string,
  args: Record<string, unknown> = {},
): Promise<unknown> {
  return await provider.callFunction({ contractId: contract_id, method, args, blockQuery: FINAL });
}

/** Returns the transaction's hash once it is final; throws where any part of it failed. */
export async function send(
  { provider }: DeployChain,
  about: { key: AccountKey; receiver_id: string; actions: Action[] },
): Promise<string> {
  const { key, receiver_id, actions } = about;
  const account = new Account(key.account_id, provider, key.signer);
  const sent = await account.signAndSendTransaction({
    receiverId: receiver_id,
    actions,
    waitUntil: 'FINAL',
  });
  if (!('transaction_outcome' in sent)) throw new Error('The endpoint answered without an outcome.');
  return sent.transaction_outcome.id;
}
