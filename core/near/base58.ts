// Owns base58 in Bitcoin's alphabet, NEAR's spelling of hashes, keys and signatures; leaves their meaning to callers.
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** By the letter's code; -1 where it is none. */
const DIGITS = Array.from({ length: 128 }, (_, code) => ALPHABET.indexOf(String.fromCharCode(code)));
/** Longest text accepted: a signature of 64 bytes takes 88 letters; the work grows with the square of the length. */
const MAX_TEXT = 128;
export const HASH_BYTES = 32;

// Four letters and three bytes at a time: a block's header alone has 100 signatures, and letter by letter each takes
// ten times as long. The product of two such limbs is far below 2^53, so that no digit is lost.
const LETTERS_AT_ONCE = 4;
const LETTERS_BASE = 58 ** LETTERS_AT_ONCE;
const BYTES_AT_ONCE = 3;
const BYTES_BASE = 256 ** BYTES_AT_ONCE;

export function encodeBase58(bytes: Uint8Array): string {
  const zeros = leadingCount(bytes, 0);
  /** From the little end. */
  const limbs: number[] = [];
  for (
    let end = zeros + ((bytes.length - zeros) % BYTES_AT_ONCE || BYTES_AT_ONCE), at = zeros;
    at < bytes.length;
  ) {
    let value = 0;
    const factor = 256 ** (end - at);
    for (; at < end; at++) value = value * 256 + (bytes[at] ?? 0);
    multiplyAdd(limbs, { factor, value, base: LETTERS_BASE });
    end += BYTES_AT_ONCE;
  }
  let text = '';
  for (const limb of limbs.reverse()) {
    for (let place = LETTERS_BASE / 58; place >= 1; place /= 58)
      text += ALPHABET[Math.floor(limb / place) % 58];
  }
  return '1'.repeat(zeros) + text.replace(/^1+/, '');
}

export function decodeBase58(text: string): Uint8Array {
  if (text.length > MAX_TEXT) {
    throw new Error(`a base58 text of ${text.length} letters is longer than any NEAR hash, key or signature`);
  }
  const limbs: number[] = [];
  for (let at = 0, end = text.length % LETTERS_AT_ONCE || LETTERS_AT_ONCE; at < text.length; ) {
    let value = 0;
    const factor = 58 ** (end - at);
    for (; at < end; at++) value = value * 58 + digitOf(text, at);
    multiplyAdd(limbs, { factor, value, base: BYTES_BASE });
    end += LETTERS_AT_ONCE;
  }
  const bytes = new Uint8Array(limbs.length * BYTES_AT_ONCE);
  for (const [index, limb] of limbs.reverse().entries()) {
    const at = index * BYTES_AT_ONCE;
    bytes[at] = limb >> 16;
    bytes[at + 1] = limb >> 8;
    bytes[at + 2] = limb;
  }
  const significant = bytes.subarray(leadingCount(bytes, 0));
  let zeros = 0;
  while (text[zeros] === '1') zeros += 1;
  const result = new Uint8Array(zeros + significant.length);
  result.set(significant, zeros);
  return result;
}

/** Multiplies the number that the limbs make from the little end, and adds. */
function multiplyAdd(
  limbs: number[],
  { factor, value, base }: { factor: number; value: number; base: number },
): void {
  let carry = value;
  for (let index = 0; index < limbs.length; index++) {
    carry += (limbs[index] ?? 0) * factor;
    // The rest by hand: % on numbers of this size is ten times as slow.
    const quotient = Math.floor(carry / base);
    limbs[index] = carry - quotient * base;
    carry = quotient;
  }
  while (carry > 0) {
    const quotient = Math.floor(carry / base);
    limbs.push(carry - quotient * base);
    carry = quotient;
  }
}

function digitOf(text: string, at: number): number {
  const digit = DIGITS[text.charCodeAt(at)] ?? -1;
  if (digit < 0) throw new Error(`"${text[at]}" in "${text}" is no base58 letter; check the copied value`);
  return digit;
}

export function decodeHash(text: string): Uint8Array {
  const bytes = decodeBase58(text);
  if (bytes.length !== HASH_BYTES) {
    throw new Error(`"${text}" holds ${bytes.length} bytes where a hash has ${HASH_BYTES}`);
  }
  return bytes;
}

function leadingCount<T>(items: ArrayLike<T>, wanted: T): number {
  let count = 0;
  while (count < items.length && items[count] === wanted) count++;
  return count;
}
