// Owns which transaction each receipt on its way follows from; leaves receipts themselves to the history.
import { encodeBase58 } from '../../core/near/base58.ts';
import { toHex } from '../../core/near/bytes.ts';
import { isActionReceipt, type Receipt } from '../../core/near/receipt.ts';
import type { ExecutionOutcome } from '../runtime/types.ts';

export interface OriginsMemory {
  by_receipt: ReadonlyMap<string, Uint8Array>;
  by_data: ReadonlyMap<string, Uint8Array>;
}

/** Receipts' ids are forgotten once they ran, data ids once whoever waited for them ran. */
export class Origins {
  private readonly by_receipt = new Map<string, Uint8Array>();
  private readonly by_data = new Map<string, Uint8Array>();

  /** For a checkpoint; `recall` takes it back. */
  remember(): OriginsMemory {
    return { by_receipt: this.by_receipt, by_data: this.by_data };
  }

  recall({ by_receipt, by_data }: OriginsMemory): void {
    for (const [id, tx_hash] of by_receipt) this.by_receipt.set(id, tx_hash);
    for (const [id, tx_hash] of by_data) this.by_data.set(id, tx_hash);
  }

  /** The transaction of each outcome, in order; what they made is known from then on. */
  follow(chunk: {
    outcomes: readonly ExecutionOutcome[];
    outgoing: readonly Receipt[];
    local: readonly Receipt[];
    instant: readonly Receipt[];
  }): Uint8Array[] {
    const made = new Map<string, Receipt>();
    for (const list of [chunk.local, chunk.instant, chunk.outgoing])
      for (const receipt of list) made.set(toHex(receipt.receipt_id), receipt);
    return chunk.outcomes.map((outcome) => {
      const tx_hash = outcome.receipt === null ? outcome.id : this.take(outcome.id);
      for (const receipt_id of outcome.receipt_ids) {
        const text = toHex(receipt_id);
        this.by_receipt.set(text, tx_hash);
        this.expectData(made.get(text), tx_hash);
      }
      for (const data_id of outcome.receipt?.body.input_data_ids ?? []) this.by_data.delete(toHex(data_id));
      return tx_hash;
    });
  }

  /** The transaction behind any receipt on its way; data receipts by the data that somebody waits for. */
  find(receipt: Receipt): Uint8Array | undefined {
    if (isActionReceipt(receipt)) return this.by_receipt.get(toHex(receipt.receipt_id));
    return receipt.body.kind === 'data' ? this.by_data.get(toHex(receipt.body.data_id)) : undefined;
  }

  private take(receipt_id: Uint8Array): Uint8Array {
    const text = toHex(receipt_id);
    const tx_hash = this.by_receipt.get(text);
    if (tx_hash === undefined)
      throw new Error(
        `receipt ${encodeBase58(receipt_id)} ran, but no transaction is known to have caused it`,
      );
    this.by_receipt.delete(text);
    return tx_hash;
  }

  private expectData(receipt: Receipt | undefined, tx_hash: Uint8Array): void {
    if (receipt === undefined || !isActionReceipt(receipt)) return;
    for (const data_id of receipt.body.input_data_ids) this.by_data.set(toHex(data_id), tx_hash);
  }
}
