// Owns a contract's ABI in the form of near-abi 0.4.0; leaves what the methods are to the contract's own list.
import type { MethodTable } from './method-table.ts';

const SCHEMA_VERSION = '0.4.0';
const JSON_SCHEMA = 'http://json-schema.org/draft-07/schema#';

export interface AbiFacts {
  name: string;
  version: string;
  /** The tools, with their versions. */
  compiler: string;
  builder: string;
  /** SHA-256 in base58. */
  wasm_hash: string;
}

export function makeAbi({ METHODS, TYPES }: MethodTable, facts: AbiFacts): object {
  const { name, version, compiler, builder, wasm_hash } = facts;
  return {
    schema_version: SCHEMA_VERSION,
    metadata: { name, version, build: { compiler, builder }, wasm_hash },
    body: {
      functions: Object.entries(METHODS)
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([method, entry]) => describeMethod(method, entry)),
      root_schema: { $schema: JSON_SCHEMA, definitions: TYPES },
    },
  };
}

function describeMethod(name: string, entry: MethodTable['METHODS'][string]): object {
  const { kind, doc, params, result, is_init, is_payable, is_private } = entry;
  const modifiers = [
    ...(is_init ? ['init'] : []),
    ...(is_private ? ['private'] : []),
    ...(is_payable ? ['payable'] : []),
  ];
  const args = Object.entries(params).map(([param, type_schema]) =>
    param.endsWith('?')
      ? { name: param.slice(0, -1), type_schema: { anyOf: [type_schema, { type: 'null' }] } }
      : { name: param, type_schema },
  );
  return {
    name,
    doc,
    kind,
    ...(modifiers.length === 0 ? {} : { modifiers }),
    ...(args.length === 0 ? {} : { params: { serialization_type: 'json', args } }),
    ...(result === undefined ? {} : { result: { serialization_type: 'json', type_schema: result } }),
  };
}
