// Shows that the contract holds at the edges: odd bytes, long lists, batches that feed on themselves, acts that change nothing.
import { createHash } from 'node:crypto';
import test from 'ava';
import { childPreimage } from '../contracts/credit/derive.ts';
import { mintCallOf } from './support/contract-calls.ts';
import {
  builtContract,
  type Call,
  CONTRACT_ID,
  ENOUGH_DEPOSIT,
  expectPanic,
  MOST_GAS,
  OWNER_ID,
  PEOPLE,
  TGAS,
  USUAL_GAS,
} from './support/contract-chain.ts';
import { Replay } from './support/contract-replay.ts';
import {
  hashOf,
  OTHER_PEOPLE,
  openContractWorld,
  REGISTRY,
  UPGRADE_DELAY_NS,
  usualCredit,
} from './support/contract-world.ts';
import { contract } from './support/near-runtime.ts';

const RETURNER = `returner${'r'.repeat(51)}.near`;
const world = await openContractWorld({ accounts: [{ account_id: RETURNER, code: returning() }] });
const { chain } = world;
test.after.always(() => chain.stop());

/** With the longest id that a receiver can have. */
function returning(): Uint8Array {
  return contract({ nft_on_transfer: '(call $value_return (i64.const 4) (i64.const 0))' }, { 0: 'true' });
}

const utf8 = new TextEncoder();
const BENEFICIARY = { beneficiary: 'Acme', beneficiary_kind: 'organisation' };

function owner(method: string, args: object = {}): Call {
  return { from: OWNER_ID, method, args, deposit: 1n };
}

/** The call, with these bytes in the place of the mark. */
function withBytes(call: Call, mark: string, bytes: readonly number[]): Call {
  const [before, after] = JSON.stringify(call.args).split(mark) as [string, string];
  return { ...call, raw: new Uint8Array([...utf8.encode(before), ...bytes, ...utf8.encode(after)]) };
}

test.serial(
  'a price told before is the price of a credit that comes to stand far behind in its lists',
  (t) => {
    for (let batch = 0; batch < 3; batch++) {
      const mints = Array.from({ length: 30 }, (_, i) => ({
        mrv_hash: hashOf(`crowd ${batch} ${i}`),
        receiver_id: 'bob.near',
        credit: { ...usualCredit(), tonnage: '1' },
      }));
      const deposit = 30n * ENOUGH_DEPOSIT;
      chain.mustCall({ from: 'minter.near', method: 'nft_mint_batch', args: { mints }, deposit });
    }
    const call = world.mintCall({ receiver_id: 'bob.near' });
    const args = { ...call.args, minter_id: 'minter.near' };
    const price = BigInt(chain.view('storage_cost', args) as string);
    const before = chain.balance();
    expectPanic(t, chain, 'DEPOSIT_TOO_SMALL', { ...call, deposit: price - 1n });
    chain.mustCall({ ...call, deposit: price });
    t.is(chain.balance() - before, price);
  },
);

test.serial('an input that is no UTF-8 is refused, so that no text is longer than it may be', (t) => {
  const call = mintCallOf(world, { methodology: 'VM@@42' });
  for (const bytes of [
    [0xff],
    [0xc1],
    [0x80],
    [0xc0, 0x80],
    [0xed, 0xa0],
    [0xf5, 0x80, 0x80, 0x80],
    [0xe2, 0x82],
  ]) {
    for (const times of [1, 3, 60]) {
      const odd = withBytes(call, '@@', Array.from({ length: times }, () => bytes).flat());
      const { error, events } = chain.call(odd);
      t.regex(error ?? 'it was taken', /^INPUT_INVALID: /, `${times} times ${bytes.join(' ')}`);
      t.deepEqual(events, []);
    }
  }
  // The same character is one like any other where it is written as itself.
  chain.mustCall(withBytes(call, '@@', [...utf8.encode('\ufffd')]));
});

test.serial('a text of any length is refused by its length', (t) => {
  const token_id = world.mint();
  const redeem = (registry_account: string): Call => ({
    from: 'alice.near',
    method: 'redeem',
    args: { token_id, registry_account },
    deposit: 1n,
  });
  expectPanic(t, chain, 'ARGUMENT_TOO_LONG', redeem('ü'.repeat(33)));
  expectPanic(t, chain, 'ARGUMENT_TOO_LONG', redeem('ü'.repeat(300_000)));
  chain.mustCall(redeem('ü'.repeat(32)));
});

test.serial('a batch may divide what it left itself, and its events alone say who owns what', (t) => {
  const token_id = world.mint();
  const left = (parent: string, units: bigint) => hashOf(childPreimage({ parent, index: 1, units }));
  const rest = left(token_id, 6_000_000_000n);
  const last = left(rest, 4_000_000_000n);
  const retirements = [
    { token_id, tonnage: '40', ...BENEFICIARY },
    { token_id: rest, tonnage: '20', ...BENEFICIARY },
    { token_id: last, ...BENEFICIARY },
  ];
  const call = { from: 'alice.near', method: 'retire_batch', args: { retirements }, deposit: ENOUGH_DEPOSIT };
  const replay = new Replay();
  replay.owners.set(token_id, 'alice.near');
  replay.live.set(token_id, { origin: token_id, units: 10_000_000_000n, is_impaired: false });
  const { events } = chain.mustCall(call);
  t.notThrows(() => replay.apply(events));
  t.deepEqual([...replay.owners], []);
  t.deepEqual([...replay.live], []);
  t.is(replay.tonnes.retired, 10_000_000_000n);
  for (const hash of [token_id, rest, last]) t.is(chain.view('nft_token', { token_id: hash }), null);
});

test.serial('events of many bytes and few characters are counted by their bytes', (t) => {
  const batchOf = (count: number): Call => {
    const memo = '語'.repeat(85);
    const mints = Array.from({ length: count }, () => ({ ...world.mintCall().args, memo }));
    const deposit = BigInt(count) * ENOUGH_DEPOSIT;
    return { from: 'minter.near', method: 'nft_mint_batch', args: { mints }, deposit };
  };
  expectPanic(t, chain, 'TOO_MANY', batchOf(17));
  const { logs } = chain.mustCall(batchOf(16));
  const bytes = logs.reduce((sum, log) => sum + utf8.encode(log).length, 0);
  t.true(bytes > 16_000 && bytes <= 16_384, `${bytes}`);
});

test.serial('what changes nothing is refused and told by no event', (t) => {
  const grant = { role: 'minter', account_id: 'minter.near', registry: REGISTRY };
  expectPanic(t, chain, 'ALREADY_SET', owner('grant_role', { ...grant, daily_tonnage: '1000000' }));
  const changed = chain.mustCall(owner('grant_role', { ...grant, daily_tonnage: '2000000' }));
  t.like(changed.events[0]?.data[0], { ...grant, daily_tonnage: '2000000' });
  chain.mustCall(owner('propose_owner', { account_id: 'bob.near' }));
  expectPanic(t, chain, 'ALREADY_SET', owner('propose_owner', { account_id: 'bob.near' }));
  chain.mustCall(owner('cancel_owner_proposal'));
});

test.serial('an agent of one registry has no say at another, in a batch neither', (t) => {
  const ours = world.mint();
  const theirs = world.mint({
    from: OTHER_PEOPLE.minter,
    credit: { registry: 'other:greenland' },
  });
  const words = { reason: 'wrong', reference: 'case 1' };
  const acts: [string, object][] = [
    ['impair', { token_id: ours, reason: 'fire' }],
    ['impair', { origin: ours, reason: 'fire' }],
    ['cancel', { token_id: ours, reason: 'moved' }],
    ['invalidate', { token_ids: [ours], ...words }],
    ['invalidate', { token_ids: [theirs, ours], ...words }],
    ['withdraw_consent', { registry: REGISTRY, consent_ref: 'consent-1' }],
  ];
  for (const [method, args] of acts) {
    expectPanic(t, chain, 'WRONG_REGISTRY', { from: OTHER_PEOPLE.registry, method, args, deposit: 1n });
  }
});

test.serial('names that every object has are accounts and nothing else', (t) => {
  const token_id = world.mint();
  for (const account_id of ['constructor', 'valueof', 'proto', '__proto__', 'tostring']) {
    const { value, error } = chain.tryView('nft_is_approved', { token_id, approved_account_id: account_id });
    if (account_id === '__proto__') t.regex(error ?? '', /^ARGUMENT_INVALID: /);
    else t.false(value);
  }
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty']) {
    expectPanic(t, chain, 'ARGUMENT_INVALID', owner('pause', { feature: name }));
    expectPanic(t, chain, 'ARGUMENT_INVALID', owner('grant_role', { role: name, account_id: 'bob.near' }));
  }
  const approve = { from: 'alice.near', method: 'nft_approve', deposit: 1n };
  chain.mustCall({ ...approve, args: { token_id, account_id: 'constructor' } });
  t.deepEqual(
    (chain.view('nft_token', { token_id }) as { approved_account_ids: object }).approved_account_ids,
    {
      constructor: 1,
    },
  );
  t.true(chain.view('nft_is_approved', { token_id, approved_account_id: 'constructor', approval_id: 1 }));
});

test.serial('a list is asked for by whole places, and answers no other question', (t) => {
  for (const args of [
    { from_index: -1 },
    { from_index: 0 },
    { from_index: '-1' },
    { from_index: '01' },
    { from_index: '1.0' },
    { from_index: '0x1' },
    { from_index: '' },
    { from_index: '9'.repeat(40) },
    { limit: -1 },
    { limit: 1.5 },
    { limit: '1' },
    { limit: 1e300 },
  ]) {
    for (const method of ['nft_tokens', 'retirements']) {
      t.regex(chain.tryView(method, args).error ?? '', /^ARGUMENT_INVALID: /, JSON.stringify(args));
    }
  }
  t.deepEqual(chain.view('nft_tokens', { from_index: `${2n ** 128n - 1n}` }), []);
  t.deepEqual(chain.view('nft_tokens', { limit: 0 }), []);
});

test.serial('code that was sent for deploying is not taken for other code announced meanwhile', async (t) => {
  const code = (await builtContract()).wasm;
  const ours = createHash('sha256').update(code).digest('hex');
  chain.mustCall(owner('announce_upgrade', { code_sha256: hashOf('other code') }));
  const migrate = { from: CONTRACT_ID, method: 'migrate', args: { code_sha256: ours } };
  t.regex(chain.call(migrate).error ?? '', /^UPGRADE_MISMATCH: /);
  t.regex(chain.call({ ...migrate, args: {} }).error ?? '', /^ARGUMENT_INVALID: /);
  chain.mustCall(owner('cancel_upgrade'));
  chain.mustCall(owner('announce_upgrade', { code_sha256: ours }));
  await chain.advanceTo(chain.now() + UPGRADE_DELAY_NS);
  const { events } = chain.mustCall({ ...owner('upgrade'), raw: code });
  t.like(events[0]?.data[0], { code_sha256: ours });
});

test.serial('the dearest way back that a receiver can arrange leaves a third of the gas kept for it', (t) => {
  const people = [OWNER_ID, ...PEOPLE.filter((id) => id !== 'alice.near')];
  const from = 'alice.near';
  const had = Number(chain.view('nft_supply_for_owner', { account_id: from }));
  // Giving one away leaves the giver's last page one short of full, so that its return fills it.
  const fillers = (8 - (had % 8)) % 8;
  for (let i = 0; i < fillers; i++) world.mint();
  const give = (token_id: string, receiver_id: string): Call => ({
    from,
    method: 'nft_transfer',
    args: { token_id, receiver_id },
    deposit: 1n,
  });
  for (let i = 0; i < 7; i++) chain.mustCall(give(longest(), RETURNER));
  const meanwhile = people.map((person): Call => {
    const token_id = longest();
    chain.mustCall(give(token_id, person));
    return { ...give(token_id, RETURNER), from: person };
  });
  for (let i = 1; i < 8; i++) world.mint();
  const token_id = longest();
  const approved = Array.from({ length: 8 }, (_, i) => `${i}${'x'.repeat(63)}`);
  for (const account_id of approved) {
    chain.mustCall({ from, method: 'nft_approve', args: { token_id, account_id }, deposit: 1n });
  }
  const gas = USUAL_GAS;
  const args = { token_id, receiver_id: RETURNER, msg: 'm'.repeat(4_096) };
  const sent = chain.send({ from, method: 'nft_transfer_call', args, deposit: 1n, gas });
  chain.node.produceBlocks();
  // While the receiver is asked, its list grows by a page, so that the last of it must take the place of the first.
  for (const call of meanwhile) chain.send(call);
  const { receipts } = chain.finish(sent);
  t.is(chain.view('nft_supply_for_owner', { account_id: RETURNER }), '15');
  const resolved = receipts.find(({ method }) => method === 'nft_resolve_transfer');
  t.is(resolved?.error, null);
  t.true((resolved?.gas_burnt ?? MOST_GAS) < (8n * TGAS * 2n) / 3n, `${resolved?.gas_burnt}`);
  const token = chain.view('nft_token', { token_id }) as { owner_id: string; approved_account_ids: object };
  t.is(token.owner_id, from);
  t.deepEqual(Object.keys(token.approved_account_ids), approved);
});

/** A credit of alice.near with about the longest record that there is: joined from the most parts, with the longest texts. */
function longest(): string {
  const wide = '語'.repeat(21);
  const texts = {
    project_id: wide,
    methodology: wide,
    reference: '語'.repeat(170),
    expires_on: '2030-01-01',
  };
  const serial = { namespace: wide, start: '12345678901234567890' };
  const credit = { ...texts, serial, tonnage: '24', reference_hash: `${'A'.repeat(43)}=` };
  const call = mintCallOf(world, credit);
  chain.mustCall(call);
  const { mrv_hash } = call.args as { mrv_hash: string };
  const deposit = 10n * ENOUGH_DEPOSIT;
  const tonnages = Array.from({ length: 24 }, () => '1');
  const split = { from: 'alice.near', method: 'split', args: { token_id: mrv_hash, tonnages }, deposit };
  const token_ids = chain.mustCall(split).value;
  return chain.mustCall({ ...split, method: 'merge', args: { token_ids } }).value as string;
}
