// Owns which of our keys an account has on chain, asked once and again when a node refuses one; leaves taking one to the
// database.

import { runAs } from '../../core/db/identity.ts';
import { registerSigningKeys } from '../../core/db/signing.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { listFullKeys } from './ask-node.ts';
import type { SigningDeps } from './deps.ts';
import type { SigningKey } from './types.ts';

export type AccountKeys = {
  /** Those that the chain takes. SIGNING_KEY_MISSING where there is none. */
  usableOf(account_id: string): Promise<SigningKey[]>;
  /** The chain is asked anew before the account signs again. */
  doubt(account_id: string): void;
};

export function createAccountKeys(deps: SigningDeps): AccountKeys {
  const asked = new Map<string, Promise<SigningKey[]>>();
  return {
    usableOf: async (account_id) => {
      const known = asked.get(account_id) ?? ask(deps, account_id);
      asked.set(account_id, known);
      try {
        return await known;
      } catch (error) {
        asked.delete(account_id);
        throw error;
      }
    },
    doubt: (account_id) => void asked.delete(account_id),
  };
}

async function ask(deps: SigningDeps, account_id: string): Promise<SigningKey[]> {
  const ours = deps.keys.filter((key) => key.account_id === account_id);
  if (ours.length === 0) throw missing(account_id);
  const on_chain = new Map(
    (await listFullKeys(deps.ask, account_id)).map(({ public_key, nonce }) => [public_key, nonce]),
  );
  const usable = ours.filter(({ public_key }) => on_chain.has(public_key));
  for (const { public_key } of ours) {
    if (on_chain.has(public_key)) continue;
    deps.log('A key is no full-access key of its account.', { reason: `${public_key} of ${account_id}` });
  }
  if (usable.length === 0) throw missing(account_id);
  const rows = usable.map(({ public_key }) => ({
    public_key,
    account_id,
    nonce: on_chain.get(public_key) ?? 0n,
  }));
  await runAs(deps.pool, { identity: { kind: 'anyone', actor: 'system:signing' } }, (trx) =>
    registerSigningKeys(trx, rows),
  );
  return usable;
}

function missing(account_id: string): DmrvError {
  return new DmrvError('SIGNING_KEY_MISSING', { facts: { account_id } });
}
