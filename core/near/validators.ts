// Owns the borsh form and hash of a list of block producers; leaves counting their stake to core/proofs.
import { BorshWriter } from './borsh.ts';
import { sha256 } from './crypto.ts';
import { type CurveBytes, writeCurveBytes } from './keys.ts';

export interface ValidatorStake {
  account_id: string;
  public_key: CurveBytes;
  stake: bigint;
}

const VALIDATOR_STAKE_V1 = 0;

/** The `next_bp_hash` that a header commits to. */
export function hashBlockProducers(producers: readonly ValidatorStake[]): Uint8Array {
  const writer = new BorshWriter();
  writer.list(producers, (producer) => writeValidatorStake(writer, producer));
  return sha256(writer.finish());
}

export function writeValidatorStake(writer: BorshWriter, validator: ValidatorStake): void {
  writer.u8(VALIDATOR_STAKE_V1).string(validator.account_id);
  writeCurveBytes(writer, validator.public_key);
  writer.u128(validator.stake);
}
