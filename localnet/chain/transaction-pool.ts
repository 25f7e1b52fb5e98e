// Owns transactions that wait for a chunk and which of them the next one takes; leaves what makes one valid to the runtime.
import { toHex } from '../../core/near/bytes.ts';
import { formatCurveBytes } from '../../core/near/keys.ts';
import {
  encodeSignedTransaction,
  hashTransaction,
  type SignedTransaction,
} from '../../core/near/transaction.ts';
import { saveAccessKey, saveAccount } from '../runtime/accounts.ts';
import type { InvalidTxError } from '../runtime/errors.ts';
import { type NamedBlock, type VerifyContext, verifyTransaction } from '../runtime/verify-transaction.ts';

/** Gas that one chunk's transactions may burn, and bytes they may take, in NEAR's chunks. */
const MAX_GAS = 500_000_000_000_000n;
const MAX_BYTES = 4_194_304;
/** Beyond it a node turns transactions away until blocks have made room. */
export const MAX_WAITING = 10_000;

export interface Chosen {
  transactions: { signed: SignedTransaction; named_block: NamedBlock }[];
  /** No longer valid: another one used up the nonce or the balance meanwhile. */
  dropped: { hash: Uint8Array; error: InvalidTxError }[];
}

interface Waiting {
  signed: SignedTransaction;
  hash: Uint8Array;
}

export class TransactionPool {
  private waiting: Waiting[] = [];
  private readonly ids = new Set<string>();

  get size(): number {
    return this.waiting.length;
  }

  /** False where it is there already or the pool is full. */
  add(signed: SignedTransaction): boolean {
    const hash = hashTransaction(signed.transaction);
    if (this.size >= MAX_WAITING || this.ids.has(toHex(hash))) return false;
    this.ids.add(toHex(hash));
    this.waiting.push({ signed, hash });
    return true;
  }

  /** In the order of arrival; those of one key in the order of their nonces. The rest stays. */
  takeFor(
    context: VerifyContext,
    options: { isOfShard(account_id: string): boolean; nameBlock(hash: Uint8Array): NamedBlock },
  ): Chosen {
    const chosen: Chosen = { transactions: [], dropped: [] };
    const later: Waiting[] = [];
    let gas = 0n;
    let bytes = 0;
    const { state } = context;
    state.checkpoint();
    for (const item of inNonceOrder(this.waiting)) {
      const { signer_id, public_key, block_hash } = item.signed.transaction;
      const size = encodeSignedTransaction(item.signed).length;
      if (!options.isOfShard(signer_id) || gas >= MAX_GAS || bytes + size > MAX_BYTES) {
        later.push(item);
        continue;
      }
      this.ids.delete(toHex(item.hash));
      const named_block = options.nameBlock(block_hash);
      const verdict = verifyTransaction(context, { ...item, named_block });
      if (verdict.kind === 'refused') {
        chosen.dropped.push({ hash: item.hash, error: verdict.error });
        continue;
      }
      // What it costs is gone for the next one of its signer; the chunk itself charges anew.
      state.setCause({ kind: 'transaction_processing', tx_hash: item.hash });
      saveAccount(state, signer_id, verdict.account);
      saveAccessKey(state, { account_id: signer_id, public_key, record: verdict.access_key });
      gas += verdict.cost.gas_burnt;
      bytes += size;
      chosen.transactions.push({ signed: item.signed, named_block });
    }
    state.revert();
    this.waiting = later;
    return chosen;
  }
}

/** Each key's places are kept, and filled by rising nonces. */
function inNonceOrder(waiting: readonly Waiting[]): Waiting[] {
  const by_key = new Map<string, Waiting[]>();
  const keyOf = ({ signed: { transaction } }: Waiting) =>
    `${transaction.signer_id} ${formatCurveBytes(transaction.public_key)}`;
  for (const item of waiting) by_key.set(keyOf(item), [...(by_key.get(keyOf(item)) ?? []), item]);
  for (const items of by_key.values()) {
    items.sort((left, right) => (left.signed.transaction.nonce < right.signed.transaction.nonce ? -1 : 1));
  }
  return waiting.map((item) => by_key.get(keyOf(item))?.shift() ?? item);
}
