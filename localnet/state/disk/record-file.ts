// Owns a file of records of one length, such as headers: reading all, appending one, cutting; leaves judging them to the caller.
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** Nothing is synced: whoever reads it back must be able to tell a wrong record, and to do without. */
export class RecordFile {
  private readonly file: number;
  private readonly record_bytes: number;
  private count: number;

  /** A record that was cut off at the end counts as none. */
  constructor(options: { path: string; record_bytes: number }) {
    this.record_bytes = options.record_bytes;
    this.file = openSync(options.path, constants.O_CREAT | constants.O_RDWR, 0o644);
    this.count = Math.floor(fstatSync(this.file).size / options.record_bytes);
  }

  get length(): number {
    return this.count;
  }

  read(from: number, count: number): Uint8Array {
    const bytes = new Uint8Array(count * this.record_bytes);
    let read = 0;
    while (read < bytes.length) {
      const more = readSync(this.file, bytes, read, bytes.length - read, from * this.record_bytes + read);
      if (more === 0) throw new Error(`a file of ${this.count} records ended before record ${from + count}`);
      read += more;
    }
    return bytes;
  }

  append(record: Uint8Array): void {
    let written = 0;
    while (written < record.length) {
      const at = this.count * this.record_bytes + written;
      written += writeSync(this.file, record, written, record.length - written, at);
    }
    this.count += 1;
  }

  cut(count: number): void {
    this.count = count;
    ftruncateSync(this.file, count * this.record_bytes);
  }

  close(): void {
    closeSync(this.file);
  }
}
