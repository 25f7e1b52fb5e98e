// Owns the contract's module: an engine with a memory written into it and one export a method; leaves what the memory holds to snapshot.ts.
import binaryen from 'binaryen';
import { NEAR_FEATURES } from './finish-engine.ts';

export interface MemorySegment {
  offset: number;
  data: Uint8Array;
}

export interface ModuleParts {
  engine: Uint8Array;
  /** In the order in which the engine numbers them. */
  methods: readonly string[];
  segments: readonly MemorySegment[];
}

// What NEAR gives to every contract, whatever a module asks for.
const MEMORY_PAGES = { initial: 1024, maximum: 2048 };

export function writeModule({ engine, methods, segments }: ModuleParts): Uint8Array {
  const module = binaryen.readBinary(engine);
  try {
    module.setFeatures(NEAR_FEATURES);
    const call = exportedFunction(module, 'engine_call');
    for (const name of listExports(module)) module.removeExport(name);
    for (const [index, method] of methods.entries()) {
      const thunk = `method:${method}`;
      const body = module.call(call, [module.i32.const(index)], binaryen.none);
      module.addFunction(thunk, binaryen.none, binaryen.none, [], body);
      module.addFunctionExport(thunk, method);
    }
    module.setMemory(
      MEMORY_PAGES.initial,
      MEMORY_PAGES.maximum,
      'memory',
      segments.map(({ offset, data }) => ({ offset: module.i32.const(offset), data, passive: false })),
    );
    // Booting and compiling were needed once; without their exports they are dead.
    module.runPasses(['remove-unused-module-elements']);
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

function exportedFunction(module: binaryen.Module, name: string): string {
  return binaryen.getExportInfo(module.getExport(name)).value;
}

function listExports(module: binaryen.Module): string[] {
  return Array.from(
    { length: module.getNumExports() },
    (_, index) => binaryen.getExportInfo(module.getExportByIndex(index)).name,
  );
}
