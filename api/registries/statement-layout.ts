// Owns what the layout of a registry's file must say, and reading the values that all have; leaves each registry's layouts to a
// module of its own.

import { formatUnits } from '../../core/credit/tonnage.ts';
import type { SerialRange } from './serial-range.ts';
import { parseSerial } from './serials.ts';

export const STATEMENT_KINDS = ['issuances', 'holdings', 'retirements', 'cancellations'] as const;
export type StatementKind = (typeof STATEMENT_KINDS)[number];

export const ROW_KINDS = [
  'issuance',
  'holding',
  'retirement',
  'cancellation',
  'retired_or_cancelled',
] as const;
export type RowKind = (typeof ROW_KINDS)[number];

/** The values of a row by their columns, without white space around them; a column that is empty is ''. */
export type Cells = Readonly<Record<string, string>>;

export type RowRead = {
  /** What the registry calls this row by: its serial number, or an id. Two files are compared by it. */
  row_key: string;
  tonnage_co2e: string;
  registry_serial?: string | undefined;
  serial?: (SerialRange & { namespace: string }) | undefined;
  registry_project_id?: string | undefined;
  registry_retirement_id?: string | undefined;
  /** A day in the registry's zone. */
  happened_on?: string | undefined;
};

export type Layout = {
  /** Its name in the statement's row, such as "verra-transactions". */
  name: string;
  /** For people: "Verra, issued units with their retirements". */
  title: string;
  /** What a file of this layout can speak of. */
  kinds: readonly StatementKind[];
  columns: readonly string[];
  /** Whether a row says which numbers it is about. */
  has_serials: boolean;
  /** Also of a row that cannot be read. */
  kindOf(cells: Cells): RowKind;
  /** Throws a RowProblem. */
  read(cells: Cells): RowRead;
};

/** Something that is wrong with one row; the others are read all the same. */
export class RowProblem extends Error {
  override readonly name = 'RowProblem';
}

const MAX_QUOTED = 60;

/** A value in the words of a problem, short enough to be shown. */
export function quote(value: string): string {
  const characters = [...value];
  return `"${characters.length > MAX_QUOTED ? `${characters.slice(0, MAX_QUOTED).join('')}…` : value}"`;
}

export function cell(cells: Cells, column: string): string {
  return cells[column] ?? '';
}

export function filled(cells: Cells, column: string): string {
  const value = cell(cells, column);
  if (value === '') throw new RowProblem(`${column} is empty`);
  return value;
}

const WHOLE = /^(?:\d{1,18}|\d{1,3}(?:,\d{3}){1,5})$/;

/** A whole number above 0, with or without commas between its thousands. */
export function wholeNumber(cells: Cells, column: string): bigint {
  const text = filled(cells, column);
  if (!WHOLE.test(text)) throw new RowProblem(`${column} is ${quote(text)}, which is no whole number`);
  const value = BigInt(text.replaceAll(',', ''));
  if (value === 0n) throw new RowProblem(`${column} is 0`);
  return value;
}

const DECIMAL = /^(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.(\d{1,12}))?$/;
const KG_DIGITS = 3;

/** Tonnes with up to three digits of kilograms, as kilograms. Zeros behind them say nothing. */
export function kilogramsOfTonnes(cells: Cells, column: string): bigint {
  const text = filled(cells, column);
  const [, whole, fraction = ''] = DECIMAL.exec(text) ?? [];
  const digits = fraction.replace(/0+$/, '');
  if (whole === undefined || digits.length > KG_DIGITS) {
    throw new RowProblem(`${column} is ${quote(text)}, which is no number of whole kilograms`);
  }
  return BigInt(whole.replaceAll(',', '') + digits.padEnd(KG_DIGITS, '0'));
}

/** Kilograms as a whole number; "12.0" is one. */
export function kilograms(cells: Cells, column: string): bigint {
  const text = filled(cells, column);
  const [, whole, fraction = ''] = DECIMAL.exec(text) ?? [];
  if (whole === undefined || /[^0]/.test(fraction)) {
    throw new RowProblem(`${column} is ${quote(text)}, which is no whole number of kilograms`);
  }
  return BigInt(whole.replaceAll(',', ''));
}

const UNITS_PER_KG = 100_000n;
const UNITS_PER_TONNE = 100_000_000n;
/** As numeric(20,8) has. */
const MAX_UNITS = 10n ** 20n;

export function tonnesOfKilograms(kg: bigint): string {
  return formatBounded(kg * UNITS_PER_KG);
}

export function wholeTonnes(tonnes: bigint): string {
  return formatBounded(tonnes * UNITS_PER_TONNE);
}

function formatBounded(units: bigint): string {
  if (units >= MAX_UNITS) throw new RowProblem('the quantity has more tonnes than a number here may have');
  return formatUnits(units.toString());
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** YYYY-MM-DD and nothing else: 03/04/2026 is two days, and which of them is meant nobody can tell. */
export function dayOf(cells: Cells, column: string): string {
  const text = filled(cells, column);
  if (!DAY.test(text) || !isDay(text)) {
    throw new RowProblem(`${column} is ${quote(text)}, which is no day such as 2026-01-31`);
  }
  return text;
}

const TIME = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;

/** The day in UTC of a time with Z. */
export function dayOfTime(cells: Cells, column: string): string {
  const text = filled(cells, column);
  const day = TIME.exec(text)?.[1];
  if (day === undefined || !isDay(day)) {
    throw new RowProblem(`${column} is ${quote(text)}, which is no time such as 2026-01-31T12:00:00Z`);
  }
  return day;
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) && text >= '1900';
}

/** The serial of a row, whose range must have as many numbers as the row has units. */
export function serialOf(
  cells: Cells,
  about: { registry: string; column: string; units: bigint; quantity: string },
): SerialRange & { namespace: string; parts: Readonly<Record<string, string>> } {
  const { registry, column, units, quantity } = about;
  const text = filled(cells, column);
  const serial = parseSerial(registry, text);
  if (serial === undefined)
    throw new RowProblem(`${column} is ${quote(text)}, which is no serial of ${registry}`);
  const count = serial.end - serial.start;
  if (count !== units) {
    throw new RowProblem(`${column} has ${count} numbers, and ${quantity} says ${units}`);
  }
  return serial;
}
