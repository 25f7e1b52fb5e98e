// Owns how nodes word a view call that failed; leaves why it failed to the VM.
import type { CallFailure, HostErrorName } from '../vm/failure.ts';

/** Names of the facts that an error carries, in order; a text where the name stands among TEXTS. */
const FACTS: Partial<Record<HostErrorName, readonly string[]>> = {
  GuestPanic: ['panic_msg'],
  InvalidPromiseIndex: ['promise_idx'],
  InvalidPromiseResultIndex: ['result_idx'],
  InvalidRegisterId: ['register_id'],
  ProhibitedInView: ['method_name'],
  NumberOfLogsExceeded: ['limit'],
  KeyLengthExceeded: ['length', 'limit'],
  ValueLengthExceeded: ['length', 'limit'],
  TotalLogLengthExceeded: ['length', 'limit'],
  NumberPromisesExceeded: ['number_of_promises', 'limit'],
  NumberInputDataDependenciesExceeded: ['number_of_input_data_dependencies', 'limit'],
  ReturnedValueLengthExceeded: ['length', 'limit'],
  ContractSizeExceeded: ['size', 'limit'],
  Deprecated: ['method_name'],
  ECRecoverError: ['msg'],
  Ed25519VerifyInvalidInput: ['msg'],
  P256VerifyInvalidInput: ['msg'],
  NotSupported: ['method_name'],
};
/** Where in the error's own message its text stands. */
const TEXTS: Partial<Record<HostErrorName, RegExp>> = {
  GuestPanic: /^Smart contract panicked: (.*)$/s,
  ProhibitedInView: /^(\S+) is not allowed/,
  Deprecated: /(\S+)$/,
  ECRecoverError: /^ECDSA recover error: (.*)$/s,
  Ed25519VerifyInvalidInput: /^ED25519 signature verification error: (.*)$/s,
  P256VerifyInvalidInput: /^P256 signature verification error: (.*)$/s,
  NotSupported: /^(\S+) is not supported/,
};

/** Clients take these texts apart, so the spelling matters: it is that of Rust's debug output. */
export function viewCallError(failure: CallFailure): string {
  return `wasm execution failed with error: ${describe(failure)}`;
}

export function missingCodeError(account_id: string): string {
  const fact = `CodeDoesNotExist { account_id: ${quoted(account_id)} }`;
  return `wasm execution failed with error: CompilationError(${fact})`;
}

function describe(failure: CallFailure): string {
  switch (failure.kind) {
    case 'prepare':
      return `CompilationError(PrepareError(${failure.reason}))`;
    case 'link':
      return `LinkError { msg: ${quoted(failure.message)} }`;
    case 'method':
      return `MethodResolveError(${failure.reason})`;
    case 'trap':
      return `WasmTrap(${failure.reason})`;
    case 'host':
      return `HostError(${describeHost(failure)})`;
  }
}

function describeHost({ reason, message }: Extract<CallFailure, { kind: 'host' }>): string {
  const names = FACTS[reason];
  if (names === undefined) return reason;
  const text = TEXTS[reason]?.exec(message)?.[1];
  const values = text === undefined ? (message.match(/\d+/g) ?? []) : [quoted(text)];
  return `${reason} { ${names.map((name, index) => `${name}: ${values[index] ?? '0'}`).join(', ')} }`;
}

const ESCAPES: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
};

function quoted(text: string): string {
  const escaped = text.replace(
    /["\\]|\p{C}|\p{Zl}|\p{Zp}/gu,
    (letter) => ESCAPES[letter] ?? `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return `"${escaped}"`;
}
