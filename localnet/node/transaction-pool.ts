// Owns accepted transactions until a chunk takes them, and the order in which it does; leaves their validity to the runtime.
import { toHex } from '../../core/near/bytes.ts';
import { encodeSignedTransaction, type SignedTransaction } from '../../core/near/transaction.ts';
import { saveAccessKey, saveAccount } from '../runtime/accounts.ts';
import type { NamedBlock } from '../runtime/verify-transaction.ts';
import { type VerifyContext, verifyTransaction } from '../runtime/verify-transaction.ts';

export const MAX_POOL = 20_000;
/** NEAR's bound of the bytes of one chunk's transactions. */
const MAX_CHUNK_BYTES = 4_194_304;
/** Half of a chunk's gas at most goes to turning transactions into receipts. */
const CHUNK_GAS_SHARE = 2n;

interface Waiting {
  tx_hash: Uint8Array;
  signed: SignedTransaction;
  size: number;
  /** Of its signer and key; nonces count within it. */
  group: string;
}

export class TransactionPool {
  /** In the order of arrival. */
  private readonly waiting = new Map<string, Waiting>();

  get size(): number {
    return this.waiting.size;
  }

  find(tx_hash: Uint8Array): SignedTransaction | undefined {
    return this.waiting.get(toHex(tx_hash))?.signed;
  }

  /** False where the pool is full. */
  add(tx_hash: Uint8Array, signed: SignedTransaction): boolean {
    if (this.waiting.size >= MAX_POOL) return false;
    const { signer_id, public_key } = signed.transaction;
    const group = `${signer_id} ${toHex(public_key.bytes)}`;
    const size = encodeSignedTransaction(signed).length;
    this.waiting.set(toHex(tx_hash), { tx_hash, signed, size, group });
    return true;
  }

  /**
   * The next chunk's transactions: one of each key in turn, each key's by rising nonce. Those that have become
   * invalid since they were accepted are dropped, as NEAR's chunk producers do. `context.state` is written to and
   * left as it was.
   */
  take(
    context: VerifyContext & { gas_limit: bigint },
    options: { belongs(account_id: string): boolean; namedBlock(signed: SignedTransaction): NamedBlock },
  ): SignedTransaction[] {
    const taken: SignedTransaction[] = [];
    let bytes = 0;
    let gas = 0n;
    context.state.checkpoint();
    for (const item of inTurns(this.ofShard(options.belongs))) {
      if (bytes + item.size > MAX_CHUNK_BYTES || gas * CHUNK_GAS_SHARE > context.gas_limit) break;
      this.waiting.delete(toHex(item.tx_hash));
      const { signed, tx_hash } = item;
      const verdict = verifyTransaction(context, {
        signed,
        named_block: options.namedBlock(signed),
        hash: tx_hash,
      });
      if (verdict.kind === 'refused') continue;
      const { signer_id, public_key } = signed.transaction;
      context.state.setCause({ kind: 'transaction_processing', tx_hash });
      saveAccount(context.state, signer_id, verdict.account);
      saveAccessKey(context.state, { account_id: signer_id, public_key, record: verdict.access_key });
      taken.push(signed);
      bytes += item.size;
      gas += verdict.cost.gas_burnt;
    }
    context.state.revert();
    return taken;
  }

  private ofShard(belongs: (account_id: string) => boolean): Waiting[] {
    return [...this.waiting.values()].filter(({ signed }) => belongs(signed.transaction.signer_id));
  }
}

function inTurns(items: readonly Waiting[]): Waiting[] {
  const by_key = new Map<string, Waiting[]>();
  for (const item of items) {
    const group = by_key.get(item.group) ?? [];
    if (group.length === 0) by_key.set(item.group, group);
    group.push(item);
  }
  const groups = [...by_key.values()];
  for (const group of groups) group.sort(byNonce);
  const turns: Waiting[] = [];
  const longest = groups.reduce((length, group) => Math.max(length, group.length), 0);
  for (let turn = 0; turn < longest; turn++) {
    for (const group of groups) {
      const item = group[turn];
      if (item !== undefined) turns.push(item);
    }
  }
  return turns;
}

function byNonce(left: Waiting, right: Waiting): number {
  const { nonce } = left.signed.transaction;
  const other = right.signed.transaction.nonce;
  return nonce < other ? -1 : nonce > other ? 1 : 0;
}
