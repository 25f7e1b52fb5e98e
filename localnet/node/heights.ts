// Owns how high a chain of this program can grow; leaves which height comes next to the ledger.

/** Twelve digits name a block in a Lake, and a key's first nonce, a million times its height, is still a u64. */
export const MAX_HEIGHT = 10n ** 12n - 1n;
