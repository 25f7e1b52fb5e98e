// Owns reading an account's key from NEAR's credential files; leaves whether the chain takes it to plan.ts. A key is never shown.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KeyPair, KeyPairSigner, type KeyPairString } from 'near-api-js';
import { z } from 'zod';
import { errnoOf } from '../../core/postgres/errors.ts';
import { refuseDeployment } from './refusal.ts';

export interface AccountKey {
  account_id: string;
  public_key: string;
  signer: KeyPairSigner;
  path: string;
}

const SECRET = /^(ed25519|secp256k1):[1-9A-HJ-NP-Za-km-z]{40,100}$/;
// Two spellings are about: of near-cli and of older tools.
const file = z.object({
  account_id: z.string().optional(),
  public_key: z.string().optional(),
  private_key: z.string().regex(SECRET).optional(),
  secret_key: z.string().regex(SECRET).optional(),
});

/** `<folder>/<network>/<account>.json`, as NEAR's key stores keep it. */
export async function readAccountKey(about: {
  keys_folder: string;
  network: string;
  account_id: string;
}): Promise<AccountKey> {
  const { keys_folder, network, account_id } = about;
  const path = join(keys_folder, network, `${account_id}.json`);
  const key = readKey(await readText(path, account_id));
  if (key === undefined) {
    return refuseDeployment(
      `${path} holds no key.`,
      'It has to be JSON with account_id, public_key and private_key.',
    );
  }
  if (key.account_id !== undefined && key.account_id !== account_id) {
    return refuseDeployment(`${path} is for ${key.account_id}, not for ${account_id}.`, 'Mend the file.');
  }
  const public_key = key.pair.getPublicKey().toString();
  if (key.public_key !== undefined && key.public_key !== public_key) {
    return refuseDeployment(
      `In ${path} the private key does not belong to ${key.public_key}.`,
      'Mend the file.',
    );
  }
  return { account_id, public_key, signer: new KeyPairSigner(key.pair), path };
}

async function readText(path: string, account_id: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    return refuseDeployment(
      `There is no key of ${account_id}: ${path} is not there.`,
      "Put the account's key file there, or name the folder of the networks' keys with --keys.",
    );
  }
}

// Nothing of the text may reach a message: an error's own words would quote it.
function readKey(
  text: string,
): { account_id: string | undefined; public_key: string | undefined; pair: KeyPair } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = file.safeParse(value);
  const secret = parsed.data?.private_key ?? parsed.data?.secret_key;
  if (!parsed.success || secret === undefined) return undefined;
  const { account_id, public_key } = parsed.data;
  try {
    return { account_id, public_key, pair: KeyPair.fromString(secret as KeyPairString) };
  } catch {
    return undefined;
  }
}
