// Owns the day of the block in which a call runs; leaves the calendar to dates.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { formatDay } from './dates.ts';

const NS_PER_DAY = 86_400_000_000_000n;

/** Days since 1970-01-01. */
export function todayNumber(): number {
  return Number(near.blockTimestamp() / NS_PER_DAY);
}

export function today(): string {
  return formatDay(todayNumber());
}
