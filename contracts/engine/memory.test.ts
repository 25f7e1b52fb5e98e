// Shows that the engine's own memory functions do what C's do, overlaps and odd lengths included, and that blocks never meet.
import { readFileSync } from 'node:fs';
import { commands, type Tree } from '@yowasp/clang';
import test from 'ava';
import fc from 'fast-check';
import { runTool } from './toolchain.ts';

interface Exports {
  memory: WebAssembly.Memory;
  memcpy(to: number, from: number, count: number): number;
  memmove(to: number, from: number, count: number): number;
  memset(to: number, byte: number, count: number): number;
  memcmp(left: number, right: number, count: number): number;
  strlen(text: number): number;
  malloc(size: number): number;
  calloc(count: number, size: number): number;
  realloc(pointer: number, size: number): number;
  free(pointer: number): void;
  malloc_usable_size(pointer: number): number;
  malloc_wipe_free(): void;
  run_of_ascii(text: number, count: number): number;
  run_of_plain(text: number, count: number): number;
  place_of_text(text: number, count: number, wanted: number, wanted_count: number, from: number): number;
  place_before(text: number, count: number, byte: number, from: number): number;
  decimal(buffer: number, number: bigint): void;
}

const FUNCTIONS = [
  ...['memcpy', 'memmove', 'memset', 'memcmp', 'strlen'],
  ...['malloc', 'calloc', 'realloc', 'free', 'malloc_usable_size', 'malloc_wipe_free'],
  ...['run_of_ascii', 'run_of_plain', 'place_of_text', 'place_before', 'decimal'],
];
// A part of memory that nothing else uses; the heap begins behind the stack.
const FIELD = 1024;
const FIELD_BYTES = 400;
// Enough for every test here but the one that fills it.
const MEMORY_BYTES = 64 * 1024 * 1024;
const COMPILE_LIMIT_MS = 120_000;

const WRAPPERS = `
#include "fast-text.h"
size_t run_of_ascii(const uint8_t *text, size_t count) { return ascii_run(text, count); }
size_t run_of_plain(const uint8_t *text, size_t count) { return plain_run(text, count); }
int place_of_text(const uint8_t *text, int count, const uint8_t *wanted, int wanted_count, int from)
{
  return find_text(text, count, wanted, wanted_count, from);
}
int place_before(const uint8_t *text, int count, uint8_t byte, int from) { return skip_others(text, count, byte, from); }
void decimal(char *buffer, int64_t number) { write_decimal(buffer, number); }
`;

// There is no C library here.
const STRING_H = `
#include <stddef.h>
void *memcpy(void *to, const void *from, size_t count);
void *memset(void *to, int byte, size_t count);
`;

let engine: Exports;

test.before(async (t) => {
  t.timeout(COMPILE_LIMIT_MS);
  engine = new WebAssembly.Instance(new WebAssembly.Module(await compile())).exports as unknown as Exports;
});

const bytes = fc.uint8Array({ minLength: FIELD_BYTES, maxLength: FIELD_BYTES });
const place = fc.nat(100);
const length = fc.nat(290);

for (const name of ['memcpy', 'memmove'] as const) {
  test(`${name} copies exactly so many bytes${name === 'memmove' ? ', also onto themselves' : ''}`, (t) => {
    check(
      fc.property(bytes, place, place, length, (content, to, from, count) => {
        const apart = name === 'memmove' ? to : from < 50 ? 350 : 0;
        const fits = Math.min(count, FIELD_BYTES - Math.max(apart, from), name === 'memmove' ? count : 50);
        const field = fill(content);
        const expected = content.slice().copyWithin(apart, from, from + fits);
        t.is(engine[name](FIELD + apart, FIELD + from, fits), FIELD + apart);
        t.deepEqual(field.slice(), expected);
      }),
    );
  });
}

test('memset fills exactly so many bytes', (t) => {
  check(
    fc.property(bytes, place, length, fc.nat(255), (content, to, count, byte) => {
      const field = fill(content);
      engine.memset(FIELD + to, byte, count);
      t.deepEqual(field.slice(), content.slice().fill(byte, to, to + count));
    }),
  );
});

test('memcmp finds the first byte that differs', (t) => {
  check(
    fc.property(bytes, fc.nat(180), fc.nat(180), fc.nat(255), (content, count, at, byte) => {
      const field = fill(content);
      field.copyWithin(200, 0, 180);
      field[200 + at] = byte;
      const expected = Buffer.compare(field.subarray(0, count), field.subarray(200, 200 + count));
      t.is(Math.sign(engine.memcmp(FIELD, FIELD + 200, count)), expected);
    }),
  );
});

test('strlen finds the first zero', (t) => {
  check(
    fc.property(bytes, place, (content, from) => {
      const field = fill(content);
      field[FIELD_BYTES - 1] = 0;
      t.is(engine.strlen(FIELD + from), field.indexOf(0, from) - from);
    }),
  );
});

// Mostly harmless characters, so that runs are long enough to end in every place.
const letter = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 0x1f, 0x22, 0x5c, 0x7f, 0x80, 0xff) },
);
const text = fc.array(letter, { maxLength: 60 }).map((letters) => Uint8Array.from(letters));

test('a run of plain text ends at the first quote, backslash, control character or byte above ASCII', (t) => {
  check(
    fc.property(text, (content) => {
      fill(content);
      const end = content.findIndex((byte) => byte < 0x20 || byte >= 0x80 || byte === 0x22 || byte === 0x5c);
      t.is(engine.run_of_plain(FIELD, content.length), end === -1 ? content.length : end);
    }),
  );
});

test('a run of ASCII never passes a byte above it, and stops less than eight bytes early', (t) => {
  check(
    fc.property(text, (content) => {
      fill(content);
      const end = content.findIndex((byte) => byte >= 0x80);
      const run = engine.run_of_ascii(FIELD, content.length);
      const most = end === -1 ? content.length : end;
      t.true(run <= most && run > most - 8);
    }),
  );
});

// Two letters only, so that parts of the wanted text stand everywhere.
const binary = (min: number, max: number) =>
  fc
    .array(fc.constantFrom(0x61, 0x62), { minLength: min, maxLength: max })
    .map((letters) => Buffer.from(letters));

test('a text is found where it first stands, from a place on', (t) => {
  check(
    fc.property(binary(0, 200), binary(8, 24), place, fc.boolean(), (content, wanted, from, planted) => {
      if (planted && content.length > wanted.length) wanted.copy(content, content.length - wanted.length);
      const start = Math.min(from, content.length);
      const field = fill(content);
      field.set(wanted, 300);
      const found = engine.place_of_text(FIELD, content.length, FIELD + 300, wanted.length, start);
      t.is(found, content.indexOf(wanted, start));
    }),
  );
});

test('a byte is never skipped', (t) => {
  check(
    fc.property(text, place, fc.constantFrom(0x22, 0x5c, 0x80, 0, 0xff), (content, from, byte) => {
      fill(content);
      const start = Math.min(from, content.length);
      const found = content.indexOf(byte, start);
      const end = found === -1 ? content.length : found;
      const reached = engine.place_before(FIELD, content.length, byte, start);
      t.true(reached >= start && reached <= end && reached > end - 8);
    }),
  );
});

test('whole numbers are written as printf writes them', (t) => {
  const field = fill(new Uint8Array(FIELD_BYTES));
  check(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.nat(63), (number, shift) => {
      for (const value of [number, number >> BigInt(shift)]) {
        engine.decimal(FIELD, value);
        t.is(Buffer.from(field.subarray(0, field.indexOf(0))).toString(), String(value));
      }
    }),
  );
});

test('blocks are aligned, hold what was put there, and never meet', (t) => {
  const step = fc.record({
    what: fc.constantFrom('malloc', 'malloc', 'calloc', 'realloc', 'free'),
    which: fc.nat(1000),
    size: fc.oneof(fc.nat(80), fc.nat(1100), fc.nat(100_000)),
  });
  check(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const live: { at: number; size: number; mark: number }[] = [];
      for (const [mark, { what, which, size }] of steps.entries()) {
        const chosen =
          what === 'realloc' || what === 'free' ? live.splice(which % (live.length || 1), 1)[0] : undefined;
        if (what === 'free') {
          if (chosen !== undefined) engine.free(chosen.at);
          continue;
        }
        const at = allocate(what, chosen?.at ?? 0, size);
        t.is(at % 8, 0);
        t.true(engine.malloc_usable_size(at) >= size);
        const block = memory().subarray(at, at + size);
        if (what === 'calloc') t.true(block.every((byte) => byte === 0));
        const kept = Math.min(chosen?.size ?? 0, size);
        if (chosen !== undefined) t.true(block.subarray(0, kept).every((byte) => byte === chosen.mark));
        block.fill(mark + 1);
        live.push({ at, size, mark: mark + 1 });
      }
      // What one block was filled with, no other has changed.
      for (const { at, size, mark } of live)
        t.true(
          memory()
            .subarray(at, at + size)
            .every((byte) => byte === mark),
        );
      for (const { at } of live) engine.free(at);
    }),
  );
});

test('a block above what memory can hold is refused, and wiping leaves free blocks usable', (t) => {
  t.is(engine.malloc(2 ** 31), 0);
  t.is(engine.malloc(0xffff_fff0), 0);
  t.is(engine.calloc(0x10000, 0x10000), 0);
  const [first, second] = [engine.malloc(40), engine.malloc(40)];
  memory().fill(7, first, first + 40);
  engine.free(first);
  engine.free(second);
  engine.malloc_wipe_free();
  t.true(
    memory()
      .subarray(first + 4, first + 40)
      .every((byte) => byte === 0),
  );
  t.deepEqual([engine.malloc(40), engine.malloc(40)], [second, first]);
});

test('memory grows as far as it may, and a call that finds none left is refused', (t) => {
  const size = 1024 * 1024 - 4;
  const taken: number[] = [];
  for (let at = engine.malloc(size); at !== 0; at = engine.malloc(size)) taken.push(at);
  t.true(taken.length > 32 && engine.memory.buffer.byteLength <= MEMORY_BYTES);
  t.true(taken.every((at) => at + size <= engine.memory.buffer.byteLength));
  t.is(new Set(taken).size, taken.length);
  for (const at of taken) engine.free(at);
  t.is(engine.malloc(size), taken.at(-1) ?? 0);
});

function allocate(what: string, old: number, size: number): number {
  if (what === 'calloc') return engine.calloc(1, size);
  return what === 'realloc' ? engine.realloc(old, size) : engine.malloc(size);
}

function memory(): Uint8Array {
  return new Uint8Array(engine.memory.buffer);
}

function fill(content: Uint8Array): Uint8Array {
  const field = memory().subarray(FIELD, FIELD + FIELD_BYTES);
  field.fill(0);
  field.set(content);
  return field;
}

/** A failing case prints its seed. */
function check(property: fc.IRawProperty<unknown>): void {
  fc.assert(property, { numRuns: 500 });
}

async function compile(): Promise<Uint8Array> {
  const read = (name: string) => readFileSync(new URL(`./c/${name}`, import.meta.url), 'utf8');
  const files: Tree = {
    'memory.c': read('memory.c'),
    'malloc.c': read('malloc.c'),
    'string.h': STRING_H,
    'fast-text.h': read('fast-text.h'),
    'wrappers.c': WRAPPERS,
  };
  const objects: Tree = {};
  for (const unit of ['memory', 'malloc', 'wrappers']) {
    const command = [
      '--target=wasm32',
      '-mcpu=mvp',
      '-O2',
      '-ffreestanding',
      '-I.',
      '-w',
      '-c',
      `${unit}.c`,
      '-o',
      `${unit}.o`,
    ];
    objects[`${unit}.o`] = await runTool(commands.clang, command, files, `${unit}.o`);
  }
  const exported = FUNCTIONS.map((name) => `--export=${name}`);
  const command = [
    '--no-entry',
    '--stack-first',
    `--max-memory=${MEMORY_BYTES}`,
    ...exported,
    ...Object.keys(objects),
    '-o',
    'test.wasm',
  ];
  return runTool(commands['wasm-ld'], command, objects, 'test.wasm');
}
