// Owns objects of free fields that are stored as they are; leaves what stands in them to whoever sent them.

import { z } from 'zod';

const MAX_NAME = 255;
/** What no text of jsonb holds: U+0000, and half of a surrogate pair. */
const UNSTORABLE = /\\u0000|\\ud[89a-f][0-9a-f]{2}/;

export function jsonFields(max_bytes: number) {
  return z
    .record(z.string().min(1).max(MAX_NAME), z.unknown())
    .refine((value) => isStorable(value, max_bytes), `at most ${max_bytes} bytes of JSON, without U+0000`);
}

function isStorable(value: unknown, max_bytes: number): boolean {
  const written = JSON.stringify(value);
  // An escaped backslash before a "u0000" that somebody wrote out is no escape of a character.
  return (
    new TextEncoder().encode(written).length <= max_bytes && !UNSTORABLE.test(written.replaceAll('\\\\', ''))
  );
}
