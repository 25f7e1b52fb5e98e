// Owns making the generated document one that people read: one component for each shape, a word for each answer; leaves
// generating it to openapi.ts.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export type JsonObject = { [name: string]: Json };

const REF = '#/components/schemas/';
const INPUT = 'Input';

/** What is the same going in and coming out has one name; what nothing refers to is left out. */
export function tidyDocument(document: JsonObject): JsonObject {
  const merged = mergeInputs(document);
  return describeAnswers(dropUnused(merged));
}

function mergeInputs(document: JsonObject): JsonObject {
  const schemas = schemasOf(document);
  // First as if all were the same: a pair that differs only in names of such pairs is the same too.
  const candidates = Object.keys(schemas).filter((name) => {
    const plain = name.slice(0, -INPUT.length);
    return name.endsWith(INPUT) && Object.hasOwn(schemas, plain);
  });
  const renamed = new Set(candidates);
  for (let changed = true; changed; ) {
    changed = false;
    for (const name of renamed) {
      const plain = schemas[name.slice(0, -INPUT.length)] ?? null;
      if (same(rename(schemas[name] ?? null, renamed), rename(plain, renamed))) continue;
      renamed.delete(name);
      changed = true;
    }
  }
  const kept = Object.entries(schemas).filter(([name]) => !renamed.has(name));
  return withSchemas(
    asObject(rename(document, renamed)),
    asObject(rename(Object.fromEntries(kept), renamed)),
  );
}

function dropUnused(document: JsonObject): JsonObject {
  const schemas = schemasOf(document);
  const used = new Set<string>();
  const { components: _components, ...rest } = document;
  const visit = (value: Json): void => {
    for (const name of refsIn(value)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name] ?? null);
    }
  };
  visit(rest);
  const kept = Object.entries(schemas)
    .filter(([name]) => used.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return withSchemas(document, Object.fromEntries(kept));
}

const GENERATED = 'Default Response';

function describeAnswers(document: JsonObject): JsonObject {
  for (const path of Object.values(asObject(document.paths ?? {}))) {
    for (const operation of Object.values(asObject(path))) {
      const responses = asObject(asObject(operation).responses ?? {});
      for (const [status, response] of Object.entries(responses)) {
        const described = asObject(response);
        if (described.description === GENERATED) described.description = wordFor(status);
      }
    }
  }
  return document;
}

function wordFor(status: string): string {
  if (status === '4XX') return 'Refused; the code says why, and nothing was changed';
  if (status === '5XX') return 'Failed here; 503 may succeed when it is sent again';
  return { 201: 'Made', 202: 'Begun; the process goes on' }[status] ?? 'Done';
}

function rename(value: Json, renamed: ReadonlySet<string>): Json {
  if (Array.isArray(value)) return value.map((one) => rename(one, renamed));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (name === '$ref' && typeof inner === 'string' && inner.startsWith(REF)) {
        const target = inner.slice(REF.length);
        return [name, renamed.has(target) ? `${REF}${target.slice(0, -INPUT.length)}` : inner];
      }
      return [name, rename(inner, renamed)];
    }),
  );
}

function refsIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(refsIn);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === '$ref' && typeof inner === 'string' && inner.startsWith(REF)
      ? [inner.slice(REF.length)]
      : refsIn(inner),
  );
}

/** Two schemas are the same whatever the order of their names, but for what only answers promise. */
function same(a: Json, b: Json): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value)
    // An answer has no other fields; a body says so itself where it matters.
    .filter(([name, inner]) => name !== 'additionalProperties' || inner !== false)
    .sort(([x], [y]) => (x < y ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}

function schemasOf(document: JsonObject): JsonObject {
  return asObject(asObject(document.components ?? {}).schemas ?? {});
}

function withSchemas(document: JsonObject, schemas: JsonObject): JsonObject {
  return { ...document, components: { ...asObject(document.components ?? {}), schemas } };
}

function asObject(value: Json): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new TypeError('The OpenAPI document has something else where an object belongs.');
  }
  return value;
}
