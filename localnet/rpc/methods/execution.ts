// Owns how a transaction with all that followed from it is shown; leaves following it to the node.
import { equalBytes } from '../../../core/near/bytes.ts';
import type { LocatedOutcome, TransactionStatus } from '../../node/types.ts';
import { viewSignedTransaction } from '../../views/action.ts';
import { viewOutcome, viewStatus } from '../../views/outcome.ts';
import { viewReceipt } from '../../views/receipt.ts';

export function viewExecution(status: TransactionStatus, options: { with_receipts: boolean }) {
  const final_execution_status = status.level;
  // Nothing to show before a block has it.
  if (status.transaction_outcome === null) return { final_execution_status };
  return {
    final_execution_status,
    status: finalStatus(status),
    transaction: viewSignedTransaction(status.signed),
    transaction_outcome: viewLocated(status.transaction_outcome),
    receipts_outcome: status.receipt_outcomes.map(viewLocated),
    ...(options.with_receipts ? { receipts: status.receipts.map(viewReceipt) } : {}),
  };
}

/** What the last receipt in the chain of results gave: a result may be another receipt's. */
function finalStatus({ transaction_outcome, receipt_outcomes }: TransactionStatus) {
  let current = transaction_outcome?.outcome;
  // Each step goes to another receipt, so there are at most as many steps as receipts.
  for (let step = 0; step <= receipt_outcomes.length && current !== undefined; step++) {
    const { status } = current;
    if (status.kind !== 'receipt') return viewStatus(status);
    current = receipt_outcomes.find(({ outcome }) => equalBytes(outcome.id, status.receipt_id))?.outcome;
  }
  return 'Started';
}

function viewLocated({ outcome, path, block }: LocatedOutcome) {
  return viewOutcome({ outcome, path, block_hash: block.hash });
}
