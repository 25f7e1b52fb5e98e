// Owns finding in a shard's bytes what made a receipt: a transaction or another receipt; leaves where to look to trace.ts.

import { z } from 'zod';
import type { ShardBytes } from '../types.ts';
import { parseShard, unreadable } from './shard-json.ts';

export type Creator =
  | { kind: 'transaction'; hash: string }
  /** With the transaction behind it where the source tells it. */
  | { kind: 'receipt'; receipt_id: string; transaction_hash: string | null };

const outcomeSchema = z.object({ id: z.string(), outcome: z.object({ receipt_ids: z.array(z.string()) }) });

const shardSchema = z.object({
  chunk: z
    .object({
      transactions: z.array(
        z.object({
          transaction: z.object({ hash: z.string() }),
          outcome: z.object({ execution_outcome: outcomeSchema }),
        }),
      ),
    })
    .nullable(),
  receipt_execution_outcomes: z.array(
    z.object({ execution_outcome: outcomeSchema, tx_hash: z.string().nullish() }),
  ),
});

/** Null also where the shard only carries or runs the receipt. */
export function findCreator(shard: ShardBytes, receipt_id: string, height: bigint): Creator | null {
  // An id is base58: no JSON escapes it.
  if (shard.bytes.indexOf(`"${receipt_id}"`) < 0) return null;
  const checked = shardSchema.safeParse(parseShard(shard, height));
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw unreadable(shard, height, `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { chunk, receipt_execution_outcomes } = checked.data;
  for (const { transaction, outcome } of chunk?.transactions ?? []) {
    if (makes(outcome.execution_outcome, receipt_id)) return { kind: 'transaction', hash: transaction.hash };
  }
  for (const { execution_outcome, tx_hash } of receipt_execution_outcomes) {
    if (!makes(execution_outcome, receipt_id)) continue;
    return { kind: 'receipt', receipt_id: execution_outcome.id, transaction_hash: tx_hash ?? null };
  }
  return null;
}

function makes({ outcome }: z.infer<typeof outcomeSchema>, receipt_id: string): boolean {
  return outcome.receipt_ids.includes(receipt_id);
}
