// Owns how far a transaction has come, and its outcomes in NEAR's order; leaves waiting for it to waiters.ts.

import { toHex } from '../../core/near/bytes.ts';
import { type ActionReceipt, isActionReceipt, type Receipt } from '../../core/near/receipt.ts';
import { SYSTEM_ID } from '../runtime/limits.ts';
import type { History } from './history.ts';
import type { TransactionPool } from './transaction-pool.ts';
import { type LocatedOutcome, type TransactionStatus, WAIT_LEVELS, type WaitLevel } from './types.ts';

export interface StatusSources {
  history: History;
  pool: TransactionPool;
  /** Of the last final block. */
  final_height: bigint;
}

export function findStatus(sources: StatusSources, tx_hash: Uint8Array): TransactionStatus | undefined {
  const { history, pool } = sources;
  const signed = history.findTransaction(tx_hash);
  if (signed === undefined) {
    const pooled = pool.find(tx_hash);
    if (pooled === undefined) return undefined;
    return {
      level: 'NONE',
      tx_hash,
      signed: pooled,
      transaction_outcome: null,
      receipt_outcomes: [],
      receipts: [],
    };
  }
  const transaction_outcome = history.findOutcome(tx_hash) ?? null;
  const walked = walk(history, transaction_outcome);
  const level = levelOf(sources, { transaction_outcome, ...walked });
  return {
    level,
    tx_hash,
    signed,
    transaction_outcome,
    receipt_outcomes: walked.executed,
    receipts: walked.receipts,
  };
}

export function reaches(level: WaitLevel, wanted: WaitLevel): boolean {
  // Being final says nothing of what is still to run.
  if (wanted === 'EXECUTED_OPTIMISTIC' && level === 'INCLUDED_FINAL') return false;
  return WAIT_LEVELS.indexOf(level) >= WAIT_LEVELS.indexOf(wanted);
}

interface Walked {
  executed: LocatedOutcome[];
  receipts: Receipt<ActionReceipt>[];
  /** Some receipt has not run yet that NEAR waits for before it calls the transaction executed. */
  open: boolean;
  /** Any receipt. */
  open_or_refund: boolean;
}

/**
 * Each receipt is followed by those it made, before its next sibling. NEAR waits for every receipt but for a refund
 * that is the last of its siblings: a refund of a deposit stands before that of gas and is waited for.
 */
function walk(history: History, outcome: LocatedOutcome | null): Walked {
  const walked: Walked = { executed: [], receipts: [], open: false, open_or_refund: false };
  const ahead = childrenOf(outcome);
  const seen = new Set<string>();
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const { id, is_last } = next;
    if (seen.has(toHex(id))) continue;
    seen.add(toHex(id));
    const receipt = history.findReceipt(id)?.receipt;
    if (receipt !== undefined && isActionReceipt(receipt)) walked.receipts.push(receipt);
    const located = history.findOutcome(id);
    if (located === undefined) {
      walked.open_or_refund = true;
      walked.open ||= !is_last || receipt?.predecessor_id !== SYSTEM_ID;
      continue;
    }
    walked.executed.push(located);
    ahead.push(...childrenOf(located));
  }
  return walked;
}

/** The last one first: it is taken from the end. */
function childrenOf(located: LocatedOutcome | null): { id: Uint8Array; is_last: boolean }[] {
  const ids = located?.outcome.receipt_ids ?? [];
  return ids.map((id, index) => ({ id, is_last: index === ids.length - 1 })).reverse();
}

/** Weaker levels hold where stronger ones do, but for one: a final block with a receipt still open. */
function levelOf(
  { final_height }: StatusSources,
  found: Walked & { transaction_outcome: LocatedOutcome | null },
): WaitLevel {
  const { transaction_outcome, executed, open, open_or_refund } = found;
  if (transaction_outcome === null) return 'NONE';
  const isFinal = ({ block }: LocatedOutcome) => block.height <= final_height;
  if (!isFinal(transaction_outcome)) return open ? 'INCLUDED' : 'EXECUTED_OPTIMISTIC';
  if (open) return 'INCLUDED_FINAL';
  return open_or_refund || !executed.every(isFinal) ? 'EXECUTED' : 'FINAL';
}
