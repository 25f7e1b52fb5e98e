// Owns the order in which a chunk executes what it was given, and its gas limit; leaves each transaction and receipt to its file.
import { toHex } from '../../core/near/bytes.ts';
import { isActionReceipt, type Receipt } from '../../core/near/receipt.ts';
import { receiptIdOfTransaction } from '../../core/near/receipt-id.ts';
import { hashTransaction, type SignedTransaction } from '../../core/near/transaction.ts';
import { saveAccessKey, saveAccount } from './accounts.ts';
import { countDelayed, popDelayed, pushDelayed } from './delayed-queue.ts';
import { processReceipt } from './process-receipt.ts';
import type { BurntBalance, ChunkContext, ExecutionOutcome } from './types.ts';
import { type ChargedTransaction, type NamedBlock, verifyTransaction } from './verify-transaction.ts';

export interface ChunkInput {
  transactions: readonly { signed: SignedTransaction; named_block: NamedBlock }[];
  /** From all shards' chunks before, this one's own included, in the order in which the chain hands them over. */
  incoming: readonly Receipt[];
  gas_limit: bigint;
}

export interface ChunkOutput {
  /** Transactions first, then receipts as they ran. */
  outcomes: ExecutionOutcome[];
  /** For the next chunks of all shards, this one's own included. */
  outgoing: Receipt[];
  /** Made from transactions whose signer is the receiver: they run in this chunk, or are delayed from it. */
  local: Receipt[];
  /** Made by receipts of this chunk and run in it, see isInstant. */
  instant: Receipt[];
  gas_used: bigint;
  burnt: BurntBalance;
  delayed_count: bigint;
}

/**
 * The order is NEAR's: transactions, local receipts, delayed ones, incoming ones. A receipt begins only while less
 * gas is burnt than the limit; those that no longer can are queued for the next chunk. The caller ends the state's
 * chunk.
 */
export function applyChunk(chunk: ChunkContext, input: ChunkInput): ChunkOutput {
  const output: ChunkOutput = {
    outcomes: [],
    outgoing: [],
    local: [],
    instant: [],
    gas_used: 0n,
    burnt: { fees: 0n, lost_refunds: 0n, subsidized: 0n },
    delayed_count: 0n,
  };
  applyTransactions(chunk, input, output);
  runOrDelay(chunk, { receipts: output.local, gas_limit: input.gas_limit }, output);
  while (output.gas_used < input.gas_limit) {
    const receipt = popDelayed(chunk);
    if (receipt === null) break;
    run(chunk, receipt, output);
  }
  runOrDelay(chunk, { receipts: input.incoming, gas_limit: input.gas_limit }, output);
  output.delayed_count = countDelayed(chunk);
  return output;
}

function applyTransactions(chunk: ChunkContext, input: ChunkInput, output: ChunkOutput): void {
  const seen = new Set<string>();
  const { parameters, state, block } = chunk;
  const context = { parameters, state, gas_price: block.gas_price, height: block.height };
  for (const { signed, named_block } of input.transactions) {
    const hash = hashTransaction(signed.transaction);
    if (seen.has(toHex(hash))) continue;
    seen.add(toHex(hash));
    const verdict = verifyTransaction(context, { signed, named_block, hash });
    if (verdict.kind === 'refused') {
      const status = { kind: 'failure' as const, error: { InvalidTxError: verdict.error } };
      const { signer_id: executor_id } = signed.transaction;
      output.outcomes.push({ ...emptyOutcome(hash), executor_id, status });
    } else {
      convert(chunk, { signed, hash, verdict }, output);
    }
  }
}

/** The signer pays for all that the transaction can cost, and the first receipt carries the gas. */
function convert(
  chunk: ChunkContext,
  options: { signed: SignedTransaction; hash: Uint8Array; verdict: ChargedTransaction },
  output: ChunkOutput,
): void {
  const { signed, hash, verdict } = options;
  const { signer_id, receiver_id, public_key, actions } = signed.transaction;
  const { cost, account, access_key } = verdict;
  const receipt_id = receiptIdOfTransaction(hash, chunk.block.height);
  const receipt: Receipt = {
    predecessor_id: signer_id,
    receiver_id,
    receipt_id,
    body: {
      kind: 'action',
      version: 1,
      signer_id,
      signer_public_key: public_key,
      refund_to: null,
      gas_price: cost.receipt_gas_price,
      output_data_receivers: [],
      input_data_ids: [],
      actions,
    },
  };
  (signer_id === receiver_id ? output.local : output.outgoing).push(receipt);
  output.outcomes.push({
    ...emptyOutcome(hash),
    receipt_ids: [receipt_id],
    gas_burnt: cost.gas_burnt,
    tokens_burnt: cost.burnt_amount,
    executor_id: signer_id,
    status: { kind: 'receipt', receipt_id },
  });
  output.gas_used += cost.gas_burnt;
  output.burnt.fees += cost.burnt_amount;
  chunk.state.setCause({ kind: 'transaction_processing', tx_hash: hash });
  saveAccount(chunk.state, signer_id, account);
  saveAccessKey(chunk.state, { account_id: signer_id, public_key, record: access_key });
}

function emptyOutcome(id: Uint8Array) {
  return { id, receipt: null, logs: [], receipt_ids: [], gas_burnt: 0n, gas_profile: null, tokens_burnt: 0n };
}

function runOrDelay(
  chunk: ChunkContext,
  input: { receipts: readonly Receipt[]; gas_limit: bigint },
  output: ChunkOutput,
): void {
  for (const receipt of input.receipts) {
    if (output.gas_used < input.gas_limit) run(chunk, receipt, output);
    else pushDelayed(chunk, receipt);
  }
}

/** With the receipts that must follow at once, whatever gas is left. */
function run(chunk: ChunkContext, receipt: Receipt, output: ChunkOutput): void {
  const queue = [receipt];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const applied = processReceipt(chunk, next);
    if (applied === null) continue;
    const { outcome, receipts, burnt } = applied;
    output.outcomes.push(outcome);
    output.gas_used += outcome.gas_burnt;
    output.burnt.fees += burnt.fees;
    output.burnt.lost_refunds += burnt.lost_refunds;
    output.burnt.subsidized += burnt.subsidized;
    for (const made of receipts) {
      if (!isInstant(made)) output.outgoing.push(made);
      else {
        output.instant.push(made);
        queue.push(made);
      }
    }
  }
}

/** Removing an account and waiting for nothing: NEAR runs it in the chunk that made it, wherever the account lives. */
function isInstant(receipt: Receipt): boolean {
  if (!isActionReceipt(receipt)) return false;
  const { actions, input_data_ids } = receipt.body;
  return actions.length === 1 && actions[0]?.kind === 'delete_account' && input_data_ids.length === 0;
}
