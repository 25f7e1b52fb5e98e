// Owns what a function-call key may sign, in a transaction or a delegate action; leaves allowance and nonce to their checks.
import type { AccessKeyPermission, Action } from '../../core/near/transaction.ts';
import type { InvalidAccessKeyError } from './errors.ts';

export function refuseByPermission(
  permission: AccessKeyPermission,
  request: { receiver_id: string; actions: readonly Action[] },
): InvalidAccessKeyError | null {
  if (permission.kind === 'full') return null;
  const [action] = request.actions;
  if (request.actions.length !== 1 || action?.kind !== 'function_call') return 'RequiresFullAccess';
  if (action.deposit > 0n) return 'DepositWithFunctionCall';
  const { receiver_id, method_names } = permission;
  if (request.receiver_id !== receiver_id) {
    return { ReceiverMismatch: { tx_receiver: request.receiver_id, ak_receiver: receiver_id } };
  }
  if (method_names.length > 0 && !method_names.includes(action.method_name)) {
    return { MethodNameMismatch: { method_name: action.method_name } };
  }
  return null;
}
