// Owns reading a request's JSON with every digit and within bounds; leaves its shape to the schemas.
import { parseError } from './errors.ts';

interface ReviverContext {
  source?: string;
}
type Reviver = (this: unknown, key: string, value: unknown, context: ReviverContext) => unknown;
type ParseWithSource = (text: string, reviver: Reviver) => unknown;

/** As many levels as NEAR's reader goes down. */
const MAX_DEPTH = 128;
/** 2^128 has 39 digits; longer numbers are none that a request could mean. */
const INTEGER = /^-?\d{1,39}$/;

/** Integers beyond 2^53 come back as bigint. Throws a parse error for everything that is no JSON. */
export function parseExactJson(text: string): unknown {
  // Checked first: the reader below goes down level by level on the program's own stack.
  if (nesting(text) > MAX_DEPTH) throw parseError(`recursion limit of ${MAX_DEPTH} levels exceeded`);
  try {
    // The third argument is in every engine we run on, but not yet in TypeScript's library.
    return (JSON.parse as ParseWithSource)(text, (_key, value, context) => {
      if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
      return context.source !== undefined && INTEGER.test(context.source) ? BigInt(context.source) : value;
    });
  } catch (error) {
    if (error instanceof SyntaxError) throw parseError(error.message);
    throw error;
  }
}

/** Brackets inside texts count too little to matter: they are skipped. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '"') at = endOfText(text, at);
    else if (letter === '[' || letter === '{') deepest = Math.max(deepest, ++depth);
    else if (letter === ']' || letter === '}') depth--;
  }
  return deepest;
}

function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}
