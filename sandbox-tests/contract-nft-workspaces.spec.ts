// Shows that the contract keeps NEP-171, 177, 178, 181, 297 and 330 towards near-workspaces and towards receivers of every kind.
import test from 'ava';
import type * as Workspaces from 'near-workspaces';
import { hashOf, METADATA, REGISTRY } from './support/contract-world.ts';
import {
  type Account,
  NEAR,
  openWorkspacesWorld,
  type WorkspacesWorld,
  YOCTO as yocto,
} from './support/workspaces-world.ts';

/** Of the first run: it may build engine and contracts. */
const SETUP_MS = 300_000;
const TGAS = 10n ** 12n;
/** What near-workspaces and near-api-js attach where nothing is said. */
const USUAL_GAS = 30n * TGAS;
const MUCH_GAS = 200n * TGAS;

const ends: (() => Promise<void>)[] = [];
let world: WorkspacesWorld;
let root: Account;
let credits: Account;
let alice: Account;
let bob: Account;
let market: Account;
let receiver: Account;

test.before(async (t) => {
  t.timeout(SETUP_MS);
  world = await openWorkspacesWorld({ teardown: (end) => ends.unshift(end) });
  ({ root, credits, alice, bob, market, receiver } = world);
});
test.after.always(async () => {
  for (const end of ends) await end();
});

interface Token {
  token_id: string;
  owner_id: string;
  metadata: Record<string, unknown>;
  approved_account_ids: Record<string, number>;
}

async function tokenOf(token_id: string): Promise<Token> {
  return credits.view('nft_token', { token_id }) as Promise<Token>;
}

function transferCall(token_id: string, msg: string, gas = USUAL_GAS) {
  const args = { receiver_id: receiver.accountId, token_id, msg };
  return alice.callRaw(credits, 'nft_transfer_call', args, { attachedDeposit: 1n, gas });
}

/** What the receiver does to the contract before it asks for the return. */
function asks(method: string, args: object): string {
  return `ask ${method} ${JSON.stringify(args)}`;
}

/** The events of the contract's own logs, without their envelope. */
function eventsOf(result: Workspaces.TransactionResult): [string, unknown][] {
  return result.logs
    .map((log) => JSON.parse(log.replace('EVENT_JSON:', '')) as { event: string; data: unknown })
    .map(({ event, data }) => [event, data]);
}

test.serial('a transfer moves the token, clears its approvals and tells one event', async (t) => {
  const token_id = await world.mint();
  await alice.call(credits, 'nft_approve', { token_id, account_id: market.accountId }, yocto);
  const args = { receiver_id: bob.accountId, token_id, memo: 'for you' };
  const result = await alice.callRaw(credits, 'nft_transfer', args, yocto);
  t.true(result.succeeded);
  const ids = { old_owner_id: alice.accountId, new_owner_id: bob.accountId, token_ids: [token_id] };
  t.deepEqual(eventsOf(result), [['nft_transfer', [{ ...ids, memo: 'for you' }]]]);
  const token = await tokenOf(token_id);
  t.is(token.owner_id, bob.accountId);
  t.deepEqual(token.approved_account_ids, {});
  t.is(token.metadata.copies, 1);
  for (const [from, change, deposit, words] of [
    [alice, {}, 1n, /UNAUTHORIZED: /],
    [market, {}, 1n, /UNAUTHORIZED: /],
    [bob, { receiver_id: bob.accountId }, 1n, /SELF_TRANSFER: /],
    [bob, { receiver_id: credits.accountId }, 1n, /SELF_TRANSFER: /],
    [bob, { token_id: hashOf('none'), receiver_id: alice.accountId }, 1n, /NOT_LIVE: /],
    [bob, { receiver_id: alice.accountId }, 0n, /NOT_ONE_YOCTO: /],
    [bob, { receiver_id: alice.accountId }, 2n, /NOT_ONE_YOCTO: /],
    [bob, { receiver_id: 'no one' }, 1n, /ARGUMENT_INVALID: /],
  ] as const) {
    const failed = await from.callRaw(
      credits,
      'nft_transfer',
      { ...args, ...change },
      { attachedDeposit: deposit },
    );
    t.regex(failed.receiptFailureMessages.join(), words);
  }
  t.is((await tokenOf(token_id)).owner_id, bob.accountId);
});

test.serial('a receiver that answers false keeps the token, within the usual gas', async (t) => {
  const token_id = await world.mint();
  const result = await transferCall(token_id, 'keep');
  t.true(result.parseResult());
  t.is((await tokenOf(token_id)).owner_id, receiver.accountId);
  t.is(eventsOf(result).length, 1);
  t.true(BigInt(result.gas_burnt.toString()) < 15n * TGAS, `${result.gas_burnt}`);
});

const RETURNED: [msg: string, gas: bigint][] = [
  ['return', USUAL_GAS],
  ['panic', USUAL_GAS],
  ['nothing', USUAL_GAS],
  ['number', USUAL_GAS],
  ['text', USUAL_GAS],
  ['long', USUAL_GAS],
  ['huge', MUCH_GAS],
  ['burn', USUAL_GAS],
  ['unknown', USUAL_GAS],
  ['resolve', MUCH_GAS],
];

for (const [msg, gas] of RETURNED) {
  test.serial(`a receiver that does "${msg}" gives the token back with its approvals`, async (t) => {
    const token_id = await world.mint();
    for (const { accountId: account_id } of [market, bob]) {
      await alice.call(credits, 'nft_approve', { token_id, account_id }, yocto);
    }
    const before = await tokenOf(token_id);
    t.deepEqual(before.approved_account_ids, { [market.accountId]: 1, [bob.accountId]: 2 });
    const result = await transferCall(token_id, msg, gas);
    t.false(result.parseResult());
    t.deepEqual(await tokenOf(token_id), before);
    const there = { old_owner_id: alice.accountId, new_owner_id: receiver.accountId, token_ids: [token_id] };
    const back = { old_owner_id: receiver.accountId, new_owner_id: alice.accountId, token_ids: [token_id] };
    t.deepEqual(eventsOf(result), [
      ['nft_transfer', [there]],
      ['nft_transfer', [back]],
    ]);
    // An approval's id is never given twice.
    await alice.call(credits, 'nft_approve', { token_id, account_id: bob.accountId }, yocto);
    t.is((await tokenOf(token_id)).approved_account_ids[bob.accountId], 3);
  });
}

test.serial("a receiver's own approvals are gone when the token is back", async (t) => {
  const token_id = await world.mint();
  await alice.call(credits, 'nft_approve', { token_id, account_id: bob.accountId }, yocto);
  const result = await transferCall(
    token_id,
    asks('nft_approve', { token_id, account_id: market.accountId }),
    MUCH_GAS,
  );
  t.false(result.parseResult());
  t.deepEqual((await tokenOf(token_id)).approved_account_ids, { [bob.accountId]: 1 });
});

test.serial('a token that moved on stays where it went', async (t) => {
  const token_id = await world.mint();
  const result = await transferCall(token_id, `move ${bob.accountId}`, MUCH_GAS);
  t.true(result.parseResult());
  t.is((await tokenOf(token_id)).owner_id, bob.accountId);
});

test.serial('a token that was sent back by the receiver itself is not moved again', async (t) => {
  const token_id = await world.mint();
  const result = await transferCall(token_id, `move ${alice.accountId}`, MUCH_GAS);
  t.true(result.parseResult());
  t.is((await tokenOf(token_id)).owner_id, alice.accountId);
  t.is(eventsOf(result).length, 2);
});

test.serial('a token that came back to the receiver by another way stays with it', async (t) => {
  const token_id = await world.mint();
  const result = await transferCall(token_id, `bounce ${world.other.accountId}`, MUCH_GAS);
  t.true(result.parseResult());
  t.is((await tokenOf(token_id)).owner_id, receiver.accountId);
});

test.serial('a credit that was retired meanwhile stays retired', async (t) => {
  const token_id = await world.mint();
  const wish = { token_id, beneficiary: 'Größe', beneficiary_kind: 'organisation' };
  const result = await transferCall(token_id, asks('retire', wish), MUCH_GAS);
  t.true(result.parseResult());
  t.is(await credits.view('nft_token', { token_id }), null);
  t.like(await credits.view('mrv_hash_status', { mrv_hash: token_id }), { status: 'retired' });
});

test.serial('a transfer to an account without a contract comes back', async (t) => {
  const token_id = await world.mint();
  const args = { receiver_id: bob.accountId, token_id, msg: '' };
  const result = await alice.callRaw(credits, 'nft_transfer_call', args, {
    attachedDeposit: 1n,
    gas: USUAL_GAS,
  });
  t.false(result.parseResult());
  t.is((await tokenOf(token_id)).owner_id, alice.accountId);
});

test.serial('a resolver completes its return although transfers were paused meanwhile', async (t) => {
  const token_id = await world.mint();
  await root.call(credits, 'grant_role', { role: 'guardian', account_id: receiver.accountId }, yocto);
  const result = await transferCall(token_id, asks('pause', { feature: 'transfer' }), MUCH_GAS);
  t.false(result.parseResult());
  const { paused } = await credits.view<{ paused: string[] }>('rules', {});
  t.deepEqual(paused, ['transfer']);
  t.is((await tokenOf(token_id)).owner_id, alice.accountId);
  await root.call(credits, 'unpause', { feature: 'transfer' }, yocto);
});

test.serial('a resolver completes its return although the credit was impaired meanwhile', async (t) => {
  const token_id = await world.mint();
  const role = { role: 'registry', account_id: receiver.accountId, registry: REGISTRY };
  await root.call(credits, 'grant_role', role, yocto);
  const result = await transferCall(token_id, asks('impair', { token_id, reason: 'reversal' }), MUCH_GAS);
  t.false(result.parseResult());
  t.like(await credits.view('mrv_hash_status', { mrv_hash: token_id }), { status: 'impaired' });
  t.is((await tokenOf(token_id)).owner_id, alice.accountId);
});

test.serial('an approved account transfers with its id, and no other id', async (t) => {
  const token_id = await world.mint();
  const args = { token_id, account_id: market.accountId };
  await alice.call(credits, 'nft_approve', args, yocto);
  await alice.call(credits, 'nft_approve', args, yocto);
  const asked = { token_id, approved_account_id: market.accountId };
  t.true(await credits.view('nft_is_approved', asked));
  t.true(await credits.view('nft_is_approved', { ...asked, approval_id: 2 }));
  t.false(await credits.view('nft_is_approved', { ...asked, approval_id: 1 }));
  t.false(await credits.view('nft_is_approved', { ...asked, approved_account_id: bob.accountId }));
  t.false(await credits.view('nft_is_approved', { ...asked, approved_account_id: 'constructor' }));
  t.false(await credits.view('nft_is_approved', { ...asked, token_id: hashOf('none') }));
  const transfer = { token_id, receiver_id: bob.accountId };
  const stale = await market.callRaw(credits, 'nft_transfer', { ...transfer, approval_id: 1 }, yocto);
  t.regex(stale.receiptFailureMessages.join(), /UNAUTHORIZED: /);
  const result = await market.callRaw(credits, 'nft_transfer', { ...transfer, approval_id: 2 }, yocto);
  t.deepEqual(eventsOf(result), [
    [
      'nft_transfer',
      [
        {
          authorized_id: market.accountId,
          old_owner_id: alice.accountId,
          new_owner_id: bob.accountId,
          token_ids: [token_id],
        },
      ],
    ],
  ]);
  t.false(await credits.view('nft_is_approved', asked));
});

test.serial(
  'only the owner approves and revokes, up to the cap, and what is too much comes back',
  async (t) => {
    const token_id = await world.mint();
    const names = Array.from({ length: 8 }, (_, i) => `friend${i}.near`);
    const approve = (account_id: string, by = alice, attachedDeposit = 1n) =>
      by.callRaw(credits, 'nft_approve', { token_id, account_id }, { attachedDeposit });
    t.regex((await approve(bob.accountId, bob)).receiptFailureMessages.join(), /UNAUTHORIZED: /);
    t.regex((await approve(bob.accountId, alice, 0n)).receiptFailureMessages.join(), /DEPOSIT_TOO_SMALL: /);
    for (const name of names) t.true((await approve(name)).succeeded);
    t.regex((await approve('ninth.near')).receiptFailureMessages.join(), /TOO_MANY_APPROVALS: /);
    t.true((await approve('friend3.near')).succeeded, 'who is approved already takes no further place');
    const before = BigInt((await alice.balance()).total);
    await approve('friend4.near', alice, 2n * NEAR);
    t.true(before - BigInt((await alice.balance()).total) < NEAR / 10n);
    const revoke = (account_id: string, by = alice, attachedDeposit = 1n) =>
      by.callRaw(credits, 'nft_revoke', { token_id, account_id }, { attachedDeposit });
    t.regex((await revoke('friend1.near', bob)).receiptFailureMessages.join(), /UNAUTHORIZED: /);
    t.regex((await revoke('friend1.near', alice, 2n)).receiptFailureMessages.join(), /NOT_ONE_YOCTO: /);
    t.true((await revoke('friend1.near')).succeeded);
    t.true((await revoke('friend1.near')).succeeded, 'what is not there needs no revoking');
    t.deepEqual((await tokenOf(token_id)).approved_account_ids, {
      'friend0.near': 1,
      'friend2.near': 3,
      'friend3.near': 9,
      'friend4.near': 10,
      'friend5.near': 6,
      'friend6.near': 7,
      'friend7.near': 8,
    });
    const all = await bob.callRaw(credits, 'nft_revoke_all', { token_id }, yocto);
    t.regex(all.receiptFailureMessages.join(), /UNAUTHORIZED: /);
    await alice.call(credits, 'nft_revoke_all', { token_id }, yocto);
    t.deepEqual((await tokenOf(token_id)).approved_account_ids, {});
    await approve('friend1.near');
    t.deepEqual((await tokenOf(token_id)).approved_account_ids, { 'friend1.near': 11 });
  },
);

test.serial('an approval with a message tells the approved, who may act at once', async (t) => {
  const token_id = await world.mint();
  const approve = (msg: string) =>
    alice.callRaw(
      credits,
      'nft_approve',
      { token_id, account_id: receiver.accountId, msg },
      { attachedDeposit: 1n, gas: MUCH_GAS },
    );
  t.is((await approve('hello')).parseResult(), 'hello number 1');
  t.true((await approve('take')).succeeded);
  t.is((await tokenOf(token_id)).owner_id, receiver.accountId);
});

test.serial('tokens are listed in pages, and a page beyond the end is empty', async (t) => {
  const owner = await world.createAccount('lister');
  const ids: string[] = [];
  // Three full pages of the contract's lists and a part of a fourth.
  for (let i = 0; i < 27; i++) ids.push(await world.mint(owner));
  const account_id = owner.accountId;
  const list = async (method: string, args: Record<string, unknown>) =>
    (await credits.view<Token[]>(method, args)).map(({ token_id }) => token_id);
  const ofOwner = (args: Record<string, unknown> = {}) =>
    list('nft_tokens_for_owner', { account_id, ...args });
  t.deepEqual(await ofOwner(), ids);
  t.is(await credits.view('nft_supply_for_owner', { account_id }), '27');
  t.deepEqual(await ofOwner({ from_index: '5', limit: 10 }), ids.slice(5, 15));
  t.deepEqual(await ofOwner({ from_index: '20' }), ids.slice(20));
  t.deepEqual(await ofOwner({ from_index: '27' }), []);
  t.deepEqual(await ofOwner({ from_index: '340282366920938463463374607431768211455' }), []);
  t.deepEqual(await ofOwner({ limit: 0 }), []);
  t.deepEqual(await list('nft_tokens_for_owner', { account_id: 'nobody.near' }), []);
  t.is(await credits.view('nft_supply_for_owner', { account_id: 'nobody.near' }), '0');
  for (const from_index of [5, '-1', '1.5', '0x1', '', '01']) {
    await t.throwsAsync(ofOwner({ from_index }), { message: /ARGUMENT_INVALID/ }, String(from_index));
  }
  await t.throwsAsync(ofOwner({ limit: '5' }), { message: /ARGUMENT_INVALID/ });
  const total = Number(await credits.view('nft_total_supply', {}));
  const all = [
    ...(await list('nft_tokens', { limit: 30 })),
    ...(await list('nft_tokens', { from_index: '30', limit: 500 })),
  ];
  t.is(all.length, total);
  t.is(new Set(all).size, total);
  // Out of the middle, the end and the front; the rest stays complete.
  for (const index of [9, 26, 0, 17, 8]) {
    const args = { token_id: ids[index], receiver_id: bob.accountId };
    await owner.call(credits, 'nft_transfer', args, yocto);
  }
  const left = ids.filter((_, index) => ![9, 26, 0, 17, 8].includes(index));
  t.deepEqual((await ofOwner()).sort(), [...left].sort());
  for (const token_id of left) {
    await owner.call(credits, 'nft_transfer', { token_id, receiver_id: alice.accountId }, yocto);
  }
  t.deepEqual(await ofOwner(), []);
  t.is(Number(await credits.view('nft_total_supply', {})), total);
});

test.serial('metadata and source are told as their standards want', async (t) => {
  t.like(await credits.view('nft_metadata', {}), { ...METADATA, icon: null, base_uri: null });
  t.is(typeof (await credits.view('contract_source_metadata', {})), 'object');
});
