// Owns borsh reading of the few shapes NEAR sends and stores; leaves field order to each format.
import { equalBytes } from './bytes.ts';

/** The bytes end early, go on too long, or hold a tag or text that the format has not. */
export class BorshError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BorshError';
  }
}

export class BorshReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.bytes.length - this.at;
  }

  u8(): number {
    return this.view.getUint8(this.advance(1));
  }

  u16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  u64(): bigint {
    return this.view.getBigUint64(this.advance(8), true);
  }

  u128(): bigint {
    const low = this.u64();
    return (this.u64() << 64n) | low;
  }

  /** A copy: the source may be a buffer that its owner uses again. */
  fixed(length: number): Uint8Array {
    const at = this.advance(length);
    return this.bytes.slice(at, at + length);
  }

  vec(): Uint8Array {
    return this.fixed(this.u32());
  }

  string(): string {
    const bytes = this.vec();
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    // Malformed bytes decode to a replacement mark, which encodes to other bytes.
    if (!equalBytes(new TextEncoder().encode(text), bytes)) {
      throw new BorshError(`a text at byte ${this.at - bytes.length} is not UTF-8`);
    }
    return text;
  }

  option<T>(read: () => T): T | null {
    const tag = this.u8();
    if (tag > 1) throw new BorshError(`an optional value begins with ${tag}, which is neither 0 nor 1`);
    return tag === 0 ? null : read();
  }

  /** Each item takes at least one byte, so a length beyond the bytes left is refused before it is believed. */
  list<T>(read: () => T): T[] {
    const length = this.u32();
    if (length > this.remaining) {
      throw new BorshError(`a list of ${length} items stands where ${this.remaining} bytes are left`);
    }
    return Array.from({ length }, read);
  }

  end(): void {
    if (this.remaining !== 0) throw new BorshError(`${this.remaining} bytes stand behind the value`);
  }

  private advance(count: number): number {
    if (count > this.remaining) {
      throw new BorshError(`${count} bytes are wanted at ${this.at}, where ${this.remaining} are left`);
    }
    const at = this.at;
    this.at += count;
    return at;
  }
}
