// Owns the list of all methods and standards for the ABI and the build's allow-list; leaves describing them to methods-*.ts.
import { TYPES } from './method-types.ts';
import { NFT_METHODS } from './methods-nft.ts';
import { PART_METHODS, REGISTRY_METHODS, RETIRE_METHODS } from './methods-retire.ts';
import { RULE_METHODS } from './methods-rule.ts';

export const STANDARDS = [
  ['nep171', '1.2.0'],
  ['nep177', '2.0.0'],
  ['nep178', '1.1.0'],
  ['nep181', '1.0.0'],
  ['nep297', '1.0.0'],
  ['nep330', '1.2.0'],
  ['dmrv', '1.0.0'],
].map(([standard, version]) => ({ standard, version }));

export const METHODS = {
  ...RULE_METHODS,
  ...NFT_METHODS,
  ...RETIRE_METHODS,
  ...PART_METHODS,
  ...REGISTRY_METHODS,
};

export { TYPES };
