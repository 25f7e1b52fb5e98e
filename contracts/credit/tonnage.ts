// Owns the one spelling of tonnes, and their exact number inside; leaves sums and rules to those who count.

/** Inside, tonnes are bigints in units of 1e-8 t; as strings they have no sign, exponent, or needless zero. */
export const UNITS_PER_TONNE = 100_000_000n;

const DECIMALS = 8;
const NO_FRACTION = '0'.repeat(DECIMALS);
// numeric(20,8) in the database: 12 digits before the point.
const MAX_WHOLE_DIGITS = 12;
/** So many digits are below every number that is written with an exponent. */
const SHORT_DIGITS = 9;
const CANONICAL = /^(0|[1-9][0-9]{0,11})(\.[0-9]{0,7}[1-9])?$/;

/** `undefined` for any other spelling of a number, and for what is no number. */
export function parseTonnage(text: unknown): bigint | undefined {
  if (typeof text !== 'string' || text.length > MAX_WHOLE_DIGITS + 1 + DECIMALS) return undefined;
  // Most tonnages are small whole numbers, and in the contract a regular expression costs more than reading one twice.
  if (text.length <= SHORT_DIGITS) {
    const whole = Number(text);
    if (`${whole}` === text && whole >= 0 && whole % 1 === 0) return BigInt(whole) * UNITS_PER_TONNE;
  }
  if (!CANONICAL.test(text)) return undefined;
  const point = text.indexOf('.');
  if (point < 0) return BigInt(text) * UNITS_PER_TONNE;
  return BigInt(text.slice(0, point) + text.slice(point + 1).padEnd(DECIMALS, '0'));
}

/** The way back: `parseTonnage(formatTonnage(n)) === n` for every n that fits. */
export function formatTonnage(units: bigint): string {
  return formatUnits(units.toString());
}

/** The same from the digits of a number of units. */
export function formatUnits(units: string): string {
  if (units === '0') return units;
  const digits = units.padStart(DECIMALS + 1, '0');
  const point = digits.length - DECIMALS;
  const whole = digits.slice(0, point);
  const fraction = digits.slice(point);
  return fraction === NO_FRACTION ? whole : `${whole}.${fraction.replace(/0+$/, '')}`;
}
