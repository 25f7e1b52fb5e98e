// Owns which registry writes its serial numbers by which grammar, and asking it; leaves the grammars to their modules.

import { formatTonnage, parseTonnage } from '../../core/credit/tonnage.ts';
import { isometricSerials } from './isometric-serials.ts';
import type { ParsedSerial, SerialGrammar } from './serial-grammar.ts';
import { countOf, type SerialRange } from './serial-range.ts';
import { verraSerials } from './verra-serials.ts';

export type { ParsedSerial, SerialGrammar } from './serial-grammar.ts';

/**
 * A registry that is not here has no grammar, and its serials are not read: a guess that is wrong would find overlaps where
 * none are, or none where some are. A new one is a module beside verra-serials.ts and a line here.
 */
const GRAMMARS: Readonly<Record<string, SerialGrammar>> = {
  verra: verraSerials,
  isometric: isometricSerials,
};

export type SerialRead =
  | { outcome: 'read'; serial: ParsedSerial }
  /** The registry has a grammar, and the text is not of it. */
  | { outcome: 'not_of_the_grammar' }
  | { outcome: 'no_grammar' };

export function readSerial(registry: string, text: string): SerialRead {
  const grammar = findGrammar(registry);
  if (grammar === undefined) return { outcome: 'no_grammar' };
  const serial = grammar.parse(text);
  return serial === undefined ? { outcome: 'not_of_the_grammar' } : { outcome: 'read', serial };
}

/** For whoever needs no reason: undefined without a grammar, and for a text that is not of it. */
export function parseSerial(registry: string, text: string): ParsedSerial | undefined {
  return findGrammar(registry)?.parse(text);
}

/** `printSerial(registry, parseSerial(registry, text)) === text`. */
export function printSerial(registry: string, serial: ParsedSerial): string | undefined {
  return findGrammar(registry)?.print(serial);
}

/** What a namespace and a range are called at the registry; undefined where its grammar does not say. */
export function printRange(
  registry: string,
  about: { namespace: string; range: SerialRange },
): string | undefined {
  return findGrammar(registry)?.printRange(about.namespace, about.range);
}

/**
 * The namespace as statements have it, so that what the platform stores meets them; a text that is no namespace of the
 * registry's grammar stays as it is.
 */
export function canonicalNamespace(registry: string, text: string): string {
  return findGrammar(registry)?.readNamespace(text) ?? text;
}

export function tonnesOf({ start, end, unit }: SerialRange & { unit: string }): string {
  const units = parseTonnage(unit);
  if (units === undefined) throw new RangeError(`"${unit}" is no unit.`);
  return formatTonnage(countOf({ start, end }) * units);
}

export function findGrammar(registry: string): SerialGrammar | undefined {
  return Object.hasOwn(GRAMMARS, registry) ? GRAMMARS[registry] : undefined;
}
