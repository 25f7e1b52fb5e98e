// Owns what a minter says of a credit, checked; leaves consent, lists and totals to mint.ts.
import {
  type Args,
  asDay,
  asHash,
  asIdentifier,
  asInteger,
  asObject,
  asRegistryId,
  asTonnage,
  optional,
} from './args.ts';
import { METHODOLOGY_BYTES, PROJECT_BYTES, REFERENCE_BYTES } from './limits.ts';
import { asReference } from './metadata.ts';
import { countUnits, readSerial } from './serials.ts';
import { STATUS, type TokenRecord } from './token-record.ts';

export const VINTAGES = { min: 1990, max: 2100 };

export interface NewCredit {
  token: TokenRecord;
  units: bigint;
}

/** A record without owner, minter, time and places. */
export function readCredit(mrv_hash: string, value: unknown): NewCredit {
  const credit: Args = asObject(value, 'credit');
  const units = asTonnage(credit.tonnage, 'credit.tonnage');
  const unit = asTonnage(credit.unit, 'credit.unit');
  const count = countUnits({ units, unit }, 'credit.tonnage');
  const { namespace, serial_start, serial_end } = readSerial(credit.serial, { name: 'credit.serial', count });
  const { reference = '', reference_hash = '' } = asReference(credit, 'credit.');
  const buffer = optional(credit.buffer_tonnage, 'credit.buffer_tonnage', asTonnage);
  const token: TokenRecord = {
    status: STATUS.active,
    owner_id: '',
    nonce: 0,
    owner_page: 0,
    live_page: 0,
    approvals: '',
    origin: mrv_hash,
    origin_flag: '',
    parts: '',
    registry: asRegistryId(credit.registry, 'credit.registry'),
    project_id: asIdentifier(credit.project_id, 'credit.project_id', PROJECT_BYTES),
    methodology: asIdentifier(credit.methodology, 'credit.methodology', METHODOLOGY_BYTES),
    tonnage: credit.tonnage as string,
    unit: credit.unit as string,
    namespace,
    serial_start,
    serial_end,
    vintage_year: `${asInteger(credit.vintage_year, 'credit.vintage_year', VINTAGES)}`,
    issued_on: asDay(credit.issued_on, 'credit.issued_on'),
    expires_on: optional(credit.expires_on, 'credit.expires_on', asDay) ?? '',
    consent_ref: asIdentifier(credit.consent_ref, 'credit.consent_ref', REFERENCE_BYTES),
    buffer_tonnage: buffer === undefined ? '' : (credit.buffer_tonnage as string),
    replaces: optional(credit.replaces, 'credit.replaces', asHash) ?? '',
    reference,
    reference_hash,
    minter_id: '',
    born_at_ns: '',
    parents: '',
    children: '',
    end: '',
  };
  return { token, units };
}
