// Shows that catalogue errors carry their facts, and that each PostgreSQL error becomes the right one of them.

import test from 'ava';
import { DmrvError, ERRORS, type ErrorCode, fromDatabaseError, RetryableError } from './index.ts';

test('an error carries its code, status, facts and cause, and its message is filled with them', (t) => {
  const cause = new Error('why');
  const error = new DmrvError('NOT_FOUND', { facts: { what: 'credit', id: 'c-1' }, cause });
  t.is(error.code, 'NOT_FOUND');
  t.is(error.status, 404);
  t.false(error.retryable);
  t.is(error.message, 'There is no credit with the id c-1. Check the id, and that your account may see it.');
  t.deepEqual({ ...error.facts }, { what: 'credit', id: 'c-1' });
  t.true(Object.isFrozen(error.facts));
  t.is(error.cause, cause);
  t.true(error instanceof Error);
});

test('an error whose fact is missing is refused where it is made', (t) => {
  // @ts-expect-error the compiler asks for the fact "id"; at run time the class does
  const error = t.throws(() => new DmrvError('NOT_FOUND', { facts: { what: 'credit' } }));
  t.is(error?.message, 'Error NOT_FOUND was made without its fact "id". Give it in details.facts.');
});

test('a retryable error is of the retryable class, which refuses the codes of the other family', (t) => {
  const error = new RetryableError('DATABASE_UNREACHABLE', { facts: { reason: 'ECONNREFUSED' } });
  t.true(error.retryable);
  t.is(error.name, 'RetryableError');
  t.true(error instanceof DmrvError);
  // @ts-expect-error NOT_FOUND does not go away by trying again
  t.false(new RetryableError('NOT_FOUND', { facts: { what: 'credit', id: 'c-1' } }).retryable);
  // @ts-expect-error a retryable code is made by RetryableError
  t.true(new DmrvError('DATABASE_UNREACHABLE', { facts: { reason: 'ECONNREFUSED' } }).retryable);
});

test('every message says what happened, then what to do', (t) => {
  for (const [code, { message, status }] of Object.entries(ERRORS)) {
    t.regex(message, /^(\{what\} \{remedy\}|[A-Z][\s\S]+[.:;]\s[\s\S]+\.)$/, code);
    t.true(status >= 400 && status < 600, code);
    t.regex(code, /^[A-Z][A-Z_]+$/);
  }
});

const SERVER_ERRORS: readonly [
  sqlstate: string,
  fields: Record<string, string>,
  code: ErrorCode,
  rule?: string,
][] = [
  [
    '23505',
    { constraint: 'retirements_credit_id_key', table: 'retirements' },
    'CONFLICT',
    'retirements_credit_id_key',
  ],
  ['23503', { constraint: 'credits_tenant_fk' }, 'CONFLICT', 'credits_tenant_fk'],
  ['23P01', { constraint: 'mrv_submissions_period_excl' }, 'CONFLICT', 'mrv_submissions_period_excl'],
  ['23001', { constraint: 'undelete' }, 'CONFLICT', 'undelete'],
  ['23514', { constraint: 'credits_tonnage_check' }, 'VALIDATION_FAILED', 'credits_tonnage_check'],
  ['23502', { column: 'vintage' }, 'VALIDATION_FAILED', 'vintage'],
  ['22P02', {}, 'VALIDATION_FAILED', 'SQLSTATE 22P02'],
  ['42501', {}, 'FORBIDDEN', 'SQLSTATE 42501'],
  ['40001', {}, 'SERIALIZATION_FAILURE'],
  ['40P01', {}, 'SERIALIZATION_FAILURE'],
  ['57P01', {}, 'DATABASE_UNREACHABLE'],
  ['08006', {}, 'DATABASE_UNREACHABLE'],
  ['53300', {}, 'DATABASE_UNREACHABLE'],
  ['28P01', {}, 'DATABASE_LOGIN_REFUSED'],
  ['3D000', {}, 'DATABASE_LOGIN_REFUSED'],
  ['42601', {}, 'INTERNAL'],
  ['XX000', {}, 'INTERNAL'],
];

for (const [sqlstate, fields, code, rule] of SERVER_ERRORS) {
  test(`SQLSTATE ${sqlstate} becomes ${code}`, (t) => {
    const cause = Object.assign(new Error('refused'), { code: sqlstate, severity: 'ERROR', ...fields });
    const error = fromDatabaseError(cause);
    t.is(error.code, code);
    t.is(error.cause, cause);
    t.is(error.facts.rule, rule);
    t.is(error.retryable, error instanceof RetryableError);
    for (const [name, value] of Object.entries(fields)) t.is(error.facts[name], value);
  });
}

test('a connection that fails or goes away is a database that cannot be reached', (t) => {
  const refused = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
  t.is(fromDatabaseError(refused).code, 'DATABASE_UNREACHABLE');
  t.is(fromDatabaseError(new Error('Connection terminated unexpectedly')).code, 'DATABASE_UNREACHABLE');
  t.is(fromDatabaseError(new Error('timeout exceeded when trying to connect')).code, 'DATABASE_UNREACHABLE');
});

test('an error that PostgreSQL did not send is internal, whatever its code looks like', (t) => {
  t.is(fromDatabaseError(Object.assign(new Error('no'), { code: '23505' })).code, 'INTERNAL');
  t.is(fromDatabaseError(new TypeError('x is undefined')).code, 'INTERNAL');
  t.is(fromDatabaseError('a thrown text').code, 'INTERNAL');
});

test('an error of the catalogue comes back as it is', (t) => {
  const error = new DmrvError('UNAUTHENTICATED');
  t.is(fromDatabaseError(error), error);
});

test('the values of a refused row do not reach the facts', (t) => {
  const cause = Object.assign(new Error('duplicate key'), {
    code: '23505',
    severity: 'ERROR',
    detail: 'Key (email)=(ann@example.org) already exists.',
    constraint: 'users_email_key',
  });
  const error = fromDatabaseError(cause);
  t.false(JSON.stringify([error.message, error.facts]).includes('ann@example.org'));
});
