// Owns the JSON of execution outcomes with their proofs, as clients and indexers read it; leaves errors' shapes to the runtime.
import { encodeBase58 } from '../../core/near/base58.ts';
import { encodeBase64 } from '../../core/near/crypto.ts';
import type { PathItem } from '../../core/near/merkle.ts';
import type { ExecutionOutcome, ExecutionStatus } from '../runtime/types.ts';

export function outcomeWithIdView(options: {
  outcome: ExecutionOutcome;
  path: readonly PathItem[];
  block_hash: Uint8Array;
}) {
  const { outcome, path, block_hash } = options;
  return {
    proof: path.map(({ hash, direction }) => ({ hash: encodeBase58(hash), direction })),
    block_hash: encodeBase58(block_hash),
    id: encodeBase58(outcome.id),
    outcome: outcomeView(outcome),
  };
}

export function outcomeView(outcome: ExecutionOutcome) {
  return {
    logs: outcome.logs,
    receipt_ids: outcome.receipt_ids.map(encodeBase58),
    gas_burnt: outcome.gas_burnt,
    tokens_burnt: outcome.tokens_burnt.toString(),
    executor_id: outcome.executor_id,
    status: statusView(outcome.status),
    metadata: metadataView(outcome),
  };
}

export function statusView(status: ExecutionStatus) {
  if (status.kind === 'failure') return { Failure: status.error };
  if (status.kind === 'value') return { SuccessValue: encodeBase64(status.value) };
  return { SuccessReceiptId: encodeBase58(status.receipt_id) };
}

/** Transactions have no profile. What a receipt's gas went to is not kept here: its profile is always empty. */
function metadataView({ receipt }: ExecutionOutcome) {
  return receipt === null ? { version: 1, gas_profile: null } : { version: 3, gas_profile: [] };
}
