// Owns reading which accounts executed in a shard; leaves what they did to indexer/decode.
import { z } from 'zod';
import { SourceFault } from './fault.ts';

const shard = z.object({
  receipt_execution_outcomes: z.array(
    z.object({ execution_outcome: z.object({ outcome: z.object({ executor_id: z.string() }) }) }),
  ),
});

export function readExecutors(bytes: Buffer): string[] {
  const parsed = shard.safeParse(parse(bytes));
  if (!parsed.success) throw new SourceFault('corrupt', 'a shard has no outcomes', { cause: parsed.error });
  return parsed.data.receipt_execution_outcomes.map((item) => item.execution_outcome.outcome.executor_id);
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new SourceFault('corrupt', 'a shard is no JSON', { cause: error });
  }
}
