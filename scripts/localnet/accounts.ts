// Owns the accounts that the product's localnet begins with; leaves making them, and their keys, to localnet/node.
import { formatCurveBytes } from '../../core/near/keys.ts';
import { accountKeyPair } from '../../localnet/node/genesis.ts';
import { type AccountWish, DEFAULT_ACCOUNTS, YOCTO_PER_NEAR } from '../../localnet/node/options.ts';

const ROOT_AMOUNT = 1_000_000_000n * YOCTO_PER_NEAR;

/** One for each part in the way of a credit. Further ones are made as sub-accounts of `localnet`. */
export const PRODUCT_ACCOUNTS: readonly AccountWish[] = [
  { account_id: 'localnet', amount: ROOT_AMOUNT },
  { account_id: 'dmrv.localnet' },
  { account_id: 'owner.localnet' },
  { account_id: 'verra-agent.localnet' },
  { account_id: 'isometric-agent.localnet' },
  { account_id: 'minter.localnet' },
  { account_id: 'alice.localnet' },
  { account_id: 'bob.localnet' },
  { account_id: 'carol.localnet' },
];

export interface LaterAccount {
  account_id: string;
  parent_id: string;
  amount: bigint;
  public_key: string;
  secret_key: string;
}

const PARENT_ID = 'localnet';
const LATER_AMOUNT = 1_000n * YOCTO_PER_NEAR;
const KEY_SEED = 'localnet';

/** Registries, the guardian and the account that holds for customers: made by transactions, so that chains begun before them take them in. */
export const LATER_ACCOUNTS: readonly LaterAccount[] = ['verra', 'isometric', 'guardian', 'custody'].map(
  (name) => {
    const account_id = `${name}.${PARENT_ID}`;
    const { public_key, secret_key } = accountKeyPair(KEY_SEED, account_id);
    const key = { public_key: formatCurveBytes(public_key), secret_key };
    return { account_id, parent_id: PARENT_ID, amount: LATER_AMOUNT, ...key };
  },
);

/** The same for "npm start" and "npm run localnet", so that either goes on over the other's folder. */
export function genesisAccounts(more: readonly AccountWish[] = []): AccountWish[] {
  return [...DEFAULT_ACCOUNTS, ...PRODUCT_ACCOUNTS, ...more];
}

/** The product's, with the account that the configuration gives the contract where that is another. */
export function productAccounts(contract_account_id: string): AccountWish[] {
  const known = genesisAccounts();
  const is_known = known.some(({ account_id }) => account_id === contract_account_id);
  return is_known ? known : [...known, { account_id: contract_account_id }];
}
