// Owns one call of a contract from loading to outcome; leaves balances, receipts' ids and state to the runtime.
import type { CallContext, CallOutcome, ExternalState } from './context.ts';
import { type CallFailure, HostError, trapFailure } from './failure.ts';
import { emptyProfile } from './gas-profile.ts';
import { Host } from './host/host.ts';
import { Memories } from './memories.ts';
import type { ProtocolParameters } from './params.ts';
import { instantiate, type PreparedContract, type ReadyContract } from './prepare.ts';
import { Session } from './session.ts';
import { METER_EXPORT, METHOD_PREFIX } from './wasm/instrument.ts';

/** One for the whole process, whatever contracts and chains it has: a memory that is all zeros tells of none of them. */
const MEMORIES = new Memories();

/**
 * Never throws for what a contract does: that is the outcome's failure. It throws for faults of this program or its
 * engine, for which NEAR would have had another answer.
 */
export function runContract(options: {
  contract: PreparedContract;
  method: string;
  context: CallContext;
  external: ExternalState;
  parameters: ProtocolParameters;
  memories?: Memories;
}): CallOutcome {
  const { contract, method, memories = MEMORIES } = options;
  const host = new Host(options);
  if (method === '') return freeOutcome(host, { kind: 'method', reason: 'MethodEmptyName' });
  if (contract.kind === 'refused') {
    return freeOutcome(host, { kind: 'prepare', reason: contract.reason, message: contract.message });
  }
  try {
    host.payPer('contract_loading_bytes', contract.code_length);
    host.pay('contract_loading_base');
  } catch (error) {
    hostFailure(error);
    // Whichever limit broke, loading names this one.
    return outcome(host, hostFailure(new HostError('GasExceeded')));
  }
  if (contract.link_error !== null) {
    return outcome(host, { kind: 'link', message: `Link Error: ${contract.link_error}` });
  }
  // A call of a method that is not there costs nothing, not even loading.
  const callable = contract.methods.get(method);
  if (callable === undefined) return freeOutcome(host, { kind: 'method', reason: 'MethodNotFound' });
  if (!callable) return freeOutcome(host, { kind: 'method', reason: 'MethodInvalidSignature' });
  return outcome(host, execute({ contract, method, host, memories }));
}

function execute(options: {
  contract: ReadyContract;
  method: string;
  host: Host;
  memories: Memories;
}): CallFailure | null {
  const { contract, method, host, memories } = options;
  const { initial_memory_pages: initial, max_memory_pages: maximum } = host.parameters.limits;
  const pages = { initial, maximum };
  const { slot } = contract;
  const memory = memories.take(pages, slot.grew);
  let session: Session | null = null;
  try {
    const exports = instantiate(contract, memory);
    session = new Session(host, exports);
    host.attach(memory);
    slot.session = session;
    session.lendGas();
    if (contract.has_start) run(session, exports[METER_EXPORT.start]);
    run(session, exports[METHOD_PREFIX + method]);
    session.burnGas();
    shareUnusedGas(host);
    return null;
  } catch (error) {
    return failureOf(error, session);
  } finally {
    slot.session = null;
    slot.grew = memories.giveBack(memory, pages).grew;
  }
}

function run(session: Session, exported: unknown): void {
  session.lendStack();
  (exported as () => void)();
}

function failureOf(error: unknown, session: Session | null): CallFailure {
  if (!(error instanceof WebAssembly.RuntimeError)) return hostFailure(error);
  if (session === null) return trapFailure(error);
  try {
    session.burnGas();
  } catch (exceeded) {
    return hostFailure(exceeded);
  }
  // NEAR reports a full stack as a memory violation.
  return session.is_stack_full ? hostFailure(new HostError('MemoryAccessViolation')) : trapFailure(error);
}

function hostFailure(error: unknown): CallFailure {
  if (error instanceof HostError) return { kind: 'host', reason: error.reason, message: error.message };
  if (error instanceof RangeError) {
    throw new Error(
      `the engine, not the contract, ran out: ${error.message}; give Node a larger --stack-size or memory`,
      {
        cause: error,
      },
    );
  }
  throw error;
}

/** What is left goes to the calls that asked for a share, by weight; the last one also gets what does not divide. */
function shareUnusedGas(host: Host): void {
  const total = host.weights.reduce((sum, item) => sum + item.weight, 0n);
  const unused = host.gas.remaining;
  if (total === 0n || unused === 0n || host.context.is_view) return;
  let shared = 0n;
  for (const [index, { receipt, action, weight }] of host.weights.entries()) {
    const target = host.receipts[receipt]?.actions[action];
    if (target?.kind !== 'function_call') throw new Error(`weight ${index} names no function call`);
    const last = index === host.weights.length - 1;
    const share = last ? unused - shared : (unused * weight) / total;
    target.gas += share;
    shared += share;
  }
  host.gas.promised += unused;
}

function outcome(host: Host, failure: CallFailure | null): CallOutcome {
  return {
    failure,
    burnt_gas: host.gas.burnt,
    used_gas: host.gas.used,
    gas_profile: host.gas.profile,
    logs: host.logs,
    return_data: host.return_data,
    balance: host.balance,
    storage_usage: host.storage_usage,
    receipts: host.receipts,
    subsidized: host.subsidized,
  };
}

function freeOutcome(host: Host, failure: CallFailure): CallOutcome {
  return { ...outcome(host, failure), burnt_gas: 0n, used_gas: 0n, gas_profile: emptyProfile() };
}
