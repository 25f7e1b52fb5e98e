// Owns how the outcome of a transaction or receipt is shown in NEAR's JSON; leaves finding it to the node.
import { encodeBase58 } from '../../core/near/base58.ts';
import { encodeBase64 } from '../../core/near/crypto.ts';
import type { PathItem } from '../../core/near/merkle.ts';
import type { ExecutionOutcome, ExecutionStatus } from '../runtime/types.ts';

export function viewOutcome(options: {
  outcome: ExecutionOutcome;
  block_hash: Uint8Array;
  /** To the chunk's outcome root. */
  path: readonly PathItem[];
}) {
  const { outcome } = options;
  return {
    proof: viewPath(options.path),
    block_hash: encodeBase58(options.block_hash),
    id: encodeBase58(outcome.id),
    outcome: {
      logs: outcome.logs,
      receipt_ids: outcome.receipt_ids.map(encodeBase58),
      gas_burnt: outcome.gas_burnt,
      tokens_burnt: outcome.tokens_burnt.toString(),
      executor_id: outcome.executor_id,
      status: viewStatus(outcome.status),
      metadata: viewMetadata(outcome),
    },
  };
}

/** What contract calls burnt, by kind of cost; a receipt without a call has an empty list, a transaction none. */
function viewMetadata({ gas_profile }: ExecutionOutcome) {
  if (gas_profile === null) return { version: 1, gas_profile: null };
  const { actions, host, wasm } = gas_profile;
  // NEAR names the module's own operators among the host functions, and sorts by name.
  return {
    version: 3,
    gas_profile: [
      ...viewCosts('ACTION_COST', actions),
      ...viewCosts('WASM_HOST_COST', wasm > 0n ? { ...host, wasm_instruction: wasm } : host),
    ],
  };
}

function viewCosts(cost_category: string, costs: { [cost: string]: bigint | undefined }) {
  return Object.entries(costs)
    .map(([cost, gas]) => ({ cost_category, cost: cost.toUpperCase(), gas_used: String(gas) }))
    .sort((a, b) => (a.cost < b.cost ? -1 : 1));
}

export function viewStatus(status: ExecutionStatus) {
  if (status.kind === 'value') return { SuccessValue: encodeBase64(status.value) };
  if (status.kind === 'receipt') return { SuccessReceiptId: encodeBase58(status.receipt_id) };
  return { Failure: status.error };
}

export function viewPath(path: readonly PathItem[]) {
  return path.map(({ hash, direction }) => ({ hash: encodeBase58(hash), direction }));
}
