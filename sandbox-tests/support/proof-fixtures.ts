// Owns reading the proof files that were made on a localnet, and every small damage that can be done to one; leaves judging to tests.
import { readFileSync } from 'node:fs';
import { decodeBase58, encodeBase58 } from '../../core/near/base58.ts';
import { decodeBase64, encodeBase64 } from '../../core/near/crypto.ts';
import { hashHeaderLite } from '../../core/near/header.ts';
import type { RetirementProof } from '../../core/proofs/bundle-schema.ts';
import { readHeader } from '../../core/proofs/bundle-wire.ts';

const FOLDER = new URL('../fixtures/proofs/', import.meta.url);

export const PROOF_FILES = [
  'whole.json',
  'part-refused.json',
  'merged.json',
  'batch-first.json',
  'batch-second.json',
  'hidden.json',
  'revealed.json',
  'signed-path.json',
] as const;
export type ProofFile = (typeof PROOF_FILES)[number];

export function readProofText(name: ProofFile): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

export function readProof(name: ProofFile): RetirementProof {
  return JSON.parse(readProofText(name)) as RetirementProof;
}

/** The block that a reader would pin: where signed blocks begin, or the head itself. */
export function pinOf({ heads }: RetirementProof): string {
  const [head] = heads;
  if (head === undefined) throw new Error('A proof has a head.');
  return encodeBase58(hashHeaderLite(readHeader(head.light_client?.start.header ?? head.header)));
}

export type Damage = { what: string; path: string; value: unknown };

type Place = { holder: Record<string, unknown>; name: string; path: string };

/** Each leaf in turn with another value of its kind, and each list and object with one thing more, less, twice or moved. */
export function* damagesOf(original: unknown): Generator<Damage> {
  const paths = [...placesOf(structuredClone(original))].map(({ path }) => path);
  for (const path of paths) {
    const count = otherValues(at(structuredClone(original), path)).length;
    for (let variant = 0; variant < count; variant++) {
      const value = structuredClone(original);
      const { holder, name } = placeAt(value, path);
      const [what, other] = otherValues(holder[name])[variant] ?? ['', undefined];
      if (other === undefined && what.startsWith('without')) remove(holder, name);
      else holder[name] = other;
      yield { what, path, value };
    }
  }
}

function* placesOf(value: unknown, before = ''): Generator<Place> {
  if (typeof value !== 'object' || value === null) return;
  const holder = value as Record<string, unknown>;
  for (const name of Object.keys(holder)) {
    const path = before === '' ? name : `${before}.${name}`;
    yield { holder, name, path };
    yield* placesOf(holder[name], path);
  }
}

function placeAt(value: unknown, path: string): Place {
  const names = path.split('.');
  const name = names.pop() ?? '';
  let holder = value as Record<string, unknown>;
  for (const step of names) holder = holder[step] as Record<string, unknown>;
  return { holder, name, path };
}

function at(value: unknown, path: string): unknown {
  const { holder, name } = placeAt(value, path);
  return holder[name];
}

function remove(holder: Record<string, unknown>, name: string): void {
  if (Array.isArray(holder)) holder.splice(Number(name), 1);
  else delete holder[name];
}

/** What may stand in a value's place, by its kind. */
function otherValues(value: unknown): [what: string, other: unknown][] {
  if (Array.isArray(value)) {
    const [first, second, ...rest] = value as unknown[];
    return [
      ...(value.length === 0 ? [] : ([['an item twice', [first, ...value]]] as [string, unknown][])),
      ...(value.length < 2 || JSON.stringify(first) === JSON.stringify(second)
        ? []
        : ([['two items in each other’s place', [second, first, ...rest]]] as [string, unknown][])),
      ['without itself', undefined],
    ];
  }
  if (typeof value === 'object' && value !== null) {
    return [
      ['with another name', { ...value, no_such_name: 1 }],
      ['without itself', undefined],
    ];
  }
  if (value === null) return [['something for nothing', { a: 1 }]];
  if (typeof value === 'number') {
    return [
      ['one more', value + 1],
      ['without itself', undefined],
    ];
  }
  const text = String(value);
  return [
    ...otherTexts(text).map((other): [string, unknown] => ['another text', other]),
    ['without itself', undefined],
  ];
}

function otherTexts(text: string): string[] {
  if (text === 'Left') return ['Right'];
  if (text === 'Right') return ['Left'];
  if (/^(0|[1-9]\d*)$/.test(text)) return [`${BigInt(text) + 1n}`];
  if (/^[0-9a-f]{64}$/.test(text)) return [flipEnd(text, text.endsWith('0') ? '1' : '0')];
  const [, curve = '', rest = text] = /^(ed25519:|secp256k1:)?(.*)$/s.exec(text) ?? [];
  if (/^[1-9A-HJ-NP-Za-km-z]{32,90}$/.test(rest)) {
    const bytes = decodeBase58(rest);
    return [0, bytes.length - 1].map((index) => curve + encodeBase58(flipBit(bytes, index)));
  }
  if (/^[A-Za-z0-9+/]{8,}={0,2}$/.test(text) && text.length % 4 === 0) {
    return [encodeBase64(flipBit(decodeBase64(text), 0))];
  }
  if (text.startsWith('EVENT_JSON:')) {
    return [
      text.replace(/\d(?=\D*$)/, (digit) => `${(Number(digit) + 1) % 10}`),
      `${text} `,
      text.slice('EVENT_JSON:'.length),
    ];
  }
  return [`${text}x`];
}

function flipEnd(text: string, end: string): string {
  return text.slice(0, -1) + end;
}

function flipBit(bytes: Uint8Array, index: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[index] = (changed[index] ?? 0) ^ 1;
  return changed;
}
