// Owns what node tests share: nodes that end with their test, signed transactions of genesis accounts, sums of money; leaves expectations to them.
import type { ExecutionContext } from 'ava';
import { BorshReader } from '../../core/near/borsh-reader.ts';
import { decodeReceipt, type Receipt, readReceipt } from '../../core/near/receipt.ts';
import { type Action, hashTransaction, type SignedTransaction } from '../../core/near/transaction.ts';
import type { Block } from '../../localnet/chain/block-header.ts';
import { accountKeyPair } from '../../localnet/node/genesis.ts';
import { startNode } from '../../localnet/node/node.ts';
import type { NodeOptions } from '../../localnet/node/options.ts';
import type { FullBlock, LocalnetNode } from '../../localnet/node/types.ts';
import { receiptGas, totalDeposit } from '../../localnet/runtime/fees.ts';
import { SYSTEM_ID } from '../../localnet/runtime/limits.ts';
import { COLUMN } from '../../localnet/state/keys.ts';
import { decodeAccount } from '../../localnet/state/records.ts';
import type { Trie } from '../../localnet/state/trie.ts';
import { contract } from './near-runtime.ts';

export const SEED = 'test';
export const TEST_ACCOUNTS = ['alice.near', 'bob.near', 'carol.near', 'user.near'];

const TGAS = 10n ** 12n;
const GAS = 20n * TGAS;
/** Texts in the test contract's memory, each with its place; the amount of one yocto stands at ONE. */
const TEXTS = { 0: 'alice.near', 16: 'carol.near', 32: 'work', 40: 'after', 48: 'fail', 56: 'key' };
const ONE = 256;
const at = (text: string) => {
  const [place] = Object.entries(TEXTS).find(([, known]) => known === text) ?? [];
  return `(i64.const ${text.length}) (i64.const ${place})`;
};
const call = (name: string, first: string, account: string, method: string, deposit: number) =>
  `(call $${name} ${first} ${at(account)} ${at(method)} (i64.const 0) (i64.const 0) (i64.const ${deposit}) (i64.const ${GAS}))`;
const withCallback = (method: string) =>
  `(call $promise_return ${call('promise_then', call('promise_create', '', 'carol.near', method, ONE), 'alice.near', 'after', 300)})`;

/** `ask` and `ask_fail` call carol.near and return alice.near's callback; `store` keeps the block's height; `read` gives it. */
export const TEST_CONTRACT = contract(
  {
    ask: withCallback('work'),
    ask_fail: withCallback('fail'),
    work: `(call $value_return ${at('work')})`,
    fail: '(unreachable)',
    after: `(call $value_return ${at('after')})`,
    store: `(i64.store (i32.const 400) (call $block_index))
      (drop (call $storage_write ${at('key')} (i64.const 8) (i64.const 400) (i64.const 0)))`,
    read: `(if (i64.eq (call $storage_read ${at('key')} (i64.const 1)) (i64.const 1))
      (then (call $value_return (i64.const -1) (i64.const 1))))`,
    time: '(i64.store (i32.const 400) (call $block_timestamp)) (call $value_return (i64.const 8) (i64.const 400))',
  },
  { ...TEXTS, [ONE]: '\u0001' },
);

export function callOf(method_name: string, deposit = 0n): Action {
  return { kind: 'function_call', method_name, args: new Uint8Array(0), gas: 100n * TGAS, deposit };
}

const accounts = TEST_ACCOUNTS.map((account_id) => ({
  account_id,
  ...(account_id === 'user.near' ? {} : { code: TEST_CONTRACT }),
}));

/** Of the chain that a process of its own grows until it is killed: short epochs, three shards, one of them split. */
export const GROWN_OPTIONS: NodeOptions = {
  seed: SEED,
  mode: { kind: 'manual' },
  accounts,
  epoch_length: 7n,
  layout: { shard_ids: [7n, 1n, 12n], boundaries: ['bob.near', 'carol.near'] },
  reshardings: [
    {
      height: 12n,
      layout: { shard_ids: [7n, 1n, 20n, 21n], boundaries: ['bob.near', 'carol.near', 'user.near'] },
    },
  ],
};

/** Manual, so that tests say when blocks come; it ends with the test. */
export function startTestNode(t: ExecutionContext, options: NodeOptions = {}): LocalnetNode {
  const node = startNode({ seed: SEED, mode: { kind: 'manual' }, accounts, ...options });
  t.teardown(() => node.stop());
  // From the start, before a short history forgets a split.
  node.onBlock(() => void burntMoreThanOnce(node));
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

export const HEAD = { kind: 'finality', finality: 'optimistic' } as const;

export function balanceOf(node: LocalnetNode, account_id: string): bigint | null {
  const state = node.readState(account_id, HEAD);
  return state.ok ? (state.value.findAccount(account_id)?.amount ?? null) : null;
}

/** All yocto there are: on accounts, in receipts that wait in the state, and in those under way from the head. */
export function sumMoney(node: LocalnetNode): bigint {
  const head = node.findBlock(HEAD);
  if (!head.ok) throw new Error(head.reason);
  let sum = 0n;
  for (const { shard_id, chunk } of head.value.shards) {
    sum += moneyInState(node, shard_id);
    for (const receipt of chunk?.outgoing ?? []) sum += moneyIn(node, receipt);
  }
  return sum;
}

/** What the head's header says there is, less what its own chunks burnt: the next header will say so. */
export function statedSupply(node: LocalnetNode): bigint {
  const head = node.findBlock(HEAD);
  if (!head.ok) throw new Error(head.reason);
  return head.value.shards.reduce(
    (supply, { chunk }) => supply - (chunk?.balance_burnt ?? 0n),
    head.value.block.header.inner_rest.total_supply + burntMoreThanOnce(node),
  );
}

/** What splits took from the stated supply beyond the first time, by node, with the newest block looked at. */
const TAKEN = new WeakMap<LocalnetNode, { sum: bigint; last: Block }>();

/**
 * A split takes what the parent burnt last from the stated supply once for each child, as NEAR does. Asked for the
 * first time, it needs the blocks since genesis, from disk or from memory.
 */
export function burntMoreThanOnce(node: LocalnetNode): bigint {
  const { chain } = node;
  let { sum, last } = TAKEN.get(node) ?? { sum: 0n, last: chain.genesis };
  for (const { block } of blocksSince(node, last.height + 1n)) {
    const shard_ids = new Set(block.chunks.map((chunk) => chunk.inner.shard_id));
    for (const { inner } of last.chunks) {
      if (shard_ids.has(inner.shard_id)) continue;
      const [, ...others] = chain.childrenOf(inner.shard_id);
      for (const { inner: child } of block.chunks)
        if (others.includes(child.shard_id)) sum += child.balance_burnt;
    }
    last = block;
  }
  TAKEN.set(node, { sum, last });
  return sum;
}

function* blocksSince(node: LocalnetNode, height: bigint): Generator<FullBlock> {
  let next = height;
  for (const full of node.finalBlocks(height)) {
    next = full.block.height + 1n;
    yield full;
  }
  for (; next <= node.chain.head.height; next++) {
    const found = node.findBlock({ kind: 'height', height: next });
    if (found.ok) yield found.value;
  }
}

export function executedAt(blocks: readonly FullBlock[]): [bigint, string][] {
  return blocks.flatMap(({ block, shards }) =>
    shards.flatMap(({ chunk }) =>
      (chunk?.outcomes ?? [])
        .filter(({ outcome }) => outcome.receipt?.predecessor_id !== SYSTEM_ID)
        .map(({ outcome }): [bigint, string] => [block.height, outcome.executor_id]),
    ),
  );
}

function trieOf(node: LocalnetNode, shard_id: bigint): Trie {
  for (const account_id of ['a', ...TEST_ACCOUNTS, 'zzz']) {
    const state = node.readState(account_id, HEAD);
    if (state.ok && state.value.shard_id === shard_id) return state.value.trie;
  }
  throw new Error(`none of the test accounts is on shard ${shard_id}`);
}

const DELAYED_MARK_BYTES = 3;

export function moneyInState(node: LocalnetNode, shard_id: bigint): bigint {
  const trie = trieOf(node, shard_id);
  let sum = 0n;
  for (const { value } of trie.entries(Uint8Array.of(COLUMN.account))) {
    const { amount, locked } = decodeAccount(value);
    sum += amount + locked;
  }
  for (const { value } of trie.entries(Uint8Array.of(COLUMN.postponed_receipt)))
    sum += moneyIn(node, decodeReceipt(value));
  for (const { key, value } of trie.entries(Uint8Array.of(COLUMN.delayed_receipt))) {
    if (key.length === 1) continue;
    const receipt = readReceipt(new BorshReader(value.subarray(DELAYED_MARK_BYTES)));
    // After a split each child holds the whole queue; only the receiver's own will run the receipt.
    if (node.shardOf(receipt.receiver_id) === shard_id) sum += moneyIn(node, receipt);
  }
  return sum;
}

export function moneyIn(node: LocalnetNode, receipt: Receipt): bigint {
  const { body, receiver_id, predecessor_id } = receipt;
  if (body.kind === 'data') return 0n;
  const gas = receiptGas(node.facts.parameters, { actions: body.actions, receiver_id });
  return totalDeposit(body.actions) + (predecessor_id === SYSTEM_ID ? 0n : gas * body.gas_price);
}
