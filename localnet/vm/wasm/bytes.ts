// Owns reading and writing the byte forms of WebAssembly (LEB128, names, vectors); leaves their meaning to module.ts.

/** A module that NEAR would not prepare; `reason` is NEAR's own name for why. */
export type PrepareReason =
  | 'Deserialization'
  | 'Instantiate'
  | 'Memory'
  | 'TooManyFunctions'
  | 'TooManyLocals'
  | 'TooManyTables'
  | 'TooManyTableElements'
  | 'TooManyTypes'
  | 'TooManyParamsPerFunction'
  | 'TooManyParamsPerContract'
  | 'TooManyBlocksPerFunction'
  | 'TooManyBlocksPerContract'
  | 'FunctionBodyTooLarge'
  | 'OperandStackTooLarge';

export class PrepareRefusal extends Error {
  readonly reason: PrepareReason;

  constructor(reason: PrepareReason, message: string) {
    super(`${message} (PrepareError::${reason})`);
    this.name = 'PrepareRefusal';
    this.reason = reason;
  }
}

const MAX_LEB32_BYTES = 5;
const MAX_LEB64_BYTES = 10;

export class ByteReader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  u8(): number {
    const byte = this.at < this.end ? this.bytes[this.at] : undefined;
    if (byte === undefined)
      throw new PrepareRefusal('Deserialization', `the module ends early at ${this.at}`);
    this.at += 1;
    return byte;
  }

  u32(): number {
    let value = 0;
    for (let i = 0; i < MAX_LEB32_BYTES; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** (7 * i);
      if ((byte & 0x80) === 0) {
        if (value > 0xffff_ffff) break;
        return value;
      }
    }
    throw new PrepareRefusal('Deserialization', `an integer before byte ${this.at} is longer than 32 bits`);
  }

  /** A signed integer whose value does not matter here; the engine checks its range. */
  skipSigned(bits: 32 | 33 | 64): void {
    const most = bits === 64 ? MAX_LEB64_BYTES : MAX_LEB32_BYTES;
    for (let i = 0; i < most; i++) if ((this.u8() & 0x80) === 0) return;
    throw new PrepareRefusal(
      'Deserialization',
      `an integer before byte ${this.at} is longer than ${bits} bits`,
    );
  }

  skip(count: number): void {
    if (count > this.end - this.at) {
      throw new PrepareRefusal('Deserialization', `${count} bytes are announced at ${this.at} but not there`);
    }
    this.at += count;
  }

  name(): string {
    const length = this.u32();
    const from = this.at;
    this.skip(length);
    // The engine has checked that names are UTF-8 before any name is read.
    return new TextDecoder().decode(this.bytes.subarray(from, this.at));
  }

  /** The part of `length` bytes that begins here; reading goes on behind it. */
  part(length: number): ByteReader {
    const from = this.at;
    this.skip(length);
    return new ByteReader(this.bytes, from, this.at);
  }
}

export class ByteWriter {
  private bytes = new Uint8Array(1024);
  length = 0;

  u8(...values: number[]): this {
    this.reserve(values.length);
    for (const value of values) this.bytes[this.length++] = value;
    return this;
  }

  u32(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.u8((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    return this.u8(rest);
  }

  /** Signed LEB128 of a number within 2^53. */
  signed(value: number): this {
    let rest = value;
    for (;;) {
      const low = ((rest % 128) + 128) % 128;
      rest = Math.floor(rest / 128);
      const last = (rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40);
      this.u8(last ? low : low | 0x80);
      if (last) return this;
    }
  }

  raw(source: Uint8Array, from = 0, to: number = source.length): this {
    this.reserve(to - from);
    this.bytes.set(source.subarray(from, to), this.length);
    this.length += to - from;
    return this;
  }

  name(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.u32(bytes.length).raw(bytes);
  }

  section(id: number, content: ByteWriter): this {
    return this.u8(id).u32(content.length).raw(content.finish());
  }

  /** A view, valid until the next write. */
  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.length + count, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}
