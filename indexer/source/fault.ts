// Owns what can be wrong with one request to a source; leaves trying again and giving up to failover.ts.

export type FaultKind =
  /** No connection, or one that broke. */
  | 'network'
  | 'timeout'
  | 'status'
  /** The source asks to come less often. */
  | 'busy'
  /** Fewer or more bytes than announced, or not JSON. */
  | 'corrupt'
  /** An object that must be there, by what the block says, and is not yet. */
  | 'late';

/** Something that may be well when it is tried again. What never gets well stops as an error of the catalogue. */
export class SourceFault extends Error {
  override readonly name = 'SourceFault';
  readonly kind: FaultKind;
  /** When the source says so itself. */
  readonly retry_after_ms: number | null;

  constructor(kind: FaultKind, what: string, more: { retry_after_ms?: number | null; cause?: unknown } = {}) {
    super(what, more.cause === undefined ? undefined : { cause: more.cause });
    this.kind = kind;
    this.retry_after_ms = more.retry_after_ms ?? null;
  }
}

export function asFault(error: unknown): SourceFault {
  if (error instanceof SourceFault) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new SourceFault('network', reason, { cause: error });
}
