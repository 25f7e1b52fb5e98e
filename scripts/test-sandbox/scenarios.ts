// Owns the transactions that are played on both chains, all from one seed; leaves sending them to play.ts.
import type { Action } from '../../core/near/transaction.ts';
import { accountKeyPair } from '../../localnet/node/genesis.ts';
import { createRandom } from '../../sandbox-tests/support/random.ts';
import { ASKER, ASKER_ID, KEEPER, KEEPER_ID } from './contracts.ts';

export interface Step {
  title: string;
  /** Null is the chain's root account with its own key. */
  signer_id: string | null;
  /** Whose key of the seed signs, where it is not the signer's own. */
  key?: string;
  receiver_id: string;
  actions: Action[];
}

export const ADA = 'ada.test.near';
export const BEN = 'ben.test.near';
const CALLER_KEY = 'a key of ada for calls';
const NOBODY = 'nobody.test.near';
const NEAR = 10n ** 24n;
const TGAS = 10n ** 12n;
const IMPLICIT_BYTES = 64;

/** The accounts whose balances are compared after each step. */
export const WATCHED = [ADA, BEN, KEEPER_ID, ASKER_ID];

export function makeScenarios(seed: string): Step[] {
  const random = createRandom(seed);
  const amount = (): bigint => BigInt(random.below(1_000_000_000)) * 10n ** 14n + 1n;
  const bytes = (limit: number): Uint8Array =>
    new TextEncoder().encode(
      random
        .hash()
        .repeat(16)
        .slice(0, 1 + random.below(limit)),
    );
  const from = (
    signer_id: string | null,
    receiver_id: string,
    title: string,
    ...actions: Action[]
  ): Step => ({
    title,
    signer_id,
    receiver_id,
    actions,
  });
  const keyOf = (name: string) => accountKeyPair(seed, name).public_key;
  const addFullKey = (name: string): Action => ({
    kind: 'add_key',
    public_key: keyOf(name),
    nonce: 0n,
    permission: { kind: 'full' },
  });
  const transfer = (deposit: bigint): Action => ({ kind: 'transfer', deposit });
  const makeAccount = (name: string, near: bigint): Action[] => [
    { kind: 'create_account' },
    transfer(near * NEAR),
    addFullKey(name),
  ];
  const call = (
    method_name: string,
    more: { gas?: bigint; deposit?: bigint; args?: Uint8Array } = {},
  ): Action => ({
    kind: 'function_call',
    method_name,
    args: more.args ?? new Uint8Array(0),
    gas: more.gas ?? 100n * TGAS,
    deposit: more.deposit ?? 0n,
  });
  const deploy = (code: Uint8Array): Action => ({ kind: 'deploy_contract', code });
  const implicit_id = random.hash().slice(0, IMPLICIT_BYTES);

  const accounts = [
    from(null, ADA, 'an account is made', ...makeAccount(ADA, 100n)),
    from(null, BEN, 'a second account is made', ...makeAccount(BEN, 50n)),
    from(null, ADA, 'an account that is there is made again', ...makeAccount(ADA, 1n)),
    from(ADA, 'x.ben.test.near', 'an account is made below a stranger', ...makeAccount('x', 1n)),
    from(ADA, BEN, 'a transfer', transfer(amount())),
    from(ADA, ADA, 'a transfer to oneself', transfer(amount())),
    from(ADA, NOBODY, 'a transfer to nobody comes back', transfer(amount())),
    from(ADA, BEN, 'a transfer beyond the balance is refused', transfer(1_000n * NEAR)),
    from(ADA, implicit_id, 'a transfer makes an implicit account', transfer(amount())),
    from(ADA, BEN, 'three transfers at once', transfer(amount()), transfer(amount()), transfer(amount())),
    from(
      ADA,
      BEN,
      'the second of two actions fails, the first is undone',
      transfer(amount()),
      addFullKey('y'),
    ),
  ];
  const contracts = [
    from(
      null,
      KEEPER_ID,
      'a contract comes with its account',
      ...makeAccount(KEEPER_ID, 20n),
      deploy(KEEPER),
    ),
    from(null, ASKER_ID, 'another contract', ...makeAccount(ASKER_ID, 20n)),
    from(ASKER_ID, ASKER_ID, 'a contract is deployed by its account', deploy(ASKER)),
    from(ADA, KEEPER_ID, 'a call keeps and logs', call('keep', { args: bytes(500) })),
    from(ADA, KEEPER_ID, 'a call overwrites', call('keep', { args: bytes(900) })),
    from(ADA, KEEPER_ID, 'a call with a deposit reads', call('read', { deposit: amount() })),
    from(ADA, KEEPER_ID, 'a call hashes', call('hash', { args: bytes(300) })),
    from(ADA, KEEPER_ID, 'a call removes', call('forget')),
    from(KEEPER_ID, KEEPER_ID, 'an account calls itself', call('keep', { args: bytes(50) }), call('give')),
    from(ADA, KEEPER_ID, 'a panic', call('refuse')),
    from(ADA, KEEPER_ID, 'a panic gives the deposit back', call('refuse', { deposit: amount() })),
    from(
      ADA,
      KEEPER_ID,
      'a panic undoes the call before it',
      call('keep', { args: bytes(9) }),
      call('refuse'),
    ),
    from(ADA, KEEPER_ID, 'an unreachable instruction', call('trap')),
    from(ADA, KEEPER_ID, 'a division by zero', call('divide')),
    from(ADA, KEEPER_ID, 'a pointer outside the memory', call('outside')),
    from(ADA, KEEPER_ID, 'too many logs', call('deep')),
    from(
      ADA,
      KEEPER_ID,
      'a loop runs out of gas',
      call('spin', { gas: 5n * TGAS + BigInt(random.below(1_000)) }),
    ),
    from(ADA, KEEPER_ID, 'gas ends in a host function', call('keep', { gas: 60n * 10n ** 9n })),
    from(ADA, KEEPER_ID, 'a method that is not there', call('none')),
    from(ADA, BEN, 'a call without a contract', call('keep')),
    from(ADA, KEEPER_ID, 'a call without gas is refused', call('keep', { gas: 0n })),
  ];
  const promises = [
    from(ADA, ASKER_ID, 'a callback after success', call('ask')),
    from(ADA, ASKER_ID, 'a callback after a panic', call('ask_refused')),
    from(
      ADA,
      ASKER_ID,
      'a promise that fails gives its deposit back',
      call('ask_paying', { deposit: amount() }),
    ),
    from(ADA, ASKER_ID, 'a callback after an account that is not there', call('ask_nobody')),
    from(ADA, ASKER_ID, 'a callback after two promises', call('ask_both')),
    from(ADA, ASKER_ID, 'a promise that nobody waits for fails', call('ask_loose')),
    from(ADA, ASKER_ID, 'too little gas for the promises', call('ask', { gas: 30n * TGAS })),
  ];
  const permission = {
    kind: 'call',
    allowance: NEAR,
    receiver_id: KEEPER_ID,
    method_names: ['keep'],
  } as const;
  const call_key: Action = {
    kind: 'add_key',
    public_key: keyOf(CALLER_KEY),
    nonce: 0n,
    permission: { ...permission, method_names: [...permission.method_names] },
  };
  const byKey = (step: Step): Step => ({ ...step, key: CALLER_KEY });
  const keys = [
    from(ADA, ADA, 'a key for calls is added', call_key),
    from(ADA, ADA, 'a key that is there is added again', call_key),
    byKey(from(ADA, KEEPER_ID, 'the key calls what it may', call('keep', { args: bytes(20) }))),
    byKey(from(ADA, KEEPER_ID, 'another method is refused', call('read'))),
    byKey(from(ADA, ASKER_ID, 'another contract is refused', call('keep'))),
    byKey(from(ADA, KEEPER_ID, 'a deposit is refused', call('keep', { deposit: 1n }))),
    byKey(from(ADA, BEN, 'a transfer by the key is refused', transfer(1n))),
    from(ADA, ADA, 'the key is deleted', { kind: 'delete_key', public_key: keyOf(CALLER_KEY) }),
    from(ADA, ADA, 'a key that is not there is deleted', {
      kind: 'delete_key',
      public_key: keyOf(CALLER_KEY),
    }),
    byKey(from(ADA, KEEPER_ID, 'a deleted key is refused', call('keep'))),
  ];
  const endings = [
    from(BEN, BEN, 'bytes that are no program are deployed', deploy(bytes(100))),
    from(ADA, BEN, 'bytes that are no program are called', call('keep')),
    from(KEEPER_ID, KEEPER_ID, 'a contract is replaced', deploy(ASKER)),
    from(ADA, KEEPER_ID, 'a method of the replaced contract is called', call('keep')),
    from(ADA, BEN, 'a stranger deletes an account', { kind: 'delete_account', beneficiary_id: ADA }),
    from(BEN, BEN, 'an account is deleted', { kind: 'delete_account', beneficiary_id: ADA }),
    from(ADA, BEN, 'a transfer to a deleted account comes back', transfer(amount())),
  ];
  return [...accounts, ...contracts, ...promises, ...keys, ...endings];
}
