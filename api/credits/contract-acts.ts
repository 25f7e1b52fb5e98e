// Owns how the ends of a credit are asked of the contract: method, arguments, deposit, gas; leaves who signs to the platform or
// a wallet.

import type { JsonObject } from '../../core/db/types.ts';
import type { ContractCall } from '../signing/types.ts';

export type ContractAct = Pick<ContractCall, 'method' | 'args' | 'deposit' | 'gas'>;

/** Twice what docs/gas.md measures of the dearest of them. */
const GAS = 60n * 10n ** 12n;
const ONE_YOCTO = 1n;
/** A part's new tokens pay for their storage; what is above comes back. */
const PARTS_DEPOSIT = 2n * 10n ** 23n;

export type RetirementWish = {
  /** Absent for all of the credit. */
  tonnage?: string | undefined;
  beneficiary_kind: 'organisation' | 'individual';
  beneficiary?: string | undefined;
  beneficiary_commitment?: string | undefined;
  beneficiary_id?: string | undefined;
  reason?: string | undefined;
  purpose?: string | undefined;
  jurisdiction?: string | undefined;
  consumption_period?: string | undefined;
};

export function retireAct(token_id: string, wish: RetirementWish): ContractAct {
  const deposit = wish.tonnage === undefined ? ONE_YOCTO : PARTS_DEPOSIT;
  return { method: 'retire', args: defined({ token_id, ...wish }), deposit, gas: GAS };
}

export function cancelAct(token_id: string, { reason }: { reason: string }): ContractAct {
  return { method: 'cancel', args: { token_id, reason }, deposit: ONE_YOCTO, gas: GAS };
}

export function redeemAct(token_id: string, { registry_account }: { registry_account: string }): ContractAct {
  return { method: 'redeem', args: { token_id, registry_account }, deposit: ONE_YOCTO, gas: GAS };
}

export function confirmAct(
  token_id: string,
  said: { registry_retirement_id: string; registry_retired_on: string; evidence_sha256: string },
): ContractAct {
  return { method: 'confirm_retirement', args: { token_id, ...said }, deposit: ONE_YOCTO, gas: GAS };
}

export function refuseAct(token_id: string, { reason }: { reason: string }): ContractAct {
  return { method: 'refuse_retirement', args: { token_id, reason }, deposit: ONE_YOCTO, gas: GAS };
}

/** In the contract's spelling: "other" has its name behind it. */
export function contractRegistry(about: { registry_type: string; registry_name: string | null }): string {
  const { registry_type, registry_name } = about;
  return registry_name === null ? registry_type : `${registry_type}:${registry_name}`;
}

function defined(args: Readonly<Record<string, string | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}
