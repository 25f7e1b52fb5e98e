// Owns the transactions that are played on both chains, all from one seed; leaves sending them to play.ts.
import type { Action } from '../../core/near/transaction.ts';
import { ASKER, ASKER_ID, KEEPER, KEEPER_ID } from './contracts.ts';
import {
  call,
  deploy,
  from,
  makeStepMaker,
  NEAR,
  type Step,
  type StepMaker,
  TGAS,
  transfer,
} from './step-maker.ts';

export const ADA = 'ada.test.near';
export const BEN = 'ben.test.near';
const CALLER_KEY = 'a key of ada for calls';
const NOBODY = 'nobody.test.near';
const IMPLICIT_BYTES = 64;

/** The accounts whose balances are compared after each step. */
export const WATCHED = [ADA, BEN, KEEPER_ID, ASKER_ID];

export function makeScenarios(seed: string): Step[] {
  const make = makeStepMaker(seed);
  return [accounts, contracts, failures, promises, keys, endings].flatMap((steps) => steps(make));
}

function accounts(make: StepMaker): Step[] {
  const implicit_id = make.random.hash().slice(0, IMPLICIT_BYTES);
  return [
    from(null, ADA, 'an account is made', ...make.makeAccount(ADA, 100n)),
    from(null, BEN, 'a second account is made', ...make.makeAccount(BEN, 50n)),
    from(null, ADA, 'an account that is there is made again', ...make.makeAccount(ADA, 1n)),
    from(ADA, 'x.ben.test.near', 'an account is made below a stranger', ...make.makeAccount('x', 1n)),
    from(ADA, BEN, 'a transfer', transfer(make.amount())),
    from(ADA, ADA, 'a transfer to oneself', transfer(make.amount())),
    from(ADA, NOBODY, 'a transfer to nobody comes back', transfer(make.amount())),
    from(ADA, BEN, 'a transfer beyond the balance is refused', transfer(1_000n * NEAR)),
    from(ADA, implicit_id, 'a transfer makes an implicit account', transfer(make.amount())),
    from(
      ADA,
      BEN,
      'three transfers at once',
      transfer(make.amount()),
      transfer(make.amount()),
      transfer(make.amount()),
    ),
    from(
      ADA,
      BEN,
      'the second of two actions fails, the first is undone',
      transfer(make.amount()),
      make.addFullKey('y'),
    ),
  ];
}

function contracts(make: StepMaker): Step[] {
  return [
    from(
      null,
      KEEPER_ID,
      'a contract comes with its account',
      ...make.makeAccount(KEEPER_ID, 20n),
      deploy(KEEPER),
    ),
    from(null, ASKER_ID, 'another contract', ...make.makeAccount(ASKER_ID, 20n)),
    from(ASKER_ID, ASKER_ID, 'a contract is deployed by its account', deploy(ASKER)),
    from(ADA, KEEPER_ID, 'a call keeps and logs', call('keep', { args: make.bytes(500) })),
    from(ADA, KEEPER_ID, 'a call overwrites', call('keep', { args: make.bytes(900) })),
    from(ADA, KEEPER_ID, 'a call with a deposit reads', call('read', { deposit: make.amount() })),
    from(ADA, KEEPER_ID, 'a call hashes', call('hash', { args: make.bytes(300) })),
    from(ADA, KEEPER_ID, 'a call removes', call('forget')),
    from(
      KEEPER_ID,
      KEEPER_ID,
      'an account calls itself',
      call('keep', { args: make.bytes(50) }),
      call('give'),
    ),
  ];
}

function failures(make: StepMaker): Step[] {
  return [
    from(ADA, KEEPER_ID, 'a panic', call('refuse')),
    from(ADA, KEEPER_ID, 'a panic gives the deposit back', call('refuse', { deposit: make.amount() })),
    from(
      ADA,
      KEEPER_ID,
      'a panic undoes the call before it',
      call('keep', { args: make.bytes(9) }),
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
      call('spin', { gas: 5n * TGAS + BigInt(make.random.below(1_000)) }),
    ),
    from(ADA, KEEPER_ID, 'gas ends in a host function', call('keep', { gas: 60n * 10n ** 9n })),
    from(ADA, KEEPER_ID, 'a method that is not there', call('none')),
    from(ADA, BEN, 'a call without a contract', call('keep')),
    from(ADA, KEEPER_ID, 'a call without gas is refused', call('keep', { gas: 0n })),
  ];
}

function promises(make: StepMaker): Step[] {
  return [
    from(ADA, ASKER_ID, 'a callback after success', call('ask')),
    from(ADA, ASKER_ID, 'a callback after a panic', call('ask_refused')),
    from(
      ADA,
      ASKER_ID,
      'a promise that fails gives its deposit back',
      call('ask_paying', { deposit: make.amount() }),
    ),
    from(ADA, ASKER_ID, 'a callback after an account that is not there', call('ask_nobody')),
    from(ADA, ASKER_ID, 'a callback after two promises', call('ask_both')),
    from(ADA, ASKER_ID, 'a promise that nobody waits for fails', call('ask_loose')),
    from(ADA, ASKER_ID, 'too little gas for the promises', call('ask', { gas: 30n * TGAS })),
  ];
}

function keys(make: StepMaker): Step[] {
  const public_key = make.keyOf(CALLER_KEY);
  const call_key: Action = {
    kind: 'add_key',
    public_key,
    nonce: 0n,
    permission: { kind: 'call', allowance: NEAR, receiver_id: KEEPER_ID, method_names: ['keep'] },
  };
  const byKey = (step: Step): Step => ({ ...step, key: CALLER_KEY });
  return [
    from(ADA, ADA, 'a key for calls is added', call_key),
    from(ADA, ADA, 'a key that is there is added again', call_key),
    byKey(from(ADA, KEEPER_ID, 'the key calls what it may', call('keep', { args: make.bytes(20) }))),
    byKey(from(ADA, KEEPER_ID, 'another method is refused', call('read'))),
    byKey(from(ADA, ASKER_ID, 'another contract is refused', call('keep'))),
    byKey(from(ADA, KEEPER_ID, 'a deposit is refused', call('keep', { deposit: 1n }))),
    byKey(from(ADA, BEN, 'a transfer by the key is refused', transfer(1n))),
    from(ADA, ADA, 'the key is deleted', { kind: 'delete_key', public_key }),
    from(ADA, ADA, 'a key that is not there is deleted', {
      kind: 'delete_key',
      public_key,
    }),
    byKey(from(ADA, KEEPER_ID, 'a deleted key is refused', call('keep'))),
  ];
}

function endings(make: StepMaker): Step[] {
  return [
    from(BEN, BEN, 'bytes that are no program are deployed', deploy(make.bytes(100))),
    from(ADA, BEN, 'bytes that are no program are called', call('keep')),
    from(KEEPER_ID, KEEPER_ID, 'a contract is replaced', deploy(ASKER)),
    from(ADA, KEEPER_ID, 'a method of the replaced contract is called', call('keep')),
    from(ADA, BEN, 'a stranger deletes an account', { kind: 'delete_account', beneficiary_id: ADA }),
    from(BEN, BEN, 'an account is deleted', { kind: 'delete_account', beneficiary_id: ADA }),
    from(ADA, BEN, 'a transfer to a deleted account comes back', transfer(make.amount())),
  ];
}
