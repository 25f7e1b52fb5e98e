// Owns what a contract's module must be before anyone deploys it; leaves NEAR's own rules to the localnet, which has them.
import binaryen from 'binaryen';
import { DEFAULT_PROTOCOL_VERSION, LAST_PROTOCOL_VERSION, parametersFor } from '../../localnet/vm/params.ts';
import { prepareContract } from '../../localnet/vm/prepare.ts';

/** More than NEAR asks: a smaller module costs less gas at each call. */
export const MAX_WASM_BYTES = 700_000;
// A deployment is one transaction, which also holds names, a key and a signature.
const MAX_TRANSACTION_BYTES = 1_572_864;
const TRANSACTION_OVERHEAD_BYTES = 1_024;

const FEATURES = binaryen.Features.MutableGlobals | binaryen.Features.SignExt;

export interface ValidateOptions {
  wasm: Uint8Array;
  /** Exactly these are to be callable. */
  methods: readonly string[];
  max_bytes?: number;
}

/** Why the module may not be deployed, one line each; none where it may. */
export function findWasmProblems({ wasm, methods, max_bytes = MAX_WASM_BYTES }: ValidateOptions): string[] {
  // What cannot be read has no exports or features to look at.
  const refusal = findRefusal(wasm);
  if (refusal !== undefined) return [refusal];
  return [
    ...findSizeProblems(wasm, max_bytes),
    ...findExportProblems(wasm, methods),
    ...findFeatureProblems(wasm),
    ...findStartProblems(wasm),
  ];
}

/** By today's rules, and by the newest ones known. */
function findRefusal(wasm: Uint8Array): string | undefined {
  for (const version of [DEFAULT_PROTOCOL_VERSION, LAST_PROTOCOL_VERSION]) {
    const prepared = prepareContract(wasm, parametersFor(version));
    if (prepared.kind === 'refused') return `NEAR refuses it (protocol ${version}): ${prepared.message}`;
    if (prepared.link_error !== null)
      return `NEAR cannot link it (protocol ${version}): ${prepared.link_error}`;
    for (const [name, is_callable] of prepared.methods) {
      if (!is_callable) return `${name} has parameters or a result; a method of NEAR has neither`;
    }
  }
  return undefined;
}

function findSizeProblems(wasm: Uint8Array, max_bytes: number): string[] {
  const limit = Math.min(max_bytes, MAX_TRANSACTION_BYTES - TRANSACTION_OVERHEAD_BYTES);
  return wasm.length > limit ? [`it has ${wasm.length} bytes; ${limit} are allowed`] : [];
}

function findExportProblems(wasm: Uint8Array, methods: readonly string[]): string[] {
  const exports = WebAssembly.Module.exports(new WebAssembly.Module(wasm));
  const wanted = new Map([...methods.map((name) => [name, 'function'] as const), ['memory', 'memory']]);
  const found = new Set(exports.map(({ name }) => name));
  return [
    ...exports
      .filter(({ name, kind }) => wanted.get(name) !== kind)
      .map(({ name, kind }) => `it exports the ${kind} ${name}, which is not on the list of methods`),
    ...[...wanted.keys()].filter((name) => !found.has(name)).map((name) => `it does not export ${name}`),
  ];
}

/** NEAR knows newer features than these; the contract needs none of them, and older nodes and tools know these. */
function findFeatureProblems(wasm: Uint8Array): string[] {
  const module = binaryen.readBinary(wasm);
  try {
    module.setFeatures(FEATURES);
    return module.validate()
      ? []
      : ['it uses more than the core features, sign extension and mutable globals'];
  } finally {
    module.dispose();
  }
}

/** Starting a module puts its data and its functions in place, which fails where they do not fit. */
function findStartProblems(wasm: Uint8Array): string[] {
  const module = new WebAssembly.Module(wasm);
  const stubs = WebAssembly.Module.imports(module).map(({ name }) => [name, () => 0n]);
  try {
    new WebAssembly.Instance(module, { env: Object.fromEntries(stubs) });
    return [];
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    return [`it cannot start: ${error.message}`];
  }
}
