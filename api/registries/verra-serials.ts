// Owns the serial numbers of Verra, before and after its migration of July 2026; leaves the other registries to their modules.

import type { ParsedSerial, SerialGrammar } from './serial-grammar.ts';
import { rangeOf, type SerialRange } from './serial-range.ts';

// 19385-941467007-941467431-VCS-VCU-1507-VER-ET-14-1340-01012020-31122020-1: batch, first, last, programme, unit, a number
// of Verra's own, register, country, scope, project, first and last day of the vintage, additional certification. Rows after
// the migration may leave out the scope.
const WHOLE = '(?:0|[1-9]\\d{0,19})';
// With numbers of at most 8 digits a namespace has at most 61 bytes; the contract takes 64.
const NUMBER = '[1-9]\\d{0,7}';
const TAIL = `VCS-VCU-(?<kind>${NUMBER})-VER-(?<country>[A-Z]{2})-(?:(?<scope>${NUMBER})-)?(?<project>${NUMBER})-(?<from>\\d{8})-(?<to>\\d{8})-(?<flag>[01])`;
const SERIAL = new RegExp(`^(?<batch>${NUMBER})-(?<first>${WHOLE})-(?<last>${WHOLE})-${TAIL}$`);
const NAMESPACE = new RegExp(`^(?<batch>${NUMBER})-${TAIL}$`);

type Parts = Readonly<Record<string, string>>;

export const verraSerials: SerialGrammar = {
  unit: '1',
  parse(text) {
    const parts = SERIAL.exec(text)?.groups;
    if (parts === undefined || !isVintage(parts)) return undefined;
    const first = BigInt(parts.first ?? '');
    const last = BigInt(parts.last ?? '');
    if (last < first) return undefined;
    const { first: _first, last: _last, ...kept } = parts;
    return {
      ...rangeOf({ first, last }),
      namespace: namespaceOf(parts),
      unit: this.unit,
      parts: onlyGiven(kept),
    };
  },
  print({ start, end, parts }) {
    return `${parts.batch}-${start}-${end - 1n}-${tailOf(parts, parts.scope)}`;
  },
  readNamespace(text) {
    const parts = NAMESPACE.exec(text)?.groups;
    return parts === undefined || !isVintage(parts) ? undefined : namespaceOf(parts);
  },
  printRange(namespace: string, { start, end }: SerialRange) {
    const parts = NAMESPACE.exec(namespace)?.groups;
    return parts === undefined
      ? undefined
      : `${parts.batch}-${start}-${end - 1n}-${tailOf(parts, undefined)}`;
  },
};

/** Without the scope: a block that was issued before the migration is the same block after it. */
function namespaceOf(parts: Parts): ParsedSerial['namespace'] {
  return `${parts.batch}-${tailOf(parts, undefined)}`;
}

function tailOf(parts: Parts, scope: string | undefined): string {
  const { kind, country, project, from, to, flag } = parts;
  const scoped = scope === undefined ? '' : `${scope}-`;
  return `VCS-VCU-${kind}-VER-${country}-${scoped}${project}-${from}-${to}-${flag}`;
}

function onlyGiven(parts: Readonly<Record<string, string | undefined>>): Parts {
  return Object.fromEntries(
    Object.entries(parts).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Two days of the calendar, written DDMMYYYY, in their order. */
function isVintage({ from = '', to = '' }: Parts): boolean {
  const first = dayOf(from);
  const last = dayOf(to);
  return first !== undefined && last !== undefined && first <= last;
}

function dayOf(text: string): string | undefined {
  const day = `${text.slice(4)}-${text.slice(2, 4)}-${text.slice(0, 2)}`;
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day) ? day : undefined;
}
