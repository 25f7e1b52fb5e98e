// Owns writing the metered module: gas and stack counters, NEAR's memory, canonical NaNs; leaves where to charge to function-body.ts.
import { ByteReader, ByteWriter, PrepareRefusal } from './bytes.ts';
import { type Edit, type FunctionScan, scanFunction } from './function-body.ts';
import { SECTION, type WasmLimits, type WasmModule } from './module.ts';

export interface MeterPrices {
  regular_op: number;
  linear_base: number;
  linear_unit: number;
  max_stack: number;
  memory_pages: { initial: number; max: number };
}

/** Names under which the metered module shows its own parts; methods stand behind a prefix and cannot meet them. */
export const METER_EXPORT = { memory: 'memory', gas: 'gas', stack: 'stack', start: 'start' } as const;
export const METHOD_PREFIX = 'method:';

const FRAME_BYTES = 64;
const EMPTY_BLOCK = 0x40;
const TYPE_CODES = new Map([
  ['i', 0x7f],
  ['I', 0x7e],
  ['f', 0x7d],
  ['F', 0x7c],
  ['R', 0x70],
]);
const OP = {
  unreachable: 0x00,
  block: 0x02,
  end: 0x0b,
  br_if: 0x0d,
  return: 0x0f,
  select: 0x1b,
  if: 0x04,
  else: 0x05,
  local_get: 0x20,
  local_set: 0x21,
  local_tee: 0x22,
  global_get: 0x23,
  global_set: 0x24,
  i64_const: 0x42,
  f32_const: 0x43,
  f64_const: 0x44,
  i64_lt_s: 0x53,
  f32_eq: 0x5b,
  f64_eq: 0x61,
  i64_add: 0x7c,
  i64_sub: 0x7d,
  i64_mul: 0x7e,
  i64_or: 0x84,
  i64_extend_i32_u: 0xad,
} as const;

/**
 * Counters are globals of the module itself, so that no function index moves. A counter that falls below zero leads to
 * an `unreachable`; the host tells from the counters which one it was, and by how much. Each function keeps the gas in
 * a local too and only writes the global: reading it back at each charge made tight loops half as fast.
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
  for (const id of [SECTION.type, SECTION.import, SECTION.function, SECTION.table]) copy(id);
  const { initial, max } = prices.memory_pages;
  output.section(SECTION.memory, new ByteWriter().u32(1).u8(1).u32(initial).u32(max));
  output.section(SECTION.global, writeGlobals(module, prices));
  output.section(SECTION.export, writeExports(module));
  copy(SECTION.element);
  copy(SECTION.data_count);
  if (module.bodies.length > 0) output.section(SECTION.code, writeBodies(module, limits, prices));
  copy(SECTION.data);
  return output.finish().slice();
}

function writeGlobals(module: WasmModule, prices: MeterPrices): ByteWriter {
  const own = module.sections.get(SECTION.global);
  const content = new ByteWriter().u32(module.globals.length + 2);
  if (own !== undefined) {
    const declared = new ByteReader(module.bytes, own.from, own.to);
    declared.u32();
    content.raw(module.bytes, declared.at, own.to);
  }
  content.u8(0x7e, 1, OP.i64_const, 0, OP.end);
  return content.u8(0x7e, 1, OP.i64_const).signed(prices.max_stack).u8(OP.end);
}

function writeExports(module: WasmModule): ByteWriter {
  const methods = module.exports.filter((item) => module.functions[item.function_index]?.signature === '>');
  const content = new ByteWriter().u32(methods.length + (module.start === null ? 3 : 4));
  for (const method of methods)
    content
      .name(METHOD_PREFIX + method.name)
      .u8(0)
      .u32(method.function_index);
  content.name(METER_EXPORT.memory).u8(2).u32(0);
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

interface ExtraLocals {
  types: number[];
  gas: number;
  /** What is left of the stack while the function runs. */
  stack: number;
  count: number;
  nan32: number;
  nan64: number;
}

interface BodyWriter {
  out: ByteWriter;
  gas_global: number;
  stack_global: number;
  /** Locals behind the function's own, only those that its edits need. */
  extra: ExtraLocals;
  stack_charge: number;
  /** Only a function that calls needs to tell others how much stack is left. */
  calls: boolean;
  prices: MeterPrices;
}

function writeBody(options: {
  module: WasmModule;
  index: number;
  scan: FunctionScan;
  prices: MeterPrices;
}): ByteWriter {
  const { module, index, scan, prices } = options;
  const frame = FRAME_BYTES + scan.local_bytes;
  if (frame + scan.operand_bytes > prices.max_stack) {
    return writeUnreachableBody(module, frame + scan.operand_bytes);
  }
  const extra = extraLocals(scan);
  const writer: BodyWriter = {
    out: writeLocals({ module, index, scan, extra }),
    gas_global: module.globals.length,
    stack_global: module.globals.length + 1,
    extra,
    stack_charge: frame + scan.operand_bytes,
    calls: scan.edits.some((edit) => edit.kind === 'after_call'),
    prices,
  };
  const { out } = writer;
  const result = module.functions[module.imports.length + index]?.signature.split('>')[1] ?? '';
  out.u8(
    OP.block,
    EMPTY_BLOCK,
    OP.block,
    result === '' ? EMPTY_BLOCK : (TYPE_CODES.get(result) ?? EMPTY_BLOCK),
  );
  const edits = enterFunction({ writer, entry: Math.ceil(frame / 8) * prices.regular_op, scan });
  let from = scan.code_from;
  for (const edit of edits) {
    out.raw(module.bytes, from, edit.at);
    from = edit.at;
    writeEdit(writer, edit);
  }
  out.raw(module.bytes, from, scan.code_end).u8(OP.end);
  leaveFrame(writer);
  out.u8(OP.return, OP.end, OP.unreachable, OP.end);
  return out;
}

/** A function that the whole stack cannot hold fails wherever it is called; its locals would only burden the engine. */
function writeUnreachableBody(module: WasmModule, stack_charge: number): ByteWriter {
  const stack_global = module.globals.length + 1;
  const out = new ByteWriter().u32(0).u8(OP.global_get).u32(stack_global);
  out.u8(OP.i64_const).signed(stack_charge).u8(OP.i64_sub, OP.global_set).u32(stack_global);
  return out.u8(OP.unreachable, OP.end);
}

function extraLocals(scan: FunctionScan): ExtraLocals {
  const extra: ExtraLocals = { types: [], gas: 0, stack: 0, count: 0, nan32: 0, nan64: 0 };
  const add = (type: number) => scan.local_count + extra.types.push(type) - 1;
  extra.gas = add(0x7e);
  extra.stack = add(0x7e);
  if (scan.edits.some((edit) => edit.kind === 'gas' && edit.point.linear)) extra.count = add(0x7f);
  if (scan.edits.some((edit) => edit.kind === 'nan' && edit.width === 32)) extra.nan32 = add(0x7d);
  if (scan.edits.some((edit) => edit.kind === 'nan' && edit.width === 64)) extra.nan64 = add(0x7c);
  return extra;
}

function writeLocals(options: {
  module: WasmModule;
  index: number;
  scan: FunctionScan;
  extra: ExtraLocals;
}): ByteWriter {
  const { module, index, scan, extra } = options;
  const body = module.bodies[index];
  if (body === undefined) throw new Error(`the module has no function body ${index}`);
  const declared = new ByteReader(module.bytes, body.from, body.to);
  const out = new ByteWriter().u32(declared.u32() + extra.types.length);
  out.raw(module.bytes, declared.at, scan.code_from);
  for (const type of extra.types) out.u8(1, type);
  return out;
}

function writeEdit(writer: BodyWriter, edit: Edit): void {
  if (edit.kind === 'nan') canonicalNan(writer, edit.width);
  else if (edit.kind === 'return') leaveFrame(writer);
  else if (edit.kind === 'after_call') readGas(writer);
  else if (edit.point.linear) chargeLinear(writer, edit.point.operators, edit.depth);
  else chargeGas(writer, edit.point.operators * writer.prices.regular_op, edit.depth);
}

/**
 * Stack, entry and first range are taken with nothing between them, so one check does for all three. Gives the edits
 * that are left.
 */
function enterFunction(options: { writer: BodyWriter; entry: number; scan: FunctionScan }): Edit[] {
  const { writer, entry, scan } = options;
  const { out, stack_global, extra, prices } = writer;
  const [first, ...rest] = scan.edits;
  const joins = first?.kind === 'gas' && first.at === scan.code_from && !first.point.linear;
  const range = joins ? first.point.operators * prices.regular_op : 0;
  out.u8(OP.global_get).u32(stack_global).u8(OP.i64_const).signed(writer.stack_charge).u8(OP.i64_sub);
  out.u8(OP.local_tee).u32(extra.stack);
  out.u8(writer.calls ? OP.global_set : OP.local_set).u32(writer.calls ? stack_global : extra.stack);
  readGas(writer);
  subtractGas(writer, entry + range);
  out.u8(OP.local_get).u32(extra.gas).u8(OP.local_get).u32(extra.stack).u8(OP.i64_or);
  out.u8(OP.i64_const, 0, OP.i64_lt_s, OP.if, EMPTY_BLOCK);
  settleFailedEntry({ writer, entry, range });
  out.u8(OP.unreachable, OP.end);
  return joins ? rest : scan.edits;
}

/** Leaves the counters as they stand where the first of the three fails on NEAR: stack, then entry, then range. */
function settleFailedEntry(options: { writer: BodyWriter; entry: number; range: number }): void {
  const { writer, entry, range } = options;
  const { out, gas_global, stack_global, extra } = writer;
  const gasWithout = (amount: number) =>
    out.u8(OP.local_get).u32(extra.gas).u8(OP.i64_const).signed(amount).u8(OP.i64_add);
  out.u8(OP.local_get).u32(extra.stack).u8(OP.i64_const, 0, OP.i64_lt_s, OP.if, EMPTY_BLOCK);
  out.u8(OP.local_get).u32(extra.stack).u8(OP.global_set).u32(stack_global);
  gasWithout(entry + range)
    .u8(OP.global_set)
    .u32(gas_global);
  out.u8(OP.else);
  gasWithout(range).u8(OP.i64_const, 0, OP.i64_lt_s, OP.if, EMPTY_BLOCK);
  gasWithout(range).u8(OP.global_set).u32(gas_global);
  out.u8(OP.end, OP.end);
}

function leaveFrame(writer: BodyWriter): void {
  const { out, stack_global, extra } = writer;
  if (!writer.calls) return;
  out.u8(OP.local_get).u32(extra.stack).u8(OP.i64_const).signed(writer.stack_charge).u8(OP.i64_add);
  out.u8(OP.global_set).u32(stack_global);
}

function readGas(writer: BodyWriter): void {
  writer.out.u8(OP.global_get).u32(writer.gas_global).u8(OP.local_set).u32(writer.extra.gas);
}

function chargeGas(writer: BodyWriter, amount: number, depth: number): void {
  subtractGas(writer, amount);
  trapBelowZero(writer, depth);
}

function subtractGas(writer: BodyWriter, amount: number): void {
  const { out, gas_global, extra } = writer;
  out.u8(OP.local_get).u32(extra.gas).u8(OP.i64_const).signed(amount).u8(OP.i64_sub);
  out.u8(OP.local_tee).u32(extra.gas).u8(OP.global_set).u32(gas_global);
}

/** The operand that the price grows with is the topmost; it is set aside and put back. */
function chargeLinear(writer: BodyWriter, operators: number, depth: number): void {
  const { out, gas_global, extra, prices } = writer;
  const base = prices.linear_base + operators * prices.regular_op;
  out.u8(OP.local_set).u32(extra.count).u8(OP.local_get).u32(extra.gas);
  out.u8(OP.local_get).u32(extra.count).u8(OP.i64_extend_i32_u);
  out.u8(OP.i64_const).signed(prices.linear_unit).u8(OP.i64_mul, OP.i64_sub);
  out.u8(OP.i64_const).signed(base).u8(OP.i64_sub, OP.local_tee).u32(extra.gas);
  out.u8(OP.global_set).u32(gas_global);
  trapBelowZero(writer, depth);
  out.u8(OP.local_get).u32(extra.count);
}

function trapBelowZero(writer: BodyWriter, depth: number): void {
  writer.out
    .u8(OP.local_get)
    .u32(writer.extra.gas)
    .u8(OP.i64_const, 0, OP.i64_lt_s, OP.br_if)
    .u32(depth + 1);
}

/** Engines differ in the bits of a NaN they make; NEAR's are always those of the positive quiet NaN. */
function canonicalNan(writer: BodyWriter, width: 32 | 64): void {
  const { out } = writer;
  const local = width === 32 ? writer.extra.nan32 : writer.extra.nan64;
  out.u8(OP.local_tee).u32(local);
  if (width === 32) out.u8(OP.f32_const, 0, 0, 0xc0, 0x7f);
  else out.u8(OP.f64_const, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f);
  out.u8(OP.local_get).u32(local).u8(OP.local_get).u32(local);
  out.u8(width === 32 ? OP.f32_eq : OP.f64_eq, OP.select);
}
