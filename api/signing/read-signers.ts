// Owns reading the file of role accounts and their keys; leaves whether the chain takes a key to account-keys.ts. No message
// quotes a key.

import { readFile } from 'node:fs/promises';
import { KeyPair, type KeyPairString } from 'near-api-js';
import { z } from 'zod';
import { ConfigError, type Mistake } from '../../core/config/index.ts';
import { isAccountId } from '../../core/near/account-id.ts';
import { decodeBase58, encodeBase58 } from '../../core/near/base58.ts';
import type { SignerEntry, SigningKey } from './types.ts';

const MAX_ENTRIES = 100;
const MAX_KEYS = 64;
const SECRET = /^ed25519:[1-9A-HJ-NP-Za-km-z]{40,100}$/;

const entry = z
  .strictObject({
    account_id: z.string().refine(isAccountId, 'a NEAR account id'),
    role: z.enum(['minter', 'registry_agent', 'custody']),
    registry: z
      .string()
      .regex(/^[a-z\d_:-]{1,70}$/, 'a registry such as verra or other:name')
      .optional(),
    private_keys: z.array(z.string().regex(SECRET, 'a key such as ed25519:…')).min(1).max(MAX_KEYS),
  })
  .refine(({ role, registry }) => role !== 'custody' || registry === undefined, 'custody without a registry');

const signersSchema = z.array(entry).min(1).max(MAX_ENTRIES);

/** Every mistake at once, as with the rest of the configuration. */
export async function readSigners(path: string): Promise<SignerEntry[]> {
  const parsed = signersSchema.safeParse(parseJson(await readText(path), path));
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path: at, message }) =>
        mistake([path, ...at.map(String)].join(': '), { found: '(hidden)', allowed: message }),
      ),
    );
  }
  return parsed.data.map(({ private_keys, ...rest }, place) => ({
    ...rest,
    keys: private_keys.map((secret, key) =>
      readKey(secret, { account_id: rest.account_id, at: `${path}: ${place}: private_keys: ${key}` }),
    ),
  }));
}

/** The secret stays in what is returned as a function. */
function readKey(secret: string, { account_id, at }: { account_id: string; at: string }): SigningKey {
  const pair = parsePair(secret);
  if (pair === undefined) {
    throw new ConfigError([mistake(at, { found: '(hidden)', allowed: 'a key such as ed25519:…' })]);
  }
  return {
    account_id,
    public_key: pair.getPublicKey().toString(),
    sign: (message) => pair.sign(message).signature,
  };
}

const SECRET_BYTES = 64;

/** The secret half and then the public one, which must belong together: a key that was cut would sign for nobody. */
function parsePair(secret: string): KeyPair | undefined {
  try {
    const bytes = decodeBase58(secret.slice('ed25519:'.length));
    const pair = KeyPair.fromString(secret as KeyPairString);
    const public_half = `ed25519:${encodeBase58(bytes.subarray(SECRET_BYTES / 2))}`;
    return bytes.length === SECRET_BYTES && public_half === pair.getPublicKey().toString() ? pair : undefined;
  } catch {
    // The library's own words may quote the key.
    return undefined;
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new ConfigError([
      mistake('env DMRV_SIGNER_KEYS', {
        found: `${JSON.stringify(path)}, which cannot be read (${code})`,
        allowed: 'the path of a readable JSON file',
      }),
    ]);
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // V8's message quotes the text around the fault.
    throw new ConfigError([mistake(path, { found: 'a text with a fault', allowed: 'JSON' })]);
  }
}

function mistake(path: string, { found, allowed }: { found: string; allowed: string }): Mistake {
  return { path, found, allowed };
}
