// Owns a block's time as the database takes it, to the microsecond; leaves what is timed to its users.

const NS_PER_MS = 1_000_000n;
const NS_PER_US = 1_000n;
const US_DIGITS = 6;

/** `2026-06-01T12:00:03.200000Z`. */
export function blockTime(timestamp_ns: bigint): string {
  const seconds = new Date(Number(timestamp_ns / NS_PER_MS)).toISOString().slice(0, 19);
  const microseconds = (timestamp_ns / NS_PER_US) % 1_000_000n;
  return `${seconds}.${microseconds.toString().padStart(US_DIGITS, '0')}Z`;
}
