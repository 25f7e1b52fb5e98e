// Shows that docs/contract.md has an example of every method and of every event that is told.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { METHODS } from './methods.ts';

const page = readFileSync(new URL('../../docs/contract.md', import.meta.url), 'utf8');
const types = readFileSync(new URL('./event-types.ts', import.meta.url), 'utf8');
/** Of the vocabulary, and never told. */
const UNTOLD = ['nft_metadata_update', 'contract_metadata_update'];

function blockUnder(title: string): string[] {
  const section = page.split(`## ${title}\n`)[1] ?? '';
  return (section.split('```')[1] ?? '').split('\n').filter((line) => line !== '');
}

test('docs/contract.md has one call of each method, in the order of the list', (t) => {
  const called = blockUnder('Calls by example').map((line) => /^(?:\S+ calls )?(\w+)\(/.exec(line)?.[1]);
  t.deepEqual(called, Object.keys(METHODS));
});

test('docs/contract.md has one example of each event, in the form of its log', (t) => {
  const events = blockUnder('Events by example').map((line) => JSON.parse(line) as Record<string, unknown>);
  const names = [...types.matchAll(/^ {2}(\w+): (?:\{|CreditFlag;|Role\w+;)/gm)].map((match) => match[1]);
  t.deepEqual(
    events.map(({ event }) => event).sort(),
    names.filter((name) => name !== undefined && !UNTOLD.includes(name)).sort(),
  );
  for (const { standard, version, data } of events) {
    t.true(standard === 'dmrv' || standard === 'nep171');
    t.is(version, standard === 'dmrv' ? '1.0.0' : '1.2.0');
    t.true(Array.isArray(data) && data.length > 0);
  }
});
