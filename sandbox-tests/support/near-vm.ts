// Owns what VM tests share: programs from WebAssembly text, a call's context, a state in memory; leaves expectations to them.
import binaryen from 'binaryen';
import { toHex } from '../../core/near/bytes.ts';
import { sha256 } from '../../core/near/crypto.ts';
import type { CallContext, CallOutcome, ExternalState } from '../../localnet/vm/context.ts';
import { HOST_FUNCTIONS } from '../../localnet/vm/host/functions.ts';
import { DEFAULT_PROTOCOL_VERSION, type ExtCost, parametersFor } from '../../localnet/vm/params.ts';
import { prepareContract } from '../../localnet/vm/prepare.ts';
import { runContract } from '../../localnet/vm/run.ts';

export const parameters = parametersFor(DEFAULT_PROTOCOL_VERSION);
export const OP = BigInt(parameters.ops.regular);
export const PREPAID = 300_000_000_000_000n;

const { MutableGlobals, SignExt, NontrappingFPToInt, BulkMemory, ReferenceTypes, All } = binaryen.Features;
const NEAR_FEATURES = MutableGlobals | SignExt | NontrappingFPToInt | BulkMemory | ReferenceTypes;

/** The bytes of a text module; with `newer`, features may be used that NEAR refuses. */
export function assemble(text: string, options: { newer?: boolean } = {}): Uint8Array {
  const module = binaryen.parseText(text);
  module.setFeatures(options.newer ? All : NEAR_FEATURES);
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}

export function testContext(change: Partial<CallContext> = {}): CallContext {
  return {
    current_account_id: 'contract.near',
    signer_account_id: 'signer.near',
    signer_account_pk: Uint8Array.from([0, ...new Array<number>(32).fill(7)]),
    predecessor_account_id: 'caller.near',
    refund_to_account_id: 'caller.near',
    chain_id: 'localnet',
    input: new TextEncoder().encode('{"a":1}'),
    promise_results: [],
    block_height: 10n,
    block_timestamp: 1_700_000_000_000_000_000n,
    epoch_height: 3n,
    account_balance: 10n ** 24n,
    account_locked_balance: 5n,
    storage_usage: 1_000n,
    attached_deposit: 2n,
    prepaid_gas: PREPAID,
    random_seed: sha256(Uint8Array.of(1)),
    code_hash: sha256(Uint8Array.of(2)),
    is_view: false,
    output_data_receivers: [],
    ...change,
  };
}

/** Every write and removal touches the same number of trie nodes. */
export class MemoryState implements ExternalState {
  readonly values = new Map<string, Uint8Array>();
  private readonly trie_nodes: bigint;

  constructor(trie_nodes = 0n) {
    this.trie_nodes = trie_nodes;
  }

  read(key: Uint8Array): Uint8Array | null {
    return this.values.get(toHex(key)) ?? null;
  }

  write(key: Uint8Array, value: Uint8Array) {
    const previous = this.read(key);
    this.values.set(toHex(key), value);
    return { previous, trie_nodes: this.trie_nodes };
  }

  remove(key: Uint8Array) {
    const previous = this.read(key);
    this.values.delete(toHex(key));
    return { previous, trie_nodes: this.trie_nodes };
  }

  validatorStake(account_id: string): bigint {
    return account_id === 'validator.near' ? 50n : 0n;
  }

  validatorTotalStake(): bigint {
    return 70n;
  }
}

export interface TestCall {
  method?: string;
  context?: Partial<CallContext>;
  external?: ExternalState;
}

export function callCode(code: Uint8Array, call: TestCall = {}): CallOutcome {
  return runContract({
    contract: prepareContract(code, parameters),
    method: call.method ?? 'main',
    context: testContext(call.context),
    external: call.external ?? new MemoryState(),
    parameters,
  });
}

export function callText(text: string, call: TestCall = {}): CallOutcome {
  return callCode(assemble(text), call);
}

/** A module whose method `main` has this body. */
export function mainModule(body: string, before = ''): string {
  return `(module ${before} (memory 1) (func (export "main") ${body}))`;
}

export function loadingFee(code: Uint8Array): bigint {
  return BigInt(code.length) * parameters.ext.contract_loading_bytes + parameters.ext.contract_loading_base;
}

/** The entry of a function: 64 bytes of frame and its parameters and locals, in steps of 8. */
export function entryGas(local_bytes = 0): bigint {
  return BigInt(Math.ceil((64 + local_bytes) / 8)) * OP;
}

/** Adds up host prices: a name alone counts once. */
export function priced(costs: Partial<Record<ExtCost, number | bigint>>): bigint {
  return Object.entries(costs).reduce(
    (sum, [name, count]) => sum + parameters.ext[name as ExtCost] * BigInt(count ?? 0),
    0n,
  );
}

export type HostCall = [name: string, ...args: (bigint | number | string)[]];

export interface HostRun {
  outcome: CallOutcome;
  /** What the host functions themselves charged: loading, entry and operators are taken off. */
  gas: bigint;
}

/**
 * A method that makes these host calls one after the other, dropping their results. An argument may be a call in
 * WebAssembly text. `data` and `bytes` stand in memory, as pairs of an
 * offset and a text or bytes.
 */
export function callHost(
  calls: HostCall[],
  options: TestCall & { data?: [number, string][]; bytes?: [number, Uint8Array][] } = {},
): HostRun {
  const names = [...new Set(calls.map(([name]) => name))];
  const imports = names.map(
    (name) => `(import "env" "${name}" (func $${name} ${typeText(signatureOf(name))}))`,
  );
  const body = calls.map(([name, ...args]) => hostCallText(name, args)).join('\n');
  const texts = (options.data ?? []).map(([at, text]): [number, Uint8Array] => [
    at,
    new TextEncoder().encode(text),
  ]);
  const data = [...texts, ...(options.bytes ?? [])].map(
    ([at, bytes]) => `(data (i32.const ${at}) "${escaped(bytes)}")`,
  );
  const code = assemble(
    `(module ${imports.join('\n')} (memory 1) ${data.join('\n')} (func (export "main") ${body}))`,
  );
  const outcome = callCode(code, options);
  // Every opening bracket of the body is one operator. Where the last call fails, its result is never dropped.
  const last = signatureOf(calls.at(-1)?.[0] ?? '').endsWith('>') || outcome.failure === null ? 0 : 1;
  const operators = BigInt(body.split('(').length - 1 - last) * OP;
  return { outcome, gas: outcome.burnt_gas - loadingFee(code) - entryGas() - operators };
}

function signatureOf(name: string): string {
  const known = HOST_FUNCTIONS.get(name);
  if (known === undefined) throw new Error(`${name} is no host function`);
  return known.signature;
}

function hostCallText(name: string, args: HostCall[1][]): string {
  const [params = '', result = ''] = signatureOf(name).split('>');
  const values = args.map((arg, index) => {
    if (typeof arg === 'string') return arg;
    return params[index] === 'i' ? `(i32.const ${arg})` : `(i64.const ${arg})`;
  });
  const text = `(call $${name} ${values.join(' ')})`;
  return result === '' ? text : `(drop ${text})`;
}

function typeText(signature: string): string {
  const [params = '', result = ''] = signature.split('>');
  const word = (letter: string) => (letter === 'i' ? 'i32' : 'i64');
  const results = result === '' ? '' : `(result ${word(result)})`;
  return `(param ${[...params].map(word).join(' ')}) ${results}`;
}

function escaped(bytes: Uint8Array): string {
  return [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
}

export function returned(outcome: CallOutcome): Uint8Array {
  if (outcome.return_data.kind !== 'value')
    throw new Error(`no value came back: ${outcome.failure?.kind ?? 'no failure'}`);
  return outcome.return_data.value;
}

export function failed(outcome: CallOutcome): string {
  const { failure } = outcome;
  if (failure === null) return 'no failure';
  return 'reason' in failure ? failure.reason : failure.kind;
}
