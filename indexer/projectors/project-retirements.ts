// Owns what retiring changes, and what a registry and a retirer say of it afterwards; leaves the burn's own item to project-nft.ts.

import type { CreditEvents } from '../../core/credit/event-types.ts';
import type { RowChange } from './changes.ts';
import { rangeOf } from './serial-range.ts';
import { unitsOf } from './units.ts';

/** Expects: one live and free token with that owner, origin, tonnage and serial, never retired. */
export function projectCreditRetire(item: CreditEvents['credit_retire']): RowChange[] {
  const { token_id, origin, account_id, registry, tonnage } = item;
  const expect = {
    is_live: true,
    is_free: true,
    owner_account_id: account_id,
    origin,
    units: unitsOf(tonnage),
    registry,
    serial: rangeOf(item.serial),
  };
  return [
    { kind: 'change_token', token_id, expect, set: { status: 'retired' } },
    {
      kind: 'retire',
      retirement: {
        token_id,
        account_id,
        authorized_id: item.authorized_id ?? null,
        tonnage_co2e: tonnage,
        beneficiary: item.beneficiary ?? null,
        beneficiary_commitment: item.beneficiary_commitment ?? null,
        beneficiary_kind: item.beneficiary_kind,
        beneficiary_id: item.beneficiary_id ?? null,
        reason: item.reason ?? null,
        purpose: item.purpose ?? null,
        jurisdiction: item.jurisdiction ?? null,
        consumption_period: item.consumption_period ?? null,
      },
    },
  ];
}

/** Expects: a retirement of that registry; the first confirmation after none, each amendment after the one before. */
export function projectRetirementConfirm(item: CreditEvents['retirement_confirm']): RowChange[] {
  const { token_id, registry, amendment, attested_by } = item;
  return [
    { kind: 'change_token', token_id, expect: { status: 'retired', registry }, set: {} },
    {
      kind: 'change_retirement',
      token_id,
      expect: { amendment: amendment === 0 ? null : amendment - 1 },
      set: {
        registry_outcome: 'confirmed',
        registry_retirement_id: item.registry_retirement_id,
        registry_retired_on: item.registry_retired_on,
        evidence_sha256: item.evidence_sha256,
        amendment,
        attested_by,
      },
      stamp: 'confirmed_at',
    },
  ];
}

/** Expects: a retirement of that registry of which nothing was said yet. */
export function projectRetirementRefuse(item: CreditEvents['retirement_refuse']): RowChange[] {
  const { token_id, registry, reason, attested_by } = item;
  return [
    { kind: 'change_token', token_id, expect: { status: 'retired', registry }, set: {} },
    {
      kind: 'change_retirement',
      token_id,
      expect: { outcomes: ['pending'] },
      set: { registry_outcome: 'refused', refusal_reason: reason, attested_by },
      stamp: 'refused_at',
    },
  ];
}

/** Expects: a retirement whose beneficiary is hidden behind a commitment, and was not shown before. */
export function projectBeneficiaryReveal(item: CreditEvents['beneficiary_reveal']): RowChange[] {
  const { token_id, beneficiary } = item;
  return [
    { kind: 'change_token', token_id, expect: { status: 'retired' }, set: {} },
    {
      kind: 'change_retirement',
      token_id,
      expect: { is_hidden: true },
      set: { beneficiary },
      stamp: 'revealed_at',
    },
  ];
}
