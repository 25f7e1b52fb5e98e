// Owns what runtime tests share: a small chain of chunks over real state, keys from names, contracts from WebAssembly text; leaves expectations to them.
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { encodeBase58 } from '../../core/near/base58.ts';
import { toHex } from '../../core/near/bytes.ts';
import { sha256 } from '../../core/near/crypto.ts';
import type { CurveBytes } from '../../core/near/keys.ts';
import type { Receipt } from '../../core/near/receipt.ts';
import {
  type AccessKeyPermission,
  type Action,
  type DelegateAction,
  hashDelegateAction,
  hashTransaction,
  type SignedTransaction,
} from '../../core/near/transaction.ts';
import { findAccessKey, findAccount, saveAccessKey, saveAccount } from '../../localnet/runtime/accounts.ts';
import { applyChunk, type ChunkOutput } from '../../localnet/runtime/apply-chunk.ts';
import { receiptGas, totalDeposit } from '../../localnet/runtime/fees.ts';
import { SYSTEM_ID } from '../../localnet/runtime/limits.ts';
import type { ChunkContext, ExecutionOutcome } from '../../localnet/runtime/types.ts';
import type { NamedBlock } from '../../localnet/runtime/verify-transaction.ts';
import { type JournaledState, openShardState } from '../../localnet/state/journal.ts';
import { contractCodeKey } from '../../localnet/state/keys.ts';
import { accessKeyStorage } from '../../localnet/state/storage-usage.ts';
import { HOST_FUNCTIONS } from '../../localnet/vm/host/functions.ts';
import {
  DEFAULT_PROTOCOL_VERSION,
  type ProtocolParameters,
  parametersFor,
} from '../../localnet/vm/params.ts';
import { ContractCache } from '../../localnet/vm/prepare.ts';
import { assemble } from './near-vm.ts';

export const NEAR = 10n ** 24n;
export const GAS_PRICE = 100_000_000n;
export const PURCHASE_PRICE = 1_000_000_000n;
export const FIRST_HEIGHT = 100n;
const BLOCK_NANOSECONDS = 1_000_000_000n;
/** Every test's receipts end long before. */
const MAX_BLOCKS = 100;
const GAS_LIMIT = 10n ** 15n;
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX_BYTES = 12;

/** A key pair that follows from a name. */
export function keyOf(name: string): { public_key: CurveBytes; sign(hash: Uint8Array): CurveBytes } {
  const der = Buffer.concat([PKCS8_PREFIX, sha256(new TextEncoder().encode(name))]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    public_key: { curve: 'ed25519', bytes: Uint8Array.from(spki.subarray(SPKI_PREFIX_BYTES)) },
    sign: (hash) => ({ curve: 'ed25519', bytes: Uint8Array.from(sign(null, hash, key)) }),
  };
}

export function signedDelegate(delegate: DelegateAction, key = delegate.sender_id): Action {
  return { kind: 'delegate', delegate, signature: keyOf(key).sign(hashDelegateAction(delegate)) };
}

export interface TestTransaction {
  from: string;
  to: string;
  actions: Action[];
  /** The name that its key follows from; the signer's own where it is left out. */
  key?: string;
  nonce?: bigint;
  gas_price?: bigint;
  named_block?: NamedBlock;
}

export interface TestChainOptions {
  accounts?: Record<string, bigint>;
  protocol_version?: number;
  gas_price?: bigint;
  gas_limit?: bigint;
  /** How many shards there are, and on which an account lives. */
  shards?: number;
  shardOf?: (account_id: string) => number;
}

/** Blocks follow one another; receipts reach the next block in the order in which shards made them. */
export class TestChain {
  height = FIRST_HEIGHT;
  gas_price: bigint;
  gas_limit: bigint;
  readonly parameters;
  readonly states: JournaledState[];
  /** What the next block's chunks will be given. */
  in_flight: Receipt[] = [];
  burnt = 0n;
  readonly outcomes: ExecutionOutcome[] = [];
  private readonly contracts: ContractCache;
  private readonly shardOf: (account_id: string) => number;

  constructor(options: TestChainOptions = {}) {
    this.parameters = parametersFor(options.protocol_version ?? DEFAULT_PROTOCOL_VERSION);
    this.contracts = cacheFor(this.parameters);
    this.gas_price = options.gas_price ?? GAS_PRICE;
    this.gas_limit = options.gas_limit ?? GAS_LIMIT;
    this.states = Array.from({ length: options.shards ?? 1 }, () => openShardState());
    this.shardOf = options.shardOf ?? (() => 0);
    for (const [account_id, amount] of Object.entries(options.accounts ?? {}))
      this.addAccount(account_id, amount);
    for (const state of this.states) state.finishChunk();
  }

  /** With a full-access key that follows from its name. */
  addAccount(account_id: string, amount: bigint): void {
    const state = this.stateOf(account_id);
    state.setCause({ kind: 'initial_state' });
    const { public_key } = keyOf(account_id);
    const record = { nonce: 0n, permission: { kind: 'full' as const } };
    saveAccessKey(state, { account_id, public_key, record });
    const storage_usage = 100n + accessKeyStorage({ public_key, record }, this.parameters.storage);
    saveAccount(state, account_id, { amount, locked: 0n, code_hash: null, storage_usage });
  }

  addKey(account_id: string, key: string, permission: AccessKeyPermission): void {
    const state = this.stateOf(account_id);
    state.setCause({ kind: 'initial_state' });
    const { public_key } = keyOf(key);
    saveAccessKey(state, { account_id, public_key, record: { nonce: 0n, permission } });
    state.finishChunk();
  }

  deploy(account_id: string, code: Uint8Array): void {
    const state = this.stateOf(account_id);
    state.setCause({ kind: 'initial_state' });
    const account = this.account(account_id);
    const storage_usage = account.storage_usage + BigInt(code.length);
    saveAccount(state, account_id, { ...account, code_hash: sha256(code), storage_usage });
    state.set(contractCodeKey(account_id), code);
    state.finishChunk();
  }

  stateOf(account_id: string): JournaledState {
    const state = this.states[this.shardOf(account_id)];
    if (state === undefined)
      throw new Error(`${account_id} is on shard ${this.shardOf(account_id)}, which is not there`);
    return state;
  }

  account(account_id: string) {
    const account = findAccount(this.stateOf(account_id), account_id);
    if (account === null) throw new Error(`${account_id} does not exist`);
    return account;
  }

  exists(account_id: string): boolean {
    return findAccount(this.stateOf(account_id), account_id) !== null;
  }

  key(account_id: string, key = account_id) {
    return findAccessKey(this.stateOf(account_id), account_id, keyOf(key).public_key);
  }

  context(state: JournaledState): ChunkContext {
    return {
      parameters: this.parameters,
      contracts: this.contracts,
      stakes: { of: () => 0n, total: () => 0n },
      belongs: (account_id) => this.stateOf(account_id) === state,
      state,
      block: {
        height: this.height,
        timestamp: this.height * BLOCK_NANOSECONDS,
        epoch_height: 1n,
        gas_price: this.gas_price,
        random_value: sha256(new TextEncoder().encode(`block ${this.height}`)),
        chain_id: 'localnet',
      },
    };
  }

  sign(transaction: TestTransaction): SignedTransaction {
    const { from, to, actions, key = from } = transaction;
    const pair = keyOf(key);
    const unsigned = {
      signer_id: from,
      public_key: pair.public_key,
      nonce: transaction.nonce ?? (this.key(from, key)?.nonce ?? 0n) + 1n,
      receiver_id: to,
      block_hash: new Uint8Array(32),
      actions,
    };
    return { transaction: unsigned, signature: pair.sign(hashTransaction(unsigned)) };
  }

  /** One block; a transaction goes to its signer's shard. */
  block(transactions: readonly (TestTransaction | SignedTransaction)[] = []): ChunkOutput[] {
    const incoming = this.in_flight;
    this.in_flight = [];
    const signed = transactions.map((item) =>
      'signature' in item
        ? { signed: item, named_block: 'valid' as const }
        : { signed: this.sign(item), named_block: item.named_block ?? ('valid' as const) },
    );
    const outputs = this.states.map((state, shard) => {
      const output = applyChunk(this.context(state), {
        transactions: signed.filter((item) => this.shardOf(item.signed.transaction.signer_id) === shard),
        incoming: incoming.filter((receipt) => this.shardOf(receipt.receiver_id) === shard),
        gas_limit: this.gas_limit,
      });
      state.finishChunk();
      this.in_flight.push(...output.outgoing);
      this.outcomes.push(...output.outcomes);
      this.burnt += output.burnt.fees + output.burnt.lost_refunds - output.burnt.subsidized;
      return output;
    });
    this.height += 1n;
    return outputs;
  }

  /** Blocks until nothing is under way; what happened from the given transactions on, in order. */
  run(transactions: readonly (TestTransaction | SignedTransaction)[] = []): ExecutionOutcome[] {
    const before = this.outcomes.length;
    let delayed = this.block(transactions).some((output) => output.delayed_count > 0n);
    for (let blocks = 0; this.in_flight.length > 0 || delayed; blocks++) {
      if (blocks > MAX_BLOCKS) throw new Error(`receipts are still under way after ${MAX_BLOCKS} blocks`);
      delayed = this.block().some((output) => output.delayed_count > 0n);
    }
    return this.outcomes.slice(before);
  }

  send(from: string, to: string, actions: Action[]): ExecutionOutcome[] {
    return this.run([{ from, to, actions }]);
  }

  /** All that a receipt under way will give back, burn or deliver. */
  balanceOf(receipt: Receipt): bigint {
    const { body, receiver_id } = receipt;
    if (body.kind === 'data') return 0n;
    const gas = receiptGas(this.parameters, { actions: body.actions, receiver_id });
    const paid = receipt.predecessor_id === SYSTEM_ID ? 0n : gas * body.gas_price;
    return totalDeposit(body.actions) + paid;
  }
}

/** One for all chains of a version, so that each contract compiles once. */
const CACHES = new Map<number, ContractCache>();

function cacheFor(parameters: ProtocolParameters): ContractCache {
  const cache = CACHES.get(parameters.protocol_version) ?? new ContractCache(parameters);
  CACHES.set(parameters.protocol_version, cache);
  return cache;
}

/** What an outcome came to, in the words of NEAR's JSON. */
export function statusJson(outcome: ExecutionOutcome | undefined): unknown {
  if (outcome === undefined) throw new Error('there is no such outcome');
  const { status } = outcome;
  if (status.kind === 'failure') return { Failure: status.error };
  if (status.kind === 'value') return { SuccessValue: Buffer.from(status.value).toString('utf8') };
  return { SuccessReceiptId: encodeBase58(status.receipt_id) };
}

/** A contract whose methods are bodies of WebAssembly text; host functions are called as $name and import themselves. */
export function contract(methods: Record<string, string>, data: Record<number, string> = {}): Uint8Array {
  const bodies = Object.entries(methods).map(([name, body]) => `(func (export "${name}") ${body})`);
  const called = new Set(Array.from(bodies.join('').matchAll(/\(call \$(\w+)/g), (match) => match[1] ?? ''));
  const imports = [...called].map((name) => `(import "env" "${name}" (func $${name} ${typeOf(name)}))`);
  const segments = Object.entries(data).map(([at, text]) => `(data (i32.const ${at}) "${escaped(text)}")`);
  return assemble(`(module ${imports.join('\n')} (memory 1) ${segments.join('\n')} ${bodies.join('\n')})`);
}

function typeOf(name: string): string {
  const signature = HOST_FUNCTIONS.get(name)?.signature;
  if (signature === undefined) throw new Error(`${name} is no host function`);
  const [params = '', result = ''] = signature.split('>');
  const word = (letter: string) => (letter === 'i' ? 'i32' : 'i64');
  return `(param ${[...params].map(word).join(' ')}) ${result === '' ? '' : `(result ${word(result)})`}`;
}

function escaped(text: string): string {
  return toHex(new TextEncoder().encode(text)).replace(/../g, (byte) => `\\${byte}`);
}
