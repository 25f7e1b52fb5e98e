// Owns keys as half bytes and their hex-prefix spelling inside nodes; leaves what nodes are made of to node.ts.

/** One half byte (0-15) an element, the high half of each byte first. */
export type Nibbles = Uint8Array;

const LEAF_FLAG = 0x20;
const ODD_FLAG = 0x10;

export function toNibbles(key: Uint8Array): Nibbles {
  const nibbles = new Uint8Array(key.length * 2);
  for (let i = 0; i < key.length; i++) {
    const byte = key[i] ?? 0;
    nibbles[2 * i] = byte >> 4;
    nibbles[2 * i + 1] = byte & 15;
  }
  return nibbles;
}

/** Only whole bytes: every key in a trie has an even number of nibbles. */
export function fromNibbles(nibbles: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(nibbles.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = ((nibbles[2 * i] ?? 0) << 4) | (nibbles[2 * i + 1] ?? 0);
  return bytes;
}

/** The first byte says leaf or not, and holds the first nibble of an odd number of them. */
export function encodeHexPrefix(nibbles: Nibbles, is_leaf: boolean): Uint8Array {
  const odd = nibbles.length % 2;
  const bytes = new Uint8Array(hexPrefixLength(nibbles));
  bytes[0] = (is_leaf ? LEAF_FLAG : 0) | (odd === 1 ? ODD_FLAG | (nibbles[0] ?? 0) : 0);
  for (let i = odd, at = 1; i < nibbles.length; i += 2, at++) {
    bytes[at] = ((nibbles[i] ?? 0) << 4) | (nibbles[i + 1] ?? 0);
  }
  return bytes;
}

export function hexPrefixLength(nibbles: Nibbles): number {
  return 1 + (nibbles.length >> 1);
}

export function commonPrefixLength(left: Nibbles, right: Nibbles): number {
  const longest = Math.min(left.length, right.length);
  let length = 0;
  while (length < longest && left[length] === right[length]) length++;
  return length;
}

export function joinNibbles(...parts: Nibbles[]): Nibbles {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
