// Owns what the hashes of parts and of hidden names are made of; leaves hashing to derived-hash.ts.

const SPLIT_TAG = 'dmrv:split:1';
const MERGE_TAG = 'dmrv:merge:1';

/** Before the salt's 32 bytes and the name in UTF-8. */
export const COMMITMENT_HEAD = 'dmrv:beneficiary:1\n';
export const SALT_BYTES = 32;

/** Of the part that stands at this place, from 0, among the parent's; units are of 1e-8 t. */
export function childPreimage({ parent, index, units }: { parent: string; index: number; units: bigint }) {
  return `${SPLIT_TAG}\n${parent}\n${index}\n${units}`;
}

/** Of what these parts of one origin become, in the order of their serials. */
export function mergedPreimage({ origin, parents }: { origin: string; parents: readonly string[] }) {
  return `${MERGE_TAG}\n${origin}\n${parents.join(',')}`;
}
