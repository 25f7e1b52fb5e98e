// Shows that a contract id is found wherever the pieces in which bytes come are cut.
import test from 'ava';
import fc from 'fast-check';
import { needlesOf, Scanner } from './scan.ts';

const found = (pieces: readonly Buffer[], ids: readonly string[]): boolean => {
  const scanner = new Scanner(needlesOf(ids));
  for (const piece of pieces) scanner.push(piece);
  return scanner.found;
};

test('an id is found across any cuts, and only where it stands', (t) => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '"'), maxLength: 40 });
  const ids = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 3,
  });
  const cuts = fc.array(fc.nat(40), { maxLength: 12 });
  fc.assert(
    fc.property(letters, ids, cuts, (text, contract_ids, places) => {
      const bytes = Buffer.from(text, 'latin1');
      const at = [0, ...places.filter((place) => place <= bytes.length), bytes.length].sort((a, b) => a - b);
      const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
      t.is(
        found(pieces, contract_ids),
        contract_ids.some((id) => text.includes(id)),
      );
    }),
  );
});

test('an id that comes letter by letter is found', (t) => {
  t.true(
    found(
      [...'{"a":"dmrv.near"}'].map((letter) => Buffer.from(letter)),
      ['other.near', 'dmrv.near'],
    ),
  );
  t.false(
    found(
      [...'{"a":"dmrv.nea"}'].map((letter) => Buffer.from(letter)),
      ['dmrv.near'],
    ),
  );
});

test('no contract at all is refused', (t) => {
  t.throws(() => needlesOf([]), { message: /Name at least one/ });
});
