// Owns borsh writing of the few shapes NEAR hashes (little-endian, length-prefixed); leaves field order to each format.
const encoder = new TextEncoder();

export class BorshWriter {
  private bytes = firstRoom();
  private view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
  private length = 0;

  u8(value: number): this {
    const at = this.reserve(1);
    this.view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.reserve(2);
    this.view.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.reserve(4);
    this.view.setUint32(at, value, true);
    return this;
  }

  u64(value: bigint): this {
    assertUnsigned(value, 64);
    const at = this.reserve(8);
    this.view.setBigUint64(at, value, true);
    return this;
  }

  u128(value: bigint): this {
    assertUnsigned(value, 128);
    const at = this.reserve(16);
    this.view.setBigUint64(at, value & 0xffff_ffff_ffff_ffffn, true);
    this.view.setBigUint64(at + 8, value >> 64n, true);
    return this;
  }

  bool(value: boolean): this {
    return this.u8(value ? 1 : 0);
  }

  /** Bytes of a length both sides know, such as hashes and keys. */
  fixed(bytes: Uint8Array): this {
    const at = this.reserve(bytes.length);
    this.bytes.set(bytes, at);
    return this;
  }

  /** Bytes behind their u32 length. */
  vec(bytes: Uint8Array): this {
    return this.u32(bytes.length).fixed(bytes);
  }

  string(text: string): this {
    return this.vec(encoder.encode(text));
  }

  option<T>(value: T | null, write: (value: T) => void): this {
    if (value === null) return this.u8(0);
    this.u8(1);
    write(value);
    return this;
  }

  list<T>(values: readonly T[], write: (value: T) => void): this {
    this.u32(values.length);
    for (const value of values) write(value);
    return this;
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  /** Called before the view is read: growing replaces it. */
  private reserve(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, at));
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    return at;
  }
}

const FIRST_BYTES = 256;
const BLOCK_BYTES = 65_536;
let block = new ArrayBuffer(BLOCK_BYTES);
let taken = 0;

/** Zeros that no other writer gets. Cut from larger blocks, as making a buffer takes longer than filling it. */
function firstRoom(): Uint8Array<ArrayBuffer> {
  if (taken + FIRST_BYTES > BLOCK_BYTES) {
    block = new ArrayBuffer(BLOCK_BYTES);
    taken = 0;
  }
  const room = new Uint8Array(block, taken, FIRST_BYTES);
  taken += FIRST_BYTES;
  return room;
}

function assertUnsigned(value: bigint, bits: number): void {
  if (BigInt.asUintN(bits, value) !== value) {
    throw new Error(
      `${value} does not fit an unsigned integer of ${bits} bits; check where the number was read`,
    );
  }
}
