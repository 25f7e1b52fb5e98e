// Owns turning a contract's bytes into a metered module ready to run, once per code; leaves running it to run.ts.
import { toHex } from '../../core/near/bytes.ts';
import { sha256 } from '../../core/near/crypto.ts';
import { HOST_FUNCTIONS } from './host/functions.ts';
import type { ProtocolParameters } from './params.ts';
import type { Session } from './session.ts';
import { PrepareRefusal } from './wasm/bytes.ts';
import { instrumentModule, MEMORY_IMPORT, type MeterPrices } from './wasm/instrument.ts';
import { type FunctionImport, parseModule, type WasmModule } from './wasm/module.ts';

export interface ReadyContract {
  kind: 'ready';
  code_length: bigint;
  module: WebAssembly.Module;
  imports: Record<string, unknown>;
  /** The call that runs at the moment, as calls of one contract never overlap; and whether memory grew in the last one. */
  slot: { session: Session | null; grew: boolean };
  /** Exported functions by name; true where a call may name them: no parameters, no result. */
  methods: ReadonlyMap<string, boolean>;
  has_start: boolean;
  link_error: string | null;
}

export type PreparedContract = ReadyContract | { kind: 'refused'; reason: string; message: string };

/** Compiled modules kept in memory; a 650 kB contract takes some 10 MB. */
const MAX_CACHED = 64;
const MAX_COUNT = 2n ** 31n;

export class ContractCache {
  private readonly parameters: ProtocolParameters;
  private readonly contracts = new Map<string, PreparedContract>();

  constructor(parameters: ProtocolParameters) {
    this.parameters = parameters;
  }

  /** `code_hash` saves hashing the code again where it is known; it must be the code's own. */
  get(code: Uint8Array, code_hash: Uint8Array = sha256(code)): PreparedContract {
    const key = toHex(code_hash);
    const contract = this.contracts.get(key) ?? prepareContract(code, this.parameters);
    // The entry used last stands last, so that the first one is the one to drop.
    this.contracts.delete(key);
    this.contracts.set(key, contract);
    const oldest = this.contracts.keys().next().value;
    if (this.contracts.size > MAX_CACHED && oldest !== undefined) this.contracts.delete(oldest);
    return contract;
  }
}

export function prepareContract(code: Uint8Array, parameters: ProtocolParameters): PreparedContract {
  try {
    return compile(code, parameters);
  } catch (error) {
    if (!(error instanceof PrepareRefusal)) throw error;
    return { kind: 'refused', reason: error.reason, message: error.message };
  }
}

function compile(code: Uint8Array, parameters: ProtocolParameters): ReadyContract {
  const { wasm_limits } = parameters;
  const parsed = parseModule(code, wasm_limits);
  const metered = instrumentModule(parsed, wasm_limits, pricesOf(parameters));
  const slot: ReadyContract['slot'] = { session: null, grew: false };
  return {
    kind: 'ready',
    code_length: BigInt(code.length),
    module: new WebAssembly.Module(metered),
    imports: Object.fromEntries(parsed.imports.map((item) => [item.name, bind(item, slot)])),
    slot,
    methods: new Map(
      parsed.exports.map((item) => [item.name, signatureOf(parsed, item.function_index) === '>']),
    ),
    has_start: parsed.start !== null,
    link_error: findLinkError(parsed.imports),
  };
}

/** The counter has 32 bits. It counts in operators, which the most that a call may burn leaves room for. */
function pricesOf({ ops, limits, protocol_version }: ProtocolParameters): MeterPrices {
  const { regular, linear_base, linear_unit } = ops;
  if (
    linear_base % regular !== 0 ||
    linear_unit % regular !== 0 ||
    limits.max_gas_burnt >= MAX_COUNT * BigInt(regular)
  ) {
    throw new Error(
      `a price or limit of protocol version ${protocol_version} cannot be counted in operators of ${regular} gas; count gas in 64 bits`,
    );
  }
  return {
    linear_base: linear_base / regular,
    linear_unit: linear_unit / regular,
    max_stack: limits.max_stack_height,
    memory_pages: { initial: limits.initial_memory_pages, max: limits.max_memory_pages },
  };
}

/** A call's own instance. The memory must be all zeros: it is what the contract sees. */
export function instantiate(
  contract: ReadyContract,
  memory: WebAssembly.Memory,
): Readonly<Record<string, unknown>> {
  const imports = { env: contract.imports, [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: memory } };
  return new WebAssembly.Instance(contract.module, imports).exports;
}

function signatureOf(module: WasmModule, index: number): string | undefined {
  return module.functions[index]?.signature;
}

function findLinkError(imports: readonly FunctionImport[]): string | null {
  for (const { name, type } of imports) {
    const known = HOST_FUNCTIONS.get(name);
    if (known === undefined) return 'unknown or invalid import';
    if (known.signature !== type.signature) return `incompatible import type for \`env::${name}\``;
  }
  return null;
}

/** Carries gas from the module's counter to the host's and back around each call. */
function bind(item: FunctionImport, slot: ReadyContract['slot']): (...args: (bigint | number)[]) => unknown {
  const known = HOST_FUNCTIONS.get(item.name);
  const narrow = item.type.signature.endsWith('>i');
  return (...args) => {
    const { session } = slot;
    if (known === undefined || session === null) {
      throw new Error(`${item.name} was called outside a contract call`);
    }
    session.burnGas();
    const unsigned = args.map((arg) =>
      typeof arg === 'bigint' ? BigInt.asUintN(64, arg) : BigInt(arg >>> 0),
    );
    const result = known.run(session.host, ...unsigned);
    session.lendGas();
    return narrow ? Number(result) : result;
  };
}
