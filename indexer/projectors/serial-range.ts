// Owns a serial block as the database holds it, with an end that is not its own; leaves what it counts to registries.

import type { SerialRange as EventSerial } from '../../core/credit/event-types.ts';
import type { SerialRange } from './changes.ts';

const RANGE = /^\[(\d+),(\d+)\)$/;

export function rangeOf(serial: EventSerial | undefined): SerialRange | null {
  if (serial === undefined) return null;
  return { namespace: serial.namespace, range: `[${BigInt(serial.start)},${BigInt(serial.end) + 1n})` };
}

/** Of blocks that follow each other. */
export function joinedRange(
  first: EventSerial | undefined,
  last: EventSerial | undefined,
): SerialRange | null {
  if (first === undefined || last === undefined) return null;
  return rangeOf({ ...first, end: last.end });
}

/** Numbers and not texts: the database writes a range as it likes. */
export function isSameSerial(left: SerialRange | null, right: SerialRange | null): boolean {
  if (left === null || right === null) return left === right;
  const own = boundsOf(left.range);
  const other = boundsOf(right.range);
  return left.namespace === right.namespace && own.start === other.start && own.end === other.end;
}

/** One block out of several, each beginning where the one before ends; undefined where they do not. */
export function joinSerials(serials: readonly (SerialRange | null)[]): SerialRange | null | undefined {
  const [first] = serials;
  if (first === undefined || first === null) return serials.every((one) => one === null) ? null : undefined;
  const { start } = boundsOf(first.range);
  let end = start;
  for (const serial of serials) {
    if (serial === null || serial.namespace !== first.namespace) return undefined;
    const bounds = boundsOf(serial.range);
    if (bounds.start !== end) return undefined;
    end = bounds.end;
  }
  return { namespace: first.namespace, range: `[${start},${end})` };
}

/** `end` is behind the last one. */
function boundsOf(range: string): { start: bigint; end: bigint } {
  const [, start, end] = RANGE.exec(range) ?? [];
  if (start === undefined || end === undefined) throw new TypeError(`${range} is no range of whole numbers`);
  return { start: BigInt(start), end: BigInt(end) };
}
