// Owns what node tests share: nodes that end with their test, signed transactions of genesis accounts, sums of money; leaves expectations to them.
import { readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { toHex } from '../../core/near/bytes.ts';
import { type ActionReceipt, isActionReceipt, type Receipt } from '../../core/near/receipt.ts';
import { type Action, hashTransaction, type SignedTransaction } from '../../core/near/transaction.ts';
import { accountKeyPair } from '../../localnet/node/genesis.ts';
import { startNode } from '../../localnet/node/node.ts';
import type { NodeOptions } from '../../localnet/node/options.ts';
import type { FullBlock, LocalnetNode } from '../../localnet/node/types.ts';

export const SEED = 'test';
export const TEST_ACCOUNTS = ['alice.near', 'bob.near', 'carol.near', 'user.near'];

/** Manual, so that tests say when blocks come; it ends with the test. */
export function startTestNode(t: ExecutionContext, options: NodeOptions = {}): LocalnetNode {
  const accounts = TEST_ACCOUNTS.map((account_id) => ({ account_id }));
  const node = startNode({ seed: SEED, mode: { kind: 'manual' }, accounts, ...options });
  t.teardown(() => node.stop());
  return node;
}

/** Signed with the account's genesis key; the nonce follows on the key's unless it is given. */
export function signFor(
  node: LocalnetNode,
  transaction: { from: string; to: string; actions: Action[]; nonce?: bigint; block_hash?: Uint8Array },
): SignedTransaction {
  const { from, to, actions } = transaction;
  const { signer, public_key } = accountKeyPair(SEED, from);
  const state = node.readState(from, { kind: 'finality', finality: 'optimistic' });
  const known = state.ok ? state.value.findAccessKey(from, public_key) : null;
  const unsigned = {
    signer_id: from,
    public_key,
    nonce: transaction.nonce ?? (known?.nonce ?? 0n) + 1n,
    receiver_id: to,
    block_hash: transaction.block_hash ?? node.chain.head.hash,
    actions,
  };
  return { transaction: unsigned, signature: signer.sign(hashTransaction(unsigned)) };
}
