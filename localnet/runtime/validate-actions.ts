// Owns which lists of actions are well formed, in a transaction or a new receipt; leaves whether they can succeed to executing them.
import { isAccountId } from '../../core/near/account-id.ts';
import { encodeReceipt, type Receipt } from '../../core/near/receipt.ts';
import type { AccessKeyPermission, Action, PlainAction } from '../../core/near/transaction.ts';
import type { ProtocolParameters } from '../vm/params.ts';
import type { ActionsValidationError, ReceiptValidationError } from './errors.ts';
import { sum, textBytes, totalPrepaidGas } from './fees.ts';
import { RUNTIME_LIMITS } from './limits.ts';

/** How much of a wrong account id an error repeats: twice the longest right one. */
const SHOWN_ID = 128;
const FIRST_WITHOUT_EMPTY_NAMES = 87;

export function validateNewReceipt(
  receipt: Receipt,
  parameters: ProtocolParameters,
): ReceiptValidationError | null {
  const size = BigInt(encodeReceipt(receipt).length);
  const limit = RUNTIME_LIMITS.max_receipt_size;
  return size > limit ? { ReceiptSizeExceeded: { size, limit } } : validateReceipt(receipt, parameters);
}

/** For a receipt that some chain has let pass, whatever its size. */
function validateReceipt(receipt: Receipt, parameters: ProtocolParameters): ReceiptValidationError | null {
  const { body } = receipt;
  if (body.kind === 'data') {
    const limit = parameters.limits.max_length_returned_data;
    const length = BigInt(body.data?.length ?? 0);
    return length > limit ? { ReturnedValueLengthExceeded: { length, limit } } : null;
  }
  const limit = BigInt(parameters.limits.max_input_data_dependencies);
  const number_of_input_data_dependencies = BigInt(body.input_data_ids.length);
  if (number_of_input_data_dependencies > limit) {
    return { NumberInputDataDependenciesExceeded: { number_of_input_data_dependencies, limit } };
  }
  const error = validateActions(body.actions, parameters);
  return error === null ? null : { ActionsValidation: error };
}

export function validateActions(
  actions: readonly Action[],
  parameters: ProtocolParameters,
): ActionsValidationError | null {
  const count = BigInt(actions.length);
  const { max_actions_per_receipt, max_deploy_actions_per_receipt, max_total_prepaid_gas } = RUNTIME_LIMITS;
  if (count > max_actions_per_receipt) {
    return {
      TotalNumberOfActionsExceeded: { total_number_of_actions: count, limit: max_actions_per_receipt },
    };
  }
  const deploys = BigInt(actions.filter((action) => action.kind === 'deploy_contract').length);
  if (deploys > max_deploy_actions_per_receipt) {
    const limit = max_deploy_actions_per_receipt;
    return { TotalNumberOfDeployActionsExceeded: { number_of_deploy_actions: deploys, limit } };
  }
  let delegates = 0;
  for (const [index, action] of actions.entries()) {
    if (action.kind === 'delete_account' && index + 1 < actions.length) return 'DeleteActionMustBeFinal';
    if (action.kind === 'delegate' && ++delegates > 1) return 'DelegateActionMustBeOnlyOne';
    const error = validateAction(action, parameters);
    if (error !== null) return error;
  }
  const total_prepaid_gas = totalPrepaidGas(actions);
  if (total_prepaid_gas <= max_total_prepaid_gas) return null;
  return { TotalPrepaidGasExceeded: { total_prepaid_gas, limit: max_total_prepaid_gas } };
}

function validateAction(action: Action, parameters: ProtocolParameters): ActionsValidationError | null {
  switch (action.kind) {
    case 'deploy_contract': {
      const size = BigInt(action.code.length);
      const limit = parameters.limits.max_contract_size;
      return size > limit ? { ContractSizeExceeded: { size, limit } } : null;
    }
    case 'function_call':
      return validateCall(action, parameters);
    case 'stake':
      // Validators of this chain are set by its configuration, so nobody can become one.
      return unsupported('Stake', parameters);
    case 'add_key':
      return action.permission.kind === 'call' ? validateCallKey(action.permission) : null;
    case 'delete_account':
      return invalidAccountId(action.beneficiary_id);
    case 'delegate':
      return validateActions(action.delegate.actions, parameters);
    default:
      return null;
  }
}

/** NEAR's own words for what a version of the protocol has not. */
export function unsupported(
  protocol_feature: string,
  parameters: ProtocolParameters,
): ActionsValidationError {
  return { UnsupportedProtocolFeature: { protocol_feature, version: BigInt(parameters.protocol_version) } };
}

function validateCall(
  action: Extract<PlainAction, { kind: 'function_call' }>,
  parameters: ProtocolParameters,
): ActionsValidationError | null {
  if (action.gas === 0n) return 'FunctionCallZeroAttachedGas';
  // Before, such a call ran and failed with MethodEmptyName.
  if (action.method_name === '' && parameters.protocol_version >= FIRST_WITHOUT_EMPTY_NAMES) {
    return 'FunctionCallEmptyMethodName';
  }
  const name = { length: textBytes(action.method_name), limit: RUNTIME_LIMITS.max_length_method_name };
  if (name.length > name.limit) return { FunctionCallMethodNameLengthExceeded: name };
  const args = { length: BigInt(action.args.length), limit: RUNTIME_LIMITS.max_arguments_length };
  return args.length > args.limit ? { FunctionCallArgumentsLengthExceeded: args } : null;
}

function validateCallKey(
  permission: Extract<AccessKeyPermission, { kind: 'call' }>,
): ActionsValidationError | null {
  const receiver = invalidAccountId(permission.receiver_id);
  if (receiver !== null) return receiver;
  for (const method_name of permission.method_names) {
    const name = { length: textBytes(method_name), limit: RUNTIME_LIMITS.max_length_method_name };
    if (name.length > name.limit) return { AddKeyMethodNameLengthExceeded: name };
  }
  const total_number_of_bytes = sum(permission.method_names, (name) => textBytes(name) + 1n);
  const limit = RUNTIME_LIMITS.max_number_bytes_method_names;
  if (total_number_of_bytes <= limit) return null;
  return { AddKeyMethodNamesNumberOfBytesExceeded: { total_number_of_bytes, limit } };
}

function invalidAccountId(account_id: string): ActionsValidationError | null {
  return isAccountId(account_id) ? null : { InvalidAccountId: { account_id: account_id.slice(0, SHOWN_ID) } };
}
