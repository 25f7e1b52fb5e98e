// Owns serial numbers: reading a start and finding the end; leaves which numbers are free to consents and registries.
import { type Args, asIdentifier, asObject } from './args.ts';
import { panic } from './errors.ts';
import { NAMESPACE_BYTES, SERIAL_DIGITS } from './limits.ts';

export interface SerialTexts {
  namespace: string;
  serial_start: string;
  serial_end: string;
}

const NO_SERIAL: SerialTexts = { namespace: '', serial_start: '', serial_end: '' };
const DIGITS = /^(0|[1-9]\d*)$/;

/** The block has one number for each unit: end = start + tonnage / unit - 1. */
export function readSerial(value: unknown, { name, count }: { name: string; count: bigint }): SerialTexts {
  if (value === undefined || value === null) return NO_SERIAL;
  const serial: Args = asObject(value, name);
  const namespace = asIdentifier(serial.namespace, `${name}.namespace`, NAMESPACE_BYTES);
  const { start } = serial;
  if (typeof start !== 'string' || start.length > SERIAL_DIGITS || !DIGITS.test(start)) {
    panic(
      'ARGUMENT_INVALID',
      `${name}.start must be a whole number of at most ${SERIAL_DIGITS} digits as a string`,
    );
  }
  const end = `${BigInt(start) + count - 1n}`;
  if (end.length > SERIAL_DIGITS) {
    panic('ARGUMENT_INVALID', `${name} would end at ${end}, which has more than ${SERIAL_DIGITS} digits`);
  }
  return { namespace, serial_start: start, serial_end: end };
}

/** How many units the tonnes are. */
export function countUnits({ units, unit }: { units: bigint; unit: bigint }, name: string): bigint {
  const count = units / unit;
  if (count * unit !== units) panic('NOT_A_WHOLE_UNIT', `${name} is no multiple of the unit`);
  return count;
}
