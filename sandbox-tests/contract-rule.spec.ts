// Shows that birth, owner, roles, pauses and upgrades of the contract obey their rules and nobody else.
import { createHash } from 'node:crypto';
import test from 'ava';
import { CREDIT_STANDARD } from '../contracts/credit/event-types.ts';
import {
  builtContract,
  type Call,
  CONTRACT_ID,
  type ContractChain,
  ENOUGH_DEPOSIT,
  expectPanic,
  OWNER_ID,
  openContractChain,
} from './support/contract-chain.ts';
import {
  CONSENT_REF,
  hashOf,
  METADATA,
  OTHER_PEOPLE,
  OTHER_REGISTRY,
  openContractWorld,
  REGISTRY,
  START_NS,
  UPGRADE_DELAY_NS,
} from './support/contract-world.ts';
import { KEEPER } from './support/rpc-node.ts';

const world = await openContractWorld();
const { chain } = world;
test.after.always(() => chain.stop());

const BIRTH = { owner_id: OWNER_ID, metadata: METADATA, upgrade_delay_ns: '0' };

function act(from: string, method: string, args: object = {}, more: Partial<Call> = {}): Call {
  return { from, method, args, deposit: 1n, ...more };
}

function owner(method: string, args: object = {}, more: Partial<Call> = {}): Call {
  return act(OWNER_ID, method, args, more);
}

function told(events: readonly { standard: string; event: string; data: unknown }[]): unknown[] {
  return events.map(({ standard, event, data }) => [standard, event, data]);
}

function rules(of: ContractChain = chain): Record<string, unknown> {
  return of.view('rules') as Record<string, unknown>;
}

test('only the account itself gives birth, and only once', async (t) => {
  const young = await openContractChain({ start_ns: START_NS });
  t.teardown(() => young.stop());
  for (const method of ['rules', 'nft_metadata', 'nft_total_supply', 'supply']) {
    t.regex(young.tryView(method).error ?? '', /^NOT_INITIALISED: /, method);
  }
  expectPanic(t, young, 'NOT_PRIVATE', { from: 'alice.near', method: 'new', args: BIRTH });
  // The account pays the gas itself, so that its balance does change.
  const refuseBirth = (code: string, args: object) => {
    const { entries } = young.snapshot();
    t.regex(young.call({ from: CONTRACT_ID, method: 'new', args }).error ?? '', new RegExp(`^${code}: .`));
    t.deepEqual(young.snapshot().entries, entries);
  };
  const wrong: [object, string][] = [
    [{ owner_id: 'No One' }, 'ARGUMENT_INVALID'],
    [{ owner_id: undefined }, 'ARGUMENT_INVALID'],
    [{ upgrade_delay_ns: 5 }, 'ARGUMENT_INVALID'],
    [{ upgrade_delay_ns: '-1' }, 'ARGUMENT_INVALID'],
    [{ upgrade_delay_ns: '99999999999999999999' }, 'ARGUMENT_INVALID'],
    [{ upgrade_delay_ns: '18446744073709551615' }, 'ARGUMENT_INVALID'],
    [{ metadata: { ...METADATA, spec: 'nft-2.0.0' } }, 'ARGUMENT_INVALID'],
    [{ metadata: { ...METADATA, name: '' } }, 'ARGUMENT_INVALID'],
    [{ metadata: { ...METADATA, symbol: 'x'.repeat(17) } }, 'ARGUMENT_TOO_LONG'],
    [{ metadata: { ...METADATA, reference: 'https://example.org/about.json' } }, 'ARGUMENT_INVALID'],
    [{ metadata: [] }, 'ARGUMENT_INVALID'],
  ];
  for (const [change, code] of wrong) {
    refuseBirth(code, { ...BIRTH, ...change });
  }
  const born = young.mustCall({ from: CONTRACT_ID, method: 'new', args: BIRTH });
  t.deepEqual(told(born.events), [
    [CREDIT_STANDARD.standard, 'contract_init', [{ owner_id: OWNER_ID, upgrade_delay_ns: '0' }]],
  ]);
  refuseBirth('ALREADY_INITIALISED', BIRTH);
});

test.serial('an input that is no JSON object is refused, one without bytes is an empty one', (t) => {
  for (const raw of ['[]', '"x"', '5', 'null', '{', '{"a":1}x', '\u0000']) {
    expectPanic(t, chain, 'INPUT_INVALID', owner('pause', {}, { raw: new TextEncoder().encode(raw) }));
  }
  expectPanic(t, chain, 'ARGUMENT_INVALID', owner('pause', {}, { raw: new Uint8Array(0) }));
});

test.serial('what every object has by birth is no argument', (t) => {
  const raw = '{"__proto__":{"role":"guardian","account_id":"alice.near"}}';
  expectPanic(t, chain, 'ARGUMENT_INVALID', owner('grant_role', {}, { raw: new TextEncoder().encode(raw) }));
  expectPanic(t, chain, 'ARGUMENT_INVALID', owner('pause', { feature: 'constructor' }));
  expectPanic(t, chain, 'ARGUMENT_INVALID', owner('pause', { feature: ['mint'] }));
});

test.serial('a role is granted and revoked by the owner, with 1 yocto, for one registry', (t) => {
  const grant = { role: 'registry', account_id: 'bob.near', registry: 'puro' };
  expectPanic(t, chain, 'NOT_OWNER', act('alice.near', 'grant_role', grant));
  expectPanic(t, chain, 'NOT_ONE_YOCTO', owner('grant_role', grant, { deposit: 0n }));
  expectPanic(t, chain, 'NOT_ONE_YOCTO', owner('grant_role', grant, { deposit: 2n }));
  for (const change of [
    { role: 'owner' },
    { account_id: 'Bob.near' },
    { account_id: 'b' },
    { account_id: 'bob..near' },
    { account_id: 'a'.repeat(65) },
    { registry: 'nobody' },
    { registry: 'other:' },
    { registry: 'other:A' },
    { registry: undefined },
    { role: 'guardian' },
    { daily_tonnage: '5' },
  ]) {
    expectPanic(t, chain, 'ARGUMENT_INVALID', owner('grant_role', { ...grant, ...change }));
  }
  t.false(chain.view('has_role', grant));
  const granted = chain.mustCall(owner('grant_role', grant));
  t.deepEqual(told(granted.events), [['dmrv', 'role_grant', [{ ...grant, granted_by: OWNER_ID }]]]);
  t.true(chain.view('has_role', grant));
  t.false(chain.view('has_role', { ...grant, registry: REGISTRY }));
  t.deepEqual(chain.view('list_roles', { registry: 'puro' }), [grant]);
  expectPanic(t, chain, 'ALREADY_SET', owner('grant_role', grant));
  const revoked = chain.mustCall(owner('revoke_role', grant));
  t.deepEqual(told(revoked.events), [['dmrv', 'role_revoke', [{ ...grant, granted_by: OWNER_ID }]]]);
  t.false(chain.view('has_role', grant));
  t.deepEqual(chain.view('list_roles', { registry: 'puro' }), []);
  expectPanic(t, chain, 'NOT_FOUND', owner('revoke_role', grant));
  expectPanic(t, chain, 'REGISTRY_UNKNOWN', owner('revoke_role', { ...grant, registry: 'icr' }));
});

test.serial('the grant of a minter tells the tonnes of a day, asked for or usual, and changed', (t) => {
  const grant = { role: 'minter', account_id: 'bob.near', registry: 'puro' };
  for (const [wish, daily_tonnage] of [
    [{}, '1000000'],
    [{ daily_tonnage: '0.5' }, '0.5'],
  ] as const) {
    const { events } = chain.mustCall(owner('grant_role', { ...grant, ...wish }));
    t.deepEqual(told(events), [['dmrv', 'role_grant', [{ ...grant, granted_by: OWNER_ID, daily_tonnage }]]]);
    t.deepEqual(chain.view('list_roles', { registry: 'puro' }), [{ ...grant, daily_tonnage }]);
  }
  const revoked = chain.mustCall(owner('revoke_role', grant));
  t.deepEqual(told(revoked.events), [['dmrv', 'role_revoke', [{ ...grant, granted_by: OWNER_ID }]]]);
});

test.serial('all roles are listed with their registries and caps', (t) => {
  t.deepEqual(chain.view('list_roles'), [
    { role: 'guardian', account_id: 'guardian.near' },
    { role: 'minter', account_id: 'minter.near', registry: REGISTRY, daily_tonnage: '1000000' },
    { role: 'registry', account_id: 'registry.near', registry: REGISTRY },
    { role: 'registry_agent', account_id: 'agent.near', registry: REGISTRY },
    { role: 'minter', account_id: OTHER_PEOPLE.minter, registry: OTHER_REGISTRY, daily_tonnage: '1000000' },
    { role: 'registry', account_id: OTHER_PEOPLE.registry, registry: OTHER_REGISTRY },
  ]);
});

test.serial('a registry holds so many roles and no more', (t) => {
  const { roles_of_a_registry } = chain.view('limits') as { roles_of_a_registry: number };
  for (let i = 0; i < roles_of_a_registry; i++) {
    world.act(OWNER_ID, 'grant_role', { role: 'minter', account_id: `m${i}.near`, registry: 'icr' });
  }
  const more = { role: 'minter', account_id: 'more.near', registry: 'icr' };
  expectPanic(t, chain, 'TOO_MANY', owner('grant_role', more));
  world.act(OWNER_ID, 'revoke_role', { role: 'minter', account_id: 'm5.near', registry: 'icr' });
  world.act(OWNER_ID, 'grant_role', more);
  t.true(chain.view('has_role', more));
  t.true(chain.view('has_role', { ...more, account_id: 'm4.near' }));
  t.true(chain.view('has_role', { ...more, account_id: 'm6.near' }));
});

test.serial('ownership changes in two steps', (t) => {
  expectPanic(t, chain, 'NOT_PROPOSED', act('bob.near', 'accept_owner'));
  expectPanic(t, chain, 'NOT_FOUND', owner('cancel_owner_proposal'));
  expectPanic(t, chain, 'NOT_OWNER', act('bob.near', 'propose_owner', { account_id: 'bob.near' }));
  expectPanic(t, chain, 'ALREADY_SET', owner('propose_owner', { account_id: OWNER_ID }));
  expectPanic(t, chain, 'NOT_ONE_YOCTO', owner('propose_owner', { account_id: 'bob.near' }, { deposit: 0n }));
  chain.mustCall(owner('propose_owner', { account_id: 'bob.near' }));
  t.is(rules().proposed_owner_id, 'bob.near');
  expectPanic(t, chain, 'NOT_OWNER', act('bob.near', 'cancel_owner_proposal'));
  const cancelled = chain.mustCall(owner('cancel_owner_proposal'));
  t.deepEqual(told(cancelled.events), [
    ['dmrv', 'owner_proposal_cancel', [{ owner_id: OWNER_ID, proposed_id: 'bob.near' }]],
  ]);
  expectPanic(t, chain, 'NOT_PROPOSED', act('bob.near', 'accept_owner'));
  chain.mustCall(owner('propose_owner', { account_id: 'bob.near' }));
  expectPanic(t, chain, 'NOT_PROPOSED', act('alice.near', 'accept_owner'));
  const accepted = chain.mustCall(act('bob.near', 'accept_owner'));
  t.deepEqual(told(accepted.events), [
    ['dmrv', 'owner_change', [{ old_owner_id: OWNER_ID, new_owner_id: 'bob.near' }]],
  ]);
  expectPanic(t, chain, 'NOT_OWNER', owner('unpause', { feature: 'retire' }));
  chain.mustCall(act('bob.near', 'propose_owner', { account_id: OWNER_ID }));
  chain.mustCall(owner('accept_owner'));
  t.is(rules().owner_id, OWNER_ID);
  t.is(rules().proposed_owner_id, null);
});

test.serial('a guardian pauses one feature, only the owner lifts it', (t) => {
  const feature = 'transfer';
  const token_id = world.mint();
  const transfer = act('alice.near', 'nft_transfer', { receiver_id: 'bob.near', token_id });
  expectPanic(t, chain, 'ROLE_MISSING', act('registry.near', 'pause', { feature }));
  expectPanic(t, chain, 'ALREADY_SET', owner('unpause', { feature }));
  const paused = chain.mustCall(act('guardian.near', 'pause', { feature }));
  t.deepEqual(told(paused.events), [['dmrv', 'pause', [{ feature, account_id: 'guardian.near' }]]]);
  t.deepEqual(rules().paused, [feature]);
  expectPanic(t, chain, 'ALREADY_SET', act('guardian.near', 'pause', { feature }));
  expectPanic(t, chain, 'FEATURE_PAUSED', transfer);
  expectPanic(t, chain, 'NOT_OWNER', act('guardian.near', 'unpause', { feature }));
  chain.mustCall(act('alice.near', 'nft_approve', { token_id, account_id: 'bob.near' }));
  chain.mustCall(owner('unpause', { feature }));
  t.deepEqual(rules().paused, []);
  chain.mustCall(transfer);
});

test.serial('each feature stops its own methods', (t) => {
  const token_id = world.mint();
  const consent = {
    registry: REGISTRY,
    consent_ref: 'paused',
    tonnage: '1',
    unit: '1',
    document_sha256: hashOf('d'),
    immobilised_on: '2026-01-01',
  };
  const cases: [feature: string, call: Call][] = [
    ['mint', world.mintCall()],
    ['approve', act('alice.near', 'nft_approve', { token_id, account_id: 'bob.near' })],
    ['transfer', act('alice.near', 'nft_transfer_call', { token_id, receiver_id: 'bob.near', msg: '' })],
    [
      'registry_acts',
      { from: 'registry.near', method: 'record_consent', args: consent, deposit: ENOUGH_DEPOSIT },
    ],
    [
      'registry_acts',
      act('registry.near', 'withdraw_consent', { registry: REGISTRY, consent_ref: CONSENT_REF }),
    ],
  ];
  for (const [feature, call] of cases) {
    chain.mustCall(owner('pause', { feature }));
    expectPanic(t, chain, 'FEATURE_PAUSED', call);
    chain.mustCall(owner('unpause', { feature }));
  }
});

test.serial(
  'an upgrade waits its delay, is the announced code, and undoes itself where its migration fails',
  async (t) => {
    const code = (await builtContract()).wasm;
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    const deployed = () => {
      const state = chain.node.readState(CONTRACT_ID, { kind: 'finality', finality: 'optimistic' });
      return state.ok ? sha256(state.value.findCode(CONTRACT_ID) ?? new Uint8Array(0)) : '';
    };
    const ours = sha256(code);
    t.is(deployed(), ours);
    const upgrade = (bytes: Uint8Array) => owner('upgrade', {}, { raw: bytes });
    expectPanic(t, chain, 'UPGRADE_NOT_ANNOUNCED', upgrade(code));
    expectPanic(t, chain, 'UPGRADE_NOT_ANNOUNCED', owner('cancel_upgrade'));
    expectPanic(t, chain, 'NOT_OWNER', act('guardian.near', 'announce_upgrade', { code_sha256: ours }));
    expectPanic(t, chain, 'ARGUMENT_INVALID', owner('announce_upgrade', { code_sha256: ours.toUpperCase() }));
    const foreign = sha256(KEEPER);
    const announced = chain.mustCall(owner('announce_upgrade', { code_sha256: foreign }));
    const { not_before_ns } = rules().announced_upgrade as { not_before_ns: string };
    t.deepEqual(told(announced.events), [
      ['dmrv', 'upgrade_announce', [{ code_sha256: foreign, not_before_ns, account_id: OWNER_ID }]],
    ]);
    t.true(BigInt(not_before_ns) > chain.now() + UPGRADE_DELAY_NS - 60_000_000_000n);
    expectPanic(t, chain, 'ALREADY_EXISTS', owner('announce_upgrade', { code_sha256: ours }));
    expectPanic(t, chain, 'UPGRADE_EARLY', upgrade(KEEPER));
    await chain.advanceTo(BigInt(not_before_ns));
    expectPanic(t, chain, 'UPGRADE_MISMATCH', upgrade(code));
    expectPanic(t, chain, 'NOT_OWNER', { ...upgrade(KEEPER), from: 'alice.near' });
    expectPanic(t, chain, 'NOT_PRIVATE', act('alice.near', 'migrate'));
    // The announced code has no migrate: the batch fails as a whole, and all is as before.
    const before = chain.snapshot();
    t.regex(chain.call(upgrade(KEEPER)).error ?? '', /MethodNotFound|MethodResolveError/);
    t.is(deployed(), ours);
    t.deepEqual(chain.snapshot().entries, before.entries);
    const cancelled = chain.mustCall(owner('cancel_upgrade'));
    t.deepEqual(told(cancelled.events), [
      ['dmrv', 'upgrade_cancel', [{ code_sha256: foreign, account_id: OWNER_ID }]],
    ]);
    chain.mustCall(owner('announce_upgrade', { code_sha256: ours }));
    await chain.advanceTo(chain.now() + UPGRADE_DELAY_NS);
    const supply = chain.view('supply');
    const done = chain.mustCall(upgrade(code));
    t.deepEqual(told(done.events), [
      ['dmrv', 'upgrade_apply', [{ code_sha256: ours, from_version: 1, to_version: 1 }]],
    ]);
    t.is(rules().announced_upgrade, null);
    t.deepEqual(chain.view('supply'), supply);
    const again = chain.call({ from: CONTRACT_ID, method: 'migrate', args: { code_sha256: ours } });
    t.regex(again.error ?? '', /^UPGRADE_NOT_ANNOUNCED: /);
  },
);

test('the contract says what it keeps to, and how large a call may be', (t) => {
  t.deepEqual(chain.view('nft_metadata'), {
    ...METADATA,
    icon: null,
    base_uri: null,
    reference: null,
    reference_hash: null,
  });
  const source = chain.view('contract_source_metadata') as { standards?: { standard: string }[] };
  t.is(typeof source, 'object');
  const limits = chain.view('limits') as Record<string, number>;
  t.true(Object.values(limits).every((limit) => Number.isInteger(limit) && limit > 0));
});
