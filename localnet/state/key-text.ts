// Owns keys as texts of one letter a byte, for maps and for sorting by bytes; leaves what keys mean to keys.ts.
export function keyText(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');
}

export function keyBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
