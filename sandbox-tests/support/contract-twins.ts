// Owns running one call on two builds of the contract side by side, straight on the VM, and telling where they part; leaves choosing calls to contract-odd-calls.ts.
import { toHex } from '../../core/near/bytes.ts';
import type { CallContext, CallOutcome, PromiseResult, ReceiptDraft } from '../../localnet/vm/context.ts';
import { type PreparedContract, prepareContract } from '../../localnet/vm/prepare.ts';
import { runContract } from '../../localnet/vm/run.ts';
import { CONTRACT_ID, MOST_GAS } from './contract-chain.ts';
import { MemoryState, parameters, testContext } from './near-vm.ts';

export interface TwinCall {
  from: string;
  method: string;
  input: Uint8Array;
  deposit: bigint;
  block_timestamp: bigint;
  is_view: boolean;
  promise_results?: readonly PromiseResult[];
}

export interface TwinResult {
  /** Of the first build. */
  error: string | null;
  value: unknown;
  /** What differs between the two, in words. */
  differences: string[];
}

interface Twin {
  name: string;
  contract: PreparedContract;
  state: MemoryState;
}

const PANIC = 'Smart contract panicked: ';
const BALANCE = 10n ** 27n;
const STORAGE_USAGE = 1_000_000n;

export class Twins {
  private readonly twins: [Twin, Twin];

  constructor(codes: [name: string, code: Uint8Array][]) {
    const [first, second] = codes.map(
      ([name, code]): Twin => ({
        name,
        contract: prepareContract(code, parameters),
        state: new MemoryState(),
      }),
    );
    if (first === undefined || second === undefined) throw new Error('twins are two builds');
    this.twins = [first, second];
  }

  /** The same, and then as if nothing had been called. */
  try(call: TwinCall): TwinResult {
    const before = this.twins.map(({ state }) => copyOf(state));
    const result = this.call(call);
    for (const [index, { state }] of this.twins.entries()) restore(state, before[index] ?? new Map());
    return result;
  }

  call(call: TwinCall): TwinResult {
    const [first, second] = this.twins;
    const [left, right] = [run(first, call), run(second, call)];
    const differences = Object.entries(left)
      .filter(([part, text]) => right[part as keyof typeof right] !== text)
      .map(([part, text]) => {
        return `${part}: ${first.name} ${text}, ${second.name} ${right[part as keyof typeof right]}`;
      });
    differences.push(...compareStates(first, second));
    const { error, value } = left;
    return {
      error: error === '' ? null : error,
      value: value === '' ? undefined : JSON.parse(value),
      differences,
    };
  }
}

function copyOf({ values }: MemoryState): Map<string, Uint8Array> {
  return new Map(values);
}

function restore(state: MemoryState, values: Map<string, Uint8Array>): void {
  state.values.clear();
  for (const [key, value] of values) state.values.set(key, value);
}

/** All that a call leaves behind but its gas. */
function run(twin: Twin, call: TwinCall) {
  const { state } = twin;
  const before = copyOf(state);
  const outcome = runContract({
    contract: twin.contract,
    method: call.method,
    context: contextOf(call),
    external: state,
    parameters,
  });
  if (outcome.failure !== null) restore(state, before);
  return {
    error: errorOf(outcome),
    value: returnedBy(outcome),
    logs: outcome.logs.join('\n'),
    receipts: words(outcome.receipts.map(withoutSharedGas)),
    balance: `${outcome.balance}`,
    usage: outcome.failure === null ? `${outcome.storage_usage}` : '',
  };
}

function contextOf({
  from,
  input,
  deposit,
  block_timestamp,
  is_view,
  promise_results,
}: TwinCall): CallContext {
  return testContext({
    current_account_id: CONTRACT_ID,
    signer_account_id: from,
    predecessor_account_id: from,
    refund_to_account_id: from,
    input,
    attached_deposit: is_view ? 0n : deposit,
    block_timestamp,
    account_balance: BALANCE,
    storage_usage: STORAGE_USAGE,
    prepaid_gas: MOST_GAS,
    is_view,
    promise_results: promise_results ?? [],
  });
}

function errorOf({ failure }: CallOutcome): string {
  if (failure === null) return '';
  const message = 'message' in failure ? failure.message : words(failure);
  return message.startsWith(PANIC) ? message.slice(PANIC.length) : message;
}

function returnedBy({ return_data, failure }: CallOutcome): string {
  if (failure !== null || return_data.kind === 'none') return '';
  return return_data.kind === 'value'
    ? new TextDecoder().decode(return_data.value)
    : words(return_data.receipt_index);
}

/** Receivers get what gas is left, and that is what the builds differ in. */
function withoutSharedGas(receipt: ReceiptDraft): object {
  const actions = receipt.actions.map((action) => {
    if (action.kind !== 'function_call' || !action.method_name.startsWith('nft_on_')) return action;
    return { ...action, gas: 0n };
  });
  return { ...receipt, actions };
}

function compareStates(first: Twin, second: Twin): string[] {
  const keys = new Set([...first.state.values.keys(), ...second.state.values.keys()]);
  return [...keys].flatMap((key) => {
    const [left, right] = [first, second].map(({ state }) => {
      const value = state.values.get(key);
      return value === undefined ? 'nothing' : toHex(value);
    });
    return left === right ? [] : [`state ${key}: ${first.name} ${left}, ${second.name} ${right}`];
  });
}

function words(value: unknown): string {
  return JSON.stringify(value, (_, item) => {
    if (typeof item === 'bigint') return item.toString();
    return item instanceof Uint8Array ? toHex(item) : item;
  });
}
