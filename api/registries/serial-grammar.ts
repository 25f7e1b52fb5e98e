// Owns what a registry's grammar of serial numbers must be able to do; leaves each grammar to a module of its own.

import type { SerialRange } from './serial-range.ts';

/** A serial number that was read. `start` is its first number, `end` the one behind its last. */
export type ParsedSerial = SerialRange & {
  /**
   * The serial without its range, in one spelling for all serials of one series: two serials overlap exactly when their
   * namespaces are the same text and their ranges have a number in common.
   */
  namespace: string;
  /** The tonnes of one number, in the one spelling of tonnes. */
  unit: string;
  /** The parts as the registry wrote them, by which the very text can be printed again. */
  parts: Readonly<Record<string, string>>;
};

export type SerialGrammar = {
  /** The tonnes of one number. */
  unit: string;
  /** Undefined for every text that is not wholly of this grammar. Nothing is trimmed or mended. */
  parse(text: string): ParsedSerial | undefined;
  /** The text that `parse` reads to this; a part of a block is printed by giving it another range. */
  print(serial: ParsedSerial): string;
  /** The one spelling of a namespace that somebody wrote; undefined where it is none of this grammar. */
  readNamespace(text: string): string | undefined;
  /** The serial of a range in a namespace, in the registry's newest form. */
  printRange(namespace: string, range: SerialRange): string | undefined;
};
