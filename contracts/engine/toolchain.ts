// Owns turning the engine's C sources into a raw wasm file, with clang and lld from npm; leaves mending that file to finish-engine.ts.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, commands, Exit, runLLVM, type Tree } from '@yowasp/clang';
import { changeLibbf, changeLibregexp, changeQuickjs } from './quickjs-changes.ts';

/** `fast` is what is shipped; `stock` is what near-sdk-js would ship, and has the compiler of JavaScript. */
export type EngineKind = 'fast' | 'stock';

export interface EngineSources {
  /** The files that clang sees; no path of this machine is among their names. */
  files: Tree;
  kind: EngineKind;
}

const SOURCES = fileURLToPath(new URL('./c/', import.meta.url));
export const PACKAGES = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const SDK_C = join(PACKAGES, 'near-sdk-js', 'builder');
// Version 0.6.0 of near-sdk-js carries QuickJS and the C library as sources; later ones download them.
const DEPS = join(PACKAGES, 'near-sdk-js-sources', 'lib', 'cli', 'deps');
const SYSROOT = join(DEPS, 'wasi-sdk', 'share', 'wasi-sysroot');
const BUILTINS = join(DEPS, 'wasi-sdk', 'lib', 'clang', '10.0.0', 'lib', 'wasi');

interface Unit {
  path: string;
  /** How the shipped engine compiles it; near-sdk-js compiles everything for size. */
  optimisation: '-O2' | '-Oz';
  /** Its share of the time that a build takes, for the estimate. */
  share: number;
}

// quickjs.c and libregexp.c mark themselves what is compiled for size after all: see quickjs-changes.ts.
const STOCK_UNITS: readonly Unit[] = [
  { path: 'engine/engine.c', optimisation: '-Oz', share: 0.05 },
  { path: 'quickjs/quickjs.c', optimisation: '-O2', share: 0.4 },
  { path: 'quickjs/libregexp.c', optimisation: '-O2', share: 0.02 },
  { path: 'quickjs/libunicode.c', optimisation: '-Oz', share: 0.02 },
  { path: 'quickjs/cutils.c', optimisation: '-O2', share: 0.01 },
  { path: 'quickjs/quickjs-libc-min.c', optimisation: '-Oz', share: 0.01 },
  { path: 'quickjs/libbf.c', optimisation: '-Oz', share: 0.05 },
];
const FAST_UNITS: readonly Unit[] = [
  ...STOCK_UNITS,
  { path: 'engine/malloc.c', optimisation: '-O2', share: 0.01 },
  { path: 'engine/memory.c', optimisation: '-O2', share: 0.01 },
];
const UNITS: Readonly<Record<EngineKind, readonly Unit[]>> = { stock: STOCK_UNITS, fast: FAST_UNITS };

// NEAR's core features. A C library with newer ones would bring them in, so that it is the SDK's own that is linked.
const TARGET = ['--target=wasm32-wasi', '--sysroot=/sysroot', '-mcpu=mvp', '-msign-ext', '-mmutable-globals'];
const STACK_BYTES = 262_144;

/** The sources and the flags; whoever caches a result hashes what this returns. */
export function readEngineSources(kind: EngineKind): EngineSources {
  return {
    kind,
    files: {
      engine: {
        ...readFolder(SOURCES, kind === 'stock' ? /^engine\.c$/ : /\.[ch]$/),
        'builder.c': readBuilder(kind),
        'code.h': '',
        'methods.h': '',
        'config.h': CONFIG,
      },
      quickjs: readQuickjs(kind),
      sysroot: {
        include: readFolder(join(SYSROOT, 'include'), /\.h$/),
        lib: {
          ...readFolder(join(SYSROOT, 'lib', 'wasm32-wasi'), /^lib[cm]\.a$/),
          ...readFolder(BUILTINS, /^libclang_rt\.builtins-wasm32\.a$/),
        },
      },
    },
  };
}

// The SDK's own folders are not here, and clang does not see the machine's.
const OWN_FOLDERS = '../node_modules/near-sdk-js/lib/cli/deps/quickjs/';
// The class is looked up by its name wherever bytes come back from NEAR; the shipped engine keeps it at hand.
const UINT8_ARRAY = 'JS_GetPropertyStr(ctx, JS_GetGlobalObject(ctx), "Uint8Array")';

function readBuilder(kind: EngineKind): string {
  const text = readFileSync(join(SDK_C, 'builder.c'), 'utf8');
  for (const [part, times] of [
    [OWN_FOLDERS, 2],
    [UINT8_ARRAY, 3],
  ] as const) {
    const found = text.split(part).length - 1;
    if (found !== times)
      throw new Error(`builder.c has ${found} times, not ${times}: ${part}. Its version changed.`);
  }
  const moved = text.replaceAll(OWN_FOLDERS, '');
  return kind === 'stock' ? moved : moved.replaceAll(UINT8_ARRAY, 'uint8_array');
}

function readQuickjs(kind: EngineKind): Tree {
  const files = readFolder(join(DEPS, 'quickjs'), /\.[ch]$/);
  if (kind === 'stock') return files;
  const read = (name: string) => readFileSync(join(DEPS, 'quickjs', name), 'utf8');
  return {
    ...files,
    'quickjs.c': changeQuickjs(read('quickjs.c')),
    'libregexp.c': changeLibregexp(read('libregexp.c')),
    'libbf.c': changeLibbf(read('libbf.c')),
  };
}

// As near-sdk-js gives them on its command line.
const CONFIG = '#define _GNU_SOURCE\n#define CONFIG_VERSION "2021-03-27"\n#define CONFIG_BIGNUM\n';

function compilerArguments(kind: EngineKind, unit: Unit): string[] {
  return [
    ...TARGET,
    kind === 'stock' ? '-Oz' : unit.optimisation,
    '-flto',
    '-w',
    ...(kind === 'stock' ? ['-DENGINE_STOCK'] : []),
    '-include',
    'engine/config.h',
    '-Iquickjs',
    '-Iengine',
    '-c',
  ];
}

function linkerArguments(kind: EngineKind): string[] {
  return [
    '--no-entry',
    '--allow-undefined',
    '-z',
    `stack-size=${STACK_BYTES}`,
    // Below the data, an overflowing stack traps; above it, as near-sdk-js has it, it would write over the data.
    kind === 'stock' ? '--no-stack-first' : '--stack-first',
    '--lto-O3',
    '--strip-all',
    '--export=__stack_pointer',
    '--export=__heap_base',
  ];
}

/** Every word of every command line: with the sources, all that decides what comes out. */
export function allArguments(kind: EngineKind): string[][] {
  return [...UNITS[kind].map((unit) => [...compilerArguments(kind, unit), unit.path]), linkerArguments(kind)];
}

/** Compiles each unit and links them; `onUnit` hears of each unit before its turn, and of the link last. */
export async function compileEngine(
  { files, kind }: EngineSources,
  onUnit: (unit: string, share_done: number) => void,
): Promise<Uint8Array> {
  const objects: Tree = {};
  let done = 0;
  for (const unit of UNITS[kind]) {
    onUnit(unit.path, done);
    const object = `${unit.path.replaceAll(/\W/g, '-')}.o`;
    const command = [...compilerArguments(kind, unit), unit.path, '-o', object];
    objects[object] = await runTool(commands.clang, command, files, object);
    done += unit.share;
  }
  onUnit('the link', done);
  const libraries = ['libc.a', 'libm.a', 'libclang_rt.builtins-wasm32.a'].map(
    (name) => `sysroot/lib/${name}`,
  );
  return runTool(
    commands['wasm-ld'],
    [...linkerArguments(kind), ...Object.keys(objects), ...libraries, '-o', 'engine.wasm'],
    { ...files, ...objects },
    'engine.wasm',
  );
}

let ready: Promise<unknown> | undefined;

/** Only the first start reads the tool from the disk, and only so without saying it on the terminal. */
async function readTool(): Promise<void> {
  await runLLVM(['clang', '--version'], {}, { stdout: null, stderr: null, fetchProgress: () => undefined });
}

/** Runs a tool over files in memory and gives back the one it was to make; what it said is in the error. */
export async function runTool(
  run: Command,
  command: string[],
  files: Tree,
  result: string,
): Promise<Uint8Array> {
  ready ??= readTool();
  await ready;
  let said = '';
  const options = {
    stdout: null,
    stderr: (bytes: Uint8Array | null) => {
      if (bytes !== null) said += new TextDecoder().decode(bytes);
    },
    decodeASCII: false,
  };
  try {
    const made = (await run(command, files, options))?.[result];
    if (made instanceof Uint8Array) return made;
    throw new Error(`${command.join(' ')} ended well, but wrote no ${result}`);
  } catch (error) {
    // The tool's own error holds every file it saw, which nobody wants to read.
    if (error instanceof Exit) throw new Error(`${command.join(' ')} failed:\n${said}`);
    throw error;
  }
}

function readFolder(folder: string, wanted = /./): Tree {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return Object.fromEntries(
    entries
      .filter((entry) => (entry.isDirectory() ? entry.name !== 'c++' : wanted.test(entry.name)))
      .map((entry) => {
        const path = join(folder, entry.name);
        return [
          entry.name,
          entry.isDirectory() ? readFolder(path, wanted) : new Uint8Array(readFileSync(path)),
        ];
      }),
  );
}
