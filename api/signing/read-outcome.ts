// Owns what a node's answer about a transaction means: not final yet, succeeded with a value, or failed with a code; leaves
// asking for it to ask-node.ts.

import { z } from 'zod';
import { decodeBase64 } from '../../core/near/crypto.ts';

const executed = z.object({ block_hash: z.string(), outcome: z.object({ executor_id: z.string() }) });

const statusSchema = z.object({
  final_execution_status: z.string(),
  status: z
    .union([z.object({ SuccessValue: z.string() }), z.object({ Failure: z.unknown() }), z.string()])
    .optional(),
  transaction_outcome: executed.optional(),
  receipts_outcome: z.array(executed).default([]),
});

export type ReadStatus =
  /** Known, and not final yet. */
  | { kind: 'on_its_way' }
  | { kind: 'succeeded'; value: unknown; block_hash: string }
  | { kind: 'failed'; code: string; message: string }
  /** An answer that no node gives. */
  | { kind: 'unreadable' };

export function readStatus(answer: unknown, contract_id: string): ReadStatus {
  const parsed = statusSchema.safeParse(answer);
  if (!parsed.success) return { kind: 'unreadable' };
  const { final_execution_status, status, transaction_outcome, receipts_outcome } = parsed.data;
  // What ran in a block that is not final may yet be undone.
  if (final_execution_status !== 'FINAL') return { kind: 'on_its_way' };
  if (typeof status !== 'object') return { kind: 'unreadable' };
  if ('Failure' in status) return { kind: 'failed', ...readFailure(status.Failure) };
  const at =
    receipts_outcome.find(({ outcome }) => outcome.executor_id === contract_id) ?? transaction_outcome;
  if (at === undefined) return { kind: 'unreadable' };
  const value = readValue(status.SuccessValue);
  return value === undefined
    ? { kind: 'unreadable' }
    : { kind: 'succeeded', value, block_hash: at.block_hash };
}

function readValue(base64: string): unknown {
  try {
    const text = new TextDecoder().decode(decodeBase64(base64));
    return text === '' ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const PANIC = /^Smart contract panicked: ([A-Z][A-Z\d_]*): ([\s\S]*)$/;

/** The contract says `CODE: what happened`; everything else has NEAR's name. */
export function readFailure(failure: unknown): { code: string; message: string } {
  const { name, detail } = innermost(failure);
  const [, code, words] = typeof detail === 'string' ? (PANIC.exec(detail) ?? []) : [];
  if (code !== undefined && words !== undefined) return { code, message: words };
  return { code: name, message: typeof detail === 'string' ? detail : JSON.stringify(detail) };
}

const WRAPPINGS: ReadonlySet<string> = new Set([
  'TxExecutionError',
  'ActionError',
  'InvalidTxError',
  'InvalidAccessKeyError',
  'FunctionCallError',
]);

/** NEAR nests names: {"ActionError":{"kind":{"FunctionCallError":{"ExecutionError":"…"}}}}. */
function innermost(failure: unknown): { name: string; detail: unknown } {
  if (typeof failure !== 'object' || failure === null) return { name: String(failure), detail: failure };
  const [name, detail] = Object.entries(failure)[0] ?? ['Unknown', failure];
  if (!WRAPPINGS.has(name)) return { name, detail };
  const has_kind = typeof detail === 'object' && detail !== null && 'kind' in detail;
  return innermost(has_kind ? detail.kind : detail);
}
