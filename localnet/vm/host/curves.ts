// Owns ECDSA verification and key recovery on two short Weierstrass curves; leaves ed25519 to core/near/crypto.ts.
// Written for a local chain: the numbers are public, so the time it takes may depend on them.

export interface WeierstrassCurve {
  p: bigint;
  n: bigint;
  a: bigint;
  b: bigint;
  g: { x: bigint; y: bigint };
}

export const SECP256K1: WeierstrassCurve = {
  p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn,
  n: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  a: 0n,
  b: 7n,
  g: {
    x: 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
    y: 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
  },
};

export const P256: WeierstrassCurve = {
  p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
  n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  a: -3n,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  g: {
    x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  },
};

type Point = { x: bigint; y: bigint } | null;
export interface EcdsaSignature {
  r: bigint;
  s: bigint;
}

export function inScalarRange(curve: WeierstrassCurve, value: bigint): boolean {
  return value > 0n && value < curve.n;
}

export function verifyEcdsa(options: {
  curve: WeierstrassCurve;
  hash: bigint;
  signature: EcdsaSignature;
  key: { x: bigint; y: bigint };
}): boolean {
  const { curve, hash, signature, key } = options;
  const { r, s } = signature;
  if (!inScalarRange(curve, r) || !inScalarRange(curve, s)) return false;
  const w = invert(s, curve.n);
  const point = add(
    curve,
    multiply(curve, curve.g, mod(hash * w, curve.n)),
    multiply(curve, key, mod(r * w, curve.n)),
  );
  return point !== null && mod(point.x, curve.n) === r;
}

/** The key that made the signature, or null where no key can have. `v`: bit 0 is the parity of y, bit 1 says that r left out n. */
export function recoverKey(options: {
  curve: WeierstrassCurve;
  hash: bigint;
  signature: EcdsaSignature;
  v: number;
}): { x: bigint; y: bigint } | null {
  const { curve, hash, signature, v } = options;
  const { r, s } = signature;
  if (!inScalarRange(curve, r) || !inScalarRange(curve, s)) return null;
  const x = (v & 2) === 0 ? r : r + curve.n;
  const start = x < curve.p ? pointWithX({ curve, x, odd: (v & 1) === 1 }) : null;
  if (start === null) return null;
  const inverse = invert(r, curve.n);
  return add(
    curve,
    multiply(curve, start, mod(s * inverse, curve.n)),
    multiply(curve, curve.g, mod(-hash * inverse, curve.n)),
  );
}

/** Null where no point of the curve has this x. Both primes are 3 modulo 4, which makes the root a power. */
export function pointWithX(options: { curve: WeierstrassCurve; x: bigint; odd: boolean }): Point {
  const { curve, x, odd } = options;
  if (x >= curve.p) return null;
  const square = mod(x * x * x + curve.a * x + curve.b, curve.p);
  const root = power(square, (curve.p + 1n) / 4n, curve.p);
  if (mod(root * root, curve.p) !== square) return null;
  return { x, y: (root & 1n) === (odd ? 1n : 0n) ? root : mod(-root, curve.p) };
}

function multiply(curve: WeierstrassCurve, point: Point, scalar: bigint): Point {
  let result: Point = null;
  let doubled = point;
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = add(curve, result, doubled);
    doubled = add(curve, doubled, doubled);
  }
  return result;
}

function add(curve: WeierstrassCurve, left: Point, right: Point): Point {
  if (left === null) return right;
  if (right === null) return left;
  const { p } = curve;
  if (left.x === right.x && mod(left.y + right.y, p) === 0n) return null;
  const slope =
    left.x === right.x
      ? mod((3n * left.x * left.x + curve.a) * invert(2n * left.y, p), p)
      : mod((right.y - left.y) * invert(right.x - left.x, p), p);
  const x = mod(slope * slope - left.x - right.x, p);
  return { x, y: mod(slope * (left.x - x) - left.y, p) };
}

function invert(value: bigint, modulus: bigint): bigint {
  let [low, high] = [mod(value, modulus), modulus];
  let [factor, other] = [1n, 0n];
  while (low > 1n) {
    const times = high / low;
    [low, high] = [high - times * low, low];
    [factor, other] = [other - times * factor, factor];
  }
  return mod(factor, modulus);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = mod(base, modulus);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = mod(result * square, modulus);
    square = mod(square * square, modulus);
  }
  return result;
}

function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}
