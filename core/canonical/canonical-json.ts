// Owns the canonical form of JSON after RFC 8785, of which there is one for each value; leaves what is hashed to mrv-hash.ts.

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined };

/** Deeper values are a mistake or an attack; the stack would end before the value does. */
const MAX_DEPTH = 100;

/**
 * https://www.rfc-editor.org/rfc/rfc8785: names in the order of their UTF-16 code units, numbers and texts as ECMAScript
 * writes them, no white space. Fields that are undefined are not there. What I-JSON has no form for is refused.
 */
export function canonicalJson(value: JsonValue, depth = 0): string {
  if (depth > MAX_DEPTH) throw new RangeError(`The value is deeper than ${MAX_DEPTH} levels.`);
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'number':
      if (!Number.isFinite(value)) throw new RangeError(`${value} is no number of JSON.`);
      return JSON.stringify(value);
    case 'string':
      return writeText(value);
    case 'object':
      return value === null ? 'null' : writeParts(value, depth + 1);
    default:
      throw new TypeError(`A ${typeof value} has no form in JSON.`);
  }
}

function writeParts(
  value: readonly JsonValue[] | { readonly [name: string]: JsonValue | undefined },
  depth: number,
): string {
  if (isList(value)) return `[${value.map((inner) => canonicalJson(inner, depth)).join(',')}]`;
  // Without a function of its own, sort() compares code units, which is the RFC's order.
  const parts = Object.keys(value)
    .sort()
    .flatMap((name) => {
      const inner = value[name];
      return inner === undefined ? [] : [`${writeText(name)}:${canonicalJson(inner, depth)}`];
    });
  return `{${parts.join(',')}}`;
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function writeText(text: string): string {
  if (!text.isWellFormed())
    throw new RangeError('A text has half a surrogate pair, which no UTF-8 can hold.');
  return JSON.stringify(text);
}
