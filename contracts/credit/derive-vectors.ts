// Owns examples of derived hashes, the same as in docs/contract.md; leaves deriving to derive.ts. Others who derive
// the same hashes test against them.

const PARENT = 'a3f1c9d27be84056a3f1c9d27be84056a3f1c9d27be84056a3f1c9d27be84056';

/** Two parts of one parent: 12.5 t and 987.5 t. */
export const SPLIT_VECTORS = [
  {
    parent: PARENT,
    index: 0,
    units: 1_250_000_000n,
    child: '3d85e2e84039520dcb22a1fc45f42a34380867b1ebda803020ba38134b2bdf90',
  },
  {
    parent: PARENT,
    index: 1,
    units: 98_750_000_000n,
    child: '7523a25270ffdd5a8700f6363f883bff95f87366387cefc94bcf6011205ce1e4',
  },
] as const;

/** They become one again. */
export const MERGE_VECTORS = [
  {
    origin: PARENT,
    parents: SPLIT_VECTORS.map(({ child }) => child),
    merged: '695318fcc001079076a9bfbea139dcf8edd1d7b5cf2fca786f4430e4778f2e53',
  },
] as const;

/** The name has letters beyond ASCII: it counts as UTF-8. */
export const COMMITMENT_VECTORS = [
  {
    salt: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
    beneficiary: 'Zoë Müller',
    commitment: '3232a87fc455e4ae2ada2d27ccd2844206cd028d276e818662a8b2993b4713c2',
  },
] as const;
