// Owns running an engine in Node up to the moment when a call may begin, and what its memory then holds; leaves writing it down to write-module.ts.
import type { EngineKind } from './toolchain.ts';
import type { MemorySegment } from './write-module.ts';

// Closer ranges are one segment: the head of a segment takes eight bytes, and a thousand segments fewer are worth two more.
const MIN_GAP_BYTES = 11;
const PAGE_BYTES = 65_536;
const NEAR_PAGES = 1024;

interface EngineExports {
  memory: WebAssembly.Memory;
  __stack_pointer: WebAssembly.Global;
  engine_room(): number;
  engine_room_bytes(): number;
  engine_load(bytes: number, methods: number): void;
  engine_compile(bytes: number): number;
  engine_boot(): number;
}

/** The bytecode of a JavaScript module, made by the stock engine, whose format every build of the engine reads. */
export function compileBytecode(stock_engine: Uint8Array, source: string): Uint8Array {
  const engine = startEngine(stock_engine);
  const bytes = put(engine, new TextEncoder().encode(`${source}\0`)) - 1;
  const compiled = engine.engine_compile(bytes);
  if (compiled === 0)
    throw new Error('QuickJS cannot compile the bundled contract: look for syntax newer than ES2020');
  const from = engine.engine_room();
  return new Uint8Array(engine.memory.buffer.slice(from, from + compiled));
}

/** What memory holds when a call may begin: booted in the fast engine, only loaded in the stock one. */
export function takeSnapshot(options: {
  engine: Uint8Array;
  kind: EngineKind;
  bytecode: Uint8Array;
  methods: readonly string[];
}): MemorySegment[] {
  const { kind, bytecode, methods } = options;
  const engine = startEngine(options.engine);
  const stack_top = Number(engine.__stack_pointer.value);
  const names = new TextEncoder().encode(methods.map((name) => `${name}\0`).join(''));
  const loaded = put(engine, bytecode, names);
  engine.engine_load(bytecode.length, methods.length);
  if (kind === 'fast') {
    const bound = engine.engine_boot();
    if (bound !== methods.length)
      throw new Error(`the contract exports ${methods[bound]}, which is no function`);
    new Uint8Array(engine.memory.buffer).fill(0, 0, stack_top);
    const room = engine.engine_room();
    new Uint8Array(engine.memory.buffer).fill(0, room, room + loaded);
  }
  if (Number(engine.__stack_pointer.value) !== stack_top)
    throw new Error('the engine did not give its stack back');
  return findSegments(new Uint8Array(engine.memory.buffer));
}

function startEngine(bytes: Uint8Array): EngineExports {
  const module = new WebAssembly.Module(bytes);
  const env = Object.fromEntries(
    WebAssembly.Module.imports(module).map(({ name }) => [name, () => refuse(name)]),
  );
  const { exports } = new WebAssembly.Instance(module, { env });
  const engine = exports as unknown as EngineExports;
  // As much as NEAR gives, so that the engine's end of memory is the one it will have there.
  engine.memory.grow(NEAR_PAGES - engine.memory.buffer.byteLength / PAGE_BYTES);
  return engine;
}

function refuse(name: string): never {
  throw new Error(
    `the contract's module calls ${name} while it is loaded, before any method runs: move that call into a method`,
  );
}

/** Puts the parts one behind another into the engine's room; returns how many bytes they took. */
function put(engine: EngineExports, ...parts: Uint8Array[]): number {
  const room = new Uint8Array(engine.memory.buffer, engine.engine_room(), engine.engine_room_bytes());
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  if (total > room.length)
    throw new Error(`the contract has ${total} bytes; the engine has room for ${room.length}`);
  let at = 0;
  for (const part of parts) {
    room.set(part, at);
    at += part.length;
  }
  return total;
}

function findSegments(memory: Uint8Array): MemorySegment[] {
  const words = new Uint32Array(memory.buffer);
  const segments: MemorySegment[] = [];
  let from = -1;
  let last = 0;
  const close = () => {
    if (from !== -1) segments.push({ offset: from, data: memory.slice(from, last + 1) });
  };
  for (let word = 0; word < words.length; word++) {
    if (words[word] === 0) continue;
    for (let at = word * 4; at < word * 4 + 4; at++) {
      if (memory[at] === 0) continue;
      if (from === -1 || at - last > MIN_GAP_BYTES) {
        close();
        from = at;
      }
      last = at;
    }
  }
  close();
  return segments;
}
