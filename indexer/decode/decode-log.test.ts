// Owns the rules of reading one log: what is an event, what is kept as a dead letter, what is passed by, what stops; leaves blocks to the specs.

import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { DmrvError } from '../../core/errors/index.ts';
import { decodeLog, type FoundLog } from './decode-log.ts';
import { redecode } from './redecode.ts';

const RECEIPT = 'Fp1LZBnGtAyCWLbrQhWjcWFVRVRrPLMzCVYCMpGdDNWL';
const HASH = 'a3f1c9d27be84056a3f1c9d27be84056a3f1c9d27be84056a3f1c9d27be84056';
const OTHER_HASH = HASH.replaceAll('a', 'b');

function found(log: string): FoundLog {
  return {
    contract_id: 'dmrv.near',
    block: { height: 42n, hash: 'H', prev_hash: 'G', prev_height: 41n, timestamp_ns: 1n },
    receipt_id: RECEIPT,
    shard_id: 11n,
    outcome_index: 3,
    log_index: 2,
    transaction_hash: null,
    method_name: 'retire',
    log,
  };
}

function logOf(envelope: object): string {
  return `EVENT_JSON:${JSON.stringify(envelope)}`;
}

function deadCode(log: string): string | undefined {
  const decoded = decodeLog(found(log));
  return decoded?.kind === 'dead' ? decoded.dead_letter.error_code : undefined;
}

const TRANSFER = {
  standard: 'nep171',
  version: '1.2.0',
  event: 'nft_transfer',
  data: [{ old_owner_id: 'alice.near', new_owner_id: 'bob.near', token_ids: [HASH, OTHER_HASH] }],
};
const BURN = { ...TRANSFER, event: 'nft_burn' };
const burnOf = (...data: unknown[]) => ({ ...BURN, data });

test('every example of the contract’s page is read, each item with its identity, position and tokens', (t) => {
  const page = readFileSync(new URL('../../docs/contract.md', import.meta.url), 'utf8');
  const section = page.split('## Events by example\n')[1]?.split('```')[1] ?? '';
  const lines = section.split('\n').filter((line) => line !== '');
  t.true(lines.length > 20);
  for (const line of lines) {
    for (const log of [`EVENT_JSON:${line}`, `EVENT_JSON: ${line}`]) {
      const decoded = decodeLog(found(log));
      if (decoded?.kind !== 'events') return t.fail(`${line}: ${JSON.stringify(decoded, plain)}`);
      const [event, ...others] = decoded.events;
      t.deepEqual(others, []);
      t.is(event?.identity, `${RECEIPT}:2:0`);
      t.is(event?.position, '000000000042-0000000011-000003-002-00000');
      const named = line.match(/"[0-9a-f]{64}"/g) ?? [];
      t.deepEqual(
        (event?.token_ids ?? []).filter((token_id) => !named.some((text) => text === `"${token_id}"`)),
        [],
      );
    }
  }
});

test('an item names its subject first, then its parts or parents; a whole origin names no token', (t) => {
  const named = (envelope: object) => {
    const decoded = decodeLog(found(logOf(envelope)));
    return decoded?.kind === 'events' ? decoded.events.map(({ token_ids }) => token_ids) : decoded;
  };
  const dmrv = { standard: 'dmrv', version: '1.0.0' };
  const flag = { registry: 'verra', reason: 'Fire', account_id: 'r.near', attested_by: 'registry' };
  t.deepEqual(named(TRANSFER), [[HASH, OTHER_HASH]]);
  t.deepEqual(named({ ...dmrv, event: 'credit_impair', data: [{ ...flag, token_id: HASH }] }), [[HASH]]);
  t.deepEqual(named({ ...dmrv, event: 'credit_impair', data: [{ ...flag, origin: HASH }] }), [[]]);
  const parents = [HASH, OTHER_HASH];
  const merge = { token_id: HASH.replaceAll('a', 'c'), origin: HASH, owner_id: 'a.near', tonnage: '2' };
  t.deepEqual(named({ ...dmrv, event: 'credit_merge', data: [{ ...merge, parents }] }), [
    [merge.token_id, ...parents],
  ]);
});

test('several items of one log differ in the last part of their identity and position alone', (t) => {
  const item = { owner_id: 'alice.near', token_ids: [HASH] };
  const decoded = decodeLog(found(logOf(burnOf(item, { ...item, token_ids: [OTHER_HASH] }))));
  if (decoded?.kind !== 'events') return t.fail();
  t.deepEqual(
    decoded.events.map(({ identity, position }) => [identity, position.slice(-5)]),
    [
      [`${RECEIPT}:2:0`, '00000'],
      [`${RECEIPT}:2:1`, '00001'],
    ],
  );
});

test('logs that are no events, and events of other standards, are passed by', (t) => {
  for (const log of [
    'Transfer of 5',
    '',
    'event_json:{}',
    ` ${logOf(TRANSFER)}`,
    logOf({ ...TRANSFER, standard: 'nep141' }),
    logOf({ standard: 'x', version: 7 }),
  ]) {
    t.is(decodeLog(found(log)), null, log);
  }
});

for (const [what, log, code] of [
  ['text that is no JSON', 'EVENT_JSON:{"standard":"dmrv"', 'EVENT_NOT_JSON'],
  ['JSON that is no object', 'EVENT_JSON:[1]', 'EVENT_NOT_JSON'],
  ['an envelope without a standard', logOf({ event: 'x' }), 'EVENT_ENVELOPE_INVALID'],
  ['an envelope without a version', logOf({ ...TRANSFER, version: undefined }), 'EVENT_ENVELOPE_INVALID'],
  ['a version that is none', logOf({ ...TRANSFER, version: 'one' }), 'EVENT_ENVELOPE_INVALID'],
  ['an event that is no text', logOf({ ...TRANSFER, event: 1 }), 'EVENT_ENVELOPE_INVALID'],
  ['data that are no list', logOf({ ...TRANSFER, data: {} }), 'EVENT_ENVELOPE_INVALID'],
  ['data without an item', logOf({ ...TRANSFER, data: [] }), 'EVENT_ENVELOPE_INVALID'],
  ['an unknown event', logOf({ ...TRANSFER, event: 'nft_melt' }), 'EVENT_UNKNOWN'],
  ['an event named as a member of every object', logOf({ ...TRANSFER, event: 'toString' }), 'EVENT_UNKNOWN'],
  ['more items than any call tells', logOf(burnOf(...Array(1_001).fill({}))), 'EVENT_TOO_MANY_ITEMS'],
  ['an item without what it needs', logOf(burnOf({ owner_id: 'alice.near' })), 'EVENT_ITEM_INVALID'],
  ['an item that is null', logOf(burnOf(null)), 'EVENT_ITEM_INVALID'],
  [
    'a hash in capitals',
    logOf(burnOf({ owner_id: 'a.near', token_ids: [HASH.toUpperCase()] })),
    'EVENT_ITEM_INVALID',
  ],
  [
    'a token named twice',
    logOf(burnOf({ owner_id: 'a.near', token_ids: [HASH, HASH] })),
    'EVENT_ITEM_INVALID',
  ],
  ['no account id', logOf(burnOf({ owner_id: 'A b', token_ids: [HASH] })), 'EVENT_ITEM_INVALID'],
  [
    'a field that is null',
    logOf(burnOf({ owner_id: 'a.near', token_ids: [HASH], memo: null })),
    'EVENT_ITEM_INVALID',
  ],
  [
    'a NUL that JSON hides',
    logOf(burnOf({ owner_id: 'a.near', token_ids: [HASH], memo: '\0' })),
    'EVENT_NOT_STORABLE',
  ],
  [
    'half a surrogate pair',
    logOf(burnOf({ owner_id: 'a.near', token_ids: [HASH], memo: '\ud800' })),
    'EVENT_NOT_STORABLE',
  ],
  ['a number beyond all bounds', logOf(burnOf({ x: 1 })).replace('1}', '1e999}'), 'EVENT_NOT_STORABLE'],
  ['a deep nest', logOf(burnOf(JSON.parse(`${'['.repeat(99)}${']'.repeat(99)}`))), 'EVENT_NOT_STORABLE'],
] as const) {
  test(`${what} becomes a dead letter`, (t) => t.is(deadCode(log), code));
}

test('one item that cannot be read keeps the whole log from becoming events', (t) => {
  const good = { owner_id: 'alice.near', token_ids: [HASH] };
  const decoded = decodeLog(found(logOf(burnOf(good, { ...good, owner_id: '-' }))));
  if (decoded?.kind !== 'dead') return t.fail();
  t.is(decoded.dead_letter.error_message, 'nft_burn item 1: owner_id: is no account id');
  t.like(decoded.dead_letter, { receipt_id: RECEIPT, log_index: 2, shard_id: 11n, outcome_index: 3 });
});

test('fields that this release does not know are kept, with every digit of a long number', (t) => {
  const item = { owner_id: 'alice.near', token_ids: [HASH], extra: { a: [1.5, null, true] } };
  const log = logOf(burnOf(item)).replace('[1.5', '[18446744073709551615,1.5');
  const decoded = decodeLog(found(log));
  if (decoded?.kind !== 'events') return t.fail();
  t.deepEqual(decoded.events[0]?.data, {
    ...item,
    extra: { a: ['18446744073709551615', 1.5, null, true] },
  });
});

test('a known event of a later minor version is read, one of a later major version stops with its name', (t) => {
  t.is(decodeLog(found(logOf({ ...TRANSFER, version: '1.9.3' })))?.kind, 'events');
  for (const envelope of [
    { ...TRANSFER, version: '2.0.0' },
    { standard: 'dmrv', version: '0.9.0', event: 'credit_issue', data: [] },
    { standard: 'dmrv', version: '2.0.0', event: 'credit_melt', data: [{}] },
  ]) {
    const error = t.throws(() => decodeLog(found(logOf(envelope))), { instanceOf: DmrvError });
    t.is(error.code, 'INDEXER_EVENT_VERSION_UNKNOWN');
    t.like(error.facts, { contract_id: 'dmrv.near', receipt_id: RECEIPT, height: 42n });
  }
});

test('tonnages and serials that do not fit their unit are no events', (t) => {
  const facts = { registry: 'verra', project_id: 'P', methodology: 'M', unit: '0.5', tonnage: '1.5' };
  const issue = {
    ...{ ...facts, token_id: HASH, owner_id: 'a.near', minter_id: 'm.near', consent_ref: 'c' },
    ...{ vintage_year: 2025, issued_on: '2026-01-31' },
  };
  const code = (change: object) => {
    const envelope = {
      standard: 'dmrv',
      version: '1.0.0',
      event: 'credit_issue',
      data: [{ ...issue, ...change }],
    };
    return deadCode(logOf(envelope));
  };
  const serial = { namespace: 'N', start: '7', end: '9' };
  t.is(code({}), undefined);
  t.is(code({ serial }), undefined);
  for (const change of [
    { tonnage: '1.25' },
    { tonnage: '1.50' },
    { tonnage: '-1' },
    { tonnage: '0' },
    { tonnage: 1.5 },
    { unit: '0' },
    { serial: { ...serial, end: '10' } },
    { serial: { ...serial, start: '9', end: '7' } },
    { issued_on: '2026-02-30' },
    { issued_on: '0000-01-01' },
    { vintage_year: 2025.5 },
    { registry: 'Verra!' },
    { buffer_tonnage: '' },
  ]) {
    t.is(code(change), 'EVENT_ITEM_INVALID', JSON.stringify(change));
  }
});

test('no log whatever does anything but become events, become a dead letter, or be passed by', (t) => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.constant(null),
      fc.array(tie('any')),
      tie('object'),
    ),
    object: fc.dictionary(fc.string(), tie('any')),
  }));
  const envelope = fc.record(
    {
      standard: fc.constantFrom('dmrv', 'nep171'),
      version: fc.constantFrom('1.0.0', '1.2'),
      event: fc.constantFrom('credit_issue', 'nft_burn', 'credit_split', 'credit_merge', 'x'),
      data: fc.oneof(value.any, fc.array(value.any)),
    },
    { requiredKeys: [] },
  );
  const logs = fc.oneof(
    envelope.map((one) => logOf(one)),
    fc.string({ unit: 'binary' }).map((text) => `EVENT_JSON:${text}`),
    fc.string(),
  );
  fc.assert(
    fc.property(logs, (log) => {
      const decoded = decodeLog(found(log));
      if (decoded?.kind !== 'dead') return true;
      const { log: kept, error_message } = decoded.dead_letter;
      return [kept, error_message].every((text) => text.isWellFormed() && !text.includes('\0'));
    }),
    { numRuns: 2_000 },
  );
  t.pass();
});

test('a dead letter that a later release can read becomes the events it would have been', (t) => {
  const log = logOf(TRANSFER);
  const decoded = decodeLog(found(log));
  if (decoded?.kind !== 'events') return t.fail();
  const { log: _, ...place } = found(log);
  const letter = { ...place, log, error_code: 'EVENT_UNKNOWN', error_message: 'not known then' };
  t.deepEqual(redecode(letter), decoded);
  const dead = redecode({ ...letter, log: 'EVENT_JSON:{' });
  t.is(dead.kind === 'dead' ? dead.dead_letter.error_code : '', 'EVENT_NOT_JSON');
});

function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}
