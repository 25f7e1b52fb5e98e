// Owns taking a live credit out of lists and totals, and the totals of an origin's parts; leaves why to retirements and registry acts.
import { clearApprovals } from './approvals.ts';
import { panic } from './errors.ts';
import { type Ledger, moveIn, ownerIn } from './ledger.ts';
import type { Bucket } from './supply.ts';
import { leaveLive, leaveOwner } from './token-lists.ts';
import { findToken, STATUS, type Status, saveToken, type TokenRecord } from './token-record.ts';
import { parseTonnage } from './tonnage.ts';

export interface Ending {
  status: Status;
  bucket: Bucket;
  /** What is said of it, see token-end.ts. */
  end: string;
}

/**
 * Its record stays as the tombstone. Another token's record may be written when its place in a list changes: whoever
 * burns several loads each one only after the one before.
 */
export function burnToken(ledger: Ledger, hash: string, token: TokenRecord, ending: Ending): void {
  unlist(ledger, hash, token);
  endToken(ledger, hash, token, ending);
  saveToken(hash, token);
}

/** The same for a token that is in no list and that the caller saves. */
export function endToken(ledger: Ledger, hash: string, token: TokenRecord, ending: Ending): void {
  const units = unitsOf(token);
  const origin = token.origin === hash ? undefined : getOrigin(token);
  const from = (origin ?? token).origin_flag !== '' ? 'impaired' : bucketOf(token);
  moveIn(ledger, token, { from, to: ending.bucket, count: 1, units });
  if (origin !== undefined) {
    addParts(origin, token.status, { count: -1, units: -units });
    saveToken(token.origin, origin);
  }
  token.status = ending.status;
  token.end = ending.end;
}

/** Out of the lists of live tokens; the caller saves the record. */
export function unlist(ledger: Ledger, hash: string, token: TokenRecord): void {
  leaveLive(ledger.global, hash, token);
  leaveOwner(ownerIn(ledger, token.owner_id), hash, token);
  clearApprovals(token);
}

export function unitsOf({ tonnage }: TokenRecord): bigint {
  const units = parseTonnage(tonnage);
  if (units === undefined) panic('INTERNAL', `a record holds the tonnage ${tonnage}`);
  return units;
}

export function getOrigin({ origin }: TokenRecord): TokenRecord {
  const record = findToken(origin);
  if (record === undefined) panic('INTERNAL', `the origin ${origin} has no record`);
  return record;
}

/** Of a token by itself, whatever its origin's flag. */
export function bucketOf({ status }: TokenRecord): 'active' | 'impaired' {
  return status === STATUS.impaired ? 'impaired' : 'active';
}

export interface PartTotals {
  active: { count: number; units: bigint };
  impaired: { count: number; units: bigint };
}

/** An origin's live parts, each by its own flag. */
export function partsOf({ parts }: TokenRecord): PartTotals {
  const [active, active_units, impaired, impaired_units] = (parts === '' ? '0 0 0 0' : parts).split(' ') as [
    string,
    string,
    string,
    string,
  ];
  return {
    active: { count: Number(active), units: BigInt(active_units) },
    impaired: { count: Number(impaired), units: BigInt(impaired_units) },
  };
}

export function addParts(
  origin: TokenRecord,
  status: Status,
  { count, units }: { count: number; units: bigint },
): void {
  const totals = partsOf(origin);
  const bucket = totals[status === STATUS.impaired ? 'impaired' : 'active'];
  bucket.count += count;
  bucket.units += units;
  const { active, impaired } = totals;
  origin.parts = `${active.count} ${active.units} ${impaired.count} ${impaired.units}`;
}
