// Owns a localnet's data folder as a whole: that one process has it, and the files of its accounts' keys; leaves the blocks in it to localnet/state.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatCurveBytes } from '../../core/near/keys.ts';
import {
  makePrivateFolder,
  type OwnerLock,
  readPrivateFile,
  takeOwnerLock,
  writePrivateFile,
} from '../../core/postgres/index.ts';
import type { RunningLocalnet } from '../../localnet/start-localnet.ts';
import { LATER_ACCOUNTS } from './accounts.ts';

/** Two processes that write to one chain would break it, so a second one is refused and told who has the folder. */
export async function claimChainFolder(about: { data_folder: string; setting: string }): Promise<OwnerLock> {
  await mkdir(about.data_folder, { recursive: true, mode: 0o700 });
  return await takeOwnerLock(about);
}

/** Where key stores look for the keys of all networks. */
export function keysFolder(data_folder: string): string {
  return join(data_folder, 'keys');
}

/**
 * A file for each account of genesis and each later one, in the form and below the folder of the network's name that
 * NEAR's key stores read. Returns that folder.
 */
export async function writeKeyFiles(about: {
  data_folder: string;
  localnet: RunningLocalnet;
}): Promise<string> {
  const { accounts, node } = about.localnet;
  const store = keysFolder(about.data_folder);
  const folder = join(store, node.facts.chain_id);
  await makePrivateFolder(store);
  await makePrivateFolder(folder);
  const first = accounts.map((one) => ({ ...one, public_key: formatCurveBytes(one.public_key) }));
  for (const { account_id, public_key, secret_key } of [...first, ...LATER_ACCOUNTS]) {
    if (secret_key === null) continue;
    const key = { account_id, public_key, private_key: secret_key };
    const path = join(folder, `${account_id}.json`);
    const text = `${JSON.stringify(key)}\n`;
    if ((await readPrivateFile(path)) !== text) await writePrivateFile(path, text);
  }
  return folder;
}
