// Shows that two requests are the same when they mean the same, and which idempotency keys are read.

import test from 'ava';
import { hashRequest, readIdempotencyKey } from './idempotency.ts';

const one = { url: '/api/v1/x?a=1', body: { b: 1, a: { d: [1, 2], c: null } } };

test('the order of names in a body makes no difference; everything else does', (t) => {
  const same = { url: one.url, body: { a: { c: null, d: [1, 2] }, b: 1 } };
  t.is(hashRequest(one), hashRequest(same));
  for (const other of [
    { ...one, url: '/api/v1/x?a=2' },
    { ...one, body: { b: 1, a: { d: [2, 1], c: null } } },
    { ...one, body: { b: 1, a: { d: [1, 2] } } },
    { ...one, body: { b: '1', a: { d: [1, 2], c: null } } },
    { ...one, body: undefined },
  ]) {
    t.not(hashRequest(one), hashRequest(other), JSON.stringify(other));
  }
});

test('a request without a body has a hash of its own', (t) => {
  t.regex(hashRequest({ url: '/x', body: undefined }), /^[0-9a-f]{64}$/);
  t.not(hashRequest({ url: '/x', body: undefined }), hashRequest({ url: '/x', body: {} }));
});

test('a key is 1 to 255 visible characters; one that is not is refused and not passed over', (t) => {
  t.is(readIdempotencyKey(undefined), undefined);
  for (const key of ['a', 'a'.repeat(255), '8d1f-~!"']) t.is(readIdempotencyKey(key), key);
  for (const key of ['', 'a b', 'a'.repeat(256), 'ä', 'a\t', ['a', 'b']]) {
    t.like(
      t.throws(() => readIdempotencyKey(key)),
      { code: 'VALIDATION_FAILED' },
    );
  }
});
