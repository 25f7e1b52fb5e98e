// Owns the list of what the schema allows, key by key; leaves the rules themselves to schema.ts.

import { z } from 'zod';
import { environment, sources } from './schema.ts';

export interface AllowedKey {
  /** The key's path in the file, or the variable's name. */
  name: string;
  allowed: string;
  fallback: string | undefined;
  required: boolean;
}

export function listFileKeys(): AllowedKey[] {
  return listLeaves(sources.shape.file, '');
}

export function listVariables(): AllowedKey[] {
  return listLeaves(environment, '');
}

/** The names allowed where a mistake was found; a list or a value has none. */
export function namesAt(path: readonly PropertyKey[]): string[] {
  let schema: z.core.$ZodType = sources;
  for (const step of path) {
    const { inner } = unwrap(schema);
    const next = inner instanceof z.ZodObject ? inner.shape[String(step)] : undefined;
    if (next === undefined) return [];
    schema = next;
  }
  const { inner } = unwrap(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function listLeaves(schema: z.core.$ZodType, path: string): AllowedKey[] {
  const { inner, fallback, required } = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries<z.core.$ZodType>(inner.shape).flatMap(([name, next]) =>
      listLeaves(next, path === '' ? name : `${path}.${name}`),
    );
  }
  return [{ name: path, allowed: allowedText(inner), fallback, required }];
}

function unwrap(schema: z.core.$ZodType): {
  inner: z.core.$ZodType;
  fallback: string | undefined;
  required: boolean;
} {
  if (schema instanceof z.ZodDefault) {
    return { inner: schema.def.innerType, fallback: String(schema.def.defaultValue), required: false };
  }
  if (schema instanceof z.ZodOptional) {
    const fallback = z.globalRegistry.get(schema)?.fallback;
    return {
      inner: schema.def.innerType,
      fallback: fallback === undefined ? undefined : String(fallback),
      required: false,
    };
  }
  return { inner: schema, fallback: undefined, required: true };
}

function allowedText(schema: z.core.$ZodType): string {
  const allowed = z.globalRegistry.get(schema)?.allowed;
  if (typeof allowed !== 'string')
    throw new TypeError('A configuration rule lacks its line of what it allows.');
  return allowed;
}
