// Owns Keccak with its original padding, which node:crypto lacks; leaves other hashes to it.
const ROUNDS = 24;
const STATE_BYTES = 200;
const MASK = (1n << 64n) - 1n;
const ROUND_CONSTANTS = roundConstants();
const ROTATIONS = rotations();

export function keccak(bits: 256 | 512, input: Uint8Array): Uint8Array {
  const rate = STATE_BYTES - (2 * bits) / 8;
  const padded = new Uint8Array(Math.ceil((input.length + 1) / rate) * rate);
  padded.set(input);
  padded[input.length] = 1;
  padded[padded.length - 1] = (padded[padded.length - 1] ?? 0) | 0x80;
  const lanes = new BigUint64Array(25);
  const view = new DataView(padded.buffer);
  for (let block = 0; block < padded.length; block += rate) {
    for (let lane = 0; lane < rate / 8; lane++) {
      lanes[lane] = at(lanes, lane) ^ view.getBigUint64(block + lane * 8, true);
    }
    permute(lanes);
  }
  const output = new DataView(new ArrayBuffer(bits / 8));
  for (let lane = 0; lane < bits / 64; lane++) output.setBigUint64(lane * 8, at(lanes, lane), true);
  return new Uint8Array(output.buffer);
}

function permute(lanes: BigUint64Array): void {
  for (let round = 0; round < ROUNDS; round++) {
    theta(lanes);
    const moved = new BigUint64Array(25);
    for (let x = 0; x < 5; x++) {
      for (let y = 0; y < 5; y++) {
        moved[y + 5 * ((2 * x + 3 * y) % 5)] = rotate(at(lanes, x + 5 * y), ROTATIONS[x + 5 * y] ?? 0);
      }
    }
    for (let y = 0; y < 25; y += 5) {
      for (let x = 0; x < 5; x++) {
        lanes[y + x] =
          at(moved, y + x) ^ (~at(moved, y + ((x + 1) % 5)) & MASK & at(moved, y + ((x + 2) % 5)));
      }
    }
    lanes[0] = at(lanes, 0) ^ (ROUND_CONSTANTS[round] ?? 0n);
  }
}

function theta(lanes: BigUint64Array): void {
  const parity = Array.from({ length: 5 }, (_, x) =>
    [0, 5, 10, 15, 20].reduce((sum, y) => sum ^ at(lanes, x + y), 0n),
  );
  for (let x = 0; x < 5; x++) {
    const mix = (parity[(x + 4) % 5] ?? 0n) ^ rotate(parity[(x + 1) % 5] ?? 0n, 1);
    for (let y = 0; y < 25; y += 5) lanes[x + y] = at(lanes, x + y) ^ mix;
  }
}

/** From the linear feedback shift register that Keccak's definition gives. */
function roundConstants(): bigint[] {
  let register = 1;
  const bit = () => {
    const out = register & 1;
    register = (register << 1) ^ (register & 0x80 ? 0x171 : 0);
    return out;
  };
  return Array.from({ length: ROUNDS }, () => {
    let constant = 0n;
    for (let j = 0; j < 7; j++) if (bit() === 1) constant |= 1n << BigInt(2 ** j - 1);
    return constant;
  });
}

function rotations(): number[] {
  const table = new Array<number>(25).fill(0);
  let [x, y] = [1, 0];
  for (let t = 0; t < 24; t++) {
    table[x + 5 * y] = (((t + 1) * (t + 2)) / 2) % 64;
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  return table;
}

function rotate(value: bigint, by: number): bigint {
  if (by === 0) return value;
  return ((value << BigInt(by)) | (value >> BigInt(64 - by))) & MASK;
}

function at(lanes: BigUint64Array, index: number): bigint {
  return lanes[index] ?? 0n;
}
