// Owns right inputs for an operation, drawn from its schemas by a seed; leaves ids of rows to known-ids.ts.

import fc from 'fast-check';
import type { Operation, Parameter } from './operations.ts';
import { type Schemas, valuesOf } from './schema-values.ts';

export type Input = {
  params: Record<string, unknown>;
  query: Record<string, unknown>;
  body: unknown;
  bytes?: Uint8Array;
  content_type?: string;
};

/** The same seed gives the same inputs. */
export function drawInputs(about: {
  operation: Operation;
  schemas: Schemas;
  seed: number;
  count: number;
}): Input[] {
  const { operation, schemas, seed, count } = about;
  const inputs = made.get(operation) ?? inputsOf(operation, schemas);
  made.set(operation, inputs);
  return fc.sample(inputs, { seed, numRuns: count });
}

/** Patterns take long to be read: once for each operation. */
const made = new WeakMap<Operation, fc.Arbitrary<Input>>();

function inputsOf(operation: Operation, schemas: Schemas): fc.Arbitrary<Input> {
  const { body, upload_type } = operation;
  const base = {
    params: fields(operation, 'path', schemas),
    query: fields(operation, 'query', schemas),
    body: body === undefined ? fc.constant(undefined) : valuesOf(body, schemas),
  };
  if (upload_type === undefined) return fc.record(base);
  return fc.record({
    ...base,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
    content_type: fc.constant(upload_type),
  });
}

function fields(
  { parameters }: Operation,
  where: Parameter['in'],
  schemas: Schemas,
): fc.Arbitrary<Record<string, unknown>> {
  const chosen = parameters.filter((parameter) => parameter.in === where);
  const arbitraries = chosen.map(({ name, schema }) => [name, valuesOf(schema, schemas)] as const);
  const required = chosen.filter((parameter) => parameter.required === true).map(({ name }) => name);
  return fc.record(Object.fromEntries(arbitraries), { requiredKeys: required });
}
