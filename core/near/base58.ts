// Owns base58 in Bitcoin's alphabet, NEAR's spelling of hashes, keys and signatures; leaves their meaning to callers.
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const DIGITS = new Map([...ALPHABET].map((letter, value) => [letter, value]));
/** Longest text accepted: a signature of 64 bytes takes 88 letters; the work grows with the square of the length. */
const MAX_TEXT = 128;
export const HASH_BYTES = 32;

export function encodeBase58(bytes: Uint8Array): string {
  const digits: number[] = [];
  for (const byte of bytes) {
    let carry = byte;
    for (let i = 0; i < digits.length; i++) {
      carry += (digits[i] ?? 0) * 256;
      digits[i] = carry % 58;
      carry = Math.floor(carry / 58);
    }
    for (; carry > 0; carry = Math.floor(carry / 58)) digits.push(carry % 58);
  }
  let text = '1'.repeat(leadingCount(bytes, 0));
  for (const digit of digits.reverse()) text += ALPHABET[digit];
  return text;
}

export function decodeBase58(text: string): Uint8Array {
  if (text.length > MAX_TEXT) {
    throw new Error(`a base58 text of ${text.length} letters is longer than any NEAR hash, key or signature`);
  }
  const bytes: number[] = [];
  for (const letter of text) {
    const digit = DIGITS.get(letter);
    if (digit === undefined)
      throw new Error(`"${letter}" in "${text}" is no base58 letter; check the copied value`);
    let carry = digit;
    for (let i = 0; i < bytes.length; i++) {
      carry += (bytes[i] ?? 0) * 58;
      bytes[i] = carry & 0xff;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff);
  }
  const zeros = leadingCount([...text], '1');
  return Uint8Array.from([...new Array<number>(zeros).fill(0), ...bytes.reverse()]);
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
