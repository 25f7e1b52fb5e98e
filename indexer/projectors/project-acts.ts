// Owns what registries, holders and time do to credits beside retirement, and what is consented to; leaves burns' own items to project-nft.ts.

import type { CreditEvents, CreditFlag } from '../../core/credit/event-types.ts';
import type { RowChange } from './changes.ts';
import { readRegistryId } from './registry-id.ts';
import type { TokenStatus } from './rows.ts';
import { unitsOf } from './units.ts';

export function projectCreditImpair(item: CreditFlag): RowChange[] {
  return flag(item, true);
}

export function projectCreditRestore(item: CreditFlag): RowChange[] {
  return flag(item, false);
}

/** Expects: one live token whose own flag is the other way; or an origin with live tokens, its flag the other way. */
function flag({ token_id, origin, registry }: CreditFlag, is_impaired: boolean): RowChange[] {
  if (origin !== undefined) return [{ kind: 'flag_origin', origin, registry, is_impaired }];
  if (token_id === undefined) return [];
  const expect = { is_live: true, is_impaired: !is_impaired, registry };
  return [{ kind: 'change_token', token_id, expect, set: { is_impaired } }];
}

type Ended = Pick<CreditEvents['credit_invalidate'], 'token_id' | 'owner_id' | 'registry' | 'tonnage'>;

export const projectCreditInvalidate = (item: CreditEvents['credit_invalidate']) => end(item, 'invalidated');
export const projectCreditCancel = (item: CreditEvents['credit_cancel']) => end(item, 'cancelled');
export const projectCreditExpire = (item: CreditEvents['credit_expire']) => end(item, 'expired');
/** Expects also that neither flag holds: the holder's own act. */
export const projectCreditRedeem = (item: CreditEvents['credit_redeem']) =>
  end(item, 'redeemed', { is_free: true });

/** Expects: one live token with that owner, registry and tonnage. */
function end(item: Ended, status: TokenStatus, more: { is_free?: true } = {}): RowChange[] {
  const { token_id, owner_id, registry, tonnage } = item;
  const expect = { is_live: true, owner_account_id: owner_id, registry, units: unitsOf(tonnage), ...more };
  return [{ kind: 'change_token', token_id, expect, set: { status } }];
}

/** Expects: no consent of that name. */
export function projectConsentRecord(item: CreditEvents['consent_record']): RowChange[] {
  return [
    {
      kind: 'record_consent',
      consent: {
        ...readRegistryId(item.registry),
        consent_ref: item.consent_ref,
        mrv_hash: item.mrv_hash ?? null,
        tonnage_co2e: item.tonnage,
        unit: item.unit,
        serial_namespace: item.serial?.namespace ?? null,
        serial_start: item.serial?.start ?? null,
        document_sha256: item.document_sha256,
        immobilised_on: item.immobilised_on,
        valid_to: item.valid_to ?? null,
        account_id: item.account_id,
        attested_by: item.attested_by,
      },
    },
  ];
}

/** Expects: an open consent with exactly that much left. */
export function projectConsentWithdraw(item: CreditEvents['consent_withdraw']): RowChange[] {
  const { registry, consent_ref, remaining } = item;
  const consent = { ...readRegistryId(registry), consent_ref };
  return [{ kind: 'withdraw_consent', consent, remaining: unitsOf(remaining) }];
}
