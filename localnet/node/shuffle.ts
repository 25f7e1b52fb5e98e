// Owns the order in which NEAR mixes what came from several shards, from a block's hash; leaves what is mixed to receipt-routes.ts.

/** The words of ChaCha20 under the salt as key, without nonce, choose partners from the last place down. */
export function shuffled<Item>(items: readonly Item[], salt: Uint8Array): Item[] {
  const result = [...items];
  // Most chains here have one shard, whose words would be drawn for nothing.
  if (result.length < 2) return result;
  const words = chachaWords(salt);
  for (let last = result.length - 1; last > 0; last--) {
    const chosen = below(last + 1, words);
    const item = result[last];
    const other = result[chosen];
    if (item === undefined || other === undefined)
      throw new Error(`place ${chosen} of ${last} holds nothing`);
    result[last] = other;
    result[chosen] = item;
  }
  return result;
}

/** A word scaled to the bound; words that would favour some numbers are passed over. */
function below(bound: number, words: Generator<number, never>): number {
  const wide = BigInt(bound);
  const zone = (wide << BigInt(Math.clz32(bound))) - 1n;
  // Each word is taken with a chance of more than one half.
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const product = BigInt(words.next().value) * wide;
    if (BigInt.asUintN(32, product) <= zone) return Number(product >> 32n);
  }
  throw new Error(`no word of ${MAX_TRIES} could be scaled to ${bound}`);
}

const MAX_TRIES = 1_000;
const KEY_BYTES = 32;
const BLOCK_WORDS = 16;
const DOUBLE_ROUNDS = 10;
const CONSTANTS = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];
const COUNTER = 12;

function* chachaWords(key: Uint8Array): Generator<number, never> {
  if (key.length !== KEY_BYTES) throw new Error(`a salt of ${key.length} bytes; it has ${KEY_BYTES}`);
  const view = new DataView(key.buffer, key.byteOffset, key.length);
  const input = new Uint32Array(BLOCK_WORDS);
  input.set(CONSTANTS);
  for (let word = 0; word < KEY_BYTES / 4; word++)
    input[CONSTANTS.length + word] = view.getUint32(4 * word, true);
  for (let block = 0; ; block++) {
    input[COUNTER] = block;
    yield* chachaBlock(input);
  }
}

/** Quarter rounds over columns, then over diagonals. */
const QUARTERS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const;

function chachaBlock(input: Uint32Array): Uint32Array {
  const state = new Uint32Array(input);
  for (let round = 0; round < DOUBLE_ROUNDS; round++) {
    for (const [a, b, c, d] of QUARTERS) {
      mix(state, { sum: a, with: b, turned: d, by: 16 });
      mix(state, { sum: c, with: d, turned: b, by: 12 });
      mix(state, { sum: a, with: b, turned: d, by: 8 });
      mix(state, { sum: c, with: d, turned: b, by: 7 });
    }
  }
  return state.map((word, index) => word + (input[index] ?? 0));
}

function mix(state: Uint32Array, at: { sum: number; with: number; turned: number; by: number }): void {
  const sum = ((state[at.sum] ?? 0) + (state[at.with] ?? 0)) >>> 0;
  state[at.sum] = sum;
  const mixed = (state[at.turned] ?? 0) ^ sum;
  state[at.turned] = (mixed << at.by) | (mixed >>> (32 - at.by));
}
