// Owns what the contract says of itself (NEP-177, NEP-330); leaves what it says of tokens to token-json.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { type Args, asIdentifier, asObject, asText, optional } from './args.ts';
import { panic } from './errors.ts';
import { KEY, readText, writeText } from './storage.ts';

/** NEP-330's answer, put in by the build. */
declare const CONTRACT_SOURCE_METADATA: object;

const SPEC = 'nft-1.0.0';
const NAME_BYTES = 64;
const SYMBOL_BYTES = 16;
const ICON_BYTES = 8_192;
const LINK_BYTES = 512;
const BASE64_SHA256 = /^[A-Za-z0-9+/]{43}=$/;

// Written once, at build time.
const SOURCE = JSON.stringify(CONTRACT_SOURCE_METADATA);

export function saveMetadata(value: unknown): void {
  const metadata: Args = asObject(value, 'metadata');
  const base_uri = optional(metadata.base_uri, 'metadata.base_uri', asText, LINK_BYTES);
  const { reference, reference_hash } = asReference(metadata, 'metadata.');
  if (metadata.spec !== SPEC) panic('ARGUMENT_INVALID', `metadata.spec must be ${SPEC}`);
  const checked = {
    spec: SPEC,
    name: asText(metadata.name, 'metadata.name', NAME_BYTES),
    symbol: asText(metadata.symbol, 'metadata.symbol', SYMBOL_BYTES),
    icon: optional(metadata.icon, 'metadata.icon', asText, ICON_BYTES) ?? null,
    base_uri: base_uri ?? null,
    reference: reference ?? null,
    reference_hash: reference_hash ?? null,
  };
  writeText(KEY.metadata, JSON.stringify(checked));
}

/** A reference comes with the base64 SHA-256 of what it refers to, as NEP-177 wants. */
export function asReference(
  { reference, reference_hash }: Args,
  before: string,
): { reference?: string; reference_hash?: string } {
  const link = optional(reference, `${before}reference`, asIdentifier, LINK_BYTES);
  const hash = reference_hash ?? undefined;
  if (link === undefined && hash === undefined) return {};
  if (link === undefined || typeof hash !== 'string' || !BASE64_SHA256.test(hash)) {
    panic(
      'ARGUMENT_INVALID',
      `${before}reference and ${before}reference_hash (base64 of a SHA-256) go together`,
    );
  }
  return { reference: link, reference_hash: hash };
}

export function nft_metadata(): void {
  const text = readText(KEY.metadata);
  if (text === undefined) panic('NOT_INITIALISED', 'call new first');
  near.valueReturn(text);
}

export function contract_source_metadata(): void {
  near.valueReturn(SOURCE);
}
