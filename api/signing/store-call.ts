// Owns signing a call with a free key and storing it before anybody sends it, once for each purpose; leaves sending it to
// follow.ts.

import { runAs } from '../../core/db/identity.ts';
import {
  findStanding,
  lockPurpose,
  type SignedTransaction,
  storeSigned,
  takeFreeKey,
} from '../../core/db/signing.ts';
import type { AccountKeys } from './account-keys.ts';
import { type Block, findFinalBlock } from './ask-node.ts';
import type { SigningDeps } from './deps.ts';
import { asTenant } from './follow.ts';
import { signCall } from './sign-call.ts';
import type { ContractCall, SigningKey } from './types.ts';

/** NEAR's: a block that is so much higher than the one that a transaction names takes it no more. */
const VALIDITY_BLOCKS = 86_400n;

/** What stands for the purpose, by whomever it was signed. Undefined where all keys of the account are busy. */
export async function findOrStore(
  deps: SigningDeps,
  about: { call: ContractCall; account_keys: AccountKeys },
): Promise<SignedTransaction | undefined> {
  const { call, account_keys } = about;
  const { purpose } = call;
  const standing = await runAs(deps.pool, asTenant(call), (trx) => findStanding(trx, purpose));
  if (standing !== undefined) return standing;
  const keys = await account_keys.usableOf(call.account_id);
  const block = await findFinalBlock(deps.ask);
  return await runAs(deps.pool, asTenant(call), async (trx) => {
    await lockPurpose(trx, purpose);
    const signed_by_another = await findStanding(trx, purpose);
    if (signed_by_another !== undefined) return signed_by_another;
    const free = await takeFreeKey(
      trx,
      keys.map(({ public_key }) => public_key),
    );
    const key = keys.find(({ public_key }) => public_key === free?.public_key);
    if (free === undefined || key === undefined) return undefined;
    const nonce = BigInt(free.last_nonce) + 1n;
    await storeSigned(trx, describe(deps, { call, key, nonce, block }), deps.now());
    return await findStanding(trx, purpose);
  });
}

function describe(
  { contract_id }: SigningDeps,
  about: { call: ContractCall; key: SigningKey; nonce: bigint; block: Block },
) {
  const { call, key, nonce, block } = about;
  const { purpose, method, args } = call;
  return {
    purpose,
    account_id: key.account_id,
    public_key: key.public_key,
    nonce,
    contract_id,
    method,
    args,
    valid_until_height: block.height + VALIDITY_BLOCKS,
    ...signCall({ call, contract_id, key, nonce, block_hash: block.hash }),
  };
}
