// Owns the keys that the platform signs with on the product's localnet: several for each role account, so that many calls are
// under way at once; leaves signing to api/signing and the accounts to embedded-contract.ts.

import { join } from 'node:path';
import { actions, PublicKey } from 'near-api-js';
import type { Config } from '../../core/config/index.ts';
import { formatCurveBytes } from '../../core/near/keys.ts';
import { readPrivateFile, writePrivateFile } from '../../core/postgres/index.ts';
import { accountKeyPair } from '../../localnet/node/genesis.ts';
import { type DeployChain, findAccount, openDeployChain, send } from '../deploy/chain.ts';
import { readAccountKey } from '../deploy/credentials.ts';

const KEYS_PER_ACCOUNT = 8;
const KEY_SEED = 'localnet signers';
const FILE_NAME = 'signers.json';

type Role = { account_id: string; role: 'minter' | 'registry_agent' | 'custody'; registry?: string };

/** Those that scripts/deploy grants there. */
const ROLES: readonly Role[] = [
  { account_id: 'minter.localnet', role: 'minter' },
  { account_id: 'verra-agent.localnet', role: 'registry_agent', registry: 'verra' },
  { account_id: 'isometric-agent.localnet', role: 'registry_agent', registry: 'isometric' },
  { account_id: 'custody.localnet', role: 'custody' },
];

/** Returns the file's path. The keys follow from a fixed seed, so that a chain begun before has them already. */
export async function ensureSigners(about: {
  network: Config['network'];
  /** With a folder for each network in it. */
  keys_folder: string;
}): Promise<string> {
  const { network, keys_folder } = about;
  const chain = await openDeployChain({ network: network.name, rpc_urls: network.rpc_urls });
  for (const { account_id } of ROLES) {
    await addMissingKeys(chain, { account_id, keys_folder, network: network.name });
  }
  const path = join(keys_folder, FILE_NAME);
  const entries = ROLES.map((role) => ({
    ...role,
    private_keys: keysOf(role.account_id).map(({ secret_key }) => secret_key),
  }));
  const text = `${JSON.stringify(entries, undefined, 2)}\n`;
  if ((await readPrivateFile(path)) !== text) await writePrivateFile(path, text);
  return path;
}

function keysOf(account_id: string): { public_key: string; secret_key: string }[] {
  return Array.from({ length: KEYS_PER_ACCOUNT }, (_, place) => {
    const { public_key, secret_key } = accountKeyPair(KEY_SEED, `${account_id}/${place}`);
    return { public_key: formatCurveBytes(public_key), secret_key };
  });
}

/** Beside the account's own key, which people use: nobody else's transactions spend the nonces of these. */
async function addMissingKeys(
  chain: DeployChain,
  about: { account_id: string; keys_folder: string; network: string },
): Promise<void> {
  const { account_id } = about;
  const there = new Set((await findAccount(chain, account_id))?.keys.map(({ public_key }) => public_key));
  const missing = keysOf(account_id).filter(({ public_key }) => !there.has(public_key));
  if (missing.length === 0) return;
  const added = missing.map(({ public_key }) => actions.addFullAccessKey(PublicKey.fromString(public_key)));
  await send(chain, { key: await readAccountKey(about), receiver_id: account_id, actions: added });
}
