// Shows how a key is written, that it is known by its hash alone, and which headers hold one.

import test from 'ava';
import { hashToken, makeToken, readAuthorization } from './token.ts';

test('a key says whose it is, shows eight characters and hides 256 bits', (t) => {
  for (const [kind, letter] of [
    ['tenant', 't'],
    ['operator', 'p'],
    ['registry', 'r'],
    ['holder', 'h'],
  ] as const) {
    const { token, prefix, hash } = makeToken(kind);
    t.regex(prefix, new RegExp(`^dmrv_${letter}_[a-z2-9]{8}$`));
    t.true(token.startsWith(`${prefix}_`));
    t.regex(token.slice(prefix.length + 1), /^[1-9A-HJ-NP-Za-km-z]{40,48}$/);
    t.is(hash, hashToken(token));
    t.regex(hash, /^[0-9a-f]{64}$/);
  }
  t.not(makeToken('tenant').token, makeToken('tenant').token);
});

test('every key that is made is read again', (t) => {
  for (let index = 0; index < 200; index++) {
    const { token } = makeToken('tenant');
    t.deepEqual(readAuthorization(`Bearer ${token}`), { token });
  }
});

test('a header that holds no key is malformed, and none is none', (t) => {
  t.is(readAuthorization(undefined), 'none');
  const { token } = makeToken('tenant');
  t.deepEqual(readAuthorization(`bearer ${token}`), { token });
  for (const header of [
    '',
    'Bearer',
    'Bearer ',
    token,
    `Basic ${token}`,
    `Bearer  ${token}`,
    `Bearer ${token} `,
    `Bearer ${token}x${'x'.repeat(100)}`,
    `Bearer ${token.replace('dmrv_t', 'dmrv_x')}`,
    `Bearer ${token.toUpperCase()}`,
    `Bearer ${token}\n`,
  ]) {
    t.is(readAuthorization(header), 'malformed', JSON.stringify(header));
  }
});
