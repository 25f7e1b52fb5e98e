// Owns the ways in which an input can be wrong, one at a time; leaves right inputs to schema-values.ts.

import type { JsonSchema } from './operations.ts';
import { plain, type Schemas } from './schema-values.ts';

export type Broken = { how: string; value: unknown };

type Fields = Readonly<Record<string, unknown>>;

/** From a right body: each field of a wrong type, each needed field left out, a field too many, no object at all. */
export function breakBody(about: { body: unknown; schema: JsonSchema; schemas: Schemas }): Broken[] {
  const { body, schemas } = about;
  const schema = plain(about.schema, schemas);
  if (!isFields(body) || schema.properties === undefined) return WHOLE;
  const required = schema.required ?? [];
  return [
    ...WHOLE,
    { how: 'a field that nobody knows', value: { ...body, no_such_field: 1 } },
    ...required.map((name) => ({ how: `without ${name}`, value: leaveOut(body, name) })),
    ...Object.entries(schema.properties).flatMap(([name, inner]) =>
      wrongValues(plain(inner, schemas)).map((value) => ({
        how: `${name} is ${show(value)}`,
        value: { ...body, [name]: value },
      })),
    ),
  ];
}

const WHOLE: Broken[] = [
  { how: 'null', value: null },
  { how: 'a list', value: [] },
  { how: 'a number', value: 1 },
  { how: 'a text', value: 'x' },
];

const LONG = 'x'.repeat(100_000);
/** None of these is a value that any bounded text takes: too long, unfinished, or what PostgreSQL has no character for. */
const WRONG_TEXTS = [1, true, {}, [], '', LONG];
const WRONG_NUMBERS = ['x', {}, [], true, 1e300, -1e300];

function wrongValues(schema: JsonSchema): unknown[] {
  const types = [schema.type ?? []].flat();
  if (types.length !== 1) return [];
  switch (types[0]) {
    case 'string':
      return schema.enum === undefined ? textsFor(schema) : [1, 'no_such_word', '', null];
    case 'integer':
      return [...WRONG_NUMBERS, 1.5];
    case 'number':
      return WRONG_NUMBERS;
    case 'boolean':
      return ['true', 1, null];
    case 'array':
      return ['x', {}, 1, null];
    case 'object':
      return schema.properties === undefined ? ['x', [], 1, null] : ['x', [], 1, null, { no_such_field: 1 }];
    default:
      return [];
  }
}

function textsFor(schema: JsonSchema): unknown[] {
  const has_bound =
    schema.maxLength !== undefined || schema.pattern !== undefined || schema.format !== undefined;
  return WRONG_TEXTS.filter((value) => {
    if (value === LONG) return has_bound;
    if (value === '') return (schema.minLength ?? 0) > 0 || schema.format !== undefined;
    return true;
  });
}

function leaveOut(fields: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}

/** Bodies that are no JSON, or not only. */
export const NO_JSON: readonly { how: string; bytes: Uint8Array }[] = [
  { how: 'half an object', bytes: Buffer.from('{"name":') },
  { how: 'two objects', bytes: Buffer.from('{}{}') },
  { how: 'a byte that is no UTF-8', bytes: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) },
  { how: 'a prototype', bytes: Buffer.from('{"__proto__":{"x":1}}') },
  { how: 'a constructor', bytes: Buffer.from('{"constructor":{"prototype":{"x":1}}}') },
  { how: 'brackets of great depth', bytes: Buffer.from('['.repeat(50_000)) },
  { how: 'nothing', bytes: Buffer.alloc(0) },
];

/** Values for ids and queries that must be refused, or not found, and never more than that. */
export const HOSTILE_TEXTS: readonly string[] = [
  'x',
  '0',
  '-1',
  'null',
  'undefined',
  '00000000-0000-0000-0000-00000000000g',
  "' or 1=1 --",
  '%00',
  '..%2f..%2fetc',
  'a'.repeat(250),
  '💥',
  '\u202e',
  '[]',
  '{"$gt":1}',
];
