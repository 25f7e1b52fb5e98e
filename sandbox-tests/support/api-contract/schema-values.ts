// Owns making values that a JSON schema takes, as arbitraries of fast-check; leaves breaking them to broken-values.ts.

import fc from 'fast-check';
import type { JsonSchema } from './operations.ts';

export type Schemas = Readonly<Record<string, JsonSchema>>;

const REF = '#/components/schemas/';
const MAX_DEPTH = 6;
const MAX_ITEMS = 3;
const MAX_TEXT = 40;

/** Bounds that the schema does not say, such as rules between fields, may still refuse a value: see `examples`. */
export function valuesOf(schema: JsonSchema, schemas: Schemas, depth = 0): fc.Arbitrary<unknown> {
  if (schema.examples !== undefined && schema.examples.length > 0) return fc.constantFrom(...schema.examples);
  if (schema.$ref !== undefined) return valuesOf(resolve(schema.$ref, schemas), schemas, depth);
  if (Object.hasOwn(schema, 'const')) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((one) => valuesOf(one, schemas, depth)));
  const [all, ...more] = schema.allOf ?? [];
  if (all !== undefined) return valuesOf({ ...all, ...Object.assign({}, ...more) }, schemas, depth);
  return valuesOfType(schema, schemas, depth);
}

function valuesOfType(schema: JsonSchema, schemas: Schemas, depth: number): fc.Arbitrary<unknown> {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'string':
      return texts(schema);
    case 'integer':
      return fc.integer({
        min: schema.minimum ?? -1_000,
        max: Math.min(schema.maximum ?? 1_000, 2 ** 31 - 1),
      });
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return lists(schema, schemas, depth);
    case 'object':
      return objects(schema, schemas, depth);
    default:
      return fc.constantFrom<unknown>('x', 1, true, null, [], {});
  }
}

function lists(schema: JsonSchema, schemas: Schemas, depth: number): fc.Arbitrary<unknown> {
  const least = schema.minItems ?? 0;
  const most =
    depth >= MAX_DEPTH ? least : Math.max(least, Math.min(schema.maxItems ?? MAX_ITEMS, MAX_ITEMS));
  return fc.array(valuesOf(schema.items ?? {}, schemas, depth + 1), { minLength: least, maxLength: most });
}

function objects(schema: JsonSchema, schemas: Schemas, depth: number): fc.Arbitrary<unknown> {
  const required = schema.required ?? [];
  const fields = Object.entries(schema.properties ?? {})
    .filter(([name]) => depth < MAX_DEPTH || required.includes(name))
    .map(([name, inner]) => [name, valuesOf(inner, schemas, depth + 1)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: required });
}

const FORMATS: Readonly<Record<string, () => fc.Arbitrary<string>>> = {
  uuid: () => fc.uuid(),
  date: () => days().map((at) => at.toISOString().slice(0, 10)),
  'date-time': () => days().map((at) => at.toISOString()),
  uri: () => fc.constantFrom('https://example.org/a', 'http://example.org/?b=c'),
  email: () => fc.constant('someone@example.org'),
};

function days(): fc.Arbitrary<Date> {
  return fc.date({ min: new Date('1990-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
}

function texts(schema: JsonSchema): fc.Arbitrary<string> {
  const of_format = FORMATS[schema.format ?? ''];
  if (of_format !== undefined) return of_format();
  const least = schema.minLength ?? 0;
  const most = Math.min(schema.maxLength ?? MAX_TEXT, Math.max(least, MAX_TEXT));
  if (schema.pattern !== undefined) {
    return fc
      .stringMatching(new RegExp(schema.pattern))
      .filter(
        (text) => text.length >= least && text.length <= (schema.maxLength ?? Number.POSITIVE_INFINITY),
      );
  }
  // Letters at both ends: some texts are trimmed before they are measured.
  const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzäé ');
  return fc
    .array(letter, { minLength: Math.max(least, 1), maxLength: Math.max(most, 1) })
    .map((letters) => `x${letters.join('')}`.slice(0, Math.max(most, 1)).replace(/ $/, 'x'));
}

function resolve(ref: string, schemas: Schemas): JsonSchema {
  const found = schemas[ref.slice(REF.length)];
  if (found === undefined) throw new Error(`The document has no component ${ref}.`);
  return found;
}

/** Follows references, so that a caller sees the type itself. */
export function plain(schema: JsonSchema, schemas: Schemas): JsonSchema {
  return schema.$ref === undefined ? schema : plain(resolve(schema.$ref, schemas), schemas);
}
