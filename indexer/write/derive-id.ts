// Owns ids of the indexer's own rows, which follow from what they name; leaves those of a tenant's rows to the database.

import { createHash } from 'node:crypto';

const TIME_DIGITS = 12;

/** As credit.derive_id in the database: a UUID of version 8 that begins with the milliseconds of its time. */
export function deriveId(subject: string, timestamp_ns: bigint): string {
  const time = (timestamp_ns / 1_000_000n).toString(16).padStart(TIME_DIGITS, '0');
  const rest = createHash('sha256').update(subject).digest('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-8${rest.slice(0, 3)}-8${rest.slice(3, 6)}-${rest.slice(6, 18)}`;
}
