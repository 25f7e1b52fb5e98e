// Shows that e-mail addresses are found in every dress, that other texts stay as they are, and that no text is slow.

import test from 'ava';
import fc from 'fast-check';
import { chooseSeed, createRandom, SEED_VARIABLE } from '../../sandbox-tests/support/random.ts';
import { isPersonalColumn, REMOVED, removeAddresses } from './personal-data.ts';

const seed_text = chooseSeed();
const seed = createRandom(seed_text).below(2 ** 31);

test.before((t) => t.log(`texts follow from ${SEED_VARIABLE}=${seed_text}`));

const CASES: readonly (readonly [text: string, left: string])[] = [
  ['ann@example.org', REMOVED],
  ['Ann <ann.b+c@mail.example.co.uk>, by mail', `Ann <${REMOVED}>, by mail`],
  ['"ann@example.org"', `"${REMOVED}"`],
  ['mailto:ann@example.org', `mailto:${REMOVED}`],
  ['https://a.example/?m=ann%40example.org', `https:${REMOVED}`],
  ['zoë@bücher.example', REMOVED],
  ['ann＠example.org', REMOVED],
  ['a@b.c;d@e.f|g@h.i', `${REMOVED};${REMOVED}|${REMOVED}`],
  ['ann@localhost', REMOVED],
  ['@acme retired 5 @ 10', '@acme retired 5 @ 10'],
  ["McKinsey & Company's 2025 emissions", "McKinsey & Company's 2025 emissions"],
  ['', ''],
];

for (const [text, left] of CASES)
  test(`"${text}" becomes "${left}"`, (t) => t.is(removeAddresses(text), left));

test('an address in any text is gone, and a text without an at sign stays as it is', (t) => {
  const word = fc.stringMatching(/^[a-z0-9._+-]{1,20}$/);
  fc.assert(
    fc.property(fc.string(), word, word, fc.string(), (before, local, domain, after) => {
      t.false(removeAddresses(`${before} ${local}@${domain}.org ${after}`).includes(`${local}@${domain}`));
      const plain = before.replaceAll(/[@＠﹫%]/g, '');
      t.is(removeAddresses(plain), plain);
    }),
    { numRuns: 300, seed },
  );
});

test('columns of addresses are known by their names', (t) => {
  for (const name of ['Email', 'Account Holder E-Mail', 'contact_email'])
    t.true(isPersonalColumn(name), name);
  for (const name of ['Name', 'Serial Number', 'Retirement Details']) t.false(isPersonalColumn(name), name);
});
