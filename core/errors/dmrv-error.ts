// Owns the classes of errors that carry a catalogue code; leaves their words to catalogue.ts and the answers to the API.

import {
  ERRORS,
  type ErrorCode,
  type Fact,
  type FactName,
  type FinalErrorCode,
  type RetryableErrorCode,
} from './catalogue.ts';

/** An error of the catalogue. Retryable codes are made as RetryableError, which the compiler enforces. */
export class DmrvError extends Error {
  override readonly name: string = 'DmrvError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryable: boolean;
  readonly facts: Readonly<Record<string, Fact>>;

  constructor(...[code, details]: ErrorArguments<FinalErrorCode>) {
    const facts: Readonly<Record<string, Fact>> = Object.freeze({ ...details?.facts });
    super(fillMessage(code, facts), details?.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = ERRORS[code].status;
    this.retryable = ERRORS[code].retryable;
    this.facts = facts;
  }
}

/** The family that may succeed when tried again; loops catch this class and let every other error stop them. */
export class RetryableError extends DmrvError {
  override readonly name = 'RetryableError';

  constructor(...args: ErrorArguments<RetryableErrorCode>) {
    // The base class takes the other family only, so that nobody makes a retryable error that is not of this class.
    super(...(args as unknown as ErrorArguments<FinalErrorCode>));
  }
}

type ErrorArguments<Codes extends ErrorCode> = {
  [Code in Codes]: [FactName<Code>] extends [never]
    ? [code: Code, details?: { facts?: Record<string, Fact>; cause?: unknown }]
    : [code: Code, details: { facts: Record<FactName<Code>, Fact> & Record<string, Fact>; cause?: unknown }];
}[Codes];

function fillMessage(code: ErrorCode, facts: Readonly<Record<string, Fact>>): string {
  return ERRORS[code].message.replace(/\{(\w+)\}/g, (_braces, name: string) => {
    if (!Object.hasOwn(facts, name)) {
      throw new TypeError(`Error ${code} was made without its fact "${name}". Give it in details.facts.`);
    }
    return String(facts[name]);
  });
}
