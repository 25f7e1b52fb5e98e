// Owns the shape of a host function and the list of all families; leaves each function to its family's file.
import { HostError } from '../failure.ts';
import { actionFunctions } from './actions.ts';
import { contextFunctions } from './context.ts';
import type { HostFunction } from './define.ts';
import { answer } from './define.ts';
import { logFunctions } from './logs.ts';
import { mathFunctions } from './math.ts';
import { promiseFunctions } from './promises.ts';
import { storageFunctions } from './storage.ts';

/**
 * NEAR has these and this chain has not: a contract that imports one links and runs, and ends with a clear refusal
 * where it calls one.
 */
const UNSUPPORTED: Record<string, string> = {
  alt_bn128_g1_multiexp: 'III>',
  alt_bn128_g1_sum: 'III>',
  alt_bn128_pairing_check: 'II>I',
  bls12381_p1_sum: 'III>I',
  bls12381_p2_sum: 'III>I',
  bls12381_g1_multiexp: 'III>I',
  bls12381_g2_multiexp: 'III>I',
  bls12381_map_fp_to_g1: 'III>I',
  bls12381_map_fp2_to_g2: 'III>I',
  bls12381_pairing_check: 'II>I',
  bls12381_p1_decompress: 'III>I',
  bls12381_p2_decompress: 'III>I',
  promise_batch_action_deploy_global_contract: 'III>',
  promise_batch_action_deploy_global_contract_by_account_id: 'III>',
  promise_batch_action_use_global_contract: 'III>',
  promise_batch_action_use_global_contract_by_account_id: 'III>',
  promise_batch_action_state_init: 'IIII>I',
  promise_batch_action_state_init_by_account_id: 'IIII>I',
  set_state_init_data_entry: 'IIIIII>',
  promise_batch_action_transfer_to_gas_key: 'IIII>',
  promise_batch_action_add_gas_key_with_full_access: 'IIII>',
  promise_batch_action_add_gas_key_with_function_call: 'IIIIIIIII>',
  promise_yield_create: 'IIIIIII>I',
  promise_yield_create_with_id: 'IIIIIIIII>I',
  promise_yield_resume: 'IIII>i',
  promise_yield_resume_with_yield_id: 'IIII>i',
};

export const HOST_FUNCTIONS: ReadonlyMap<string, HostFunction> = new Map([
  ...Object.entries(contextFunctions),
  ...Object.entries(mathFunctions),
  ...Object.entries(logFunctions),
  ...Object.entries(promiseFunctions),
  ...Object.entries(actionFunctions),
  ...Object.entries(storageFunctions),
  ...Object.entries(UNSUPPORTED).map(([name, signature]): [string, HostFunction] => [
    name,
    answer(signature, () => {
      throw new HostError('NotSupported', name);
    }),
  ]),
]);
