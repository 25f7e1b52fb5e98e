// Shows that the lists and ranges of the database are exactly those that are meant; leaves trying their values to
// simple-rules.spec.ts.

import test from 'ava';
import { createTestDatabase } from '../support/database.ts';
import { openWorld } from '../support/world.ts';
import { listRules, type Rule } from './catalogue.ts';
import { readSimpleRule, type SimpleRule } from './simple-rules.ts';
import { LISTS, RANGES } from './vocabulary.ts';

test('each list of values and each range of numbers is the one that is meant', async (t) => {
  const database = await createTestDatabase(t);
  const world = openWorld({ url: database.admin_url, log: t.log });
  const rules = await listRules(world.db);
  await world.close();
  const found = rules.flatMap((rule) => {
    const simple = readSimpleRule(rule.definition);
    return simple === undefined ? [] : [{ rule, simple, place: placeOf(rule, simple) }];
  });
  const lists = found.filter(
    ({ rule }) => /= (ANY|')/.test(rule.definition) && !/jsonb_typeof/.test(rule.definition),
  );
  t.deepEqual(
    Object.fromEntries(lists.map(({ place, simple }) => [place, [...simple.accepted].sort()])),
    Object.fromEntries(Object.entries(LISTS).map(([place, values]) => [place, values.split(' ').sort()])),
  );
  const ranges = found.filter(
    ({ rule }) => /[<>]/.test(rule.definition) && !/char_length/.test(rule.definition),
  );
  t.deepEqual(
    Object.fromEntries(ranges.map(({ place, simple }) => [place, describeRange(simple)])),
    Object.fromEntries(
      Object.entries(RANGES).flatMap(([range, places]) => places.map((place) => [place, range])),
    ),
  );
});

function placeOf({ kind, owner }: Rule, { column }: SimpleRule): string {
  return kind === 'domain' ? owner : `${owner}.${column}`;
}

function describeRange({ accepted, refused }: SimpleRule): string {
  const [below, above] = refused;
  const taken = accepted.join(' .. ');
  return above === undefined ? `${below} | ${taken}` : `${below} | ${taken} | ${above}`;
}
