// Owns what issuing, dividing and joining credits change; leaves their births' nft items to project-nft.ts.

import type { CreditEvents } from '../../core/credit/event-types.ts';
import type { RowChange } from './changes.ts';
import { readRegistryId } from './registry-id.ts';
import { joinedRange, rangeOf } from './serial-range.ts';
import { unitsOf } from './units.ts';

/** Expects: a hash that was never used, and an open consent with that much left, of that unit and for that serial. */
export function projectCreditIssue(item: CreditEvents['credit_issue']): RowChange[] {
  const { token_id, owner_id, consent_ref, serial } = item;
  const registry = readRegistryId(item.registry);
  const range = rangeOf(serial);
  return [
    {
      kind: 'debit_consent',
      debit: {
        ...registry,
        consent_ref,
        mrv_hash: token_id,
        units: unitsOf(item.tonnage),
        unit: unitsOf(item.unit),
        serial: serial === undefined ? null : { namespace: serial.namespace, start: BigInt(serial.start) },
      },
    },
    {
      kind: 'bear_issued',
      token: {
        token_id,
        origin: token_id,
        owner_account_id: owner_id,
        tonnage_co2e: item.tonnage,
        unit: item.unit,
        ...registry,
        serial_namespace: range?.namespace ?? null,
        serial_range: range?.range ?? null,
        registry_project_id: item.project_id,
        methodology: item.methodology,
        minter_account_id: item.minter_id,
        vintage_year: item.vintage_year,
        issued_on: item.issued_on,
        expires_on: item.expires_on ?? null,
        consent_ref,
        buffer_tonnage_co2e: item.buffer_tonnage ?? null,
        replaces: item.replaces ?? null,
        reference: item.reference ?? null,
        reference_hash: item.reference_hash ?? null,
      },
    },
  ];
}

/** Expects: one live and free token of that owner and origin, with the tonnes and serials of its parts together. */
export function projectCreditSplit(item: CreditEvents['credit_split']): RowChange[] {
  const { token_id, origin, owner_id, children } = item;
  const units = children.map(({ tonnage }) => unitsOf(tonnage));
  const whole = units.reduce((sum, part) => sum + part, 0n);
  const serial = joinedRange(children[0]?.serial, children[children.length - 1]?.serial);
  return [
    {
      kind: 'change_token',
      token_id,
      expect: { is_live: true, is_free: true, owner_account_id: owner_id, origin, units: whole, serial },
      set: { status: 'divided' },
    },
    ...children.map(
      (child, ordinal): RowChange => ({
        kind: 'bear_part',
        part: {
          token_id: child.token_id,
          birth: 'split',
          parents: [token_id],
          ordinal,
          units: units[ordinal] ?? 0n,
          serial: rangeOf(child.serial),
        },
      }),
    ),
  ];
}

/** Expects: live and free tokens of that owner and origin, with those tonnes and serials together. */
export function projectCreditMerge(item: CreditEvents['credit_merge']): RowChange[] {
  const { token_id, origin, owner_id, parents, tonnage, serial } = item;
  return [
    {
      kind: 'bear_part',
      part: {
        token_id,
        birth: 'merge',
        parents,
        ordinal: 0,
        units: unitsOf(tonnage),
        serial: rangeOf(serial),
      },
    },
    ...parents.map(
      (parent): RowChange => ({
        kind: 'change_token',
        token_id: parent,
        expect: { is_live: true, is_free: true, owner_account_id: owner_id, origin },
        set: { status: 'merged' },
      }),
    ),
  ];
}
