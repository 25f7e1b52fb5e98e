// Owns the pieces that steps of a comparison are made of, random ones from one seed; leaves which steps there are to scenarios.ts.
import type { CurveBytes } from '../../core/near/keys.ts';
import type { Action } from '../../core/near/transaction.ts';
import { accountKeyPair } from '../../localnet/node/genesis.ts';
import { createRandom, type Random } from '../../sandbox-tests/support/random.ts';

export interface Step {
  title: string;
  /** Null is the chain's root account with its own key. */
  signer_id: string | null;
  /** Whose key of the seed signs, where it is not the signer's own. */
  key?: string;
  receiver_id: string;
  actions: Action[];
}

export interface StepMaker {
  random: Random;
  /** Yocto, a little more than a multiple of what is cheap to spend. */
  amount(): bigint;
  /** At least one byte. */
  bytes(limit: number): Uint8Array;
  /** The key that follows from the seed and a name. */
  keyOf(name: string): CurveBytes;
  addFullKey(name: string): Action;
  makeAccount(name: string, near: bigint): Action[];
}

export const NEAR = 10n ** 24n;
export const TGAS = 10n ** 12n;
const AMOUNTS = 1_000_000_000;
const AMOUNT_UNIT = 10n ** 14n;
const REPEATED = 16;

export function makeStepMaker(seed: string): StepMaker {
  const random = createRandom(seed);
  const keyOf = (name: string) => accountKeyPair(seed, name).public_key;
  const addFullKey = (name: string): Action => ({
    kind: 'add_key',
    public_key: keyOf(name),
    nonce: 0n,
    permission: { kind: 'full' },
  });
  return {
    random,
    amount: () => BigInt(random.below(AMOUNTS)) * AMOUNT_UNIT + 1n,
    bytes: (limit) => {
      const text = random.hash().repeat(REPEATED);
      return new TextEncoder().encode(text.slice(0, 1 + random.below(limit)));
    },
    keyOf,
    addFullKey,
    makeAccount: (name, near) => [{ kind: 'create_account' }, transfer(near * NEAR), addFullKey(name)],
  };
}

export function from(
  signer_id: string | null,
  receiver_id: string,
  title: string,
  ...actions: Action[]
): Step {
  return { title, signer_id, receiver_id, actions };
}

export function transfer(deposit: bigint): Action {
  return { kind: 'transfer', deposit };
}

export function deploy(code: Uint8Array): Action {
  return { kind: 'deploy_contract', code };
}

export function call(
  method_name: string,
  more: { gas?: bigint; deposit?: bigint; args?: Uint8Array } = {},
): Action {
  const { args = new Uint8Array(0), gas = 100n * TGAS, deposit = 0n } = more;
  return { kind: 'function_call', method_name, args, gas, deposit };
}
