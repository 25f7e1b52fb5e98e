// Shows what an error tells outside: its code, its words, what can be acted on, and nothing of the inside.

import test from 'ava';
import { DmrvError, fromDatabaseError } from '../core/errors/index.ts';
import { failure, metaOf, success } from './envelope.ts';
import { failureSchema } from './schemas/envelope.ts';

const meta = metaOf({ request_id: 'request-1', at: new Date('2026-01-02T03:04:05.678Z') });

test('an answer has its data and its meta', (t) => {
  t.deepEqual(success({ a: 1 }, meta), {
    success: true,
    data: { a: 1 },
    meta: { request_id: 'request-1', timestamp: '2026-01-02T03:04:05.678Z', version: 'v1' },
  });
});

test('an error has its code, its message, its facts as details, and its time', (t) => {
  const error = new DmrvError('NOT_FOUND', { facts: { what: 'credit', id: 'c-1', height: 2n ** 60n } });
  const made = failure({ error, meta });
  t.true(failureSchema.safeParse(made).success);
  t.deepEqual(made.error, {
    code: 'NOT_FOUND',
    message: error.message,
    details: { what: 'credit', id: 'c-1', height: '1152921504606846976' },
    timestamp: meta.timestamp,
  });
});

test('where the database keeps things is not told, only which rule was broken', (t) => {
  const cause = Object.assign(new Error('duplicate key value violates unique constraint'), {
    code: '23505',
    severity: 'ERROR',
    schema: 'core',
    table: 'tenants',
    constraint: 'tenants_slug_key',
    detail: 'Key (slug)=(acme) already exists.',
  });
  const made = failure({ error: fromDatabaseError(cause), meta });
  t.deepEqual(made.error.details, { rule: 'tenants_slug_key' });
  t.notRegex(JSON.stringify(made), /acme|23505/);
});

test('what is wrong with an input is told path by path', (t) => {
  const issues = [{ path: 'body.name', message: 'Too small' }];
  const error = new DmrvError('VALIDATION_FAILED', { facts: { rule: 'body.name' } });
  t.deepEqual(failure({ error, meta, issues }).error.details, { rule: 'body.name', issues });
});

test('an error without facts has no details', (t) => {
  t.false('details' in failure({ error: new DmrvError('UNAUTHENTICATED'), meta }).error);
});
