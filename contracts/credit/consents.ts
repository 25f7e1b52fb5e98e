// Owns recording, withdrawing and showing a registry's consents; leaves debiting them to consent-record.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { encode } from 'near-sdk-js/lib/utils.js';
import { requireAttester, requireUnpaused } from './access.ts';
import { asDay, asHash, asIdentifier, asRegistryId, asTonnage, optional, readArgs } from './args.ts';
import { today } from './block-time.ts';
import { type ConsentRecord, encodeConsent, findConsent, getConsent, saveConsent } from './consent-record.ts';
import { costOfBytes, RECORD_BYTES, requireOneYocto, takeDeposit } from './deposits.ts';
import { panic } from './errors.ts';
import type { CreditEvents, SerialRange } from './event-types.ts';
import { tellCredit } from './events.ts';
import { loadGlobal } from './global-record.ts';
import { REFERENCE_BYTES, SERIAL_DIGITS } from './limits.ts';
import { getRegistry } from './registry-record.ts';
import { countUnits, readSerial } from './serials.ts';
import { formatTonnage } from './tonnage.ts';

export function record_consent(): void {
  const args = readArgs();
  const registry = asRegistryId(args.registry);
  const consent_ref = asIdentifier(args.consent_ref, 'consent_ref', REFERENCE_BYTES);
  const mrv_hash = optional(args.mrv_hash, 'mrv_hash', asHash) ?? '';
  const units = asTonnage(args.tonnage, 'tonnage');
  const count = countUnits({ units, unit: asTonnage(args.unit, 'unit') }, 'tonnage');
  const serial = readSerial(args.serial, { name: 'serial', count });
  const document_sha256 = asHash(args.document_sha256, 'document_sha256');
  const immobilised_on = asDay(args.immobilised_on, 'immobilised_on');
  const valid_to = optional(args.valid_to, 'valid_to', asDay) ?? '';
  requireUnpaused(loadGlobal(), 'registry_acts');
  const account_id = near.predecessorAccountId();
  const attested_by = requireAttester(getRegistry(registry), account_id);
  if (findConsent(registry, consent_ref) !== undefined) {
    panic('ALREADY_EXISTS', `${registry} has recorded a consent ${consent_ref} before`);
  }
  if (immobilised_on > today()) {
    panic('DATE_IN_FUTURE', `immobilised_on ${immobilised_on} has not come`);
  }
  const record: ConsentRecord = {
    status: 'o',
    remaining: `${units}`,
    next_serial: serial.serial_start,
    mrv_hash,
    tonnage: args.tonnage as string,
    unit: args.unit as string,
    ...serial,
    document_sha256,
    immobilised_on,
    valid_to,
    account_id,
    attested_by,
    recorded_at_ns: `${near.blockTimestamp()}`,
  };
  saveConsent(registry, consent_ref, record);
  tellCredit('consent_record', eventOf({ registry, consent_ref, record }));
  takeDeposit({ price: priceOf(registry, consent_ref, record), caller_id: account_id });
}

/** Stops mints. What was minted stays with its holders. */
export function withdraw_consent(): void {
  const args = readArgs();
  requireOneYocto();
  const registry = asRegistryId(args.registry);
  const consent_ref = asIdentifier(args.consent_ref, 'consent_ref', REFERENCE_BYTES);
  requireUnpaused(loadGlobal(), 'registry_acts');
  const account_id = near.predecessorAccountId();
  const attested_by = requireAttester(getRegistry(registry), account_id);
  const record = getConsent(registry, consent_ref);
  if (record.status === 'w') {
    panic('CONSENT_WITHDRAWN', `consent ${consent_ref} of ${registry} was withdrawn before`);
  }
  record.status = 'w';
  saveConsent(registry, consent_ref, record);
  const remaining = formatTonnage(BigInt(record.remaining));
  tellCredit('consent_withdraw', { consent_ref, registry, remaining, account_id, attested_by });
}

export function consent(): void {
  const args = readArgs();
  const registry = asRegistryId(args.registry);
  const consent_ref = asIdentifier(args.consent_ref, 'consent_ref', REFERENCE_BYTES);
  const record = findConsent(registry, consent_ref);
  if (record === undefined) {
    near.valueReturn('null');
    return;
  }
  const { status, remaining, next_serial, recorded_at_ns } = record;
  const answer = {
    ...eventOf({ registry, consent_ref, record }),
    status: status === 'o' ? 'open' : 'withdrawn',
    remaining: formatTonnage(BigInt(remaining)),
    ...(next_serial === '' ? {} : { next_serial }),
    recorded_at_ns,
  };
  near.valueReturn(JSON.stringify(answer));
}

function eventOf({
  registry,
  consent_ref,
  record,
}: {
  registry: string;
  consent_ref: string;
  record: ConsentRecord;
}): CreditEvents['consent_record'] {
  const { mrv_hash, namespace, serial_start, serial_end, valid_to } = record;
  const serial: SerialRange = { namespace, start: serial_start, end: serial_end };
  return {
    consent_ref,
    registry,
    ...(mrv_hash === '' ? {} : { mrv_hash }),
    tonnage: record.tonnage,
    unit: record.unit,
    ...(namespace === '' ? {} : { serial }),
    document_sha256: record.document_sha256,
    immobilised_on: record.immobilised_on,
    ...(valid_to === '' ? {} : { valid_to }),
    account_id: record.account_id,
    attested_by: record.attested_by,
  };
}

/** Its bytes, and room for the serial number to grow. */
function priceOf(registry: string, consent_ref: string, record: ConsentRecord): bigint {
  const key_bytes = encode(`${registry}/${consent_ref}`).length + 1;
  return costOfBytes(RECORD_BYTES + key_bytes + encode(encodeConsent(record)).length + SERIAL_DIGITS);
}
