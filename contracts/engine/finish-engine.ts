// Owns mending the linked engine for NEAR: no wasi imports, shortest encodings, fewer operations; leaves the contract's code and memory to write-module.ts.
import binaryen from 'binaryen';
import type { EngineKind } from './toolchain.ts';

export const NEAR_FEATURES = binaryen.Features.MutableGlobals | binaryen.Features.SignExt;

// What wasi answers where a capability is missing. NEAR has no files, clock or environment.
const NOT_CAPABLE = 76;
const WASI = 'wasi_snapshot_preview1';

export function finishEngine(linked: Uint8Array, kind: EngineKind): Uint8Array {
  const module = binaryen.readBinary(linked);
  try {
    module.setFeatures(NEAR_FEATURES);
    for (const item of listImports(module)) if (item.module === WASI) stub(module, item);
    if (kind === 'fast') {
      binaryen.setOptimizeLevel(3);
      binaryen.setShrinkLevel(0);
      module.optimize();
    }
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

function listImports(module: binaryen.Module): binaryen.FunctionInfo[] {
  return Array.from({ length: module.getNumFunctions() }, (_, index) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(index)),
  ).filter(({ module: from }) => from !== '');
}

/** The clock stands at zero, the program cannot exit, and nothing else is there. */
function stub(module: binaryen.Module, { name, base, params, results }: binaryen.FunctionInfo): void {
  const { i32, i64 } = module;
  const body =
    base === 'clock_time_get'
      ? module.block(null, [i64.store(0, 8, module.local.get(2, binaryen.i32), i64.const(0n)), i32.const(0)])
      : results === binaryen.i32
        ? i32.const(NOT_CAPABLE)
        : module.unreachable();
  module.removeFunction(name);
  module.addFunction(name, params, results, [], body);
}
