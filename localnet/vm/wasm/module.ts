// Owns reading a module's sections and refusing what NEAR refuses; leaves function bodies to function-body.ts and types to the engine.
import { ByteReader, PrepareRefusal } from './bytes.ts';

export interface WasmLimits {
  max_functions: number;
  max_locals: number;
  max_locals_ratio: number | null;
  max_tables: number;
  max_table_elements: number;
  max_types: number;
  max_params_per_function: number;
  max_params: number;
  max_blocks_per_function: number;
  max_blocks: number;
  max_function_body: number;
  max_operand_stack: number;
  max_globals: number | null;
}

export interface FunctionType {
  /** One letter each, as operand sizes: 4 or 8. */
  params: number[];
  result: number;
  /** The type as the import check spells it, such as "Ii>I". */
  signature: string;
}

export interface FunctionImport {
  name: string;
  type: FunctionType;
}

export interface WasmModule {
  bytes: Uint8Array;
  types: FunctionType[];
  imports: FunctionImport[];
  /** Type of every function, imported ones first. */
  functions: FunctionType[];
  globals: number[];
  /** Content range of each section that is copied or rewritten, by its id. */
  sections: Map<number, { from: number; to: number }>;
  bodies: { from: number; to: number }[];
  exports: { name: string; function_index: number }[];
  start: number | null;
}

export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  data_count: 12,
} as const;

const HEADER_BYTES = 8;
const FUNC_FORM = 0x60;
const FUNCREF = 0x70;
const LETTERS = new Map([
  [0x7f, 'i'],
  [0x7e, 'I'],
  [0x7d, 'f'],
  [0x7c, 'F'],
  [FUNCREF, 'R'],
]);

/**
 * The engine validates the original bytes first, so that only what it accepts beyond NEAR is looked for here: newer
 * features, other imports, and NEAR's limits.
 */
export function parseModule(bytes: Uint8Array, limits: WasmLimits): WasmModule {
  if (!WebAssembly.validate(bytes)) refuse('the engine finds the module invalid');
  const module: WasmModule = {
    bytes,
    types: [],
    imports: [],
    functions: [],
    globals: [],
    sections: new Map(),
    bodies: [],
    exports: [],
    start: null,
  };
  const reader = new ByteReader(bytes, HEADER_BYTES);
  while (!reader.done) {
    const id = reader.u8();
    const content = reader.part(reader.u32());
    // Custom sections carry nothing that runs and are dropped.
    if (id === SECTION.custom) continue;
    if (id > SECTION.data_count) refuse(`section ${id} belongs to a feature that NEAR does not have`);
    module.sections.set(id, { from: content.at, to: content.end });
    readSection({ id, content, module, limits });
  }
  return module;
}

function readSection(options: {
  id: number;
  content: ByteReader;
  module: WasmModule;
  limits: WasmLimits;
}): void {
  const { id, content, module, limits } = options;
  if (id === SECTION.type) readTypes(content, module, limits);
  else if (id === SECTION.import) readImports(content, module, limits);
  else if (id === SECTION.function) readFunctions(content, module, limits);
  else if (id === SECTION.table) readTables(content, limits);
  else if (id === SECTION.memory) readMemories(content);
  else if (id === SECTION.global) readGlobals(content, module, limits);
  else if (id === SECTION.export) readExports(content, module);
  else if (id === SECTION.start) module.start = content.u32();
  else if (id === SECTION.element) readElements(content);
  else if (id === SECTION.code) readBodies(content, module, limits);
  else if (id === SECTION.data) readDataOffsets(content);
}

function readTypes(reader: ByteReader, module: WasmModule, limits: WasmLimits): void {
  const count = reader.u32();
  if (count > limits.max_types) {
    throw new PrepareRefusal('TooManyTypes', `${count} types, ${limits.max_types} are allowed`);
  }
  for (let i = 0; i < count; i++) {
    if (reader.u8() !== FUNC_FORM) refuse(`type ${i} is not a function type`);
    const params = readValueTypes(reader);
    const results = readValueTypes(reader);
    if (results.length > 1) refuse(`type ${i} has ${results.length} results: NEAR has no multi-value`);
    module.types.push({
      params: [...params].map(sizeOfLetter),
      result: results === '' ? 0 : sizeOfLetter(results),
      signature: `${params}>${results}`,
    });
  }
}

function readImports(reader: ByteReader, module: WasmModule, limits: WasmLimits): void {
  const count = reader.u32();
  for (let i = 0; i < count; i++) {
    const from = reader.name();
    const name = reader.name();
    const kind = reader.u8();
    if (from !== 'env') {
      throw new PrepareRefusal('Instantiate', `import "${from}"."${name}" is not of module "env"`);
    }
    if (kind === 2) throw new PrepareRefusal('Memory', `memory "${name}" is imported; NEAR brings its own`);
    if (kind === 4) refuse(`import "${name}" is a tag: NEAR has no exceptions`);
    if (kind !== 0) throw new PrepareRefusal('Instantiate', `import "${name}" is not a function`);
    const type = typeAt(module, reader.u32());
    module.imports.push({ name, type });
    module.functions.push(type);
    if (module.imports.length > limits.max_functions) tooManyFunctions(limits);
  }
}

function readFunctions(reader: ByteReader, module: WasmModule, limits: WasmLimits): void {
  const count = reader.u32();
  if (module.imports.length + count > limits.max_functions) tooManyFunctions(limits);
  let params = 0;
  for (let i = 0; i < count; i++) {
    const type = typeAt(module, reader.u32());
    module.functions.push(type);
    params += type.params.length;
    if (type.params.length > limits.max_params_per_function) {
      throw new PrepareRefusal(
        'TooManyParamsPerFunction',
        `function ${i} has ${type.params.length} parameters`,
      );
    }
    if (params > limits.max_params) {
      throw new PrepareRefusal(
        'TooManyParamsPerContract',
        `more than ${limits.max_params} parameters in all`,
      );
    }
  }
}

function readTables(reader: ByteReader, limits: WasmLimits): void {
  const count = reader.u32();
  if (count > limits.max_tables) {
    throw new PrepareRefusal('TooManyTables', `${count} tables, ${limits.max_tables} is allowed`);
  }
  for (let i = 0; i < count; i++) {
    if (reader.u8() !== FUNCREF) refuse(`table ${i} does not hold functions`);
    const initial = readLimits(reader, `table ${i}`);
    if (initial > limits.max_table_elements) {
      throw new PrepareRefusal('TooManyTableElements', `table ${i} begins with ${initial} elements`);
    }
  }
}

function readMemories(reader: ByteReader): void {
  const count = reader.u32();
  if (count > 1) refuse(`${count} memories: NEAR has one`);
  for (let i = 0; i < count; i++) readLimits(reader, 'the memory');
}

function readGlobals(reader: ByteReader, module: WasmModule, limits: WasmLimits): void {
  const count = reader.u32();
  if (limits.max_globals !== null && count > limits.max_globals) refuse(`${count} globals are too many`);
  for (let i = 0; i < count; i++) {
    module.globals.push(sizeOfLetter(readValueType(reader)));
    if (reader.u8() > 1) refuse(`global ${i} is shared: NEAR has no threads`);
    readConstant(reader, `global ${i}`);
  }
}

function readExports(reader: ByteReader, module: WasmModule): void {
  const count = reader.u32();
  for (let i = 0; i < count; i++) {
    const name = reader.name();
    const kind = reader.u8();
    const index = reader.u32();
    if (kind > 3) refuse(`export "${name}" is a tag: NEAR has no exceptions`);
    if (kind === 0) module.exports.push({ name, function_index: index });
  }
}

function readElements(reader: ByteReader): void {
  const count = reader.u32();
  for (let i = 0; i < count; i++) {
    const flags = reader.u32();
    const active = (flags & 1) === 0;
    const expressions = (flags & 4) !== 0;
    if (active && (flags & 2) !== 0) reader.u32();
    if (active) readConstant(reader, `element segment ${i}`);
    const typed = (flags & 3) !== 0;
    if (typed && expressions && reader.u8() !== FUNCREF)
      refuse(`element segment ${i} does not hold functions`);
    if (typed && !expressions) reader.u8();
    const items = reader.u32();
    for (let item = 0; item < items; item++) {
      if (expressions) readConstant(reader, `element segment ${i}`);
      else reader.u32();
    }
  }
}

function readBodies(reader: ByteReader, module: WasmModule, limits: WasmLimits): void {
  const count = reader.u32();
  for (let i = 0; i < count; i++) {
    const body = reader.part(reader.u32());
    const size = body.end - body.at;
    if (size > limits.max_function_body) {
      throw new PrepareRefusal('FunctionBodyTooLarge', `function body ${i} has ${size} bytes`);
    }
    module.bodies.push({ from: body.at, to: body.end });
  }
}

function readDataOffsets(reader: ByteReader): void {
  const count = reader.u32();
  for (let i = 0; i < count; i++) {
    const flags = reader.u32();
    if (flags === 2) reader.u32();
    if (flags !== 1) readConstant(reader, `data segment ${i}`);
    reader.skip(reader.u32());
  }
}

/** One constant and its end. A `global.get` is not among them: only imported globals could be read, and there are none. */
function readConstant(reader: ByteReader, where: string): void {
  const opcode = reader.u8();
  if (opcode === 0x41) reader.skipSigned(32);
  else if (opcode === 0x42) reader.skipSigned(64);
  else if (opcode === 0x43) reader.skip(4);
  else if (opcode === 0x44) reader.skip(8);
  else if (opcode === 0xd2) reader.u32();
  else if (opcode === 0xd0) {
    if (reader.u8() !== FUNCREF) refuse(`${where} begins with a reference that is not to a function`);
  } else refuse(`${where} begins with operator 0x${opcode.toString(16)}, which is no constant for NEAR`);
  if (reader.u8() !== 0x0b)
    refuse(`${where} begins with more than one operator: NEAR has no extended constants`);
}

function readLimits(reader: ByteReader, what: string): number {
  const flags = reader.u8();
  if (flags > 1) refuse(`${what} has limits of a kind (${flags}) that NEAR does not have`);
  const initial = reader.u32();
  if (flags === 1) reader.u32();
  return initial;
}

function readValueTypes(reader: ByteReader): string {
  let letters = '';
  for (let rest = reader.u32(); rest > 0; rest--) letters += readValueType(reader);
  return letters;
}

export function readValueType(reader: ByteReader): string {
  const code = reader.u8();
  return (
    LETTERS.get(code) ??
    refuse(`value type 0x${code.toString(16)} belongs to a feature that NEAR does not have`)
  );
}

export function sizeOfLetter(letter: string): number {
  return letter === 'i' || letter === 'f' ? 4 : 8;
}

function typeAt(module: WasmModule, index: number): FunctionType {
  return module.types[index] ?? refuse(`type ${index} is not declared`);
}

function tooManyFunctions(limits: WasmLimits): never {
  throw new PrepareRefusal('TooManyFunctions', `more than ${limits.max_functions} functions`);
}

function refuse(message: string): never {
  throw new PrepareRefusal('Deserialization', message);
}
