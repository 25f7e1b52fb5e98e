// Owns cases of the rules of signed transactions and their keys; leaves trying them to cases.spec.ts.

import { type Case, pairCase, rowCase } from './case.ts';

const LATER = '2026-03-01T00:00:00Z';
const ENDED = { settled_at: LATER };
const SUCCEEDED = { status: 'succeeded', block_height: '7', ...ENDED };
const FAILED = { status: 'failed', failure_code: 'HASH_USED', failure_message: 'It is minted.', ...ENDED };
const EXPIRED = { status: 'expired', ...ENDED };

export const signingCases: Case[] = [
  rowCase({
    table: 'signing.keys',
    constraint: 'keys_public_key_check',
    rule: 'a key is an ed25519 key in base58',
    accepted: [{ public_key: `ed25519:${'1'.repeat(32)}` }],
    refused: ['', 'ed25519:', `secp256k1:${'1'.repeat(44)}`, `ed25519:${'0'.repeat(44)}`].map(
      (public_key) => ({
        public_key,
      }),
    ),
  }),
  pairCase({
    table: 'signing.transactions',
    constraint: 'transactions_transaction_hash_key',
    rule: 'a transaction is stored once',
    accepted: (_, { random }) => [{ transaction_hash: random.nearHash() }],
    refused: ({ transaction_hash }) => [{ transaction_hash }],
  }),
  pairCase({
    table: 'signing.transactions',
    constraint: 'transactions_nonce_once',
    rule: 'no two transactions share a nonce of a key, also when the first has ended',
    first: FAILED,
    accepted: ({ public_key, nonce }) => [{ public_key, nonce: '3' }, { nonce }],
    refused: ({ public_key, nonce }) => [{ public_key, nonce }],
  }),
  pairCase({
    table: 'signing.transactions',
    constraint: 'transactions_key_has_one',
    rule: 'a key has one transaction in flight',
    accepted: ({ public_key }) => [{ public_key, nonce: '3', ...FAILED }, {}],
    refused: ({ public_key }) => [{ public_key, nonce: '3' }],
  }),
  pairCase({
    table: 'signing.transactions',
    constraint: 'transactions_purpose_once',
    rule: 'a purpose has one transaction that lives or succeeded, over all tenants',
    accepted: ({ purpose }) => [{ purpose, ...FAILED }, { purpose, ...EXPIRED }, {}],
    refused: ({ purpose }) => [{ purpose }, { purpose, ...SUCCEEDED }],
  }),
  pairCase({
    table: 'signing.transactions',
    constraint: 'transactions_purpose_once',
    rule: 'what succeeded is not signed anew',
    first: SUCCEEDED,
    accepted: ({ purpose }) => [{ purpose, ...EXPIRED }],
    refused: ({ purpose }) => [{ purpose }],
  }),
  rowCase({
    table: 'signing.transactions',
    constraint: 'transactions_end_has_time',
    rule: 'a transaction has the time of its end once it has one',
    accepted: [{}, EXPIRED],
    refused: [ENDED, { status: 'expired' }],
  }),
  rowCase({
    table: 'signing.transactions',
    constraint: 'transactions_success_has_block',
    rule: 'a transaction that succeeded did so in a block, and no other',
    accepted: [SUCCEEDED],
    refused: [{ ...SUCCEEDED, block_height: null }, { block_height: '7' }, { ...EXPIRED, block_height: '7' }],
  }),
  rowCase({
    table: 'signing.transactions',
    constraint: 'transactions_failure_is_told',
    rule: 'a failure has its code and its words, and nothing else has',
    accepted: [FAILED],
    refused: [
      { ...FAILED, failure_code: null },
      { ...FAILED, failure_message: null },
      { ...EXPIRED, failure_code: 'X', failure_message: 'x' },
    ],
  }),
];
