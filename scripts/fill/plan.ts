// Owns how many of what a filled database holds; leaves the rows themselves to the SQL beside it.

/** Credits come in blocks of this many: four divided credits with their 23 parts each, and four whole ones. */
export const CREDITS_PER_BLOCK = 100;
export const BLOCKS_PER_CHUNK = 20;
/** Tenants that hold credits; the others are on trial or gone, and hold people, keys and plans only. */
export const TENANTS_WITH_CREDITS = 40;
export const TENANTS = 1000;

const LARGEST_SHARE = 0.4;
const SLOTS = 1000;
const MAX_CREDITS = 100_000_000;

export type FillPlan = {
  credits: number;
  seed: number;
  blocks: number;
  /** Half open ranges of blocks, each one transaction. */
  chunks: readonly { first: number; end: number }[];
  /** A draw from 0 to 999 chooses the tenant of a submission here. */
  tenant_slots: readonly number[];
};

export function planFill({ credits, seed }: { credits: number; seed: number }): FillPlan {
  if (!Number.isSafeInteger(credits) || credits < CREDITS_PER_BLOCK || credits > MAX_CREDITS) {
    throw new RangeError(
      `Asked for ${credits} credits; give a whole number from ${CREDITS_PER_BLOCK} to ${MAX_CREDITS}.`,
    );
  }
  if (credits % CREDITS_PER_BLOCK !== 0) {
    throw new RangeError(`Asked for ${credits} credits; give a multiple of ${CREDITS_PER_BLOCK}.`);
  }
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`The seed is ${seed}; give a whole number.`);
  const blocks = credits / CREDITS_PER_BLOCK;
  const chunks = Array.from({ length: Math.ceil(blocks / BLOCKS_PER_CHUNK) }, (_, index) => {
    const first = index * BLOCKS_PER_CHUNK;
    return { first, end: Math.min(first + BLOCKS_PER_CHUNK, blocks) };
  });
  return { credits, seed, blocks, chunks, tenant_slots: shareSlots() };
}

// The largest tenant has its fixed share; the n-th of the others gets a share like 1/n of what is left.
function shareSlots(): number[] {
  const largest = Math.round(SLOTS * LARGEST_SHARE);
  const weights = Array.from({ length: TENANTS_WITH_CREDITS - 1 }, (_, index) => 1 / (index + 1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const slots = Array.from({ length: largest }, () => 0);
  let passed = 0;
  for (const [index, weight] of weights.entries()) {
    passed += weight;
    const until = largest + Math.round(((SLOTS - largest) * passed) / sum);
    while (slots.length < until) slots.push(index + 1);
  }
  return slots;
}
