// Owns how a block's time is written as a date; leaves the clock to the chain.
const NANOSECONDS_PER_MS = 1_000_000n;
const NANOSECONDS_PER_SECOND = 1_000_000_000n;
const FRACTION_DIGITS = 9;

/** UTC, with 0, 3, 6 or 9 digits of a second, as few as hold it. */
export function viewTime(nanoseconds: bigint): string {
  const whole = new Date(Number(nanoseconds / NANOSECONDS_PER_MS))
    .toISOString()
    .slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);
  const digits = (nanoseconds % NANOSECONDS_PER_SECOND).toString().padStart(FRACTION_DIGITS, '0');
  const needed =
    [0, 3, 6, FRACTION_DIGITS].find((count) => /^0*$/.test(digits.slice(count))) ?? FRACTION_DIGITS;
  return needed === 0 ? `${whole}Z` : `${whole}.${digits.slice(0, needed)}Z`;
}
