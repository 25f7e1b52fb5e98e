// Owns when epochs begin, who validates in each, and who approves a block; leaves making the block to block-header.ts.
import type { Validator } from './signer.ts';

/** An epoch as a block in it knows it. */
export interface Epoch {
  epoch_id: Uint8Array;
  next_epoch_id: Uint8Array;
  /** 0 for genesis alone, then counting epochs. */
  epoch_height: bigint;
  /** Of the epoch's first block. */
  start_height: bigint;
}

/** What the rules below ask of a block. */
export interface EpochBlock {
  hash: Uint8Array;
  height: bigint;
  epoch: Epoch;
  /** Of the last final block as seen from this one; null before there is one. */
  last_final_height: bigint | null;
  is_genesis: boolean;
}

export interface EpochRules {
  /** In heights; a block more or fewer where heights are skipped at the end. */
  epoch_length: bigint;
  /** In the order in which they approve; the same list for the same epoch always. */
  producersOf(epoch_height: bigint): readonly Validator[];
}

/** Between a block and its being final lie two more; an epoch ends only when that has happened within it. */
const FINALITY_DISTANCE = 3n;
/** Shorter ones would end before a block of theirs is final, which NEAR does only in tests of its own. */
export const MIN_EPOCH_LENGTH = 4n;
const NO_EPOCH = new Uint8Array(32);

export function genesisEpoch(height: bigint): Epoch {
  return { epoch_id: NO_EPOCH, next_epoch_id: NO_EPOCH, epoch_height: 0n, start_height: height };
}

/** Of the block after `prev`. An epoch is named by the last block of the one before the previous. */
export function epochAfter(prev: EpochBlock, options: { height: bigint; rules: EpochRules }): Epoch {
  if (!isLastOfEpoch(prev, options.rules)) return prev.epoch;
  return {
    epoch_id: prev.epoch.next_epoch_id,
    next_epoch_id: prev.hash,
    epoch_height: prev.epoch.epoch_height + 1n,
    start_height: options.height,
  };
}

/** Genesis is an epoch of its own. */
export function isLastOfEpoch(block: EpochBlock, rules: EpochRules): boolean {
  if (block.is_genesis) return true;
  if (block.last_final_height === null) return false;
  return block.last_final_height + FINALITY_DISTANCE >= nextStart(block, rules);
}

/** Those of the epoch first, in its order; near its end those of the next one behind them. */
export function approversAfter(
  prev: EpochBlock,
  options: { height: bigint; rules: EpochRules },
): Validator[] {
  const { rules } = options;
  const { epoch_height } = epochAfter(prev, options);
  const approvers = [...rules.producersOf(epoch_height)];
  if (!nextEpochApproves(prev, rules)) return approvers;
  const known = new Set(approvers.map((validator) => validator.account_id));
  for (const validator of rules.producersOf(epoch_height + 1n)) {
    if (!known.has(validator.account_id)) approvers.push(validator);
  }
  return approvers;
}

function nextEpochApproves(prev: EpochBlock, rules: EpochRules): boolean {
  if (isLastOfEpoch(prev, rules)) return false;
  return prev.height + FINALITY_DISTANCE >= nextStart(prev, rules);
}

function nextStart(block: EpochBlock, rules: EpochRules): bigint {
  return block.epoch.start_height + rules.epoch_length;
}

/** The first epochs for which genesis names the producers: no earlier epoch could have chosen them. */
const GENESIS_EPOCHS = 2n;

/** Each later epoch moves on by one validator, so that every change of epoch changes producers. */
export function rotatingProducers(options: { validators: readonly Validator[]; seats: number }) {
  const { validators, seats } = options;
  if (seats < 1 || seats > validators.length) {
    throw new Error(`${seats} seats for ${validators.length} validators; choose 1 to ${validators.length}`);
  }
  return (epoch_height: bigint): readonly Validator[] => {
    const moved = epoch_height <= GENESIS_EPOCHS ? 0n : epoch_height - GENESIS_EPOCHS;
    const first = Number(moved % BigInt(validators.length));
    return [...validators.slice(first), ...validators.slice(0, first)].slice(0, seats);
  };
}
