// Owns writing one metered function body: charges, stack, canonical NaNs; leaves where to charge to function-body.ts.
import { ByteReader, ByteWriter } from './bytes.ts';
import type { Edit, FunctionScan } from './function-body.ts';
import type { WasmModule } from './module.ts';

/** Gas is counted in regular operators: every price inside a module is a whole number of them. */
export interface BodyPrices {
  linear_base: number;
  linear_unit: number;
  max_stack: number;
}

const FRAME_BYTES = 64;
const FRAME_STEP = 8;
const EMPTY_BLOCK = 0x40;
const I32 = 0x7f;
const I64 = 0x7e;
const F32 = 0x7d;
const F64 = 0x7c;
const TYPE_CODES = new Map([
  ['i', I32],
  ['I', I64],
  ['f', F32],
  ['F', F64],
  ['R', 0x70],
]);
/** The gas counter stays here where a charge goes beyond: that is more than a call can ever have. */
const LOWEST_COUNT = -(2 ** 31);
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
  i32_const: 0x41,
  i64_const: 0x42,
  f32_const: 0x43,
  f64_const: 0x44,
  i32_lt_s: 0x48,
  i64_gt_s: 0x55,
  f32_eq: 0x5b,
  f64_eq: 0x61,
  i32_add: 0x6a,
  i32_sub: 0x6b,
  i32_or: 0x72,
  i64_sub: 0x7d,
  i64_mul: 0x7e,
  i32_wrap_i64: 0xa7,
  i64_extend_i32_u: 0xad,
} as const;

/** Locals behind the function's own, only those that its edits need. */
interface ExtraLocals {
  types: number[];
  gas: number;
  /** What is left of the stack while the function runs. */
  stack: number;
  count: number;
  wide: number;
  nan32: number;
  nan64: number;
}

interface BodyWriter {
  out: ByteWriter;
  gas_global: number;
  stack_global: number;
  extra: ExtraLocals;
  stack_charge: number;
  prices: BodyPrices;
}

/**
 * Both counters live in globals of 32 bits; each function keeps them in locals too. Of the stack the global says what
 * the function called next may use: a caller writes it before each call, so nobody has to give anything back. Of gas it
 * says what is left: it is written at each charge and read again behind each call, as reading it back at each charge
 * made tight loops half as fast.
 */
export function writeBody(options: {
  module: WasmModule;
  index: number;
  scan: FunctionScan;
  prices: BodyPrices;
}): ByteWriter {
  const { module, index, scan, prices } = options;
  const frame = FRAME_BYTES + scan.local_bytes;
  const stack_charge = frame + scan.operand_bytes;
  if (stack_charge > prices.max_stack) return writeUnreachableBody(module, stack_charge);
  const extra = extraLocals(scan);
  const writer: BodyWriter = {
    out: writeLocals({ module, index, scan, extra }),
    gas_global: module.globals.length,
    stack_global: module.globals.length + 1,
    extra,
    stack_charge,
    prices,
  };
  const { out } = writer;
  const result = module.functions[module.imports.length + index]?.signature.split('>')[1] ?? '';
  const type = result === '' ? EMPTY_BLOCK : (TYPE_CODES.get(result) ?? EMPTY_BLOCK);
  // The outer block leads to the trap, the inner one stands for the function.
  out.u8(OP.block, EMPTY_BLOCK, OP.block, type);
  const edits = enterFunction({ writer, entry: Math.ceil(frame / FRAME_STEP), scan });
  let from = scan.code_from;
  for (const edit of edits) {
    out.raw(module.bytes, from, edit.at);
    from = edit.at;
    writeEdit(writer, edit);
  }
  out.raw(module.bytes, from, scan.code_end).u8(OP.end);
  return out.u8(OP.return, OP.end, OP.unreachable, OP.end);
}

/** A function that the whole stack cannot hold fails wherever it is called; its locals would only burden the engine. */
function writeUnreachableBody(module: WasmModule, stack_charge: number): ByteWriter {
  const stack_global = module.globals.length + 1;
  const out = new ByteWriter().u32(0).u8(OP.global_get).u32(stack_global);
  out.u8(OP.i32_const).signed(stack_charge).u8(OP.i32_sub, OP.global_set).u32(stack_global);
  return out.u8(OP.unreachable, OP.end);
}

function extraLocals(scan: FunctionScan): ExtraLocals {
  const extra: ExtraLocals = { types: [], gas: 0, stack: 0, count: 0, wide: 0, nan32: 0, nan64: 0 };
  const add = (type: number) => scan.local_count + extra.types.push(type) - 1;
  extra.gas = add(I32);
  extra.stack = add(I32);
  if (scan.edits.some((edit) => edit.kind === 'gas' && edit.point.linear)) {
    extra.count = add(I32);
    extra.wide = add(I64);
  }
  if (scan.edits.some((edit) => edit.kind === 'nan' && edit.width === 32)) extra.nan32 = add(F32);
  if (scan.edits.some((edit) => edit.kind === 'nan' && edit.width === 64)) extra.nan64 = add(F64);
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
  else if (edit.kind === 'before_call') lendStack(writer);
  else if (edit.kind === 'after_call') readGas(writer);
  else if (edit.point.linear) chargeLinear(writer, edit.point.operators, edit.depth);
  else chargeGas(writer, edit.point.operators, edit.depth);
}

/**
 * Stack, entry and first range are taken with nothing between them, so one check does for all three. Gives the edits
 * that are left.
 */
function enterFunction(options: { writer: BodyWriter; entry: number; scan: FunctionScan }): Edit[] {
  const { writer, entry, scan } = options;
  const { out, stack_global, extra } = writer;
  const [first, ...rest] = scan.edits;
  const joins = first?.kind === 'gas' && first.at === scan.code_from && !first.point.linear;
  const range = joins ? first.point.operators : 0;
  out.u8(OP.global_get).u32(stack_global).u8(OP.i32_const).signed(writer.stack_charge).u8(OP.i32_sub);
  out.u8(OP.local_set).u32(extra.stack);
  readGas(writer);
  subtractGas(writer, entry + range);
  out.u8(OP.local_get).u32(extra.gas).u8(OP.local_get).u32(extra.stack).u8(OP.i32_or);
  out.u8(OP.i32_const, 0, OP.i32_lt_s, OP.if, EMPTY_BLOCK);
  settleFailedEntry({ writer, entry, range });
  out.u8(OP.unreachable, OP.end);
  return joins ? rest : scan.edits;
}

/** Leaves the counters as they stand where the first of the three fails on NEAR: stack, then entry, then range. */
function settleFailedEntry(options: { writer: BodyWriter; entry: number; range: number }): void {
  const { writer, entry, range } = options;
  const { out, gas_global, extra } = writer;
  const gasWithout = (amount: number) =>
    out.u8(OP.local_get).u32(extra.gas).u8(OP.i32_const).signed(amount).u8(OP.i32_add);
  out.u8(OP.local_get).u32(extra.stack).u8(OP.i32_const, 0, OP.i32_lt_s, OP.if, EMPTY_BLOCK);
  lendStack(writer);
  gasWithout(entry + range)
    .u8(OP.global_set)
    .u32(gas_global);
  out.u8(OP.else);
  gasWithout(range).u8(OP.i32_const, 0, OP.i32_lt_s, OP.if, EMPTY_BLOCK);
  gasWithout(range).u8(OP.global_set).u32(gas_global);
  out.u8(OP.end, OP.end);
}

function lendStack({ out, extra, stack_global }: BodyWriter): void {
  out.u8(OP.local_get).u32(extra.stack).u8(OP.global_set).u32(stack_global);
}

function readGas({ out, extra, gas_global }: BodyWriter): void {
  out.u8(OP.global_get).u32(gas_global).u8(OP.local_set).u32(extra.gas);
}

function chargeGas(writer: BodyWriter, operators: number, depth: number): void {
  subtractGas(writer, operators);
  trapBelowZero(writer, depth);
}

function subtractGas({ out, gas_global, extra }: BodyWriter, operators: number): void {
  out.u8(OP.local_get).u32(extra.gas).u8(OP.i32_const).signed(operators).u8(OP.i32_sub);
  out.u8(OP.local_tee).u32(extra.gas).u8(OP.global_set).u32(gas_global);
}

/** The operand that the price grows with is the topmost; it is set aside and put back. */
function chargeLinear(writer: BodyWriter, operators: number, depth: number): void {
  const { out, gas_global, extra, prices } = writer;
  out.u8(OP.local_set).u32(extra.count).u8(OP.local_get).u32(extra.gas).u8(OP.i64_extend_i32_u);
  out.u8(OP.local_get).u32(extra.count).u8(OP.i64_extend_i32_u);
  out.u8(OP.i64_const).signed(prices.linear_unit).u8(OP.i64_mul, OP.i64_sub);
  out
    .u8(OP.i64_const)
    .signed(prices.linear_base + operators)
    .u8(OP.i64_sub, OP.local_tee)
    .u32(extra.wide);
  out.u8(OP.i64_const).signed(LOWEST_COUNT).u8(OP.local_get).u32(extra.wide);
  out.u8(OP.i64_const).signed(LOWEST_COUNT).u8(OP.i64_gt_s, OP.select, OP.i32_wrap_i64);
  out.u8(OP.local_tee).u32(extra.gas).u8(OP.global_set).u32(gas_global);
  trapBelowZero(writer, depth);
  out.u8(OP.local_get).u32(extra.count);
}

function trapBelowZero({ out, extra }: BodyWriter, depth: number): void {
  out.u8(OP.local_get).u32(extra.gas).u8(OP.i32_const, 0, OP.i32_lt_s, OP.br_if);
  out.u32(depth + 1);
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
