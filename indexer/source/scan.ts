// Owns finding contract ids in bytes that come piece by piece; leaves what stands around them to indexer/decode.

/**
 * A contract id holds no character that JSON escapes, so bytes without it say nothing of that contract. Bytes with it
 * may: another account's id can contain it too.
 */
export class Scanner {
  private readonly needles: readonly Buffer[];
  private readonly overlap: number;
  /** The end of what came, as long as a needle can begin in it and end in the next piece. */
  private tail: Buffer | null = null;
  found = false;

  constructor(needles: readonly Buffer[]) {
    this.needles = needles;
    this.overlap = Math.max(0, ...needles.map((needle) => needle.length)) - 1;
  }

  push(chunk: Buffer): void {
    if (this.found) return;
    this.found = this.has(chunk) || this.crosses(chunk);
    if (!this.found && this.overlap > 0) this.keepTail(chunk);
  }

  private has(bytes: Buffer): boolean {
    for (const needle of this.needles) if (bytes.indexOf(needle) >= 0) return true;
    return false;
  }

  private crosses(chunk: Buffer): boolean {
    if (this.tail === null) return false;
    return this.has(Buffer.concat([this.tail, chunk.subarray(0, this.overlap)]));
  }

  private keepTail(chunk: Buffer): void {
    if (chunk.length >= this.overlap) this.tail = chunk.subarray(chunk.length - this.overlap);
    else if (this.tail === null) this.tail = chunk;
    else {
      const both = Buffer.concat([this.tail, chunk]);
      this.tail = both.subarray(Math.max(0, both.length - this.overlap));
    }
  }
}

export function needlesOf(contract_ids: readonly string[]): Buffer[] {
  if (contract_ids.length === 0) throw new RangeError('No contract to follow was named. Name at least one.');
  return contract_ids.map((contract_id) => Buffer.from(contract_id, 'latin1'));
}
