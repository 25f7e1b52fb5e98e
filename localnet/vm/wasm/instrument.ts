// Owns writing the metered module: its counters, exports and imported memory, and limits over all functions; leaves function bodies to metered-body.ts.
import { ByteReader, ByteWriter, PrepareRefusal } from './bytes.ts';
import { type FunctionScan, scanFunction } from './function-body.ts';
import { type BodyPrices, writeBody } from './metered-body.ts';
import { SECTION, type WasmLimits, type WasmModule } from './module.ts';

export interface MeterPrices extends BodyPrices {
  memory_pages: { initial: number; max: number };
}

/** Names under which the metered module shows its own parts; methods stand behind a prefix and cannot meet them. */
export const METER_EXPORT = { gas: 'gas', stack: 'stack', start: 'start' } as const;
export const METHOD_PREFIX = 'method:';
/** A contract's own imports are all of "env", so that this one meets none of them. */
export const MEMORY_IMPORT = { module: 'meter', name: 'memory' } as const;

const I32 = 0x7f;
const MUTABLE = 1;
const I32_CONST = 0x41;
const END = 0x0b;

/**
 * Counters are globals of the module itself, so that no function index moves. One that falls below zero leads to an
 * `unreachable`; the host tells from the counters which one it was, and by how much. The memory is imported, so that it
 * can outlive the call. What is declared about memory in the module does not count: NEAR's is always of one size.
 */
export function instrumentModule(module: WasmModule, limits: WasmLimits, prices: MeterPrices): Uint8Array {
  const output = new ByteWriter().raw(module.bytes, 0, 8);
  const copy = (id: number) => {
    const range = module.sections.get(id);
    if (range !== undefined) {
      output
        .u8(id)
        .u32(range.to - range.from)
        .raw(module.bytes, range.from, range.to);
    }
  };
  copy(SECTION.type);
  output.section(SECTION.import, writeImports(module, prices));
  copy(SECTION.function);
  copy(SECTION.table);
  output.section(SECTION.global, writeGlobals(module));
  output.section(SECTION.export, writeExports(module));
  copy(SECTION.element);
  copy(SECTION.data_count);
  if (module.bodies.length > 0) output.section(SECTION.code, writeBodies(module, limits, prices));
  copy(SECTION.data);
  return output.finish().slice();
}

function writeImports(module: WasmModule, { memory_pages }: MeterPrices): ByteWriter {
  const content = withOwnItems(module, SECTION.import, module.imports.length + 1);
  content.name(MEMORY_IMPORT.module).name(MEMORY_IMPORT.name);
  return content.u8(2, 1).u32(memory_pages.initial).u32(memory_pages.max);
}

function writeGlobals(module: WasmModule): ByteWriter {
  const content = withOwnItems(module, SECTION.global, module.globals.length + 2);
  for (let counter = 0; counter < 2; counter++) content.u8(I32, MUTABLE, I32_CONST, 0, END);
  return content;
}

/** A section of so many items that begins with those the contract declares. */
function withOwnItems(module: WasmModule, id: number, count: number): ByteWriter {
  const content = new ByteWriter().u32(count);
  const own = module.sections.get(id);
  if (own === undefined) return content;
  const declared = new ByteReader(module.bytes, own.from, own.to);
  declared.u32();
  return content.raw(module.bytes, declared.at, own.to);
}

function writeExports(module: WasmModule): ByteWriter {
  const methods = module.exports.filter((item) => module.functions[item.function_index]?.signature === '>');
  const content = new ByteWriter().u32(methods.length + (module.start === null ? 2 : 3));
  for (const method of methods)
    content
      .name(METHOD_PREFIX + method.name)
      .u8(0)
      .u32(method.function_index);
  content.name(METER_EXPORT.gas).u8(3).u32(module.globals.length);
  content
    .name(METER_EXPORT.stack)
    .u8(3)
    .u32(module.globals.length + 1);
  // The start function runs only once gas is there to pay for it.
  if (module.start !== null) content.name(METER_EXPORT.start).u8(0).u32(module.start);
  return content;
}

function writeBodies(module: WasmModule, limits: WasmLimits, prices: MeterPrices): ByteWriter {
  const content = new ByteWriter().u32(module.bodies.length);
  const totals = { blocks: 0, locals: 0 };
  for (const index of module.bodies.keys()) {
    const scan = scanFunction(module, index);
    countAgainstLimits({ scan, limits, totals, index, module });
    const body = writeBody({ module, index, scan, prices });
    content.u32(body.length).raw(body.finish());
  }
  return content;
}

function countAgainstLimits(options: {
  scan: FunctionScan;
  limits: WasmLimits;
  totals: { blocks: number; locals: number };
  index: number;
  module: WasmModule;
}): void {
  const { scan, limits, totals, index, module } = options;
  const params = module.functions[module.imports.length + index]?.params.length ?? 0;
  totals.blocks += scan.blocks;
  totals.locals += scan.local_count - params;
  if (totals.locals > limits.max_locals) {
    throw new PrepareRefusal('TooManyLocals', `more than ${limits.max_locals} locals in all`);
  }
  if (limits.max_locals_ratio !== null && totals.locals * limits.max_locals_ratio > module.bytes.length) {
    throw new PrepareRefusal('TooManyLocals', `${totals.locals} locals in ${module.bytes.length} bytes`);
  }
  if (scan.operand_bytes > limits.max_operand_stack) {
    throw new PrepareRefusal(
      'OperandStackTooLarge',
      `function ${index} needs ${scan.operand_bytes} operand bytes`,
    );
  }
  if (scan.blocks > limits.max_blocks_per_function) {
    throw new PrepareRefusal('TooManyBlocksPerFunction', `function ${index} has ${scan.blocks} blocks`);
  }
  if (totals.blocks > limits.max_blocks) {
    throw new PrepareRefusal('TooManyBlocksPerContract', `more than ${limits.max_blocks} blocks in all`);
  }
}
