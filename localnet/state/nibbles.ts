// Owns keys as half bytes and their packed form in trie nodes; leaves walking the trie to trie.ts.
export type Nibbles = Uint8Array;

const ODD = 0x10;
const LEAF = 0x20;

export function toNibbles(key: Uint8Array): Nibbles {
  const nibbles = new Uint8Array(key.length * 2);
  for (const [i, byte] of key.entries()) {
    nibbles[2 * i] = byte >> 4;
    nibbles[2 * i + 1] = byte & 0x0f;
  }
  return nibbles;
}

/** The first byte tells an odd number of nibbles, whose first it then holds, and a leaf from an extension. */
export function packNibbles(nibbles: Nibbles, isLeaf: boolean): Uint8Array {
  const odd = nibbles.length % 2;
  const packed = new Uint8Array(1 + (nibbles.length - odd) / 2);
  packed[0] = (isLeaf ? LEAF : 0) + (odd === 1 ? ODD + (nibbles[0] ?? 0) : 0);
  for (let i = odd, at = 1; i < nibbles.length; i += 2, at++) {
    packed[at] = ((nibbles[i] ?? 0) << 4) | (nibbles[i + 1] ?? 0);
  }
  return packed;
}

export function commonPrefix(left: Nibbles, right: Nibbles): number {
  const most = Math.min(left.length, right.length);
  let length = 0;
  while (length < most && left[length] === right[length]) length++;
  return length;
}

export function joinNibbles(...parts: (Nibbles | readonly number[])[]): Nibbles {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
