// Owns reading a call's input, strictly; leaves what the values mean to the rules.
import * as near from 'near-sdk-js/lib/api.js';
import { decode, encode } from 'near-sdk-js/lib/utils.js';
import { isDay } from './dates.ts';
import { panic } from './errors.ts';
import { parseTonnage } from './tonnage.ts';

/** Names that a method does not know are ignored, as NEAR's clients expect; null is as good as absent. */
export type Args = { readonly [name: string]: unknown };

export const REGISTRIES = [
  'verra',
  'puro',
  'isometric',
  'gold_standard',
  'eu_ets',
  'california_arb',
  'acr',
  'car',
  'art',
  'icr',
];

const HASH_LENGTH = 64;
const HEX = /^[0-9a-f]+$/;
// Runs of letters and digits, parted by single separators.
const ACCOUNT_ID = /^[a-z\d]+(?:[-_.][a-z\d]+)*$/;
const OTHER_REGISTRY = /^other:[a-z0-9_-]{1,64}$/;
const WHOLE_NUMBER = /^(0|[1-9]\d*)$/;
const U64_DIGITS = 20;
const U64_MAX = 18_446_744_073_709_551_615n;
const MESSAGE_LENGTH = 4_096;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const REPLACEMENT = '\ufffd';
const SURROGATE = /[\ud800-\udfff]/;

// True once the input is known to have neither escapes nor characters beyond ASCII: then none of its texts can hold
// a control character, and a text has as many bytes as characters. JSON itself forbids raw control characters.
let is_plain = false;

export function readArgs(): Args {
  const bytes = near.inputRaw();
  const text = decode(bytes);
  if (text === '') return {};
  if (text.indexOf(REPLACEMENT) >= 0) requireUtf8(text, bytes);
  is_plain = bytes.length === text.length && text.indexOf('\\') < 0 && text.indexOf('\u007f') < 0;
  const args = parseJson(text);
  if (typeof args !== 'object' || args === null || Array.isArray(args)) {
    panic('INPUT_INVALID', 'the input is no JSON object');
  }
  return args as Args;
}

/** Decoding puts one replacement in the place of bytes that are no UTF-8: lengths and words would not be the caller's. */
function requireUtf8(text: string, bytes: Uint8Array): void {
  const again = encode(text);
  let is_same = again.length === bytes.length;
  for (let i = 0; is_same && i < bytes.length; i++) is_same = again[i] === bytes[i];
  if (!is_same) panic('INPUT_INVALID', 'the input is no UTF-8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return panic('INPUT_INVALID', 'the input is no JSON');
  }
}

export function asObject(value: unknown, name: string): Args {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(name, 'must be an object');
  return value as Args;
}

export function asList(value: unknown, name: string, max: number): readonly unknown[] {
  if (!Array.isArray(value)) refuse(name, 'must be a list');
  if (value.length === 0) refuse(name, 'must not be empty');
  if (value.length > max)
    panic('TOO_MANY', `${name} has ${value.length} entries, at most ${max} are allowed`);
  return value;
}

/** Hashes without repetition. */
export function asHashes(value: unknown, name: string, max: number): string[] {
  const list = asList(value, name, max);
  const seen = new Set<string>();
  for (const entry of list) {
    const hash = asHash(entry, name);
    if (seen.has(hash)) panic('DUPLICATE', `${name} has ${hash} twice`);
    seen.add(hash);
  }
  return list as string[];
}

export function asHash(value: unknown, name: string): string {
  if (!isHash(value)) refuse(name, 'must be 64 lower-case hex characters');
  return value;
}

export function isHash(value: unknown): value is string {
  return typeof value === 'string' && value.length === HASH_LENGTH && isHex(value);
}

function isHex(text: string): boolean {
  return HEX.test(text);
}

export function asAccountId(value: unknown, name: string): string {
  if (typeof value !== 'string' || value.length < 2 || value.length > 64 || !ACCOUNT_ID.test(value)) {
    refuse(name, 'must be an account id');
  }
  return value;
}

export function asRegistryId(value: unknown, name = 'registry'): string {
  if (typeof value !== 'string' || (REGISTRIES.indexOf(value) < 0 && !OTHER_REGISTRY.test(value))) {
    refuse(name, `must be one of ${REGISTRIES.join(', ')} or other:<name>`);
  }
  return value;
}

/** A text that is kept and told in later events: it has neither quotes nor backslashes, so that it never needs escapes. */
export function asIdentifier(value: unknown, name: string, max_bytes: number): string {
  const text = asText(value, name, max_bytes);
  if (!is_plain && (text.indexOf('"') >= 0 || text.indexOf('\\') >= 0)) {
    refuse(name, 'must have no quotes and no backslashes');
  }
  return text;
}

/** Not empty, no control characters, at most so many bytes of UTF-8. */
export function asText(value: unknown, name: string, max_bytes: number): string {
  if (typeof value !== 'string' || value === '') refuse(name, 'must be a text that is not empty');
  // A text that is too long by its characters is not looked at: that could burn all gas.
  const bytes = is_plain || value.length > max_bytes ? value.length : countBytes(value, name);
  if (bytes > max_bytes) {
    panic('ARGUMENT_TOO_LONG', `${name} has ${bytes} bytes or more, at most ${max_bytes} are allowed`);
  }
  return value;
}

function countBytes(value: string, name: string): number {
  if (CONTROL.test(value)) refuse(name, 'must have no control characters');
  let bytes = value.length;
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit < 0x80) continue;
    if (!SURROGATE.test(value[i] as string)) {
      bytes += unit < 0x800 ? 1 : 2;
    } else if (unit < 0xdc00 && isTrailing(value.charCodeAt(i + 1))) {
      bytes += 2;
      i++;
    } else {
      refuse(name, 'must be well-formed Unicode');
    }
  }
  return bytes;
}

function isTrailing(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** For other contracts, in their own language: any text, and an empty one. */
export function asMessage(value: unknown, name: string): string {
  if (typeof value !== 'string' || value.length > MESSAGE_LENGTH) {
    refuse(name, `must be a text of at most ${MESSAGE_LENGTH} characters`);
  }
  return value;
}

/** In units of 1e-8 t. */
export function asTonnage(value: unknown, name: string): bigint {
  const units = parseTonnage(value);
  if (units === undefined || units === 0n) {
    refuse(name, 'must be a tonnage as a canonical decimal string above 0');
  }
  return units;
}

export function asDay(value: unknown, name: string): string {
  if (typeof value !== 'string' || !isDay(value)) refuse(name, 'must be a day as YYYY-MM-DD');
  return value;
}

export function asU64(value: unknown, name: string): bigint {
  if (typeof value === 'string' && value.length <= U64_DIGITS && WHOLE_NUMBER.test(value)) {
    const number = BigInt(value);
    if (number <= U64_MAX) return number;
  }
  return refuse(name, 'must be a whole number below 2^64 as a string');
}

/** A small whole number, given as a JSON number. */
export function asInteger(value: unknown, name: string, { min, max }: { min: number; max: number }): number {
  if (typeof value !== 'number' || value % 1 !== 0 || value < min || value > max) {
    refuse(name, `must be a whole number from ${min} to ${max}`);
  }
  return value;
}

export function asOneOf<T extends string>(value: unknown, name: string, allowed: readonly T[]): T {
  if (allowed.indexOf(value as T) < 0) refuse(name, `must be one of ${allowed.join(', ')}`);
  return value as T;
}

/** `optional(args.memo, 'memo', asText, 256)`: undefined where the argument is absent or null. */
export function optional<Rest extends unknown[], T>(
  value: unknown,
  name: string,
  read: (value: unknown, name: string, ...rest: Rest) => T,
  ...rest: Rest
): T | undefined {
  return value === undefined || value === null ? undefined : read(value, name, ...rest);
}

export function refuse(name: string, must: string): never {
  panic('ARGUMENT_INVALID', `${name} ${must}`);
}
