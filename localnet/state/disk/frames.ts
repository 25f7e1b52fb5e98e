// Owns checked frames in a file: writing them whole, reading them back, telling a torn tail from damage; leaves their content to callers.
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { crc32 } from 'node:zlib';

/** Length, its own checksum, and the content's: a damaged length is then told from a frame that was cut off. */
const HEADER_BYTES = 12;
/** The most that one frame may hold; a reader believes no greater length. */
export const MAX_FRAME_BYTES = 1 << 29;

export interface ReadFrames {
  frames: Uint8Array[];
  /** Where the last whole frame ends. */
  end: number;
  /** Bytes behind it: a write that was cut off when the process or the machine died. */
  torn: number;
}

/**
 * One write call appends a frame, so a dying process leaves a beginning of it and nothing else. What looks otherwise,
 * and has more behind it, is damage: it is refused, because dropping it would lose blocks that were finished.
 */
export function readFrames(path: string): ReadFrames {
  const bytes = readFileSync(path);
  const frames: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const frame = readFrame(bytes, at);
    if (frame === 'torn') break;
    if (frame === 'damaged') {
      throw new Error(
        `${path} is damaged at byte ${at} of ${bytes.length}; restore it from a copy, or move it away to begin anew`,
      );
    }
    frames.push(frame);
    at += HEADER_BYTES + frame.length;
  }
  return { frames, end: at, torn: bytes.length - at };
}

function readFrame(bytes: Buffer, at: number): Uint8Array | 'torn' | 'damaged' {
  if (bytes.length - at < HEADER_BYTES) return 'torn';
  const length = bytes.readUInt32LE(at);
  const sound = crc32(bytes.subarray(at, at + 4)) === bytes.readUInt32LE(at + 4) && length <= MAX_FRAME_BYTES;
  // A machine that loses power can leave a file longer than what was written, filled with zeros.
  if (!sound) return isZero(bytes.subarray(at)) ? 'torn' : 'damaged';
  const start = at + HEADER_BYTES;
  const end = start + length;
  if (end > bytes.length) return 'torn';
  const content = bytes.subarray(start, end);
  if (crc32(content) === bytes.readUInt32LE(at + 8)) return new Uint8Array(content);
  return end === bytes.length || isZero(bytes.subarray(end)) ? 'torn' : 'damaged';
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** Appends to one file; cuts a torn tail off first. */
export class FrameWriter {
  readonly path: string;
  private readonly file: number;
  private readonly survive: Survive;
  private size: number;

  constructor(options: { path: string; end: number; survive: Survive }) {
    this.path = options.path;
    this.survive = options.survive;
    this.size = options.end;
    this.file = openSync(options.path, constants.O_CREAT | constants.O_APPEND | constants.O_WRONLY, 0o644);
    ftruncateSync(this.file, options.end);
  }

  get bytes(): number {
    return this.size;
  }

  append(content: Uint8Array): void {
    if (content.length > MAX_FRAME_BYTES) {
      throw new Error(
        `a frame of ${content.length} bytes is above the limit of ${MAX_FRAME_BYTES}; write it in parts`,
      );
    }
    const { size } = fstatSync(this.file);
    if (size !== this.size) {
      throw new Error(
        `${this.path} holds ${size} bytes where ${this.size} were left; stop the other process that writes to it`,
      );
    }
    const frame = frameOf(content);
    let written = 0;
    while (written < frame.length) written += writeSync(this.file, frame, written);
    this.size += frame.length;
    if (this.survive === 'power_loss') fsyncSync(this.file);
  }

  close(): void {
    fsyncSync(this.file);
    closeSync(this.file);
  }
}

/** What a finished write survives: the end of this process, which costs nothing, or also that of the machine. */
export type Survive = 'kill' | 'power_loss';

function frameOf(content: Uint8Array): Buffer {
  const frame = Buffer.alloc(HEADER_BYTES + content.length);
  frame.writeUInt32LE(content.length, 0);
  frame.writeUInt32LE(crc32(frame.subarray(0, 4)), 4);
  frame.writeUInt32LE(crc32(content), 8);
  frame.set(content, HEADER_BYTES);
  return frame;
}
