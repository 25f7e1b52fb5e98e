// Shows that an address leads to its page with what it names, and that any other leads to none.

import test from 'ava';
import { findPage, PAGE_PATHS } from './paths.ts';

test('an address leads to its page, with or without a last slash', (t) => {
  for (const { name, path } of PAGE_PATHS.filter((one) => !one.path.includes(':'))) {
    t.is(findPage(path)?.page.name, name);
    t.is(findPage(`${path}/`)?.page.name, name);
  }
});

test('a name in an address is given to its page', (t) => {
  t.like(findPage('/credits/ab12'), { page: { name: 'credit' }, params: { token_id: 'ab12' } });
  t.like(findPage('/certificates/ab12'), { page: { name: 'certificate' }, params: { token_id: 'ab12' } });
});

test('an address that no page has leads to none', (t) => {
  for (const pathname of ['/credits', '/credits/a/b', '/Verify', '/verify/x', '/certificates//']) {
    t.is(findPage(pathname), undefined, pathname);
  }
});
