// Owns the protocol's prices and limits by protocol version; leaves charging them to whoever acts.
import type { WasmLimits } from './wasm/module.ts';

/** Below this version the engine of NEAR and some of its rules were others. */
export const FIRST_PROTOCOL_VERSION = 85;
export const DEFAULT_PROTOCOL_VERSION = 86;
/** The newest version whose changes are in the table; a newer one would be guessed. */
export const LAST_PROTOCOL_VERSION = 88;

const BASE_EXT = {
  base: 264_768_111n,
  contract_loading_base: 35_445_963n,
  contract_loading_bytes: 1_089_295n,
  read_memory_base: 2_609_863_200n,
  read_memory_byte: 3_801_333n,
  write_memory_base: 2_803_794_861n,
  write_memory_byte: 2_723_772n,
  read_register_base: 2_517_165_186n,
  read_register_byte: 98_562n,
  write_register_base: 2_865_522_486n,
  write_register_byte: 3_801_564n,
  utf8_decoding_base: 3_111_779_061n,
  utf8_decoding_byte: 291_580_479n,
  utf16_decoding_base: 3_543_313_050n,
  utf16_decoding_byte: 163_577_493n,
  sha256_base: 4_540_970_250n,
  sha256_byte: 24_117_351n,
  keccak256_base: 5_879_491_275n,
  keccak256_byte: 21_471_105n,
  keccak512_base: 5_811_388_236n,
  keccak512_byte: 36_649_701n,
  ripemd160_base: 853_675_086n,
  ripemd160_block: 680_107_584n,
  ecrecover_base: 278_821_988_457n,
  ed25519_verify_base: 210_000_000_000n,
  ed25519_verify_byte: 9_000_000n,
  p256_verify_base: 1_300_000_000_000n,
  p256_verify_byte: 13_000_000n,
  log_base: 3_543_313_050n,
  log_byte: 13_198_791n,
  storage_write_base: 64_196_736_000n,
  storage_write_key_byte: 70_482_867n,
  storage_write_value_byte: 31_018_539n,
  storage_write_evicted_byte: 32_117_307n,
  storage_read_base: 56_356_845_749n,
  storage_read_key_byte: 30_952_533n,
  storage_read_value_byte: 5_611_004n,
  storage_large_read_overhead_base: 1n,
  storage_large_read_overhead_byte: 1n,
  storage_remove_base: 53_473_030_500n,
  storage_remove_key_byte: 38_220_384n,
  storage_remove_ret_value_byte: 11_531_556n,
  storage_has_key_base: 54_039_896_625n,
  storage_has_key_byte: 30_790_845n,
  touching_trie_node: 2_280_000_000n,
  promise_and_base: 1_465_013_400n,
  promise_and_per_promise: 5_452_176n,
  promise_return: 560_152_386n,
  validator_stake_base: 911_834_726_400n,
  validator_total_stake_base: 911_834_726_400n,
};

export type ExtCost = keyof typeof BASE_EXT;

/** What an action costs: to send to oneself, to send to another account, and to execute. */
export interface Fee {
  send_sir: bigint;
  send_not_sir: bigint;
  execution: bigint;
}

const fee = (send_sir: bigint, send_not_sir = send_sir, execution = send_sir): Fee => ({
  send_sir,
  send_not_sir,
  execution,
});

const BASE_ACTIONS = {
  new_action_receipt: fee(108_059_500_000n),
  new_data_receipt_base: fee(36_486_732_312n),
  new_data_receipt_byte: fee(17_212_011n, 47_683_715n, 17_212_011n),
  create_account: fee(500_000_000_000n, 500_000_000_000n, 7_200_000_000_000n),
  transfer: fee(115_123_062_500n),
  function_call_base: fee(200_000_000_000n, 200_000_000_000n, 780_000_000_000n),
  function_call_byte: fee(2_235_934n, 47_683_715n, 2_235_934n),
  deploy_contract_base: fee(184_765_750_000n),
  deploy_contract_byte: fee(6_812_999n, 47_683_715n, 64_572_944n),
  stake: fee(141_715_687_500n, 141_715_687_500n, 102_217_625_000n),
  add_full_access_key: fee(101_765_125_000n),
  add_function_call_key_base: fee(102_217_625_000n),
  add_function_call_key_byte: fee(1_925_331n, 47_683_715n, 1_925_331n),
  delete_key: fee(94_946_625_000n),
  delete_account: fee(147_489_000_000n),
  delegate: fee(200_000_000_000n),
};

export type ActionCost = keyof typeof BASE_ACTIONS;

const PETA = 1_000_000_000_000_000n;

const BASE_LIMITS = {
  max_gas_burnt: PETA,
  max_gas_burnt_view: PETA,
  max_stack_height: 262_144,
  initial_memory_pages: 1_024,
  max_memory_pages: 2_048,
  registers_memory_limit: 1_073_741_824n,
  max_register_size: 104_857_600n,
  max_number_registers: 100,
  max_number_logs: 100,
  max_total_log_length: 16_384n,
  max_length_returned_data: 4_194_304n,
  max_contract_size: 4_194_304n,
  max_length_storage_key: 2_048n,
  max_length_storage_value: 4_194_304n,
  max_promises_per_call: 1_024,
  max_input_data_dependencies: 128,
};

const BASE_WASM_LIMITS: WasmLimits = {
  max_functions: 10_000,
  max_locals: 1_000_000,
  max_locals_ratio: null,
  max_tables: 1,
  max_table_elements: 10_000,
  max_types: 1_024,
  max_params_per_function: 64,
  max_params: 50_000,
  max_blocks_per_function: 5_000,
  max_blocks: 50_000,
  max_function_body: 196_608,
  max_operand_stack: 8_192,
  max_globals: null,
};

export interface ProtocolParameters {
  protocol_version: number;
  ext: Readonly<Record<ExtCost, bigint>>;
  actions: Readonly<Record<ActionCost, Fee>>;
  limits: Readonly<typeof BASE_LIMITS>;
  wasm_limits: Readonly<WasmLimits>;
  ops: { regular: number; linear_base: number; linear_unit: number };
  storage: { bytes_per_record: bigint; bytes_per_account: bigint; yocto_per_byte: bigint };
  /** Share of the gas burnt by a contract that its account receives, in percent. */
  contract_reward_percent: bigint;
}

type Change = (parameters: ProtocolParameters) => ProtocolParameters;

/** What each version changed, as far as it concerns this chain; a version not named changed nothing here. */
const CHANGES: readonly { version: number; change: Change }[] = [
  {
    version: 87,
    change: (before) => ({
      ...before,
      contract_reward_percent: 0n,
      wasm_limits: { ...before.wasm_limits, max_locals_ratio: 2 },
    }),
  },
  {
    version: 88,
    change: (before) => ({ ...before, wasm_limits: { ...before.wasm_limits, max_globals: 65_536 } }),
  },
];

export function parametersFor(version: number): ProtocolParameters {
  if (version < FIRST_PROTOCOL_VERSION || version > LAST_PROTOCOL_VERSION) {
    throw new Error(
      `protocol version ${version} is not in the parameter table; choose ${FIRST_PROTOCOL_VERSION} to ${LAST_PROTOCOL_VERSION}`,
    );
  }
  const base: ProtocolParameters = {
    protocol_version: version,
    ext: BASE_EXT,
    actions: BASE_ACTIONS,
    limits: BASE_LIMITS,
    wasm_limits: BASE_WASM_LIMITS,
    ops: { regular: 822_756, linear_base: 26_328_192, linear_unit: 822_756 },
    storage: { bytes_per_record: 40n, bytes_per_account: 100n, yocto_per_byte: 10n ** 19n },
    contract_reward_percent: 30n,
  };
  return CHANGES.filter((item) => item.version <= version).reduce((at, item) => item.change(at), base);
}
