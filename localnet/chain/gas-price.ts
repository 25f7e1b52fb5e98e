// Owns how the gas price moves with the load of blocks; leaves charging it to the runtime.
export interface GasPriceRules {
  min: bigint;
  max: bigint;
  /** The most that a full or an empty block moves the price, as a fraction. */
  adjustment: { numerator: bigint; denominator: bigint };
}

/** A full block moves the price up by half the fraction, an empty one down by as much; without new chunks it stays. */
export function nextGasPrice(options: {
  price: bigint;
  gas_used: bigint;
  gas_limit: bigint;
  rules: GasPriceRules;
}): bigint {
  const { price, gas_used, gas_limit, rules } = options;
  if (gas_limit === 0n) return price;
  const { numerator, denominator } = rules.adjustment;
  const whole = 2n * denominator * gas_limit;
  const moved = (price * (whole + 2n * numerator * gas_used - numerator * gas_limit)) / whole;
  if (moved < rules.min) return rules.min;
  return moved > rules.max ? rules.max : moved;
}
