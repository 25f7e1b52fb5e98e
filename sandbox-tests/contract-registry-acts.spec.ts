// Shows what a registry may do to credits of its own and to no others, and that every tonne stays counted once.
import test from 'ava';
import { type Call, ENOUGH_DEPOSIT, expectPanic, OWNER_ID } from './support/contract-chain.ts';
import {
  DAY_NS,
  FIRST_DAY,
  hashOf,
  OTHER_PEOPLE,
  OTHER_REGISTRY,
  openContractWorld,
  PROJECT_ID,
  REGISTRY,
  START_NS,
} from './support/contract-world.ts';

const world = await openContractWorld();
const { chain } = world;
test.after.always(() => chain.stop());

function call(method: string, args: object, more: Partial<Call> = {}): Call {
  return { from: 'registry.near', method, args, deposit: 1n, ...more };
}

function split(token_id: string, tonnages: string[]): string[] {
  return world.pay('alice.near', 'split', { token_id, tonnages }).value as string[];
}

function transfer(token_id: string | undefined, from = 'alice.near', receiver_id = 'bob.near'): Call {
  return { from, method: 'nft_transfer', deposit: 1n, args: { token_id, receiver_id } };
}

type Supply = Record<string, { count: number; tonnage: string }>;

/** By how many credits and tonnes the act changed each status, in all totals that count them. */
function changed(act: () => void): Record<string, [count: number, tonnes: number]> {
  const views = [
    {},
    { registry: REGISTRY },
    { registry: REGISTRY, project_id: PROJECT_ID },
    { vintage_year: 2025 },
  ];
  const read = () => views.map((args) => chain.view('supply', args) as Supply);
  const before = read();
  act();
  const changes = read().map((supply, index) =>
    Object.entries(supply).flatMap(([status, { count, tonnage }]) => {
      const was = before[index]?.[status];
      const change = [count - Number(was?.count), Number(tonnage) - Number(was?.tonnage)];
      return change.every((part) => part === 0) ? [] : [[status, change]];
    }),
  );
  const [all] = changes;
  if (changes.some((change) => JSON.stringify(change) !== JSON.stringify(all))) {
    throw new Error(`totals changed differently: ${JSON.stringify(changes)}`);
  }
  return Object.fromEntries(all ?? []);
}

test.serial('an impaired credit stays where it is until it is restored', (t) => {
  const token_id = world.mint();
  const { events } = chain.mustCall(call('impair', { token_id, reason: 'Fire' }));
  t.deepEqual(events, [
    {
      standard: 'dmrv',
      version: '1.0.0',
      event: 'credit_impair',
      data: [
        {
          token_id,
          registry: REGISTRY,
          reason: 'Fire',
          account_id: 'registry.near',
          attested_by: 'registry',
        },
      ],
    },
  ]);
  t.like(chain.view('credit', { mrv_hash: token_id }), { status: 'impaired', owner_id: 'alice.near' });
  expectPanic(t, chain, 'CREDIT_IMPAIRED', transfer(token_id));
  expectPanic(t, chain, 'CREDIT_IMPAIRED', {
    from: 'alice.near',
    method: 'nft_approve',
    args: { token_id, account_id: 'market.near' },
    deposit: 1n,
  });
  expectPanic(t, chain, 'CREDIT_IMPAIRED', {
    from: 'alice.near',
    method: 'redeem',
    args: { token_id, registry_account: 'VERRA-77' },
    deposit: 1n,
  });
  const restored = chain.mustCall(call('restore', { token_id, reason: 'Mended' }, { from: 'agent.near' }));
  t.like(restored.events[0]?.data[0], { token_id, attested_by: 'registry_agent' } as never);
  chain.mustCall(transfer(token_id));
});

test.serial('an impaired origin holds all its parts, and their own flags outlive it', (t) => {
  const token_id = world.mint();
  const [first = '', second = '', third = ''] = split(token_id, ['10', '30', '60']);
  chain.mustCall(call('impair', { token_id: second, reason: 'Fire' }));
  t.deepEqual(
    changed(() => chain.mustCall(call('impair', { origin: token_id, reason: 'Fire' }))),
    {
      active: [-2, -70],
      impaired: [2, 70],
    },
  );
  for (const part of [first, second, third]) expectPanic(t, chain, 'CREDIT_IMPAIRED', transfer(part));
  // Under the origin's flag nothing moves between totals.
  t.deepEqual(
    changed(() => chain.mustCall(call('restore', { token_id: second, reason: 'x' }))),
    {},
  );
  t.deepEqual(
    changed(() => chain.mustCall(call('impair', { token_id: third, reason: 'x' }))),
    {},
  );
  t.deepEqual(
    changed(() => chain.mustCall(call('restore', { origin: token_id, reason: 'x' }))),
    {
      active: [2, 40],
      impaired: [-2, -40],
    },
  );
  chain.mustCall(transfer(first));
  chain.mustCall(transfer(second));
  expectPanic(t, chain, 'CREDIT_IMPAIRED', transfer(third));
});

test.serial('an undivided origin is impaired by either name, and twice only by both', (t) => {
  const token_id = world.mint();
  t.deepEqual(
    changed(() => chain.mustCall(call('impair', { origin: token_id, reason: 'x' }))),
    {
      active: [-1, -100],
      impaired: [1, 100],
    },
  );
  t.deepEqual(
    changed(() => chain.mustCall(call('impair', { token_id, reason: 'x' }))),
    {},
  );
  t.deepEqual(
    changed(() => chain.mustCall(call('restore', { origin: token_id, reason: 'x' }))),
    {},
  );
  expectPanic(t, chain, 'CREDIT_IMPAIRED', transfer(token_id));
  t.deepEqual(
    changed(() => chain.mustCall(call('restore', { token_id, reason: 'x' }))),
    {
      active: [1, 100],
      impaired: [-1, -100],
    },
  );
  chain.mustCall(transfer(token_id));
});

test.serial('what cannot be impaired or restored is refused', (t) => {
  const token_id = world.mint();
  const [part = '', other = ''] = split(token_id, ['40', '60']);
  const reason = 'x';
  expectPanic(t, chain, 'ARGUMENT_INVALID', call('impair', { reason }));
  expectPanic(t, chain, 'ARGUMENT_INVALID', call('impair', { token_id: part, origin: token_id, reason }));
  expectPanic(t, chain, 'ARGUMENT_INVALID', call('impair', { origin: part, reason }));
  expectPanic(t, chain, 'ARGUMENT_INVALID', call('impair', { token_id: part }));
  expectPanic(t, chain, 'ARGUMENT_TOO_LONG', call('impair', { token_id: part, reason: 'x'.repeat(257) }));
  expectPanic(t, chain, 'NOT_LIVE', call('impair', { token_id, reason }));
  expectPanic(t, chain, 'NOT_LIVE', call('impair', { origin: hashOf('never'), reason }));
  expectPanic(t, chain, 'ALREADY_SET', call('restore', { token_id: part, reason }));
  expectPanic(t, chain, 'ALREADY_SET', call('restore', { origin: token_id, reason }));
  expectPanic(t, chain, 'NOT_ONE_YOCTO', call('impair', { token_id: part, reason }, { deposit: 0n }));
  for (const from of ['alice.near', 'minter.near', OWNER_ID, OTHER_PEOPLE.registry]) {
    expectPanic(t, chain, 'WRONG_REGISTRY', call('impair', { token_id: part, reason }, { from }));
    expectPanic(t, chain, 'WRONG_REGISTRY', call('impair', { origin: token_id, reason }, { from }));
  }
  chain.mustCall(call('impair', { token_id: part, reason }));
  expectPanic(t, chain, 'ALREADY_SET', call('impair', { token_id: part, reason }));
  chain.mustCall(call('cancel', { token_id: part, reason }));
  chain.mustCall(call('cancel', { token_id: other, reason }));
  expectPanic(t, chain, 'NOT_LIVE', call('impair', { origin: token_id, reason }));
});

test.serial('invalidation takes credits of any holder, impaired ones too, all or none', (t) => {
  const [first, second, third] = [world.mint(), world.mint({ receiver_id: 'bob.near' }), world.mint()];
  const foreign = world.mint({ credit: { registry: OTHER_REGISTRY }, from: OTHER_PEOPLE.minter });
  chain.mustCall(call('impair', { token_id: third, reason: 'x' }));
  const why = { reason: 'Wrong baseline', reference: 'case 7' };
  expectPanic(t, chain, 'WRONG_REGISTRY', call('invalidate', { token_ids: [first, foreign], ...why }));
  expectPanic(t, chain, 'NOT_LIVE', call('invalidate', { token_ids: [first, hashOf('never')], ...why }));
  expectPanic(t, chain, 'DUPLICATE', call('invalidate', { token_ids: [first, first], ...why }));
  expectPanic(t, chain, 'ARGUMENT_INVALID', call('invalidate', { token_ids: [], ...why }));
  expectPanic(t, chain, 'ARGUMENT_INVALID', call('invalidate', { token_ids: [first], reason: 'x' }));
  const many = Array.from({ length: 26 }, (_, index) => hashOf(`${index}`));
  expectPanic(t, chain, 'TOO_MANY', call('invalidate', { token_ids: many, ...why }));
  t.deepEqual(
    changed(() => {
      const { events } = chain.mustCall(call('invalidate', { token_ids: [first, second, third], ...why }));
      t.deepEqual(events[1]?.data, [
        { owner_id: 'alice.near', token_ids: [first] },
        { owner_id: 'bob.near', token_ids: [second] },
        { owner_id: 'alice.near', token_ids: [third] },
      ] as never);
    }),
    { active: [-2, -200], impaired: [-1, -100], invalidated: [3, 300] },
  );
  t.like(chain.view('credit', { mrv_hash: second }), { status: 'invalidated', last_owner_id: 'bob.near' });
  expectPanic(t, chain, 'NOT_LIVE', transfer(first));
  expectPanic(t, chain, 'HASH_USED', world.mintCall({ mrv_hash: first as string }));
});

test.serial('the largest batch of invalidations fits into one call', (t) => {
  const token_ids = Array.from({ length: 25 }, () => world.mint());
  const args = { token_ids, reason: 'Wrong baseline', reference: 'case 8' };
  const { events } = chain.mustCall(call('invalidate', args));
  t.is(events[0]?.data.length, 25);
});

test.serial('texts that make the events too long are refused in words', (t) => {
  const token_ids = Array.from({ length: 25 }, () => world.mint());
  const args = { token_ids, reason: '"'.repeat(256), reference: '"'.repeat(64) };
  expectPanic(t, chain, 'TOO_MANY', call('invalidate', args));
});

test.serial('a holder gives a credit back to the registry, which is no retirement', (t) => {
  const token_id = world.mint();
  const args = { token_id, registry_account: 'VERRA-77' };
  world.pay('alice.near', 'nft_approve', { token_id, account_id: 'market.near' });
  for (const from of ['bob.near', 'market.near', 'registry.near']) {
    expectPanic(t, chain, 'UNAUTHORIZED', call('redeem', args, { from }));
  }
  expectPanic(t, chain, 'NOT_ONE_YOCTO', call('redeem', args, { from: 'alice.near', deposit: 0n }));
  expectPanic(t, chain, 'ARGUMENT_INVALID', call('redeem', { token_id }, { from: 'alice.near' }));
  t.deepEqual(
    changed(() => {
      const { events } = chain.mustCall(call('redeem', args, { from: 'alice.near' }));
      t.deepEqual(events[0]?.data[0], {
        token_id,
        owner_id: 'alice.near',
        registry: REGISTRY,
        tonnage: '100',
        registry_account: 'VERRA-77',
      } as never);
      t.is(events[1]?.event, 'nft_burn');
    }),
    { active: [-1, -100], void: [1, 100] },
  );
  t.like(chain.view('mrv_hash_status', { mrv_hash: token_id }), { status: 'void', cause: 'redeemed' });
  t.is(chain.view('retirement', { token_id }), null);
});

test.serial('the registry takes a credit from the chain, which is no retirement', (t) => {
  const token_id = world.mint();
  const args = { token_id, reason: 'Moved to another chain' };
  for (const from of ['alice.near', OWNER_ID, OTHER_PEOPLE.registry]) {
    expectPanic(t, chain, 'WRONG_REGISTRY', call('cancel', args, { from }));
  }
  t.deepEqual(
    changed(() => {
      const { events } = chain.mustCall(call('cancel', args, { from: 'agent.near' }));
      t.like(events[0]?.data[0], {
        ...args,
        attested_by: 'registry_agent',
        account_id: 'agent.near',
      } as never);
    }),
    { active: [-1, -100], void: [1, 100] },
  );
  t.like(chain.view('mrv_hash_status', { mrv_hash: token_id }), { status: 'void', cause: 'cancelled' });
  expectPanic(t, chain, 'NOT_LIVE', call('cancel', args));
});

test.serial("a part's end is counted at its origin", (t) => {
  const token_id = world.mint();
  const parts = split(token_id, ['10', '30', '60']);
  chain.mustCall(call('cancel', { token_id: parts[0], reason: 'x' }));
  chain.mustCall(call('invalidate', { token_ids: [parts[1]], reason: 'x', reference: 'y' }));
  t.deepEqual(
    changed(() => chain.mustCall(call('impair', { origin: token_id, reason: 'x' }))),
    {
      active: [-1, -60],
      impaired: [1, 60],
    },
  );
  t.deepEqual(
    changed(() => chain.mustCall(call('cancel', { token_id: parts[2], reason: 'x' }))),
    {
      impaired: [-1, -60],
      void: [1, 60],
    },
  );
});

test.serial('what is paused the registry does not do', (t) => {
  const token_id = world.mint();
  world.act('guardian.near', 'pause', { feature: 'registry_acts' });
  for (const paused of [
    call('impair', { token_id, reason: 'x' }),
    call('invalidate', { token_ids: [token_id], reason: 'x', reference: 'y' }),
    call('cancel', { token_id, reason: 'x' }),
    call('redeem', { token_id, registry_account: 'x' }, { from: 'alice.near' }),
    call('expire', { token_id }, { from: 'bob.near', deposit: 0n }),
  ]) {
    expectPanic(t, chain, 'FEATURE_PAUSED', paused);
  }
  world.act(OWNER_ID, 'unpause', { feature: 'registry_acts' });
  chain.mustCall(call('cancel', { token_id, reason: 'x' }));
});

test.serial('after its last day a credit only expires, by anyone, and deposits come back', async (t) => {
  const expiring = { credit: { expires_on: FIRST_DAY } };
  const [token_id, impaired, lasting] = [world.mint(expiring), world.mint(expiring), world.mint()];
  const expire = (id: string, deposit = 0n) =>
    call('expire', { token_id: id }, { from: 'bob.near', deposit });
  chain.mustCall(call('impair', { token_id: impaired, reason: 'x' }));
  expectPanic(t, chain, 'CREDIT_NOT_EXPIRED', expire(token_id));
  await chain.advanceTo(START_NS + DAY_NS / 2n);
  expectPanic(t, chain, 'CREDIT_EXPIRED', transfer(token_id));
  expectPanic(t, chain, 'CREDIT_EXPIRED', {
    from: 'alice.near',
    method: 'redeem',
    args: { token_id, registry_account: 'x' },
    deposit: 1n,
  });
  expectPanic(t, chain, 'CREDIT_NOT_EXPIRED', expire(lasting));
  const balance = chain.balance();
  t.deepEqual(
    changed(() => {
      const { events } = chain.mustCall(expire(token_id, ENOUGH_DEPOSIT));
      t.like(events[0]?.data[0], { token_id, expires_on: FIRST_DAY, account_id: 'bob.near' } as never);
    }),
    { active: [-1, -100], expired: [1, 100] },
  );
  t.is(chain.balance(), balance);
  t.deepEqual(
    changed(() => chain.mustCall(expire(impaired))),
    { impaired: [-1, -100], expired: [1, 100] },
  );
  t.like(chain.view('mrv_hash_status', { mrv_hash: token_id }), { status: 'expired' });
  expectPanic(t, chain, 'NOT_LIVE', expire(token_id));
});
