// Owns the serial numbers of Isometric, whose unit is a kilogram; leaves the other registries to their modules.

import type { SerialGrammar } from './serial-grammar.ts';
import { rangeOf, type SerialRange } from './serial-range.ts';

// The documented example: ISO-1-BSTORE-GBR-F5X7-2024-78177-81177. Version, pathway, country, project, vintage, first and last
// kilogram.
const WHOLE = '(?:0|[1-9]\\d{0,19})';
const HEAD =
  'ISO-(?<version>[1-9]\\d{0,3})-(?<pathway>[A-Z0-9]{1,16})-(?<country>[A-Z]{3})-(?<project>[A-Z0-9]{1,16})-(?<vintage>\\d{4})';
const SERIAL = new RegExp(`^${HEAD}-(?<first>${WHOLE})-(?<last>${WHOLE})$`);
const NAMESPACE = new RegExp(`^${HEAD}$`);

export const isometricSerials: SerialGrammar = {
  unit: '0.001',
  parse(text) {
    const parts = SERIAL.exec(text)?.groups;
    if (parts === undefined) return undefined;
    const { first = '', last = '', ...kept } = parts;
    if (BigInt(last) < BigInt(first)) return undefined;
    const range = rangeOf({ first: BigInt(first), last: BigInt(last) });
    return { ...range, namespace: namespaceOf(kept), unit: this.unit, parts: kept };
  },
  print({ start, end, parts }) {
    return `${namespaceOf(parts)}-${start}-${end - 1n}`;
  },
  readNamespace(text) {
    return NAMESPACE.test(text) ? text : undefined;
  },
  printRange(namespace: string, { start, end }: SerialRange) {
    return NAMESPACE.test(namespace) ? `${namespace}-${start}-${end - 1n}` : undefined;
  },
};

function namespaceOf(parts: Readonly<Record<string, string>>): string {
  return `ISO-${parts.version}-${parts.pathway}-${parts.country}-${parts.project}-${parts.vintage}`;
}
