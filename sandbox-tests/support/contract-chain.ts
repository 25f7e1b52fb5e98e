// Owns a localnet with the contract on it, for specs: signed calls, views, panics, events, gas, time; leaves what is right to the specs.
import type { ExecutionContext } from 'ava';
import { type ContractEvent, EVENT_PREFIX } from '../../contracts/credit/event-types.ts';
import { toHex } from '../../core/near/bytes.ts';
import { type Action, hashTransaction } from '../../core/near/transaction.ts';
import { accountKeyPair } from '../../localnet/node/genesis.ts';
import { startNode } from '../../localnet/node/node.ts';
import { BLOCK_INTERVAL_MS, type NodeOptions, YOCTO_PER_NEAR } from '../../localnet/node/options.ts';
import type { FullBlock, LocalnetNode, LocatedOutcome, StateAt } from '../../localnet/node/types.ts';
import { SYSTEM_ID } from '../../localnet/runtime/limits.ts';
import { contractDataPrefix } from '../../localnet/state/keys.ts';
import { emptyProfile, type GasProfile } from '../../localnet/vm/gas-profile.ts';
import { buildOrFind } from '../../scripts/build-contract/kept-build.ts';

export const CONTRACT_ID = 'dmrv.near';
export const OWNER_ID = 'owner.near';
export const TGAS = 10n ** 12n;
/** What near-api-js and near-workspaces attach when they are not told. */
export const USUAL_GAS = 30n * TGAS;
export const MOST_GAS = 300n * TGAS;
/** More than any method needs for one item; the contract gives back what it did not use. */
export const ENOUGH_DEPOSIT = YOCTO_PER_NEAR / 5n;

const SEED = 'contract';
const HEAD = { kind: 'finality', finality: 'optimistic' } as const;
const MAX_BLOCKS_A_CALL = 50;
const PANIC = 'Smart contract panicked: ';
const BLOCK_NS = BigInt(BLOCK_INTERVAL_MS) * 1_000_000n;
/** Since this version a contract earns nothing from gas: its balance is what it was given. */
const PROTOCOL_WITHOUT_REWARDS = 87;
/** No epoch ends within a spec. */
const EPOCH_LENGTH = 10n ** 12n;
const HISTORY_BLOCKS = 200;

export interface Call {
  from: string;
  method: string;
  args?: object;
  /** Instead of args: bytes as they are. */
  raw?: Uint8Array;
  deposit?: bigint;
  gas?: bigint;
  /** Another contract than ours. */
  to?: string;
}

export interface RanReceipt {
  executor_id: string;
  predecessor_id: string;
  method: string | null;
  gas_burnt: bigint;
  gas_profile: GasProfile;
  logs: string[];
  /** Null where it ran well. */
  error: string | null;
}

export interface CallResult {
  /** What the last receipt that the caller waits for gave back. */
  value: unknown;
  /** Of the first receipt that failed: a panic's own words, else NEAR's. */
  error: string | null;
  /** Those of the contract and of others, without refunds, in the order in which they ran. */
  receipts: RanReceipt[];
  /** Of receipts of our contract that ran well. */
  logs: string[];
  events: ContractEvent[];
  /** Of the whole transaction: becoming a receipt, all receipts, and refunds. */
  gas_burnt: bigint;
}

export interface ViewResult {
  value: unknown;
  error: string | null;
  gas_burnt: bigint;
  gas_profile: GasProfile;
}

/** All that a failed call must leave as it was. */
export interface ContractSnapshot {
  entries: [key: string, value: string][];
  balance: bigint;
  storage_usage: bigint;
}

export interface ContractChainOptions {
  /** Further accounts: people, and contracts with their code. */
  accounts?: readonly { account_id: string; code?: Uint8Array }[];
  stock?: boolean;
  code?: Uint8Array;
  /** Of the first block, in nanoseconds; a day of 2026 when left out. */
  start_ns?: bigint;
  node?: NodeOptions;
  /** From the first block behind genesis on. */
  on_block?: (full: FullBlock) => void;
}

interface ContractCode {
  wasm: Uint8Array;
}

const builds = new Map<boolean, Promise<ContractCode>>();

/** Once for each process: the tests of one file share it. */
export function builtContract(stock = false): Promise<ContractCode> {
  const build = builds.get(stock) ?? (stock ? buildStock() : findBuilt());
  builds.set(stock, build);
  return build;
}

/** The build of these very sources is kept whole: to go its way again, up to the kept engine, takes two seconds. */
async function findBuilt(): Promise<ContractCode> {
  const end = await buildOrFind(() => undefined).result;
  if (end.kind === 'built') return end;
  throw end.kind === 'failed' ? end.error : new Error('The build was stopped.');
}

async function buildStock(): Promise<ContractCode> {
  const { buildContract } = await import('../../scripts/build-contract/build-contract.ts');
  return buildContract({ stock: true });
}

/** The code stands on the account from the first block on; `new` has not been called. */
export async function openContractChain(options: ContractChainOptions = {}): Promise<ContractChain> {
  const code = options.code ?? (await builtContract(options.stock)).wasm;
  const people = [OWNER_ID, ...PEOPLE].map((account_id) => ({ account_id }));
  const node = startNode({
    seed: SEED,
    mode: { kind: 'manual' },
    protocol_version: PROTOCOL_WITHOUT_REWARDS,
    epoch_length: EPOCH_LENGTH,
    history_blocks: HISTORY_BLOCKS,
    validators: 1,
    accounts: [{ account_id: CONTRACT_ID, code }, ...people, ...(options.accounts ?? [])],
    ...(options.start_ns === undefined ? {} : { genesis_timestamp: options.start_ns }),
    ...options.node,
  });
  if (options.on_block !== undefined) node.onBlock(options.on_block);
  return new ContractChain(node);
}

export const PEOPLE = [
  'minter.near',
  'registry.near',
  'agent.near',
  'guardian.near',
  'alice.near',
  'bob.near',
  'carol.near',
  'market.near',
] as const;

export class ContractChain {
  readonly node: LocalnetNode;

  constructor(node: LocalnetNode) {
    this.node = node;
  }

  /** One transaction, and blocks until all that follows from it has run, refunds too. */
  call(call: Call): CallResult {
    return this.finish(this.send(call));
  }

  /** One transaction, without a block: one for each caller may be under way. Gives its hash. */
  send(call: Call): Uint8Array {
    const submitted = this.node.submit(this.sign(call));
    if (submitted.kind !== 'accepted')
      throw new Error(`${call.from} calling ${call.method} was ${submitted.kind}: ${words(submitted)}`);
    return submitted.tx_hash;
  }

  /** Blocks until all that follows from what was sent has run. */
  finish(tx_hash: Uint8Array): CallResult {
    for (let blocks = 0; blocks < MAX_BLOCKS_A_CALL; blocks++) {
      this.node.produceBlocks();
      const status = this.node.findTransaction(tx_hash);
      if (status === undefined || status.transaction_outcome === null) continue;
      const made = status.receipt_outcomes.flatMap(({ outcome }) => outcome.receipt_ids.map(toHex));
      const all = new Set([...status.transaction_outcome.outcome.receipt_ids.map(toHex), ...made]);
      if (status.receipt_outcomes.length === all.size) {
        return readResult(status.transaction_outcome, status.receipt_outcomes);
      }
    }
    throw new Error(`transaction ${toHex(tx_hash)} still runs after ${MAX_BLOCKS_A_CALL} blocks`);
  }

  /** For what a spec needs but is not about. */
  mustCall(call: Call): CallResult {
    const result = this.call(call);
    if (result.error !== null) throw new Error(`${call.from} calling ${call.method}: ${result.error}`);
    return result;
  }

  view(method: string, args: object = {}): unknown {
    const { value, error } = this.tryView(method, args);
    if (error !== null) throw new Error(`viewing ${method}(${JSON.stringify(args)}): ${error}`);
    return value;
  }

  tryView(method: string, args: object = {}): ViewResult {
    const outcome = this.state().view({
      account_id: CONTRACT_ID,
      method_name: method,
      args: new TextEncoder().encode(JSON.stringify(args)),
    });
    if (outcome === null) throw new Error(`${CONTRACT_ID} has no contract`);
    const { failure, return_data, burnt_gas: gas_burnt, gas_profile } = outcome;
    if (failure !== null)
      return {
        value: undefined,
        error: cleanPanic('message' in failure ? failure.message : words(failure)),
        gas_burnt,
        gas_profile,
      };
    const value = return_data.kind === 'value' ? parseValue(return_data.value) : undefined;
    return { value, error: null, gas_burnt, gas_profile };
  }

  snapshot(): ContractSnapshot {
    const state = this.state();
    const account = state.findAccount(CONTRACT_ID);
    if (account === null) throw new Error(`${CONTRACT_ID} does not exist`);
    const entries = state
      .listContractState(CONTRACT_ID, new Uint8Array(0))
      .map(({ key, value }): [string, string] => [toHex(key), toHex(value)]);
    return { entries, balance: account.amount, storage_usage: account.storage_usage };
  }

  /** As `snapshot`, but short: what a snapshot tells apart this tells apart, without a walk through the state. */
  digest(): string {
    const state = this.state();
    const account = state.findAccount(CONTRACT_ID);
    if (account === null) throw new Error(`${CONTRACT_ID} does not exist`);
    return `${toHex(state.trie.digest(contractDataPrefix(CONTRACT_ID)))} ${account.amount} ${account.storage_usage}`;
  }

  balance(account_id: string = CONTRACT_ID): bigint {
    const amount = this.state(account_id).findAccount(account_id)?.amount;
    if (amount === undefined) throw new Error(`${account_id} does not exist`);
    return amount;
  }

  storageUsage(): bigint {
    return this.state().findAccount(CONTRACT_ID)?.storage_usage ?? 0n;
  }

  /** Nanoseconds since 1970, of the last block. */
  now(): bigint {
    return this.node.chain.head.header.inner_lite.timestamp;
  }

  /** Until a block has at least this time. */
  async advanceTo(time_ns: bigint): Promise<void> {
    const missing = time_ns - this.now();
    if (missing > 0n) await this.node.fastForward(missing / BLOCK_NS + 1n);
  }

  stop(): Promise<void> {
    return this.node.stop();
  }

  private state(account_id = CONTRACT_ID): StateAt {
    const state = this.node.readState(account_id, HEAD);
    if (!state.ok) throw new Error(state.reason);
    return state.value;
  }

  private sign(call: Call) {
    const { from, method, args = {}, deposit = 0n, gas = MOST_GAS, to = CONTRACT_ID } = call;
    const { signer, public_key } = accountKeyPair(SEED, from);
    const key = this.state(from).findAccessKey(from, public_key);
    if (key === null) throw new Error(`${from} is no account of this chain; name it when opening it`);
    const bytes = call.raw ?? new TextEncoder().encode(JSON.stringify(args));
    const actions: Action[] = [{ kind: 'function_call', method_name: method, args: bytes, gas, deposit }];
    const transaction = {
      signer_id: from,
      public_key,
      nonce: key.nonce + 1n,
      receiver_id: to,
      block_hash: this.node.chain.head.hash,
      actions,
    };
    return { transaction, signature: signer.sign(hashTransaction(transaction)) };
  }
}

/** The call panics with this code and leaves state, storage usage and balance as they were. */
export function expectPanic(t: ExecutionContext, chain: ContractChain, code: string, call: Call): string {
  const before = chain.snapshot();
  const { error, events } = chain.call(call);
  t.regex(
    error ?? 'it did not panic',
    new RegExp(`^${code}: .`),
    `${call.method} ${JSON.stringify(call.args ?? {})}`,
  );
  t.deepEqual(events, []);
  t.deepEqual(chain.snapshot(), before);
  return error ?? '';
}

function readResult(transaction: LocatedOutcome, outcomes: readonly LocatedOutcome[]): CallResult {
  const receipts = outcomes.flatMap(({ outcome }) =>
    outcome.receipt === null || outcome.receipt.predecessor_id === SYSTEM_ID ? [] : [readReceipt(outcome)],
  );
  const logs = receipts
    .filter(({ executor_id, error }) => executor_id === CONTRACT_ID && error === null)
    .flatMap((receipt) => receipt.logs);
  return {
    value: resultValue(outcomes),
    error: receipts.find(({ error }) => error !== null)?.error ?? null,
    receipts,
    logs,
    events: readEvents(logs),
    gas_burnt: [transaction, ...outcomes].reduce((sum, { outcome }) => sum + outcome.gas_burnt, 0n),
  };
}

function readReceipt({
  executor_id,
  receipt,
  gas_burnt,
  gas_profile,
  logs,
  status,
}: LocatedOutcome['outcome']): RanReceipt {
  const call = receipt?.body.actions.find((action) => action.kind === 'function_call');
  return {
    executor_id,
    predecessor_id: receipt?.predecessor_id ?? '',
    method: call?.kind === 'function_call' ? call.method_name : null,
    gas_burnt,
    gas_profile: gas_profile ?? emptyProfile(),
    logs,
    error: status.kind === 'failure' ? failureText(status.error) : null,
  };
}

/** Follows the receipts that stand for a value, from the first one on. */
function resultValue(outcomes: readonly LocatedOutcome[]): unknown {
  const byId = new Map(outcomes.map(({ outcome }) => [toHex(outcome.id), outcome]));
  let current = outcomes[0]?.outcome;
  for (let steps = 0; steps <= outcomes.length; steps++) {
    if (current === undefined || current.status.kind === 'failure') return undefined;
    if (current.status.kind === 'value') return parseValue(current.status.value);
    current = byId.get(toHex(current.status.receipt_id));
  }
  return undefined;
}

export function readEvents(logs: readonly string[]): ContractEvent[] {
  return logs
    .filter((log) => log.startsWith(EVENT_PREFIX))
    .map((log) => JSON.parse(log.slice(EVENT_PREFIX.length)) as ContractEvent);
}

function failureText(error: unknown): string {
  const found = /"ExecutionError":"((?:[^"\\]|\\.)*)"/.exec(words(error));
  return found?.[1] === undefined ? words(error) : cleanPanic(JSON.parse(`"${found[1]}"`) as string);
}

function cleanPanic(message: string): string {
  return message.startsWith(PANIC) ? message.slice(PANIC.length) : message;
}

function parseValue(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes);
  return text === '' ? undefined : JSON.parse(text);
}

function words(value: unknown): string {
  return JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? item.toString() : item));
}
