// Owns how the chain's rules are shown, at genesis and at a block; leaves the rules to localnet/vm and localnet/chain.
import { formatCurveBytes } from '../../../core/near/keys.ts';
import type { Block } from '../../chain/block-header.ts';
import type { LocalnetNode } from '../../node/types.ts';
import { RUNTIME_LIMITS } from '../../runtime/limits.ts';
import { viewShardLayout } from '../../views/shard-layout.ts';
import type { Fee } from '../../vm/params.ts';
import { getBlock } from '../blocks.ts';
import type { RpcContext } from '../context.ts';
import { blockReferenceSchema, parseParams } from '../params.ts';
import { viewTime } from '../time.ts';

/** Rules are the same at each block, but for the layout of shards. */
export function protocolConfig({ node }: RpcContext, params: unknown) {
  const { block } = getBlock(node, parseParams(blockReferenceSchema, params));
  return { ...sharedConfig(node, block), runtime_config: runtimeConfig(node) };
}

export function genesisConfig({ node }: RpcContext) {
  return {
    ...sharedConfig(node, node.chain.genesis),
    total_supply: node.facts.total_supply.toString(),
    num_chunk_only_producer_seats: 0,
    validators: node.producersAt(node.chain.genesis).map(({ account_id, public_key, stake }) => ({
      account_id,
      public_key: formatCurveBytes(public_key),
      amount: stake.toString(),
    })),
  };
}

/** No rewards, no inflation, nobody is kicked out: where NEAR has a rule for these, it stands at nothing here. */
function sharedConfig(node: LocalnetNode, block: Block) {
  const { facts, chain } = node;
  const layout = node.layoutAt(block);
  const { adjustment } = chain.rules.gas_price;
  const seats = chain.rules.producersOf(0n).length;
  return {
    protocol_version: facts.protocol_version,
    genesis_time: viewTime(facts.genesis_timestamp),
    chain_id: facts.chain_id,
    genesis_height: facts.genesis_height,
    epoch_length: facts.epoch_length,
    gas_limit: facts.gas_limit,
    min_gas_price: facts.gas_price.min.toString(),
    max_gas_price: facts.gas_price.max.toString(),
    gas_price_adjustment_rate: [adjustment.numerator, adjustment.denominator],
    transaction_validity_period: facts.transaction_validity_period,
    num_block_producer_seats: seats,
    num_block_producer_seats_per_shard: layout.shard_ids.map(() => seats),
    avg_hidden_validator_seats_per_shard: layout.shard_ids.map(() => 0),
    dynamic_resharding: false,
    shard_layout: viewShardLayout(layout),
    block_producer_kickout_threshold: 0,
    chunk_producer_kickout_threshold: 0,
    chunk_validator_only_kickout_threshold: 0,
    online_min_threshold: [0, 1],
    online_max_threshold: [1, 1],
    protocol_upgrade_stake_threshold: [1, 1],
    protocol_reward_rate: [0, 1],
    max_inflation_rate: [0, 1],
    num_blocks_per_year: 0,
    protocol_treasury_account: 'near',
    fishermen_threshold: '0',
    minimum_stake_divisor: 10,
    minimum_stake_ratio: [1, 6250],
    minimum_validators_per_shard: 1,
    max_kickout_stake_perc: 0,
  };
}

function runtimeConfig({ facts }: LocalnetNode) {
  const { ext, limits, wasm_limits, ops, storage } = facts.parameters;
  return {
    storage_amount_per_byte: storage.yocto_per_byte.toString(),
    transaction_costs: transactionCosts(facts.parameters),
    wasm_config: {
      ext_costs: ext,
      grow_mem_cost: 1,
      regular_op_cost: ops.regular,
      linear_op_base_cost: ops.linear_base,
      linear_op_unit_cost: ops.linear_unit,
      vm_kind: 'NearVm',
      limit_config: {
        max_gas_burnt: limits.max_gas_burnt,
        max_total_prepaid_gas: RUNTIME_LIMITS.max_total_prepaid_gas,
        max_stack_height: limits.max_stack_height,
        initial_memory_pages: limits.initial_memory_pages,
        max_memory_pages: limits.max_memory_pages,
        registers_memory_limit: limits.registers_memory_limit,
        max_register_size: limits.max_register_size,
        max_number_registers: limits.max_number_registers,
        max_number_logs: limits.max_number_logs,
        max_total_log_length: limits.max_total_log_length,
        max_length_returned_data: limits.max_length_returned_data,
        max_transaction_size: RUNTIME_LIMITS.max_transaction_size,
        max_receipt_size: RUNTIME_LIMITS.max_receipt_size,
        max_actions_per_receipt: RUNTIME_LIMITS.max_actions_per_receipt,
        max_length_method_name: RUNTIME_LIMITS.max_length_method_name,
        max_arguments_length: RUNTIME_LIMITS.max_arguments_length,
        max_number_bytes_method_names: RUNTIME_LIMITS.max_number_bytes_method_names,
        max_contract_size: limits.max_contract_size,
        max_length_storage_key: limits.max_length_storage_key,
        max_length_storage_value: limits.max_length_storage_value,
        max_promises_per_function_call_action: limits.max_promises_per_call,
        max_number_input_data_dependencies: limits.max_input_data_dependencies,
        max_functions_number_per_contract: wasm_limits.max_functions,
        max_locals_per_contract: wasm_limits.max_locals,
        max_tables_per_contract: wasm_limits.max_tables,
        max_elements_per_contract_table: wasm_limits.max_table_elements,
      },
    },
    account_creation_config: {
      min_allowed_top_level_account_length: RUNTIME_LIMITS.min_top_level_length,
      registrar_account_id: RUNTIME_LIMITS.registrar_id,
    },
  };
}

function transactionCosts({
  actions,
  storage,
  contract_reward_percent,
}: LocalnetNode['facts']['parameters']) {
  return {
    action_receipt_creation_config: viewFee(actions.new_action_receipt),
    data_receipt_creation_config: {
      base_cost: viewFee(actions.new_data_receipt_base),
      cost_per_byte: viewFee(actions.new_data_receipt_byte),
    },
    action_creation_config: {
      create_account_cost: viewFee(actions.create_account),
      deploy_contract_cost: viewFee(actions.deploy_contract_base),
      deploy_contract_cost_per_byte: viewFee(actions.deploy_contract_byte),
      function_call_cost: viewFee(actions.function_call_base),
      function_call_cost_per_byte: viewFee(actions.function_call_byte),
      transfer_cost: viewFee(actions.transfer),
      stake_cost: viewFee(actions.stake),
      add_key_cost: {
        full_access_cost: viewFee(actions.add_full_access_key),
        function_call_cost: viewFee(actions.add_function_call_key_base),
        function_call_cost_per_byte: viewFee(actions.add_function_call_key_byte),
      },
      delete_key_cost: viewFee(actions.delete_key),
      delete_account_cost: viewFee(actions.delete_account),
      delegate_cost: viewFee(actions.delegate),
    },
    storage_usage_config: {
      num_bytes_account: storage.bytes_per_account,
      num_extra_bytes_record: storage.bytes_per_record,
    },
    burnt_gas_reward: [contract_reward_percent, 100],
  };
}

function viewFee({ send_sir, send_not_sir, execution }: Fee) {
  return { send_sir, send_not_sir, execution };
}
