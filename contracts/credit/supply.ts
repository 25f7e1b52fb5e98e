// Owns counting credits and tonnes by status, in one line of text; leaves which record holds the line to that record.
import { panic } from './errors.ts';
import { formatUnits } from './tonnage.ts';

/** Of minted tonnes each is in one of the others. A divided or merged credit is counted through its parts. */
export const BUCKETS = ['minted', 'active', 'impaired', 'retired', 'invalidated', 'void', 'expired'] as const;
export type Bucket = (typeof BUCKETS)[number];

/** So many credits and units of 1e-8 t more in the bucket; fewer where negative. */
export type Move = readonly [bucket: Bucket, count: number, units: bigint];

const MINUS = '-'.charCodeAt(0);
const SAFE_DIGITS = 15;
const SAFE_UNITS = 10 ** SAFE_DIGITS;

/** Of no credits. Each bucket has its count and its units. */
export const NO_SUPPLY = BUCKETS.map(() => '0 0').join(' ');

const PLACE: { readonly [B in Bucket]: number } = {
  minted: 0,
  active: 2,
  impaired: 4,
  retired: 6,
  invalidated: 8,
  void: 10,
  expired: 12,
};

export function moveSupply(supply: string, moves: readonly Move[]): string {
  const numbers = supply.split(' ');
  for (let i = 0; i < moves.length; i++) {
    // Destructuring a list would cost as much as the sums.
    const move = moves[i] as Move;
    const bucket = move[0];
    const count = move[1];
    const units = move[2];
    const place = PLACE[bucket];
    const new_count = Number(numbers[place]) + count;
    const new_units = addUnits(numbers[place + 1] as string, units);
    if (new_count < 0 || new_units.charCodeAt(0) === MINUS) {
      panic('INTERNAL', `the supply of ${bucket} would be below zero`);
    }
    numbers[place] = `${new_count}`;
    numbers[place + 1] = new_units;
  }
  return numbers.join(' ');
}

/** Below 2^53 numbers are exact and cost a third of bigints: both parts are below 10^15 there. */
function addUnits(text: string, units: bigint): string {
  const change = Number(units);
  if (text.length <= SAFE_DIGITS && change < SAFE_UNITS && change > -SAFE_UNITS) {
    return `${Number(text) + change}`;
  }
  return `${BigInt(text) + units}`;
}

export function addSupplies(first: string, second: string): string {
  if (first === NO_SUPPLY) return second;
  if (second === NO_SUPPLY) return first;
  const numbers = second.split(' ');
  const moves = BUCKETS.map((bucket): Move => {
    const place = PLACE[bucket];
    return [bucket, Number(numbers[place]), BigInt(numbers[place + 1] as string)];
  });
  return moveSupply(first, moves);
}

export function countIn(supply: string, bucket: Bucket): number {
  return Number(supply.split(' ')[PLACE[bucket]]);
}

/** As the views give it, as JSON. */
export function describeSupply(supply: string): string {
  const numbers = supply.split(' ');
  let json = '';
  for (let place = 0; place < BUCKETS.length; place++) {
    const tonnage = formatUnits(numbers[2 * place + 1] as string);
    json += `${place === 0 ? '{' : ','}"${BUCKETS[place]}":{"count":${numbers[2 * place]},"tonnage":"${tonnage}"}`;
  }
  return `${json}}`;
}
