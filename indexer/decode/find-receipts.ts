// Owns finding the receipts of followed contracts that ran well and told events, with their place; leaves the logs' content to decode-log.ts.

import { z } from 'zod';
import { EVENT_PREFIX } from '../../core/credit/event-types.ts';
import type { ShardBytes } from '../types.ts';
import { parseOutcomes, unreadable } from './shard-json.ts';

/** A receipt that told at least one NEP-297 log. */
export interface FoundReceipt {
  contract_id: string;
  receipt_id: string;
  shard_id: bigint;
  outcome_index: number;
  /** As neardata tells it; Lake does not. */
  transaction_hash: string | null;
  method_name: string | null;
  logs: { log_index: number; log: string }[];
}

// A contract's id also stands in receipts that it sends and in state changes: most hits hold no event of it.
const EVENT_BYTES = Buffer.from(EVENT_PREFIX);

const near_hash = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/);

const outcomeSchema = z.object({
  execution_outcome: z.object({
    id: near_hash,
    outcome: z.object({ logs: z.array(z.string()), status: z.unknown() }),
  }),
  receipt: z.object({
    receipt_id: near_hash,
    receipt: z.object({ Action: z.object({ actions: z.array(z.unknown()) }).optional() }),
  }),
  tx_hash: near_hash.nullish(),
});

/** In the order in which they ran. */
export function findReceipts(
  shard: ShardBytes,
  { contract_ids, height }: { contract_ids: ReadonlySet<string>; height: bigint },
): FoundReceipt[] {
  if (shard.bytes.indexOf(EVENT_BYTES) < 0) return [];
  const found: FoundReceipt[] = [];
  for (const [outcome_index, item] of parseOutcomes(shard, height).entries()) {
    const contract_id = executorOf(item);
    if (contract_id === undefined || !contract_ids.has(contract_id)) continue;
    const checked = outcomeSchema.safeParse(item);
    if (!checked.success) {
      const [issue] = checked.error.issues;
      throw unreadable(
        shard,
        height,
        `outcome ${outcome_index}: ${issue?.path.join('.')}: ${issue?.message}`,
      );
    }
    const { execution_outcome, receipt, tx_hash } = checked.data;
    const { id, outcome } = execution_outcome;
    if (id !== receipt.receipt_id)
      throw unreadable(shard, height, `outcome ${outcome_index} is of another receipt`);
    if (!isSuccess(outcome.status)) continue;
    const logs = outcome.logs.flatMap((log, log_index) =>
      log.startsWith(EVENT_PREFIX) ? [{ log_index, log }] : [],
    );
    if (logs.length === 0) continue;
    const method_name = methodOf(receipt.receipt.Action?.actions ?? []);
    const { shard_id } = shard;
    const transaction_hash = tx_hash ?? null;
    found.push({ contract_id, receipt_id: id, shard_id, outcome_index, transaction_hash, method_name, logs });
  }
  return found;
}

function executorOf(item: unknown): string | undefined {
  const { execution_outcome } = (item ?? {}) as {
    execution_outcome?: { outcome?: { executor_id?: unknown } };
  };
  const id = execution_outcome?.outcome?.executor_id;
  return typeof id === 'string' ? id : undefined;
}

/** What a failed receipt told was undone with it. */
function isSuccess(status: unknown): boolean {
  return (
    typeof status === 'object' &&
    status !== null &&
    ('SuccessValue' in status || 'SuccessReceiptId' in status)
  );
}

/** Of several calls in one receipt nobody can say which told a log. */
function methodOf(actions: readonly unknown[]): string | null {
  const [action, ...others] = actions as { FunctionCall?: { method_name?: unknown } }[];
  const name = others.length === 0 ? action?.FunctionCall?.method_name : undefined;
  return typeof name === 'string' ? name : null;
}
