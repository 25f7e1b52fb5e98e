// Owns whom the pages' development wallet signs for on the embedded chain; leaves making the accounts to scripts/localnet.

import type { RunningLocalnet } from '../../localnet/start-localnet.ts';
import { LATER_ACCOUNTS } from '../localnet/accounts.ts';
import type { DevelopmentAccounts } from './chain.ts';

/** Holders, and the registries that answer them. The platform's own accounts are no wallet's. */
const OFFERED: readonly string[] = ['alice', 'bob', 'carol', 'verra', 'isometric'].map(
  (name) => `${name}.localnet`,
);

export function developmentAccounts(accounts: RunningLocalnet['accounts']): DevelopmentAccounts {
  const known = new Map([...accounts, ...LATER_ACCOUNTS].map((one) => [one.account_id, one.secret_key]));
  return OFFERED.flatMap((account_id) => {
    const secret_key = known.get(account_id);
    return secret_key === undefined || secret_key === null ? [] : [{ account_id, secret_key }];
  });
}
