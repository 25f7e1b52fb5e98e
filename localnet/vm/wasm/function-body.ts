// Owns one pass over a function body: its operators, gas points and stack size; leaves writing the metered body to metered-body.ts.
import { ByteReader, PrepareRefusal } from './bytes.ts';
import { type GasPoint, GasPoints } from './gas-points.ts';
import { readValueType, sizeOfLetter, type WasmModule } from './module.ts';
import { OPERATORS, type Operator } from './opcodes.ts';
import { OperandStack } from './operand-stack.ts';

/** A place where the metered body differs from the original. */
export type Edit =
  | { at: number; kind: 'gas'; point: GasPoint; depth: number }
  | { at: number; kind: 'nan'; width: 32 | 64 }
  | { at: number; kind: 'before_call' }
  | { at: number; kind: 'after_call' };

export interface FunctionScan {
  /** Where the declarations of locals end and operators begin. */
  code_from: number;
  /** The last `end` of the body. */
  code_end: number;
  local_count: number;
  /** Sizes of parameters and locals, added up. */
  local_bytes: number;
  operand_bytes: number;
  blocks: number;
  edits: Edit[];
}

const VOID_BLOCK = 0x40;
const PREFIX = 0xfc;
/** From this bit on, the alignment of a memory access is a flag of a newer feature. */
const FIRST_FLAG = 64;

interface Scanner {
  reader: ByteReader;
  module: WasmModule;
  locals: LocalSizes;
  gas: GasPoints;
  stack: OperandStack;
  depth: number;
  blocks: number;
}

export function scanFunction(module: WasmModule, index: number): FunctionScan {
  const body = module.bodies[index];
  const type = module.functions[module.imports.length + index];
  if (body === undefined || type === undefined) throw new Error(`the module has no function body ${index}`);
  const reader = new ByteReader(module.bytes, body.from, body.to);
  const locals = readLocals(reader, type.params);
  const scanner: Scanner = {
    reader,
    module,
    locals,
    gas: new GasPoints(),
    stack: new OperandStack(),
    depth: 0,
    blocks: 0,
  };
  const code_from = reader.at;
  const edits: Edit[] = [];
  const depths = new Map<number, number>();
  let code_end = reader.at;
  while (!reader.done) {
    const at = reader.at;
    code_end = at;
    depths.set(at, scanner.depth);
    const nan = scanOperator(scanner, at, edits);
    if (nan !== 0) edits.push({ at: reader.at, kind: 'nan', width: nan });
  }
  for (const point of scanner.gas.finish()) {
    edits.push({ at: point.offset, kind: 'gas', point, depth: depths.get(point.offset) ?? 0 });
  }
  edits.sort((left, right) => left.at - right.at || ORDER[left.kind] - ORDER[right.kind]);
  const { blocks, stack } = scanner;
  return {
    code_from,
    code_end,
    local_count: locals.count,
    local_bytes: locals.bytes,
    operand_bytes: stack.max,
    blocks,
    edits,
  };
}

/** At one place: what belongs behind the operator before, then the charge, then what belongs to the operator itself. */
const ORDER: Record<Edit['kind'], number> = { nan: 0, after_call: 0, gas: 1, before_call: 2 };

function scanOperator(scanner: Scanner, at: number, edits: Edit[]): 0 | 32 | 64 {
  const { reader, gas } = scanner;
  let opcode = reader.u8();
  if (opcode === PREFIX) opcode = 0xfc00 + reader.u32();
  const operator = OPERATORS.get(opcode);
  if (operator === undefined) {
    return refuse(`operator 0x${opcode.toString(16)} at ${at} is of a feature that NEAR does not have`);
  }
  gas.begin(at);
  if (operator.flow === 'control') {
    if (opcode === 0x10 || opcode === 0x11) edits.push({ at, kind: 'before_call' });
    scanControl(scanner, opcode);
    if (opcode === 0x10 || opcode === 0x11) edits.push({ at: reader.at, kind: 'after_call' });
    return 0;
  }
  if (operator.flow === 'pure') gas.pure(1);
  else if (operator.flow === 'effect') gas.effect(1);
  else gas.linear();
  scanPlain(scanner, opcode, operator);
  return operator.nan;
}

function scanPlain(scanner: Scanner, opcode: number, operator: Operator): void {
  const { stack, locals, module } = scanner;
  const index = skipImmediate(scanner.reader, operator);
  stack.pop(operator.pops);
  if (opcode === 0x20) stack.push(locals.sizeOf(index));
  else if (opcode === 0x23) stack.push(module.globals[index] ?? 0);
  else stack.push(operator.pushes);
}

function scanControl(scanner: Scanner, opcode: number): void {
  const { reader, gas, stack } = scanner;
  if (opcode === 0x00) {
    gas.unreachable();
    stack.unreachable();
  } else if (opcode >= 0x02 && opcode <= 0x04) enterBlock(scanner, opcode);
  else if (opcode === 0x05) {
    gas.else();
    stack.else();
  } else if (opcode === 0x0b) {
    gas.end();
    stack.end();
    scanner.depth -= 1;
  } else if (opcode === 0x0c) {
    gas.branch([reader.u32()]);
    stack.unreachable();
  } else if (opcode === 0x0d) {
    gas.branchIf(reader.u32());
    stack.pop(1);
  } else if (opcode === 0x0e) {
    const count = reader.u32() + 1;
    gas.branch(Array.from({ length: count }, () => reader.u32()));
    stack.unreachable();
  } else if (opcode === 0x0f) {
    gas.return();
    stack.unreachable();
  } else scanCall(scanner, opcode);
}

function enterBlock(scanner: Scanner, opcode: number): void {
  const { reader, gas, stack } = scanner;
  const next = reader.bytes[reader.at] ?? 0;
  // A type index or one of another feature's value types here would be a block with parameters or several results.
  const result = next === VOID_BLOCK ? 0 : sizeOfLetter(readValueType(reader));
  if (next === VOID_BLOCK) reader.u8();
  if (opcode === 0x04) stack.pop(1);
  stack.enter(result);
  if (opcode === 0x02) gas.block();
  else if (opcode === 0x03) gas.loop();
  else gas.if();
  scanner.depth += 1;
  scanner.blocks += 1;
}

function scanCall(scanner: Scanner, opcode: number): void {
  const { reader, module, gas, stack } = scanner;
  const index = reader.u32();
  const type = opcode === 0x10 ? module.functions[index] : module.types[index];
  if (opcode === 0x11) reader.u32();
  gas.effect(1);
  // An indirect call takes its table index too, but NEAR's analysis leaves that on the count; so does this.
  stack.pop(type?.params.length ?? 0);
  stack.push(type?.result ?? 0);
}

/** Gives the index where the operator has one. */
function skipImmediate(reader: ByteReader, operator: Operator): number {
  const { immediate } = operator;
  if (immediate === 'index') return reader.u32();
  if (immediate === 'memarg') {
    if (reader.u32() >= FIRST_FLAG) refuse('a memory access names a memory: NEAR has one');
    reader.u32();
  } else if (immediate === 'zero') zero(reader);
  else if (immediate === 'i32') reader.skipSigned(32);
  else if (immediate === 'i64') reader.skipSigned(64);
  else if (immediate === 'f32') reader.skip(4);
  else if (immediate === 'f64') reader.skip(8);
  else if (immediate === 'ref_null') readFunctionReference(reader);
  else if (immediate === 'select') {
    for (let rest = reader.u32(); rest > 0; rest--) readValueType(reader);
  } else if (immediate === 'index_zero') {
    reader.u32();
    zero(reader);
  } else if (immediate === 'two_zeros') {
    zero(reader);
    zero(reader);
  } else if (immediate === 'two_indices') {
    reader.u32();
    reader.u32();
  }
  return 0;
}

function zero(reader: ByteReader): void {
  if (reader.u8() !== 0) refuse('a memory operator names another memory: NEAR has one');
}

function readFunctionReference(reader: ByteReader): void {
  if (readValueType(reader) !== 'R') refuse('ref.null of a type that is no reference to a function');
}

function refuse(message: string): never {
  throw new PrepareRefusal('Deserialization', message);
}

/** Sizes of a function's parameters and locals, kept as runs: one declaration can make 50,000 locals. */
class LocalSizes {
  private readonly runs: { until: number; size: number }[] = [];
  count = 0;
  bytes = 0;

  add(count: number, size: number): void {
    this.count += count;
    this.bytes += count * size;
    if (count > 0) this.runs.push({ until: this.count, size });
  }

  sizeOf(index: number): number {
    let low = 0;
    let high = this.runs.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (index < (this.runs[middle]?.until ?? 0)) high = middle;
      else low = middle + 1;
    }
    return this.runs[low]?.size ?? 0;
  }
}

function readLocals(reader: ByteReader, params: readonly number[]): LocalSizes {
  const locals = new LocalSizes();
  for (const size of params) locals.add(1, size);
  for (let rest = reader.u32(); rest > 0; rest--) {
    const count = reader.u32();
    locals.add(count, sizeOfLetter(readValueType(reader)));
  }
  return locals;
}
