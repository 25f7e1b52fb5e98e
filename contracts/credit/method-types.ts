// Owns the JSON schemas that methods share in the ABI; leaves checking arguments to args.ts.

export function ref(name: string): { $ref: string } {
  return { $ref: `#/definitions/${name}` };
}

export const TEXT = { type: 'string' };
export const HASH = ref('Hash');
export const TONNAGE = ref('Tonnage');
export const DAY = ref('Day');

const nullable_text = { type: ['string', 'null'] };

export const TYPES = {
  AccountId: { type: 'string', minLength: 2, maxLength: 64 },
  Hash: { type: 'string', pattern: '^[0-9a-f]{64}$' },
  Tonnage: { type: 'string', pattern: '^(0|[1-9][0-9]{0,11})(\\.[0-9]{0,7}[1-9])?$' },
  Day: { type: 'string', format: 'date' },
  U64: { type: 'string', pattern: '^[0-9]{1,20}$' },
  U128: { type: 'string', pattern: '^[0-9]{1,39}$' },
  RegistryId: { type: 'string' },
  Role: { enum: ['minter', 'registry', 'registry_agent', 'guardian'] },
  Feature: { enum: ['mint', 'transfer', 'approve', 'retire', 'parts', 'registry_acts'] },
  SerialStart: {
    type: 'object',
    required: ['namespace', 'start'],
    properties: { namespace: TEXT, start: { type: 'string', pattern: '^[0-9]{1,20}$' } },
  },
  ContractMetadata: {
    type: 'object',
    required: ['spec', 'name', 'symbol'],
    properties: {
      spec: { const: 'nft-1.0.0' },
      name: TEXT,
      symbol: TEXT,
      icon: nullable_text,
      base_uri: nullable_text,
      reference: nullable_text,
      reference_hash: nullable_text,
    },
  },
  NewCredit: {
    type: 'object',
    required: [
      'registry',
      'project_id',
      'methodology',
      'tonnage',
      'unit',
      'vintage_year',
      'issued_on',
      'consent_ref',
    ],
    properties: {
      registry: ref('RegistryId'),
      project_id: TEXT,
      methodology: TEXT,
      tonnage: TONNAGE,
      unit: TONNAGE,
      serial: ref('SerialStart'),
      vintage_year: { type: 'integer' },
      issued_on: DAY,
      expires_on: DAY,
      consent_ref: TEXT,
      buffer_tonnage: TONNAGE,
      replaces: HASH,
      reference: TEXT,
      reference_hash: TEXT,
    },
  },
  Token: {
    type: 'object',
    properties: {
      token_id: HASH,
      owner_id: ref('AccountId'),
      metadata: { type: 'object' },
      approved_account_ids: { type: 'object' },
    },
  },
} as const;
