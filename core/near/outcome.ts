// Owns the hash of an execution outcome, the leaf every retirement proof starts from; leaves the path above it to merkle.ts.
import { BorshWriter } from './borsh.ts';
import { sha256 } from './crypto.ts';

export type OutcomeStatus =
  | { kind: 'unknown' }
  | { kind: 'failure' }
  | { kind: 'value'; value: Uint8Array }
  | { kind: 'receipt'; receipt_id: Uint8Array };

export interface Outcome {
  logs: string[];
  receipt_ids: Uint8Array[];
  gas_burnt: bigint;
  tokens_burnt: bigint;
  executor_id: string;
  status: OutcomeStatus;
}

/** What the leaf commits to: the id, the outcome without its logs, then each log on its own. */
export function hashOutcome(id: Uint8Array, outcome: Outcome): Uint8Array {
  const text = new TextEncoder();
  const hashes = [
    id,
    sha256(encodePartialOutcome(outcome)),
    ...outcome.logs.map((log) => sha256(text.encode(log))),
  ];
  const writer = new BorshWriter();
  writer.list(hashes, (hash) => writer.fixed(hash));
  return sha256(writer.finish());
}

/** The reason of a failure is not in the hash: a proof shows that a receipt failed, never why. */
export function encodePartialOutcome(outcome: Outcome): Uint8Array {
  const writer = new BorshWriter();
  writer.list(outcome.receipt_ids, (id) => writer.fixed(id));
  writer.u64(outcome.gas_burnt).u128(outcome.tokens_burnt).string(outcome.executor_id);
  const { status } = outcome;
  if (status.kind === 'unknown') writer.u8(0);
  else if (status.kind === 'failure') writer.u8(1);
  else if (status.kind === 'value') writer.u8(2).vec(status.value);
  else writer.u8(3).fixed(status.receipt_id);
  return writer.finish();
}
