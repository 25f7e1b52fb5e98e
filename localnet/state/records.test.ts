// Owns the rules of the state's keys, records and storage counts; leaves the trie they stand in to trie.test.ts.
import test from 'ava';
import fc from 'fast-check';
import { encodeBase58 } from '../../core/near/base58.ts';
import { toHex } from '../../core/near/bytes.ts';
import { sha256 } from '../../core/near/crypto.ts';
import type { CurveBytes } from '../../core/near/keys.ts';
import * as keys from './keys.ts';
import { type ParsedKey, parseStateKey } from './parse-key.ts';
import * as records from './records.ts';
import { accessKeyStorage, contractCodeStorage, contractDataStorage } from './storage-usage.ts';

const RULES = { bytes_per_account: 100n, bytes_per_record: 40n };
const public_key: CurveBytes = { curve: 'ed25519', bytes: new Uint8Array(32).fill(7) };
const other_key: CurveBytes = { curve: 'secp256k1', bytes: new Uint8Array(64).fill(8) };
const id = new Uint8Array(32).fill(0x2c);
const account_id = 'some-one_2.near';

// The hash is the one that nearcore's own test expects for this account.
test('an account without code is encoded as NEAR encodes it', (t) => {
  const account = { amount: 1_000_000n, locked: 1_000_000n, code_hash: null, storage_usage: 100n };
  const bytes = records.encodeAccount(account);
  t.is(encodeBase58(sha256(bytes)), 'EVk5UaxBe8LQ8r8iD5EAxVBs6TJcMDKqyH7PBuho6bBJ');
  t.deepEqual(records.decodeAccount(bytes), account);
});

test('accounts, access keys, data and counts read back as they were written', (t) => {
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32, min: 1 });
  const u64 = fc.bigInt(0n, 2n ** 64n - 1n);
  const u128 = fc.bigInt(0n, 2n ** 128n - 2n);
  const account = fc.record({ amount: u128, locked: u128, code_hash: fc.option(hash), storage_usage: u64 });
  const permission = fc.oneof(
    fc.constant({ kind: 'full' as const }),
    fc.record({
      kind: fc.constant('call' as const),
      allowance: fc.option(u128),
      receiver_id: fc.string(),
      method_names: fc.array(fc.string(), { maxLength: 3 }),
    }),
  );
  fc.assert(
    fc.property(
      account,
      fc.record({ nonce: u64, permission }),
      fc.option(hash),
      fc.nat(),
      u64,
      (...given) => {
        const [who, access, data, count, index] = given;
        const indices = { first_index: index, next_available_index: index / 2n };
        t.deepEqual(records.decodeAccount(records.encodeAccount(who)), who);
        t.deepEqual(records.decodeAccessKey(records.encodeAccessKey(access)), access);
        t.deepEqual(records.decodeReceivedData(records.encodeReceivedData(data)), data);
        t.is(records.decodePendingDataCount(records.encodePendingDataCount(count)), count);
        t.deepEqual(
          records.decodeDelayedReceiptIndices(records.encodeDelayedReceiptIndices(indices)),
          indices,
        );
      },
    ),
  );
});

test('a record that was cut, lengthened or is of a newer version is refused', (t) => {
  const bytes = records.encodeAccount({ amount: 1n, locked: 0n, code_hash: null, storage_usage: 1n });
  t.throws(() => records.decodeAccount(bytes.subarray(1)), { message: /bytes are wanted/ });
  t.throws(() => records.decodeAccount(Uint8Array.of(...bytes, 0)), { message: /stand behind the value/ });
  const newer = Uint8Array.of(...new Uint8Array(16).fill(255), 0, ...bytes.subarray(16));
  t.throws(() => records.decodeAccount(newer), { message: /not supported here/ });
  const sentinel = { amount: 2n ** 128n - 1n, locked: 0n, code_hash: null, storage_usage: 1n };
  t.throws(() => records.encodeAccount(sentinel), { message: /has no encoding/ });
  const gas_key = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 3);
  t.throws(() => records.decodeAccessKey(gas_key), { message: /tag 3/ });
});

const KEYS: [string, Uint8Array, ParsedKey][] = [
  ['00', keys.accountKey(account_id), { kind: 'account', account_id }],
  ['01', keys.contractCodeKey(account_id), { kind: 'contract_code', account_id }],
  ['02', keys.accessKeyKey(account_id, public_key), { kind: 'access_key', account_id, public_key }],
  ['02', keys.accessKeyKey(account_id, other_key), { kind: 'access_key', account_id, public_key: other_key }],
  ['03', keys.receivedDataKey(account_id, id), { kind: 'received_data', account_id, data_id: id }],
  [
    '04',
    keys.postponedReceiptIdKey(account_id, id),
    { kind: 'postponed_receipt_id', account_id, data_id: id },
  ],
  [
    '05',
    keys.pendingDataCountKey(account_id, id),
    { kind: 'pending_data_count', account_id, receipt_id: id },
  ],
  ['06', keys.postponedReceiptKey(account_id, id), { kind: 'postponed_receipt', account_id, receipt_id: id }],
  ['07', keys.delayedReceiptIndicesKey(), { kind: 'delayed_receipt_indices' }],
  ['07', keys.delayedReceiptKey(258n), { kind: 'delayed_receipt', index: 258n }],
  ['09', keys.contractDataKey(account_id, id), { kind: 'contract_data', account_id, key: id }],
];
for (const [column, key, parsed] of KEYS) {
  test(`a key of ${parsed.kind} begins with ${column} and tells what it names (${key.length} bytes)`, (t) => {
    t.is(toHex(key.subarray(0, 1)), column);
    t.deepEqual(parseStateKey(key), parsed);
  });
}

test('the bytes of a key are column, account, separator and the rest', (t) => {
  const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex');
  t.is(toHex(keys.contractDataKey('ab', Uint8Array.of(1))), `09${hex('ab,')}01`);
  t.is(toHex(keys.accessKeyKey('ab', public_key)), `02${hex('ab')}0200${'07'.repeat(32)}`);
  t.is(toHex(keys.delayedReceiptKey(258n)), '070201000000000000');
});

test('a key of no known column, or without an account in it, is refused', (t) => {
  t.throws(() => parseStateKey(Uint8Array.of(15)), { message: /column 15/ });
  t.throws(() => parseStateKey(Uint8Array.of(9, 97)), { message: /names no account/ });
});

// Real accounts with one full access key count 182 bytes: 100 for the account, 82 for the key.
test('storage counts as NEAR counts it', (t) => {
  const full = { nonce: 5n, permission: { kind: 'full' as const } };
  t.is(accessKeyStorage({ public_key, record: full }, RULES), 82n);
  const call = { kind: 'call' as const, allowance: 1n, receiver_id: 'ab', method_names: ['x'] };
  t.is(accessKeyStorage({ public_key, record: { nonce: 0n, permission: call } }, RULES), 82n + 17n + 6n + 9n);
  t.is(contractDataStorage({ key: id, value: id }, RULES), 104n);
  t.is(contractCodeStorage(id), 32n);
});
