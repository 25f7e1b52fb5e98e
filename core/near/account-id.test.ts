// Owns the rules of account ids; leaves their lives on chain to the runtime's tests.
import test from 'ava';
import { accountKind, isAccountId } from './account-id.ts';

test('letters, digits and single separators make an account id', (t) => {
  for (const text of ['aa', 'a-a', '100', 'a_b.c-d.near', 'a'.repeat(64), '0123456789abcdefghij', '1.near']) {
    t.true(isAccountId(text), text);
  }
});

test('too short, too long, upper case, doubled or outer separators and other letters make none', (t) => {
  const wrong = [
    '',
    'a',
    'a'.repeat(65),
    'A.near',
    'a..b',
    '-a',
    'a-',
    'a-_b',
    'a.-b',
    '.near',
    'a@b',
    'a b',
    'ä.near',
    'a\n',
  ];
  for (const text of wrong) t.false(isAccountId(text), JSON.stringify(text));
});

test('implicit and deterministic accounts are told from named ones', (t) => {
  t.is(accountKind('ab'.repeat(32)), 'near_implicit');
  t.is(accountKind(`0x${'ab'.repeat(20)}`), 'eth_implicit');
  t.is(accountKind(`0s${'ab'.repeat(20)}`), 'deterministic');
  t.is(accountKind('ab.near'), 'named');
  t.is(accountKind(`0x${'ab'.repeat(19)}`), 'named');
});
