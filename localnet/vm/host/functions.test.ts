// Owns that every function a contract can import is there with NEAR's signature; leaves what each does to its family's test.
import test from 'ava';
import { callHost, callText, failed } from '../../../sandbox-tests/support/near-vm.ts';
import { HOST_FUNCTIONS } from './functions.ts';

// As protocol version 86 offers them: 89 in all.
const SIGNATURES: Record<string, string> = {
  'II>': 'read_register value_return panic_utf8 log_utf8 log_utf16 promise_batch_action_transfer',
  'I>I': 'register_len current_contract_code',
  'III>':
    'write_register validator_stake sha256 keccak256 keccak512 ripemd160 alt_bn128_g1_multiexp alt_bn128_g1_sum promise_set_refund_to promise_batch_action_deploy_contract promise_batch_action_delete_key promise_batch_action_delete_account promise_batch_action_deploy_global_contract promise_batch_action_deploy_global_contract_by_account_id promise_batch_action_use_global_contract promise_batch_action_use_global_contract_by_account_id',
  'I>': 'current_account_id signer_account_id signer_account_pk predecessor_account_id refund_to_account_id chain_id input random_seed account_balance account_locked_balance attached_deposit validator_total_stake promise_return promise_batch_action_create_account',
  '>I': 'block_index block_timestamp epoch_height storage_usage prepaid_gas used_gas promise_results_count',
  'IIIIIII>I': 'ecrecover promise_yield_create',
  'IIIIII>I': 'ed25519_verify p256_verify',
  'II>I':
    'alt_bn128_pairing_check bls12381_pairing_check promise_and promise_batch_create promise_result storage_has_key storage_iter_prefix',
  'III>I':
    'bls12381_p1_sum bls12381_p2_sum bls12381_g1_multiexp bls12381_g2_multiexp bls12381_map_fp_to_g1 bls12381_map_fp2_to_g2 bls12381_p1_decompress bls12381_p2_decompress promise_batch_then storage_read storage_remove storage_iter_next',
  '>': 'panic',
  'iiii>': 'abort',
  'i>': 'gas',
  'IIIIIIII>I': 'promise_create',
  'IIIIIIIII>I': 'promise_then promise_yield_create_with_id',
  'IIIIIII>': 'promise_batch_action_function_call',
  'IIIIIIII>': 'promise_batch_action_function_call_weight',
  'IIII>':
    'promise_batch_action_stake promise_batch_action_add_key_with_full_access promise_batch_action_transfer_to_gas_key promise_batch_action_add_gas_key_with_full_access',
  'IIIIIIIII>':
    'promise_batch_action_add_key_with_function_call promise_batch_action_add_gas_key_with_function_call',
  'IIII>I':
    'storage_iter_range promise_batch_action_state_init promise_batch_action_state_init_by_account_id',
  'IIIIII>': 'set_state_init_data_entry',
  'IIIII>I': 'storage_write',
  'IIII>i': 'promise_yield_resume promise_yield_resume_with_yield_id',
};

test('every function of the protocol is offered with its signature, and no other', (t) => {
  const expected = Object.entries(SIGNATURES).flatMap(([signature, names]) =>
    names.split(' ').map((name) => `${name} ${signature}`),
  );
  const offered = [...HOST_FUNCTIONS].map(([name, { signature }]) => `${name} ${signature}`);
  t.deepEqual(offered.toSorted(), expected.toSorted());
  t.is(offered.length, 89);
});

test('a function that this chain lacks ends the call with a clear refusal', (t) => {
  for (const name of ['bls12381_pairing_check', 'alt_bn128_pairing_check']) {
    const { outcome } = callHost([[name, 0, 0]]);
    t.is(failed(outcome), 'NotSupported');
    t.like(outcome.failure, {
      message: `${name} is not supported by the localnet; run this call on a NEAR sandbox`,
    });
  }
});

test('a contract that only imports such a function runs', (t) => {
  const text =
    '(module (import "env" "bls12381_pairing_check" (func $f (param i64 i64) (result i64))) (func (export "other") (drop (call $f (i64.const 0) (i64.const 0)))) (func (export "main")))';
  t.is(failed(callText(text)), 'no failure');
});
