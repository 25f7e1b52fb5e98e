// Shows that a registry's consent is recorded once, debited by each mint, and withdrawn without harm to holders.
import test from 'ava';
import { type CreditChange, mintCallOf, recordCallOf } from './support/contract-calls.ts';
import { type Call, expectPanic, OWNER_ID } from './support/contract-chain.ts';
import {
  CONSENT_REF,
  DAY_NS,
  FIRST_DAY,
  OTHER_PEOPLE,
  OTHER_REGISTRY,
  openContractWorld,
  REGISTRY,
} from './support/contract-world.ts';

const world = await openContractWorld();
const { chain } = world;
test.after.always(() => chain.stop());

function mintOf(change: CreditChange, args: object = {}): Call {
  return mintCallOf(world, change, args);
}

test.serial('a consent is debited to its end, for its hash, unit and serial numbers', (t) => {
  const mrv_hash = world.nextHash();
  chain.mustCall(
    recordCallOf({
      consent_ref: 'small',
      tonnage: '250',
      serial: { namespace: 'N', start: '98' },
      valid_to: FIRST_DAY,
    }),
  );
  const serial = (start: string, namespace = 'N') => ({ consent_ref: 'small', serial: { namespace, start } });
  t.like(chain.view('consent', { registry: REGISTRY, consent_ref: 'small' }), {
    status: 'open',
    tonnage: '250',
    remaining: '250',
    next_serial: '98',
    serial: { namespace: 'N', start: '98', end: '347' },
    account_id: 'registry.near',
    attested_by: 'registry',
  });
  expectPanic(t, chain, 'SERIAL_MISMATCH', mintOf(serial('99')));
  expectPanic(t, chain, 'SERIAL_MISMATCH', mintOf(serial('98', 'M')));
  expectPanic(t, chain, 'SERIAL_MISMATCH', mintOf({ consent_ref: 'small', serial: null }));
  chain.mustCall(mintOf(serial('98')));
  chain.mustCall(mintOf(serial('198')));
  t.like(chain.view('consent', { registry: REGISTRY, consent_ref: 'small' }), {
    remaining: '50',
    next_serial: '298',
  });
  expectPanic(t, chain, 'CONSENT_EXHAUSTED', mintOf(serial('298')));
  chain.mustCall(mintOf({ ...serial('298'), tonnage: '50' }));
  expectPanic(t, chain, 'CONSENT_EXHAUSTED', mintOf({ ...serial('348'), tonnage: '1' }));
  chain.mustCall(recordCallOf({ consent_ref: 'one hash', mrv_hash }));
  expectPanic(t, chain, 'CONSENT_MISMATCH', mintOf({ consent_ref: 'one hash' }));
  chain.mustCall(mintOf({ consent_ref: 'one hash' }, { mrv_hash }));
});

test.serial('a withdrawn consent mints no more and takes nothing from holders', (t) => {
  chain.mustCall(recordCallOf({ consent_ref: 'brief' }, 'agent.near'));
  const call = mintOf({ consent_ref: 'brief' });
  chain.mustCall(call);
  const { mrv_hash } = call.args as { mrv_hash: string };
  const args = { registry: REGISTRY, consent_ref: 'brief' };
  const withdraw: Call = { from: 'agent.near', method: 'withdraw_consent', args, deposit: 1n };
  expectPanic(t, chain, 'WRONG_REGISTRY', { ...withdraw, from: OTHER_PEOPLE.registry });
  expectPanic(t, chain, 'WRONG_REGISTRY', { ...withdraw, from: OWNER_ID });
  expectPanic(t, chain, 'NOT_ONE_YOCTO', { ...withdraw, deposit: 0n });
  expectPanic(t, chain, 'CONSENT_MISSING', { ...withdraw, args: { ...args, consent_ref: 'none' } });
  const { events } = chain.mustCall(withdraw);
  t.like(events[0], { event: 'consent_withdraw' });
  t.deepEqual(events[0]?.data as unknown, [
    { ...args, remaining: '999900', account_id: 'agent.near', attested_by: 'registry_agent' },
  ]);
  expectPanic(t, chain, 'CONSENT_WITHDRAWN', withdraw);
  expectPanic(t, chain, 'CONSENT_WITHDRAWN', mintOf({ consent_ref: 'brief' }));
  const token = { receiver_id: 'bob.near', token_id: mrv_hash };
  chain.mustCall({ from: 'alice.near', method: 'nft_transfer', args: token, deposit: 1n });
});

test.serial('a consent is recorded once, by the registry or its agent, of what has been immobilised', (t) => {
  expectPanic(t, chain, 'ALREADY_EXISTS', recordCallOf({}));
  const fresh = { consent_ref: 'fresh' };
  expectPanic(t, chain, 'WRONG_REGISTRY', recordCallOf(fresh, 'minter.near'));
  expectPanic(t, chain, 'WRONG_REGISTRY', recordCallOf(fresh, OTHER_PEOPLE.registry));
  expectPanic(t, chain, 'REGISTRY_UNKNOWN', recordCallOf({ ...fresh, registry: 'puro' }));
  expectPanic(t, chain, 'DATE_IN_FUTURE', recordCallOf({ ...fresh, immobilised_on: '2026-06-02' }));
  expectPanic(t, chain, 'NOT_A_WHOLE_UNIT', recordCallOf({ ...fresh, unit: '7' }));
  expectPanic(t, chain, 'DEPOSIT_TOO_SMALL', { ...recordCallOf(fresh), deposit: 1n });
  for (const change of [
    { document_sha256: 'x' },
    { valid_to: 'x' },
    { mrv_hash: 'x' },
    { consent_ref: '' },
  ]) {
    expectPanic(t, chain, 'ARGUMENT_INVALID', recordCallOf({ ...fresh, ...change }));
  }
  t.is(chain.view('consent', { registry: REGISTRY, consent_ref: 'fresh' }), null);
  const before = { balance: chain.balance(), bytes: chain.storageUsage() };
  chain.mustCall(recordCallOf(fresh));
  const paid = chain.balance() - before.balance;
  t.true(paid >= (chain.storageUsage() - before.bytes) * 10n ** 19n);
  // The same reference of another registry is another consent.
  t.not(chain.view('consent', { registry: OTHER_REGISTRY, consent_ref: CONSENT_REF }), null);
});

// Last, as it moves time.
test.serial('a consent mints to the end of its last day', async (t) => {
  const valid_to = new Date(Number(chain.now() / 1_000_000n)).toISOString().slice(0, 10);
  chain.mustCall(recordCallOf({ consent_ref: 'today', valid_to }));
  chain.mustCall(mintOf({ consent_ref: 'today' }));
  await chain.advanceTo(chain.now() + DAY_NS);
  expectPanic(t, chain, 'CONSENT_EXPIRED', mintOf({ consent_ref: 'today' }));
});
