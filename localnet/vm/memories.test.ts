// Shows that no call sees what a call before it wrote, however that one ended; leaves other rules of memory to run.test.ts.
import test, { type ExecutionContext } from 'ava';
import {
  assemble,
  failed,
  MemoryState,
  parameters,
  testContext,
} from '../../sandbox-tests/support/near-vm.ts';
import { Memories } from './memories.ts';
import { type PreparedContract, prepareContract } from './prepare.ts';
import { runContract } from './run.ts';

const PAGES = { initial: 1_024, maximum: 2_048 };
const BYTES = PAGES.initial * 65_536;
const MOST_TRIES = 1_000;
const IMPORTS = `(import "env" "panic" (func $panic)) (import "env" "input" (func $input (param i64)))
  (import "env" "read_register" (func $read (param i64 i64)))`;
const SOIL = `(memory.fill (i32.const 0) (i32.const 255) (i32.const ${BYTES}))`;

/** Traps where a byte is not zero, or where the memory has not its first size. */
const LOOKER = prepare(`(module (memory 1) (func (export "main") (local $at i32)
  (if (i32.ne (memory.size) (i32.const ${PAGES.initial})) (then (unreachable)))
  (loop $next
    (if (i64.ne (i64.load (local.get $at)) (i64.const 0)) (then (unreachable)))
    (local.set $at (i32.add (local.get $at) (i32.const 8)))
    (br_if $next (i32.lt_u (local.get $at) (i32.const ${BYTES}))))))`);

/** [how a call ends, what the module is besides its imports, how it fails, where a byte is left]. */
const SOILERS: [string, string, string, number][] = [
  ['ends well', `(func (export "main") ${SOIL})`, 'no failure', 0],
  ['traps', `(func (export "main") ${SOIL} (unreachable))`, 'Unreachable', 0],
  ['runs out of gas', `(func (export "main") ${SOIL} (loop $l (br $l)))`, 'GasExceeded', 0],
  ['is ended by the host', `(func (export "main") ${SOIL} (call $panic))`, 'GuestPanic', 0],
  [
    'fills its stack',
    `(func $f (export "main") ${SOIL} (call $g)) (func $g (call $g))`,
    'MemoryAccessViolation',
    0,
  ],
  [
    'reads beyond the end',
    `(func (export "main") ${SOIL} (drop (i32.load (i32.const ${BYTES - 3}))))`,
    'MemoryOutOfBounds',
    0,
  ],
  [
    'writes the last byte alone',
    `(func (export "main") (i32.store8 (i32.const ${BYTES - 1}) (i32.const 1)))`,
    'no failure',
    BYTES - 1,
  ],
  [
    'has the host write the last bytes',
    `(func (export "main") (call $input (i64.const 0)) (call $read (i64.const 0) (i64.const ${BYTES - 7})))`,
    'no failure',
    BYTES - 1,
  ],
  ['begins with data', `(data (i32.const ${BYTES - 1}) "x") (func (export "main"))`, 'no failure', BYTES - 1],
  [
    'has data beyond the end',
    `(data (i32.const 70000) "x") (data (i32.const ${BYTES}) "x") (func (export "main"))`,
    'MemoryOutOfBounds',
    70_000,
  ],
];

for (const [how, text, failure, at] of SOILERS) {
  test(`a call sees zeros only after one that ${how}`, (t) => {
    const { memories, memory } = usedMemories(t);
    t.is(call(prepare(`(module ${IMPORTS} (memory 1) ${text})`), memories), failure);
    t.not(new Uint8Array(memory.buffer)[at], 0, 'the first call has run in this memory and left a byte');
    t.is(call(LOOKER, memories), 'no failure');
    t.is(memories.take(PAGES, false), memory, 'the second call has run in it too');
  });
}

test('a look that finds a byte fails', (t) => {
  const { memories, memory } = usedMemories(t);
  const dirty = new (class extends Memories {
    override take = () => memory;
  })();
  new Uint8Array(memory.buffer)[BYTES - 1] = 1;
  t.is(call(LOOKER, dirty), 'Unreachable');
  t.is(call(LOOKER, memories), 'no failure');
});

test('a memory that grew is dropped, and the contract that grew it gets new ones from then on', (t) => {
  const { memories, memory } = usedMemories(t);
  const grower = prepare(`(module (memory 1) (func (export "main")
    (if (i32.ne (memory.grow (i32.const 1)) (i32.const ${PAGES.initial})) (then (unreachable)))
    (i32.store8 (i32.const ${BYTES + 65_535}) (i32.const 1))))`);
  t.is(call(grower, memories), 'no failure');
  t.is(memory.buffer.byteLength, BYTES + 65_536);
  t.is(call(LOOKER, memories), 'no failure');
  const next = memories.take(PAGES, false);
  t.not(next, memory);
  memories.giveBack(next, PAGES);
  t.is(call(grower, memories), 'no failure');
  t.is(memories.take(PAGES, false), next, 'the one that waits is left to others');
});

test('a memory of another size is not handed out', (t) => {
  const { memories, memory } = usedMemories(t);
  t.not(memories.take({ ...PAGES, maximum: 1_500 }, false), memory);
  t.not(memories.take({ ...PAGES, initial: 1 }, false), memory);
});

/** Memories that have one waiting. The first ones are not kept. */
function usedMemories(t: ExecutionContext): { memories: Memories; memory: WebAssembly.Memory } {
  const memories = new Memories();
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const memory = memories.take(PAGES, false);
    memories.giveBack(memory, PAGES);
    const again = memories.take(PAGES, false);
    memories.giveBack(again, PAGES);
    if (again === memory) return { memories, memory };
  }
  t.fail('no memory is ever kept');
  throw new Error('no memory is ever kept');
}

function prepare(text: string): PreparedContract {
  return prepareContract(assemble(text), parameters);
}

function call(contract: PreparedContract, memories: Memories): string {
  const context = testContext();
  return failed(
    runContract({ contract, method: 'main', context, external: new MemoryState(), parameters, memories }),
  );
}
