// Owns the light part of every header there ever was, in few bytes each, and finding one; leaves whole blocks to the chain.
import { BorshWriter } from '../../core/near/borsh.ts';
import { BorshReader } from '../../core/near/borsh-reader.ts';
import { equalBytes } from '../../core/near/bytes.ts';
import { encodeInnerLite, type HeaderLite, hashHeaderLite } from '../../core/near/header.ts';
import { readInnerLite } from './block-codec.ts';
import type { Block } from './block-header.ts';
import type { Epoch } from './epochs.ts';
import { PackedList } from './packed-list.ts';

/** What is known of a block for ever. */
export interface KnownHeader {
  /** 0 for genesis, then counting blocks; a block's leaf in the tree of all blocks. */
  ordinal: number;
  hash: Uint8Array;
  height: bigint;
  header: HeaderLite;
  epoch: Epoch;
}

const HASH = 32;
const INNER_LITE = 208;
const U64 = 8;
/** Inner lite, which begins with the height; hash of the rest; hash before; own hash; the epoch's number and start. */
export const HEADER_RECORD_BYTES = INNER_LITE + 3 * HASH + 2 * U64;
const HASH_AT = INNER_LITE + 2 * HASH;

export class HeaderIndex {
  private readonly records = new PackedList(HEADER_RECORD_BYTES);
  /** Ordinals plus one by the first bytes of their hashes; each next place is tried where one is taken. */
  private slots = new Int32Array(1_024);

  get size(): number {
    return this.records.length;
  }

  append(block: Block): void {
    const { header, hash, epoch } = block;
    const writer = new BorshWriter().fixed(encodeInnerLite(header.inner_lite));
    writer.fixed(header.inner_rest_hash).fixed(header.prev_hash).fixed(hash);
    this.appendRecord(writer.u64(epoch.epoch_height).u64(epoch.start_height).finish());
  }

  /** As `record` gave it. */
  appendRecord(record: Uint8Array): void {
    this.records.push(record);
    if (2 * this.size > this.slots.length) this.widen();
    else this.enter(this.size - 1);
  }

  record(ordinal: number): Uint8Array {
    const record = this.records.at(ordinal);
    if (record === undefined) throw new Error(`no block ${ordinal} among ${this.size}`);
    return record;
  }

  hashAt(ordinal: number): Uint8Array {
    return this.record(ordinal).subarray(HASH_AT, HASH_AT + HASH);
  }

  heightAt(ordinal: number): bigint {
    return heightOf(this.record(ordinal));
  }

  /** Ordinal of the first block at the height or above it; the size where there is none. */
  placeOf(height: bigint): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.heightAt(middle) < height) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  at(ordinal: number): KnownHeader {
    const reader = new BorshReader(Uint8Array.from(this.record(ordinal)));
    const inner_lite = readInnerLite(reader);
    const inner_rest_hash = reader.fixed(HASH);
    const prev_block_hash = reader.fixed(HASH);
    const hash = reader.fixed(HASH);
    const { epoch_id, next_epoch_id, height } = inner_lite;
    const epoch = { epoch_id, next_epoch_id, epoch_height: reader.u64(), start_height: reader.u64() };
    return { ordinal, hash, height, header: { inner_lite, inner_rest_hash, prev_block_hash }, epoch };
  }

  find(hash: Uint8Array): KnownHeader | undefined {
    const ordinal = this.ordinalOf(hash);
    return ordinal === undefined ? undefined : this.at(ordinal);
  }

  findAt(height: bigint): KnownHeader | undefined {
    const ordinal = this.placeOf(height);
    return ordinal < this.size && this.heightAt(ordinal) === height ? this.at(ordinal) : undefined;
  }

  ordinalOf(hash: Uint8Array): number | undefined {
    for (let slot = this.slotOf(hash); ; slot = (slot + 1) % this.slots.length) {
      const entry = this.slots[slot] ?? 0;
      if (entry === 0) return undefined;
      if (Buffer.compare(this.hashAt(entry - 1), hash) === 0) return entry - 1;
    }
  }

  private widen(): void {
    this.slots = new Int32Array(2 * this.slots.length);
    for (let ordinal = 0; ordinal < this.size; ordinal++) this.enter(ordinal);
  }

  private enter(ordinal: number): void {
    let slot = this.slotOf(this.hashAt(ordinal));
    while (this.slots[slot] !== 0) slot = (slot + 1) % this.slots.length;
    this.slots[slot] = ordinal + 1;
  }

  private slotOf(hash: Uint8Array): number {
    return new DataView(hash.buffer, hash.byteOffset, hash.length).getUint32(0, true) % this.slots.length;
  }
}

/** Null where a record does not follow from its own fields or from the one before it. */
export function readHeaders(records: Uint8Array): HeaderIndex | null {
  const headers = new HeaderIndex();
  let before: KnownHeader | null = null;
  for (let at = 0; at < records.length; at += HEADER_RECORD_BYTES) {
    headers.appendRecord(records.subarray(at, at + HEADER_RECORD_BYTES));
    const known = headers.at(headers.size - 1);
    if (!equalBytes(hashHeaderLite(known.header), known.hash)) return null;
    if (before !== null && !follows(known, before)) return null;
    before = known;
  }
  return headers;
}

function follows({ height, epoch }: KnownHeader, before: KnownHeader): boolean {
  if (height <= before.height) return false;
  const { epoch_height, start_height } = before.epoch;
  // Behind genesis an epoch begins that has the name of genesis's own.
  const same = before.ordinal > 0 && equalBytes(epoch.epoch_id, before.epoch.epoch_id);
  if (same) return epoch.epoch_height === epoch_height && epoch.start_height === start_height;
  return epoch.epoch_height === epoch_height + 1n && epoch.start_height === height;
}

export function heightOf(record: Uint8Array): bigint {
  return new DataView(record.buffer, record.byteOffset, U64).getBigUint64(0, true);
}
