// Shows how a node's answer about a transaction is read, in every form that NEAR has for an end.

import test from 'ava';
import { readFailure, readStatus } from './read-outcome.ts';

const CONTRACT = 'dmrv.near';
const executed = (block_hash: string, executor_id: string) => ({ block_hash, outcome: { executor_id } });

function answer(changes: object): object {
  return {
    final_execution_status: 'FINAL',
    status: { SuccessValue: Buffer.from('"abc"').toString('base64') },
    transaction_outcome: executed('T', 'minter.near'),
    receipts_outcome: [executed('A', CONTRACT), executed('B', 'minter.near')],
    ...changes,
  };
}

test('a success has its value and the block in which the contract ran', (t) => {
  t.deepEqual(readStatus(answer({}), CONTRACT), { kind: 'succeeded', value: 'abc', block_hash: 'A' });
  t.deepEqual(readStatus(answer({ status: { SuccessValue: '' } }), CONTRACT), {
    kind: 'succeeded',
    value: null,
    block_hash: 'A',
  });
  t.like(readStatus(answer({ receipts_outcome: [] }), CONTRACT), { block_hash: 'T' });
});

test('what is not final is on its way, even where it has run already', (t) => {
  for (const final_execution_status of [
    'NONE',
    'INCLUDED',
    'EXECUTED_OPTIMISTIC',
    'INCLUDED_FINAL',
    'EXECUTED',
  ]) {
    t.deepEqual(readStatus(answer({ final_execution_status }), CONTRACT), { kind: 'on_its_way' });
  }
  t.deepEqual(readStatus({ final_execution_status: 'NONE' }, CONTRACT), { kind: 'on_its_way' });
});

test('an answer that no node gives is no end', (t) => {
  const odd = [
    null,
    {},
    'FINAL',
    answer({ status: 'Started' }),
    answer({ status: { SuccessValue: '!' } }),
    answer({ status: { SuccessValue: Buffer.from('{').toString('base64') } }),
    answer({ receipts_outcome: [], transaction_outcome: undefined }),
  ];
  for (const one of odd) t.deepEqual(readStatus(one, CONTRACT), { kind: 'unreadable' }, JSON.stringify(one));
});

const call = (error: unknown) => ({ ActionError: { index: 0, kind: { FunctionCallError: error } } });
const FAILURES: readonly [failure: unknown, code: string, message: string][] = [
  [
    call({ ExecutionError: 'Smart contract panicked: HASH_USED: It is minted: twice.' }),
    'HASH_USED',
    'It is minted: twice.',
  ],
  [
    call({ ExecutionError: 'Smart contract panicked: no code here' }),
    'ExecutionError',
    'Smart contract panicked: no code here',
  ],
  [call({ ExecutionError: 'Exceeded the prepaid gas.' }), 'ExecutionError', 'Exceeded the prepaid gas.'],
  [call({ MethodResolveError: 'MethodNotFound' }), 'MethodResolveError', 'MethodNotFound'],
  [
    { ActionError: { index: 0, kind: { AccountDoesNotExist: { account_id: 'a' } } } },
    'AccountDoesNotExist',
    '{"account_id":"a"}',
  ],
  [
    { TxExecutionError: { InvalidTxError: { InvalidNonce: { tx_nonce: 1, ak_nonce: 2 } } } },
    'InvalidNonce',
    '{"tx_nonce":1,"ak_nonce":2}',
  ],
  [{ InvalidTxError: 'Expired' }, 'Expired', 'Expired'],
  [
    { InvalidTxError: { InvalidAccessKeyError: 'DepositWithFunctionCall' } },
    'DepositWithFunctionCall',
    'DepositWithFunctionCall',
  ],
];

for (const [failure, code, message] of FAILURES) {
  test(`a failure has its code: ${JSON.stringify(failure)}`, (t) => {
    t.deepEqual(readFailure(failure), { code, message });
    t.deepEqual(readStatus(answer({ status: { Failure: failure } }), CONTRACT), {
      kind: 'failed',
      code,
      message,
    });
  });
}
