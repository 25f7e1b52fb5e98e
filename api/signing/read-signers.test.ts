// Shows what the file of signers may hold, and that no mistake in it quotes a key.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { KeyPair } from 'near-api-js';
import { ConfigError } from '../../core/config/index.ts';
import { decodeBase58, encodeBase58 } from '../../core/near/base58.ts';
import { verifyEd25519 } from '../../core/near/crypto.ts';
import { parsePublicKey } from '../../core/near/keys.ts';
import { openSigning } from './open-signing.ts';
import { readSigners } from './read-signers.ts';

const pair = KeyPair.fromRandom('ed25519');
const secret = pair.toString();
const MINTER = { account_id: 'minter.near', role: 'minter', private_keys: [secret] };

function write(t: ExecutionContext, content: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'dmrv-signers-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'signers.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

test('a key of the file signs, and nothing that prints it shows it', async (t) => {
  const [signer] = await readSigners(write(t, [MINTER]));
  const [key] = signer?.keys ?? [];
  const message = new TextEncoder().encode('a message');
  const { bytes: publicKey } = parsePublicKey(key?.public_key ?? '');
  t.true(verifyEd25519({ publicKey, message, signature: key?.sign(message) ?? message }));
  t.is(key?.public_key, pair.getPublicKey().toString());
  const shown = `${inspect(signer, { depth: 9, showHidden: true })} ${JSON.stringify(signer)}`;
  t.false(shown.includes(secret.slice('ed25519:'.length)));
});

function swapHalf(text: string): string {
  const bytes = decodeBase58(text.slice('ed25519:'.length));
  const other = decodeBase58(KeyPair.fromRandom('ed25519').toString().slice('ed25519:'.length));
  return `ed25519:${encodeBase58(Uint8Array.of(...bytes.subarray(0, 32), ...other.subarray(32)))}`;
}

const MISTAKES: readonly [name: string, content: unknown, allowed: RegExp][] = [
  ['no JSON', `[{"private_keys": ["${secret}"`, /^JSON$/],
  ['no entry', [], />=1/],
  ['another role', [{ ...MINTER, role: 'owner' }], /minter/],
  ['no account', [{ ...MINTER, account_id: 'A' }], /account id/],
  ['no key', [{ ...MINTER, private_keys: [] }], />=1/],
  [
    'a key of another curve',
    [{ ...MINTER, private_keys: [secret.replace('ed25519', 'secp256k1')] }],
    /ed25519/,
  ],
  ['a key that is cut', [{ ...MINTER, private_keys: [secret.slice(0, 60)] }], /ed25519/],
  ['a key whose halves do not belong together', [{ ...MINTER, private_keys: [swapHalf(secret)] }], /ed25519/],
  ['another field', [{ ...MINTER, secret }], /Unrecognized key/],
  ['a registry of custody', [{ ...MINTER, role: 'custody', registry: 'verra' }], /custody/],
];

for (const [name, content, allowed] of MISTAKES) {
  test(`a mistake is refused without quoting a key: ${name}`, async (t) => {
    const error = await t.throwsAsync(readSigners(write(t, content)), { instanceOf: ConfigError });
    t.regex(error.mistakes[0]?.allowed ?? '', allowed);
    t.false(`${error.message} ${inspect(error)}`.includes(secret.slice('ed25519:'.length, 40)));
  });
}

test('a file that is not there is refused by the name of its setting', async (t) => {
  const error = await t.throwsAsync(readSigners('not-there.json'), { instanceOf: ConfigError });
  t.is(error.mistakes[0]?.path, 'env DMRV_SIGNER_KEYS');
});

test('the account of the very registry goes before one of all registries', async (t) => {
  const entry = (account_id: string, more: object) => ({ ...MINTER, account_id, ...more });
  const signers = await readSigners(
    write(t, [
      entry('any.near', {}),
      entry('verra-minter.near', { registry: 'verra' }),
      entry('agent.near', { role: 'registry_agent', registry: 'verra' }),
      entry('custody.near', { role: 'custody' }),
    ]),
  );
  const { accountFor } = openSigning({
    pool: undefined as never,
    contract_id: 'dmrv.near',
    ask: () => Promise.reject(new Error('no chain')),
    signers,
    now: () => new Date(),
    log: () => undefined,
  });
  t.is(accountFor({ kind: 'minter', registry: 'verra' }), 'verra-minter.near');
  t.is(accountFor({ kind: 'minter', registry: 'puro' }), 'any.near');
  t.is(accountFor({ kind: 'registry_agent', registry: 'verra' }), 'agent.near');
  t.is(accountFor({ kind: 'registry_agent', registry: 'puro' }), undefined);
  t.is(accountFor({ kind: 'custody' }), 'custody.near');
});
