// Owns random values that follow from a printed seed; leaves what rows are made of them to world.ts.

import { createHash, randomBytes } from 'node:crypto';

export const SEED_VARIABLE = 'DMRV_TEST_SEED';

const SEED_BYTES = 6;
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

export type Random = {
  seed: string;
  /** From 0 to below the limit. */
  below(limit: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  uuid(): string;
  /** 64 lower-case hex characters, as of a SHA-256. */
  hash(): string;
  /** 44 characters of base58, as of a block, a receipt or a transaction. */
  nearHash(): string;
};

/** A test that must repeat exactly takes a Random of its own: tests of one file interleave. */
export function createRandom(seed: string): Random {
  let drawn = 0;
  const draw = (): Buffer => createHash('sha512').update(`${seed}/${drawn++}`).digest();
  const below = (limit: number): number => Number(draw().readBigUInt64BE() % BigInt(limit));
  return {
    seed,
    below,
    pick: (choices) => choices[below(choices.length)] ?? choices[0],
    uuid: () => {
      const hex = draw().toString('hex');
      const variant = '89ab'[below(4)];
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-${variant}${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
    },
    hash: () => draw().toString('hex').slice(0, 64),
    nearHash: () => [...draw().subarray(0, 44)].map((byte) => BASE58[byte % BASE58.length]).join(''),
  };
}

/** The seed of this run: the one given in the environment, else a new one. Whoever takes it prints it. */
export function chooseSeed(): string {
  const given = process.env[SEED_VARIABLE];
  return given === undefined || given === '' ? randomBytes(SEED_BYTES).toString('hex') : given;
}
