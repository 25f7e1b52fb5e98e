// Owns why a contract call fails, in NEAR's names and words; leaves the JSON shape of answers to the RPC.

export type MethodError = 'MethodEmptyName' | 'MethodNotFound' | 'MethodInvalidSignature';
export type TrapKind =
  | 'Unreachable'
  | 'IncorrectCallIndirectSignature'
  | 'MemoryOutOfBounds'
  | 'IllegalArithmetic'
  | 'IndirectCallToNull'
  | 'StackOverflow';

export type CallFailure =
  | { kind: 'prepare'; reason: string; message: string }
  | { kind: 'link'; message: string }
  | { kind: 'method'; reason: MethodError }
  | { kind: 'trap'; reason: TrapKind; message: string }
  | { kind: 'host'; reason: HostErrorName; message: string };

const HOST_MESSAGES = {
  BadUTF16: 'String encoding is bad UTF-16 sequence.',
  BadUTF8: 'String encoding is bad UTF-8 sequence.',
  GasExceeded: 'Exceeded the prepaid gas.',
  GasLimitExceeded: 'Exceeded the maximum amount of gas allowed to burn per contract.',
  BalanceExceeded: 'Exceeded the account balance.',
  EmptyMethodName: 'Tried to call an empty method name.',
  GuestPanic: 'Smart contract panicked: $',
  IntegerOverflow: 'Integer overflow.',
  InvalidPromiseIndex: '$ does not correspond to existing promises',
  CannotAppendActionToJointPromise: 'Actions can only be appended to non-joint promise.',
  CannotReturnJointPromise: 'Returning joint promise is currently prohibited.',
  CannotSetRefundToOnJointPromise: 'Setting refund_to is only allowed on a non-joint promise.',
  InvalidPromiseResultIndex: 'Accessed invalid promise result index: $',
  InvalidRegisterId: 'Accessed invalid register id: $',
  MemoryAccessViolation: 'Accessed memory outside the bounds.',
  InvalidAccountId: 'VM Logic returned an invalid account id',
  InvalidMethodName: 'VM Logic returned an invalid method name',
  InvalidPublicKey: 'VM Logic provided an invalid public key',
  ProhibitedInView: '$ is not allowed in view calls',
  NumberOfLogsExceeded: 'The number of logs will exceed the limit $',
  KeyLengthExceeded: 'The length of a storage key $ exceeds the limit $',
  ValueLengthExceeded: 'The length of a storage value $ exceeds the limit $',
  TotalLogLengthExceeded: 'The length of a log message $ exceeds the limit $',
  NumberPromisesExceeded: 'The number of promises within a FunctionCall $ exceeds the limit $',
  NumberInputDataDependenciesExceeded: 'The number of input data dependencies $ exceeds the limit $',
  ReturnedValueLengthExceeded: 'The length of a returned value $ exceeds the limit $',
  ContractSizeExceeded: 'The size of a contract code in DeployContract action $ exceeds the limit $',
  Deprecated: 'Attempted to call deprecated host function $',
  ECRecoverError: 'ECDSA recover error: $',
  Ed25519VerifyInvalidInput: 'ED25519 signature verification error: $',
  P256VerifyInvalidInput: 'P256 signature verification error: $',
  /** Ours alone: NEAR has the function, this chain has not, and says so. */
  NotSupported: '$ is not supported by the localnet; run this call on a NEAR sandbox',
} as const;

export type HostErrorName = keyof typeof HOST_MESSAGES;

/** Thrown by a host function to end the call; every other error thrown there is a fault of this program. */
export class HostError extends Error {
  readonly reason: HostErrorName;

  constructor(reason: HostErrorName, ...facts: (string | number | bigint)[]) {
    let next = 0;
    super(HOST_MESSAGES[reason].replace(/\$/g, () => String(facts[next++] ?? '')));
    this.name = 'HostError';
    this.reason = reason;
  }
}

const TRAP_MESSAGES: Record<TrapKind, string> = {
  Unreachable: 'An `unreachable` opcode was executed.',
  IncorrectCallIndirectSignature: 'Call indirect incorrect signature trap.',
  MemoryOutOfBounds: 'Memory out of bounds trap.',
  IllegalArithmetic: 'An arithmetic exception, e.g. divided by zero.',
  IndirectCallToNull: 'Indirect call to null.',
  StackOverflow: 'Stack overflow.',
};

/** The engine's own words for each trap. A call to a null table entry and one of another type share one text. */
const ENGINE_TRAPS: readonly [RegExp, TrapKind][] = [
  [/^unreachable$/, 'Unreachable'],
  [
    /memory access out of bounds|(data|element) segment (\d+ is )?out of bounds|table index is out of bounds/,
    'MemoryOutOfBounds',
  ],
  [/table (access )?out of bounds|array element access out of bounds/, 'MemoryOutOfBounds'],
  [/divide by zero|remainder by zero|unrepresentable/, 'IllegalArithmetic'],
  [/null function or function signature|signature mismatch/, 'IncorrectCallIndirectSignature'],
];

export function trapFailure(error: WebAssembly.RuntimeError): CallFailure {
  const reason = ENGINE_TRAPS.find(([pattern]) => pattern.test(error.message))?.[1];
  if (reason === undefined) {
    throw new Error(`the engine trapped with "${error.message}", which has no name on NEAR`, {
      cause: error,
    });
  }
  return { kind: 'trap', reason, message: `WebAssembly trap: ${TRAP_MESSAGES[reason]}` };
}
