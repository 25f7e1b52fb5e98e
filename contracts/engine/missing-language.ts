// Owns what of JavaScript the shipped engine leaves out, and finding its use at build time; leaves leaving it out to engine.c and quickjs-changes.ts.
import { MISSING_MATH } from './quickjs-changes.ts';

// Date and Math.random would be constants besides: NEAR has no clock, and chance comes from near.randomSeed.
const GLOBALS = [
  'Date',
  'Proxy',
  'Promise',
  'RegExp',
  'Function',
  'eval',
  'WebAssembly',
  'setTimeout',
  'console',
];
const MEMBERS = [...MISSING_MATH, 'random'].map((name) => `Math.${name}`);
const MARK = '__the_engine_has_no_';

/** For esbuild, which knows a free name from a local one: each use of a missing thing becomes a mark. */
export const MISSING_GLOBALS: Readonly<Record<string, string>> = Object.fromEntries(
  [...GLOBALS, ...MEMBERS].map((name) => [name, MARK + name.replace('.', '_dot_')]),
);

// These make a new expression out of the one they are given, and the compiler of expressions is left out.
const COMPILING_METHODS = /\.(split|matchAll)\(\s*\/(?![/*])/g;

// What esbuild turns async functions into; its own helpers are not marked.
const ASYNC_HELPER = /\b__(async|asyncGenerator|forAwait)\b/;

export function findMissingLanguage(source: string): string[] {
  const marks = new Set([...source.matchAll(new RegExp(`${MARK}(\\w+)`, 'g'))].map(([, name = '']) => name));
  const methods = new Set([...source.matchAll(COMPILING_METHODS)].map(([, name = '']) => name));
  return [
    ...(ASYNC_HELPER.test(source)
      ? ['it has an async function: there is nothing to wait for in a call']
      : []),
    ...[...marks].map((name) => `it uses ${name.replace('_dot_', '.')}, which the engine does not have`),
    ...[...methods].map((name) => `it calls ${name} with an expression, which the engine cannot compile`),
  ];
}
