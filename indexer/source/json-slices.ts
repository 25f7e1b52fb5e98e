// Owns finding where the parts of a JSON text begin and end, byte by byte and without parsing them; leaves their meaning to callers.
import { SourceFault } from './fault.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** The members of the object that begins at `start`, as slices that share its bytes. */
export function* objectMembers(bytes: Buffer, start = 0): Generator<{ key: string; value: Buffer }> {
  let at = skipSpace(bytes, start);
  expect(bytes, at, OPEN_OBJECT);
  at = skipSpace(bytes, at + 1);
  while (bytes[at] !== CLOSE_OBJECT) {
    expect(bytes, at, QUOTE);
    const key_end = endOfText(bytes, at);
    const key = bytes.toString('utf8', at + 1, key_end - 1);
    at = skipSpace(bytes, key_end);
    expect(bytes, at, COLON);
    at = skipSpace(bytes, at + 1);
    const end = endOfValue(bytes, at);
    yield { key, value: bytes.subarray(at, end) };
    at = skipSpace(bytes, end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
    else expect(bytes, at, CLOSE_OBJECT);
  }
}

export function* listItems(bytes: Buffer): Generator<Buffer> {
  let at = skipSpace(bytes, 0);
  expect(bytes, at, OPEN_LIST);
  at = skipSpace(bytes, at + 1);
  while (bytes[at] !== CLOSE_LIST) {
    const end = endOfValue(bytes, at);
    yield bytes.subarray(at, end);
    at = skipSpace(bytes, end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
    else expect(bytes, at, CLOSE_LIST);
  }
}

function endOfValue(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; ) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfText(bytes, at);
      if (depth === 0) return at;
      continue;
    }
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      // The end of what holds a number or a word.
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && byte === COMMA) return at;
    at += 1;
  }
  throw cut(bytes);
}

/** Behind the closing quote. */
function endOfText(bytes: Buffer, start: number): number {
  for (let quote = bytes.indexOf(QUOTE, start + 1); quote >= 0; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let backslashes = 0;
    while (bytes[quote - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
  throw cut(bytes);
}

function skipSpace(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at += 1;
  return at;
}

function expect(bytes: Buffer, at: number, byte: number): void {
  if (at >= bytes.length) throw cut(bytes);
  if (bytes[at] !== byte) {
    throw new SourceFault('corrupt', `JSON has another letter than "${String.fromCharCode(byte)}" at ${at}`);
  }
}

function cut(bytes: Buffer): SourceFault {
  return new SourceFault('corrupt', `JSON of ${bytes.length} bytes ends too early`);
}
