// Shows what is said of a retirement afterwards: confirmations, amendments and refusals by the registry, a hidden name revealed.
import test from 'ava';
import { COMMITMENT_VECTORS } from '../contracts/credit/derive-vectors.ts';
import type { ContractEvent, CreditEventName } from '../contracts/credit/event-types.ts';
import { type Call, ENOUGH_DEPOSIT, expectPanic, OWNER_ID } from './support/contract-chain.ts';
import { FIRST_DAY, hashOf, OTHER_PEOPLE, openContractWorld } from './support/contract-world.ts';

const world = await openContractWorld();
const { chain } = world;
test.after.always(() => chain.stop());

const ORGANISATION = { beneficiary: 'Acme GmbH', beneficiary_kind: 'organisation' };
const [{ salt, beneficiary: NAME, commitment }] = COMMITMENT_VECTORS;
const INDIVIDUAL = { beneficiary_commitment: commitment, beneficiary_kind: 'individual' };

function retireCall(token_id: string, more: object = {}, call: Partial<Call> = {}): Call {
  const args = { token_id, ...ORGANISATION, ...more };
  return { from: 'alice.near', method: 'retire', deposit: 1n, args, ...call };
}

function itemsOf(
  events: readonly ContractEvent[],
  name: CreditEventName | string,
): Record<string, unknown>[] {
  return events
    .filter(({ event }) => event === name)
    .flatMap(({ data }) => data as unknown as Record<string, unknown>[]);
}

function retirement(token_id: string): Record<string, unknown> {
  return chain.view('retirement', { token_id }) as Record<string, unknown>;
}

test.serial('the registry confirms, and who attests is told', (t) => {
  const token_id = world.mint();
  const confirm = (from: string, id: string, deposit = 1n): Call => {
    const words = {
      registry_retirement_id: id,
      registry_retired_on: FIRST_DAY,
      evidence_sha256: hashOf('row'),
    };
    return { from, method: 'confirm_retirement', deposit, args: { token_id, ...words } };
  };
  expectPanic(t, chain, 'NOT_RETIRED', confirm('registry.near', 'R-1'));
  chain.mustCall(retireCall(token_id));
  expectPanic(t, chain, 'WRONG_REGISTRY', confirm(OTHER_PEOPLE.registry, 'R-1'));
  expectPanic(t, chain, 'WRONG_REGISTRY', confirm(OWNER_ID, 'R-1'));
  expectPanic(t, chain, 'NOT_ONE_YOCTO', confirm('registry.near', 'R-1', 0n));
  const first = chain.mustCall(confirm('agent.near', 'R-1'));
  t.like(itemsOf(first.events, 'retirement_confirm')[0], {
    registry_retirement_id: 'R-1',
    amendment: 0,
    account_id: 'agent.near',
    attested_by: 'registry_agent',
  });
  expectPanic(t, chain, 'ALREADY_CONFIRMED', confirm('registry.near', 'R-1'));
  expectPanic(t, chain, 'DEPOSIT_TOO_SMALL', confirm('registry.near', 'R-2'));
  const second = chain.mustCall(confirm('registry.near', 'R-2', ENOUGH_DEPOSIT));
  t.like(itemsOf(second.events, 'retirement_confirm')[0], { amendment: 1, attested_by: 'registry' });
  const { registry_status, statements } = retirement(token_id);
  t.is(registry_status, 'confirmed');
  t.deepEqual(
    (statements as Record<string, unknown>[]).map((statement) => statement.registry_retirement_id),
    ['R-1', 'R-2'],
  );
});

test.serial('a confirmation says a day that has come, and evidence', (t) => {
  const token_id = world.mint();
  chain.mustCall(retireCall(token_id));
  const good = {
    token_id,
    registry_retirement_id: 'R-1',
    registry_retired_on: FIRST_DAY,
    evidence_sha256: hashOf('row'),
  };
  const call = (more: object): Call => {
    return { from: 'registry.near', method: 'confirm_retirement', deposit: 1n, args: { ...good, ...more } };
  };
  expectPanic(t, chain, 'DATE_IN_FUTURE', call({ registry_retired_on: '2036-06-02' }));
  expectPanic(t, chain, 'ARGUMENT_INVALID', call({ registry_retired_on: '2026-02-29' }));
  expectPanic(t, chain, 'ARGUMENT_INVALID', call({ evidence_sha256: 'abc' }));
  expectPanic(t, chain, 'ARGUMENT_TOO_LONG', call({ registry_retirement_id: 'x'.repeat(65) }));
});

test.serial('a refusal comes once, before any confirmation, and a confirmation may follow it', (t) => {
  const token_id = world.mint();
  chain.mustCall(retireCall(token_id));
  const refuse = (from = 'registry.near'): Call => {
    return { from, method: 'refuse_retirement', deposit: 1n, args: { token_id, reason: 'No such block' } };
  };
  expectPanic(t, chain, 'WRONG_REGISTRY', refuse('alice.near'));
  const { events } = chain.mustCall(refuse());
  t.like(itemsOf(events, 'retirement_refuse')[0], { reason: 'No such block', attested_by: 'registry' });
  t.is(retirement(token_id).registry_status, 'refused');
  expectPanic(t, chain, 'ALREADY_SET', refuse());
  const words = {
    registry_retirement_id: 'R-9',
    registry_retired_on: FIRST_DAY,
    evidence_sha256: hashOf('row'),
  };
  world.pay('registry.near', 'confirm_retirement', { token_id, ...words });
  t.is(retirement(token_id).registry_status, 'confirmed');
  expectPanic(t, chain, 'ALREADY_CONFIRMED', refuse());
});

test.serial('only whoever retired or the registry reveals a name, once, with its salt', (t) => {
  const token_id = world.mint();
  chain.mustCall(retireCall(token_id, { ...INDIVIDUAL, beneficiary: null }));
  const reveal = (from: string, more: object = {}): Call => {
    const args = { token_id, beneficiary: NAME, salt, ...more };
    return { from, method: 'reveal_beneficiary', deposit: 1n, args };
  };
  expectPanic(t, chain, 'UNAUTHORIZED', reveal('bob.near'));
  expectPanic(t, chain, 'UNAUTHORIZED', reveal('agent.near'));
  expectPanic(t, chain, 'REVEAL_MISMATCH', reveal('alice.near', { beneficiary: 'Zoe Müller' }));
  expectPanic(t, chain, 'REVEAL_MISMATCH', reveal('alice.near', { salt: hashOf('another') }));
  expectPanic(t, chain, 'NOT_ONE_YOCTO', { ...reveal('alice.near'), deposit: 0n });
  const { events } = chain.mustCall(reveal('alice.near'));
  t.deepEqual(itemsOf(events, 'beneficiary_reveal'), [
    { token_id, beneficiary: NAME, salt, account_id: 'alice.near' },
  ]);
  t.like(retirement(token_id), { beneficiary: NAME, salt, beneficiary_commitment: commitment });
  expectPanic(t, chain, 'ALREADY_REVEALED', reveal('registry.near'));
  const open = world.mint();
  chain.mustCall(retireCall(open));
  expectPanic(t, chain, 'REVEAL_MISMATCH', reveal('alice.near', { token_id: open }));
});
