// Shows that serial numbers are read and printed without loss, that overlaps are a matter of numbers alone, and that nothing is
// guessed.

import { readFileSync } from 'node:fs';
import test from 'ava';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { chooseSeed, createRandom, SEED_VARIABLE } from '../../sandbox-tests/support/random.ts';
import { REGISTRY_TYPES } from '../schemas/shared.ts';
import { countOf, intersectRanges } from './serial-range.ts';
import {
  canonicalNamespace,
  findGrammar,
  parseSerial,
  printRange,
  printSerial,
  readSerial,
  tonnesOf,
} from './serials.ts';

const RUNS = 300;
const seed_text = chooseSeed();
const seed = createRandom(seed_text).below(2 ** 31);

test.before((t) => t.log(`serials follow from ${SEED_VARIABLE}=${seed_text}`));

const OLD = '19385-941467007-941467431-VCS-VCU-1507-VER-ET-14-1340-01012020-31122020-1';
const NEW = '19902-1139690318-1139925921-VCS-VCU-500-VER-US-3352-01012024-31122024-0';
const ISOMETRIC = 'ISO-1-BSTORE-GBR-F5X7-2024-78177-81177';

type Row = Record<string, string>;

const rows: Row[] = parse(
  readFileSync(new URL('../../sandbox-tests/fixtures/registry/verra-transactions.csv', import.meta.url)),
  { columns: true, bom: true },
);

test('every real row of Verra is printed as it was read, and has as many numbers as its quantity', (t) => {
  t.is(rows.length, 70);
  for (const row of rows) {
    const text = row['Serial Number'] ?? '';
    const serial = parseSerial('verra', text);
    if (serial === undefined) {
      t.fail(text);
      continue;
    }
    t.is(printSerial('verra', serial), text);
    t.is(countOf(serial), BigInt((row['Quantity Issued'] ?? '').replaceAll(',', '')), text);
    t.is(tonnesOf(serial), String(countOf(serial)));
    t.true(Buffer.byteLength(serial.namespace) <= 64, 'fits the contract');
  }
});

test('real rows of one batch share a namespace, and none overlaps another', (t) => {
  const serials = rows.map((row) => parseSerial('verra', row['Serial Number'] ?? ''));
  const of_batch = serials.filter((serial) => serial?.parts.batch === '19298');
  t.is(of_batch.length, 44);
  t.is(new Set(of_batch.map((serial) => serial?.namespace)).size, 1);
  for (const [index, left] of serials.entries()) {
    for (const right of serials.slice(index + 1)) {
      if (left === undefined || right === undefined || left.namespace !== right.namespace) continue;
      t.is(intersectRanges(left, right), undefined);
    }
  }
});

test('the documented serials of both generations and of Isometric are read whole', (t) => {
  const read = (registry: string, text: string) => {
    const { start, end, namespace, unit } = parseSerial(registry, text) ?? t.fail(text);
    return { start, end, namespace, unit };
  };
  t.deepEqual(read('verra', OLD), {
    start: 941467007n,
    end: 941467432n,
    namespace: '19385-VCS-VCU-1507-VER-ET-1340-01012020-31122020-1',
    unit: '1',
  });
  t.deepEqual(read('verra', NEW), {
    start: 1139690318n,
    end: 1139925922n,
    namespace: '19902-VCS-VCU-500-VER-US-3352-01012024-31122024-0',
    unit: '1',
  });
  t.deepEqual(read('isometric', ISOMETRIC), {
    start: 78177n,
    end: 81178n,
    namespace: 'ISO-1-BSTORE-GBR-F5X7-2024',
    unit: '0.001',
  });
  t.is(tonnesOf({ start: 78177n, end: 81178n, unit: '0.001' }), '3.001');
});

test('a block that lost its scope in the migration is the same block', (t) => {
  const before = parseSerial('verra', OLD);
  const after = parseSerial('verra', OLD.replace('-ET-14-', '-ET-'));
  if (before === undefined || after === undefined) return t.fail();
  t.is(before.namespace, after.namespace);
  t.not(printSerial('verra', before), printSerial('verra', after));
  const namespace = '19385-VCS-VCU-1507-VER-ET-14-1340-01012020-31122020-1';
  t.is(canonicalNamespace('verra', namespace), before.namespace);
});

test('any serial of a grammar is printed as it was read, and a part of it reads to the same namespace', (t) => {
  const number = (max: number) => fc.integer({ min: 1, max }).map(String);
  const letters = (least: number, most: number) => fc.stringMatching(new RegExp(`^[A-Z]{${least},${most}}$`));
  const span = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.bigInt({ min: 2n, max: 10n ** 6n }));
  const year = fc.integer({ min: 1990, max: 2099 });
  const verra = fc
    .tuple(
      number(99_999),
      span,
      number(9_999),
      letters(2, 2),
      fc.option(number(16)),
      number(99_999),
      year,
      fc.nat(1),
    )
    .map(([batch, [first, count], kind, country, scope, project, vintage, flag]) => {
      const scoped = scope === null ? '' : `${scope}-`;
      const last = first + count - 1n;
      return `${batch}-${first}-${last}-VCS-VCU-${kind}-VER-${country}-${scoped}${project}-0101${vintage}-3112${vintage}-${flag}`;
    });
  const isometric = fc
    .tuple(number(9), letters(2, 10), letters(3, 3), letters(4, 4), year, span)
    .map(([version, pathway, country, project, vintage, [first, count]]) =>
      ['ISO', version, pathway, country, project, vintage, first, first + count - 1n].join('-'),
    );
  for (const [registry, texts] of Object.entries({ verra, isometric })) {
    fc.assert(
      fc.property(texts, (text) => {
        const serial = parseSerial(registry, text);
        if (serial === undefined) throw new Error(`${text} is not read`);
        t.is(printSerial(registry, serial), text);
        const part = { ...serial, end: serial.start + 1n };
        t.is(parseSerial(registry, printSerial(registry, part) ?? '')?.namespace, serial.namespace);
        const { namespace } = serial;
        t.is(canonicalNamespace(registry, namespace), namespace);
        const printed = printRange(registry, { namespace, range: serial });
        const again = parseSerial(registry, printed ?? '');
        t.is(again?.namespace, namespace);
        t.is(again?.start, serial.start);
        t.is(again?.end, serial.end);
      }),
      { numRuns: RUNS, seed },
    );
  }
});

const NOT_OF_THE_GRAMMAR: readonly (readonly [registry: string, what: string, text: string])[] = [
  ['verra', 'nothing', ''],
  ['verra', 'a blank before it', ` ${OLD}`],
  ['verra', 'a line break behind it', `${OLD}\n`],
  ['verra', 'a range that runs backwards', OLD.replace('941467007-941467431', '941467431-941467007')],
  ['verra', 'a leading zero, which printing would lose', OLD.replace('941467007', '0941467007')],
  ['verra', 'a sign', OLD.replace('941467007', '+941467007')],
  ['verra', 'a thousands separator', OLD.replace('941467007', '941,467,007')],
  ['verra', 'no batch', OLD.replace('19385-', '')],
  ['verra', 'another unit', OLD.replace('VCU', 'CCB')],
  ['verra', 'another register', OLD.replace('-VER-', '-APX-')],
  ['verra', 'a day that the calendar has not', OLD.replace('31122020', '31022020')],
  ['verra', 'a vintage that ends before it begins', OLD.replace('31122020', '31122019')],
  ['verra', 'a flag of its own', OLD.replace(/1$/, '2')],
  ['verra', 'one segment too many', `${OLD}-1`],
  ['verra', 'digits of another script', OLD.replace('1340', '١٣٤٠')],
  ['verra', 'small letters', OLD.toLowerCase()],
  ['verra', 'more digits than a serial has', OLD.replace('941467431', '9'.repeat(21))],
  ['verra', 'the serial of another registry', ISOMETRIC],
  ['isometric', 'the serial of another registry', OLD],
  ['isometric', 'a range that runs backwards', ISOMETRIC.replace('78177-81177', '81177-78177')],
  ['isometric', 'a country of two letters', ISOMETRIC.replace('GBR', 'GB')],
  ['isometric', 'a retirement id', 'ret_1KNSQMD6Z1S0TB50'],
];

for (const [registry, what, text] of NOT_OF_THE_GRAMMAR) {
  test(`no serial of ${registry}: ${what}`, (t) => {
    t.deepEqual(readSerial(registry, text), { outcome: 'not_of_the_grammar' });
  });
}

test('a registry without a grammar says so, whatever the text', (t) => {
  const without = REGISTRY_TYPES.filter((registry) => findGrammar(registry) === undefined);
  t.deepEqual(
    REGISTRY_TYPES.filter((registry) => !without.includes(registry)),
    ['verra', 'isometric'],
  );
  for (const registry of [...without, 'nobody', 'toString']) {
    t.deepEqual(readSerial(registry, OLD), { outcome: 'no_grammar' });
    t.is(canonicalNamespace(registry, 'A namespace'), 'A namespace');
    t.is(printRange(registry, { namespace: 'A', range: { start: 1n, end: 2n } }), undefined);
  }
});

test('a namespace that is none of the grammar stays as it is', (t) => {
  t.is(canonicalNamespace('verra', 'VCS-1-2025'), 'VCS-1-2025');
  t.is(printRange('verra', { namespace: 'VCS-1-2025', range: { start: 1n, end: 2n } }), undefined);
});
