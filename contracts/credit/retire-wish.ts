// Owns what a retirement's caller says, checked; leaves whether it may happen to retire.ts.
import { asApprovalId } from './approvals.ts';
import { type Args, asHash, asOneOf, asText, asTonnage, optional } from './args.ts';
import { panic } from './errors.ts';
import { REASON_BYTES } from './limits.ts';
import type { RetirementEnd } from './token-end.ts';

export const BENEFICIARY_BYTES = 256;
export const BENEFICIARY_ID_BYTES = 64;
const WORD_BYTES = 64;

export interface RetirementWish {
  token_id: string;
  /** Undefined for the whole credit. */
  units: bigint | undefined;
  approval_id: number | undefined;
  /** Without who and when. */
  end: RetirementEnd;
}

const KINDS = ['organisation', 'individual'] as const;

export function readWish(args: Args): RetirementWish {
  const beneficiary_kind = asOneOf(args.beneficiary_kind, 'beneficiary_kind', KINDS);
  const beneficiary = optional(args.beneficiary, 'beneficiary', asText, BENEFICIARY_BYTES) ?? '';
  const beneficiary_commitment =
    optional(args.beneficiary_commitment, 'beneficiary_commitment', asHash) ?? '';
  const beneficiary_id = readBeneficiaryId(args.beneficiary_id) ?? '';
  if ((beneficiary === '') === (beneficiary_commitment === '')) {
    panic('ARGUMENT_INVALID', 'give either beneficiary or beneficiary_commitment');
  }
  if (beneficiary_kind === 'individual' && (beneficiary !== '' || beneficiary_id !== '')) {
    panic(
      'ARGUMENT_INVALID',
      'an individual is only named by beneficiary_commitment: what is on chain is never forgotten',
    );
  }
  return {
    token_id: asHash(args.token_id, 'token_id'),
    units: optional(args.tonnage, 'tonnage', asTonnage),
    approval_id: optional(args.approval_id, 'approval_id', asApprovalId),
    end: {
      authorized_id: '',
      beneficiary_kind,
      beneficiary,
      beneficiary_commitment,
      beneficiary_id,
      reason: optional(args.reason, 'reason', asText, REASON_BYTES) ?? '',
      purpose: optional(args.purpose, 'purpose', asText, WORD_BYTES) ?? '',
      jurisdiction: optional(args.jurisdiction, 'jurisdiction', asText, WORD_BYTES) ?? '',
      consumption_period: optional(args.consumption_period, 'consumption_period', asText, WORD_BYTES) ?? '',
      retired_at_ns: '',
      salt: '',
    },
  };
}

export function readBeneficiaryId(value: unknown): string | undefined {
  return optional(value, 'beneficiary_id', asText, BENEFICIARY_ID_BYTES);
}
