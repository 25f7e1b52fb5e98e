// Owns the rules of which events fit what was written before, refusals beside successes; leaves real chains to the specs.

import test from 'ava';
import {
  A,
  B,
  burn,
  C,
  CONTRACT,
  confirm,
  D,
  end,
  eventsOf,
  flag,
  issue,
  merge,
  mint,
  move,
  part,
  record,
  refuse,
  retire,
  reveal,
  SECOND_NS,
  split,
  type Told,
  withdraw,
} from '../../sandbox-tests/support/made-up-events.ts';
import type { ChainEvent } from '../types.ts';
import { blockTime } from './block-time.ts';
import { foldEvents } from './fold.ts';
import { needsOf } from './needs.ts';
import { ProjectionError } from './projection-error.ts';
import type { BatchRows, ChainState } from './rows.ts';

const EMPTY: ChainState = { tokens: [], consents: [], retirements: [] };
const BORN = [[record()], [issue(A), mint(A)]] as const;
const DIVIDED = [...BORN, [split(), burn(A), mint(B, C)]] as const;
const RETIRED = [...BORN, [retire(), burn(A)]] as const;

function fold(receipts: readonly (readonly Told[])[], method_name?: string): BatchRows {
  return foldEvents(EMPTY, eventsOf(receipts, method_name));
}

type Case = [title: string, receipts: readonly (readonly Told[])[], unmet: RegExp];

const REFUSED: Case[] = [
  ['a hash is issued twice', [...BORN, [issue(A)]], /the hash a+ never used/],
  [
    'a part has a hash that was used',
    [...BORN, [split({ children: [part(B, '40'), part(B, '60')] })]],
    /the hash b+ never used/,
  ],
  ['a credit is issued without a consent', [[issue(A)]], /the consent c of verra/],
  [
    'a consent of another registry is none',
    [[record({ registry: 'other:verra' })], [issue(A)]],
    /the consent c of verra/,
  ],
  [
    'more is issued than is consented to',
    [[record({ tonnage: '99' })], [issue(A)]],
    /with 100 t left, found 99/,
  ],
  ['a withdrawn consent is used', [[record()], [withdraw('1000')], [issue(A)]], /open, found withdrawn/],
  [
    'a consent for one hash is used for another',
    [[record({ mrv_hash: B })], [issue(A)]],
    /for a+, found one for b+/,
  ],
  ['a consent of another unit is used', [[record({ unit: '2' })], [issue(A)]], /of the unit 1, found 2/],
  [
    'a consent’s serials are not taken in order',
    [
      [record({ serial: { namespace: 'N', start: '7', end: '1006' } })],
      [issue(A, { serial: { namespace: 'N', start: '8', end: '107' } })],
    ],
    /go on at N 7, found N 8/,
  ],
  ['a consent is recorded twice', [[record()], [record()]], /no consent c of verra/],
  [
    'a consent is withdrawn with another rest',
    [...BORN, [withdraw('1000')]],
    /with 1000 t left, found 900 t/,
  ],
  [
    'a consent is withdrawn twice',
    [[record()], [withdraw('1000')], [withdraw('1000')]],
    /open, found withdrawn/,
  ],
  [
    'a credit is told as minted by another receipt',
    [[record()], [issue(A)], [mint(A)]],
    /born by receipt R2/,
  ],
  [
    'a credit is told as minted twice',
    [[record()], [issue(A), mint(A), mint(A)]],
    /minted once, found twice/,
  ],
  [
    'a credit is told as minted to another owner',
    [[record()], [issue(A, { owner_id: 'bob.near' }), mint(A)]],
    /of alice.near, found one of bob.near/,
  ],
  ['a credit that nobody issued is minted', [[mint(A)]], /the token a+, found none/],
  [
    'a credit is transferred by who does not own it',
    [...BORN, [move(A, 'bob.near', 'carol.near')]],
    /of bob.near, found one of alice.near/,
  ],
  [
    'an ended credit is transferred',
    [...RETIRED, [move(A, 'alice.near', 'bob.near')]],
    /live, found retired/,
  ],
  [
    'an impaired credit is transferred',
    [...BORN, [flag('credit_impair', { token_id: A })], [move(A, 'alice.near', 'bob.near')]],
    /free of flags/,
  ],
  ['a live credit is burnt', [...BORN, [burn(A)]], /ended, found active/],
  ['a credit is burnt long after its end', [...BORN, [retire()], [burn(A)]], /ended at/],
  ['a credit is burnt twice', [...BORN, [retire(), burn(A), burn(A)]], /burnt once, found twice/],
  [
    'parts do not add up',
    [...BORN, [split({ children: [part(B, '40'), part(C, '61')] })]],
    /of 101 t, found 100 t/,
  ],
  ['another’s credit is divided', [...BORN, [split({ owner_id: 'bob.near' })]], /of bob.near/],
  [
    'a part is divided as if it were of another origin',
    [...BORN, [split({ origin: D })]],
    /of the origin d+/,
  ],
  [
    'an impaired origin is divided',
    [...BORN, [flag('credit_impair', { origin: A })], [split()]],
    /free of flags/,
  ],
  [
    'parts are merged to more than they have',
    [...DIVIDED, [merge({ tonnage: '101' })]],
    /parents of 101 t together, found 100 t/,
  ],
  [
    'parts are merged to serials that they have not',
    [...DIVIDED, [merge({ serial: { namespace: 'N', start: '1', end: '100' } })]],
    /with the serials N/,
  ],
  [
    'a merged part is merged again',
    [...DIVIDED, [merge()], [merge({ token_id: 'e'.repeat(64) })]],
    /live, found merged/,
  ],
  ['a retired credit is retired again', [...RETIRED, [retire()]], /live, found retired/],
  ['a retirement tells another tonnage', [...BORN, [retire({ tonnage: '99' })]], /of 99 t, found 100 t/],
  [
    'a retirement tells another registry',
    [...BORN, [retire({ registry: 'puro' })]],
    /of puro, found one of verra/,
  ],
  ['a live credit’s retirement is confirmed', [...BORN, [confirm(0)]], /retired, found active/],
  ['an amendment has no confirmation before it', [...RETIRED, [confirm(1)]], /at amendment 0, found null/],
  [
    'a first confirmation comes twice',
    [...RETIRED, [confirm(0)], [confirm(0)]],
    /at amendment null, found 0/,
  ],
  [
    'another registry confirms',
    [...RETIRED, [confirm(0, { registry: 'puro' })]],
    /of puro, found one of verra/,
  ],
  ['a confirmed retirement is refused', [...RETIRED, [confirm(0)], [refuse]], /pending, found confirmed/],
  ['a retirement is refused twice', [...RETIRED, [refuse], [refuse]], /pending, found refused/],
  ['a name is revealed twice', [...RETIRED, [reveal], [reveal]], /hidden beneficiary, found a shown one/],
  [
    'a name is revealed that was never hidden',
    [
      ...BORN,
      [retire({ beneficiary: 'Acme', beneficiary_commitment: undefined, beneficiary_kind: 'organisation' })],
      [reveal],
    ],
    /with a commitment, found none/,
  ],
  [
    'an impaired credit is impaired',
    [...BORN, [flag('credit_impair', { token_id: A })], [flag('credit_impair', { token_id: A })]],
    /without its own flag/,
  ],
  ['a free credit is restored', [...BORN, [flag('credit_restore', { token_id: A })]], /with its own flag/],
  [
    'a free origin is restored',
    [...BORN, [flag('credit_restore', { origin: A })]],
    /the origin a+ with its flag/,
  ],
  [
    'an origin without live credits is impaired',
    [...RETIRED, [flag('credit_impair', { origin: A })]],
    /live tokens of the origin/,
  ],
  [
    'another’s credit is redeemed',
    [...BORN, [end('credit_redeem', { owner_id: 'bob.near' })]],
    /of bob.near/,
  ],
  [
    'an impaired credit is redeemed',
    [...BORN, [flag('credit_impair', { token_id: A })], [end('credit_redeem')]],
    /free of flags/,
  ],
  [
    'an expired credit is cancelled',
    [...BORN, [end('credit_expire'), burn(A)], [end('credit_cancel')]],
    /live, found expired/,
  ],
];

for (const [title, receipts, unmet] of REFUSED) {
  test(`it does not fit that ${title}`, (t) => {
    const error = t.throws(() => fold(receipts), { instanceOf: ProjectionError });
    t.regex(`${error.expectation}, found ${error.found}`, unmet);
    const last = eventsOf(receipts).at(-1);
    t.is(error.event_identity, last?.identity ?? '');
    t.is(error.code, 'INDEXER_EXPECTATION_UNMET');
    // All before it fit, or the case would show something else.
    t.notThrows(() => foldEvents(EMPTY, eventsOf(receipts).slice(0, -1)));
  });
}

test('a transfer that the resolver makes is a way back, of an impaired credit too', (t) => {
  const given = [
    ...BORN,
    [flag('credit_impair', { token_id: A })],
    [move(A, 'alice.near', 'bob.near')],
  ] as const;
  const { token_events, tokens } = fold(given, 'nft_resolve_transfer');
  t.is(token_events.at(-1)?.leg, 'revert');
  t.like(tokens.inserted[0], { owner_account_id: 'bob.near', status: 'impaired' });
});

test('an impaired credit may still be invalidated, cancelled and expired, and keeps its flag as it was', (t) => {
  for (const event of ['credit_invalidate', 'credit_cancel', 'credit_expire']) {
    const { tokens } = fold([...BORN, [flag('credit_impair', { token_id: A })], [end(event), burn(A)]]);
    t.like(tokens.inserted[0], { is_impaired: true, ended_at: blockTime(103n * SECOND_NS) });
  }
});

test('the contract’s account stands for nobody: births come from it, burns go to it', (t) => {
  const { token_events } = fold([...BORN, [retire(), burn(A)]]);
  t.deepEqual(
    token_events.map(({ event, leg, from_account_id, to_account_id, token_version }) => [
      ...[token_version, event, leg, from_account_id, to_account_id],
    ]),
    [
      [1, 'credit_issue', null, null, null],
      [2, 'nft_mint', 'mint', CONTRACT, 'alice.near'],
      [3, 'credit_retire', null, null, null],
      [4, 'nft_burn', 'burn', 'alice.near', CONTRACT],
    ],
  );
});

test('a mint debits its consent, in its serials too, to the last tonne', (t) => {
  const serial = (start: string, last: string) => ({ serial: { namespace: 'N', start, end: last } });
  const { consents } = fold([
    [record({ tonnage: '150', unit: '0.5', ...serial('7', '306') })],
    [issue(A, { unit: '0.5', ...serial('7', '206') })],
    [issue(B, { tonnage: '50', unit: '0.5', ...serial('207', '306') })],
    [withdraw('0')],
  ]);
  t.like(consents.inserted[0], { debited_co2e: '150', withdrawn_at: blockTime(103n * SECOND_NS) });
});

test('rows that were loaded are changed as updates, and stay as they are for whoever loaded them', (t) => {
  const first = fold(BORN);
  const state = {
    tokens: first.tokens.inserted.map((row) => Object.freeze({ ...row, tonnage_co2e: '100.00000000' })),
    consents: first.consents.inserted.map((row) => Object.freeze(row)),
    retirements: [],
  };
  const later = eventsOf([
    [],
    [],
    [move(A, 'alice.near', 'bob.near')],
    [flag('credit_impair', { origin: A })],
  ]);
  const rows = foldEvents(state, later);
  t.deepEqual(rows.tokens.inserted, []);
  t.is(rows.tokens.updated.length, 1);
  t.like(rows.tokens.updated[0], { owner_account_id: 'bob.near', status: 'impaired', token_version: 4 });
  t.deepEqual(rows.consents, { inserted: [], updated: [] });
  t.deepEqual(rows.touched_tokens, [{ near_contract_id: CONTRACT, token_id: A }]);
  t.deepEqual(foldEvents(state, later), rows);
});

test('two contracts of one batch never see each other’s tokens', (t) => {
  const here = eventsOf(BORN);
  const there = here.map((event, index): ChainEvent => {
    return { ...event, contract_id: 'other.near', identity: `${event.identity}${index}` };
  });
  const { tokens, consents } = foldEvents(EMPTY, [...here, ...there]);
  t.deepEqual(
    tokens.inserted.map(({ near_contract_id, token_version }) => [near_contract_id, token_version]),
    [
      [CONTRACT, 2],
      ['other.near', 2],
    ],
  );
  t.is(consents.inserted.length, 2);
});

test('what must be loaded is told by contract, nothing twice, whole origins only where a flag needs them', (t) => {
  const events = eventsOf([
    ...DIVIDED,
    [merge()],
    [flag('credit_impair', { origin: A })],
    [retire(), confirm(0)],
  ]);
  const needs = needsOf(events).get(CONTRACT);
  t.deepEqual(needs, {
    tokens: [A, B, C, D],
    origins: [A],
    consents: [{ registry_type: 'verra', registry_name: null, consent_ref: 'c' }],
    retirements: [A],
  });
  t.is(needsOf([]).size, 0);
});

test('a block’s time is told to the microsecond', (t) => {
  t.is(blockTime(1_780_315_203_200_000_999n), '2026-06-01T12:00:03.200000Z');
  t.is(blockTime(1_780_315_203_000_001_000n), '2026-06-01T12:00:03.000001Z');
});

test('a registry by any other id is another one of that name', (t) => {
  const rows = (registry: string) => fold([[record({ registry })]]).consents.inserted[0];
  t.like(rows('other:green_land'), { registry_type: 'other', registry_name: 'green_land' });
  t.like(rows('biochar_2030'), { registry_type: 'other', registry_name: 'biochar_2030' });
  t.like(rows('verra'), { registry_type: 'verra', registry_name: null });
});
