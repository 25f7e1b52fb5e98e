// Owns the codes of the contract's refusals and the one way to refuse; leaves when to refuse to the rules.
import * as near from 'near-sdk-js/lib/api.js';
import { encode } from 'near-sdk-js/lib/utils.js';

/** What each code means. docs/contract.md lists the same. */
export const ERRORS = {
  ALREADY_CONFIRMED: 'The retirement has this very confirmation already.',
  ALREADY_EXISTS: 'What is to be made is there already.',
  ALREADY_INITIALISED: '`new` ran before.',
  ALREADY_REVEALED: 'The beneficiary was revealed before.',
  ALREADY_SET: 'The state that is asked for is the state that is.',
  ARGUMENT_INVALID: 'An argument is missing, or has another type, form or range than it must have.',
  ARGUMENT_TOO_LONG: 'A text has more bytes than it may have.',
  CONSENT_EXHAUSTED: 'The consent has fewer tonnes left than are to be minted.',
  CONSENT_EXPIRED: 'The last day of the consent has passed.',
  CONSENT_MISMATCH: 'The consent speaks of another hash, unit or serial than the credit.',
  CONSENT_MISSING: 'The registry has recorded no consent of this reference.',
  CONSENT_WITHDRAWN: 'The consent was withdrawn.',
  CREDIT_EXPIRED: 'The last day of the credit has passed: it can only be expired.',
  CREDIT_IMPAIRED:
    'The credit, or the whole origin it comes from, is impaired until the registry restores it.',
  CREDIT_NOT_EXPIRED: 'The credit has no last day, or the day has not passed.',
  DATE_IN_FUTURE: 'A day that should have come has not come.',
  DEPOSIT_TOO_SMALL: 'The deposit does not pay for the storage that is reserved.',
  DUPLICATE: 'A list names the same thing twice.',
  FEATURE_PAUSED: 'What was asked for is paused.',
  HASH_COLLISION: 'A derived hash was used before.',
  HASH_USED: 'The hash was used before, and no hash comes back.',
  INPUT_INVALID: 'The input is no JSON object.',
  INTERNAL: 'The state contradicts itself. Nothing was changed.',
  MERGE_IMPOSSIBLE: 'The credits are not neighbours of one origin and one owner.',
  MINT_CAP_REACHED: "The minter's tonnes for the day are used up.",
  NOT_A_WHOLE_UNIT: 'The tonnage is no multiple of the unit.',
  NOT_FOUND: 'There is nothing of this name.',
  NOT_INITIALISED: '`new` has not run.',
  NOT_LIVE: 'There is no live credit of this hash.',
  NOT_ONE_YOCTO: 'Exactly 1 yoctoNEAR must be attached.',
  NOT_OWNER: 'The caller does not own the contract.',
  NOT_PRIVATE: 'Only the contract itself may call this.',
  NOT_PROPOSED: 'The caller is not proposed as owner.',
  NOT_RETIRED: 'There is no retired credit of this hash.',
  REGISTRY_UNKNOWN: 'No role was ever granted for this registry.',
  REVEAL_MISMATCH: 'Name and salt do not give the commitment.',
  ROLE_MISSING: 'The caller has not the role for this.',
  SELF_TRANSFER: 'Sender and receiver are the same, or the receiver is this contract.',
  SERIAL_MISMATCH: 'The serial number is not the next one of the consent.',
  SPLIT_MISMATCH: "The parts' tonnages do not add up to the whole.",
  TOO_MANY: 'A list has more entries than it may have.',
  TOO_MANY_APPROVALS: 'The credit has as many approvals as it may have.',
  UNAUTHORIZED: 'The caller neither owns the credit nor is approved for it.',
  UPGRADE_EARLY: 'The delay of the announced upgrade has not passed.',
  UPGRADE_MISMATCH: 'The code is not the announced one.',
  UPGRADE_NOT_ANNOUNCED: 'No upgrade is announced.',
  UPGRADE_STATE: 'The new code cannot take over the state.',
  WRONG_REGISTRY: 'The caller has not the role for this registry.',
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** Ends the call: NEAR undoes its changes and returns the deposit. */
export function panic(code: ErrorCode, message: string): never {
  near.panicUtf8(encode(`${code}: ${message}`));
}
