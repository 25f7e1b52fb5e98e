// Owns how each kind of field in an event must look so that it means something and can be stored; leaves which event has which to event-schemas.ts.

import { z } from 'zod';
import { parseTonnage } from '../../core/credit/tonnage.ts';
import { isAccountId } from '../../core/near/account-id.ts';

// At least as strict as the domains and checks of chain.*: what passes here never breaks a batch there.

const HEX = /^[0-9a-f]{64}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const WHOLE = /^(0|[1-9]\d{0,19})$/;
const REGISTRY = /^[a-z0-9_]{1,64}$|^other:[a-z0-9_-]{1,64}$/;
const VINTAGES = { min: 1900, max: 3000 };

/** 64 lower-case hex characters. */
export const hash = z.string().regex(HEX, 'is no SHA-256 in lower-case hex');

export const account = z.string().refine(isAccountId, 'is no account id');

/** Not empty. */
export const text = z.string().min(1, 'is empty');

export const registry = z.string().regex(REGISTRY, 'is no registry id');

/** A canonical decimal string above 0. */
export const tonnage = z.string().refine((value) => (parseTonnage(value) ?? 0n) > 0n, 'is no tonnage');

/** The same, or 0. */
export const rest = z.string().refine((value) => parseTonnage(value) !== undefined, 'is no tonnage');

export const day = z.string().refine(isDay, 'is no day');

/** Of at most 20 digits: a u64, or a serial number. */
export const whole = z.string().regex(WHOLE, 'is no whole number');

export const year = z.int().min(VINTAGES.min).max(VINTAGES.max);

export const attester = z.enum(['registry', 'registry_agent']);

export const serial = z
  .looseObject({ namespace: text, start: whole, end: whole })
  .refine(({ start, end }) => BigInt(start) <= BigInt(end), 'ends before it starts');

export type Serial = z.infer<typeof serial>;

/** Whole units, and as many serial numbers where there are any. */
export function isCounted(part: { tonnage: string; unit: string; serial?: Serial }): boolean {
  const units = parseTonnage(part.tonnage) ?? 0n;
  const unit = parseTonnage(part.unit) ?? 0n;
  if (unit === 0n || units % unit !== 0n) return false;
  return part.serial === undefined || countSerials(part.serial) === units / unit;
}

/** Each begins where the one before ends; all have serials, or none has. */
export function areConsecutive(parts: readonly { serial?: Serial }[]): boolean {
  return parts.every(({ serial: own }, index) => {
    const before = parts[index - 1]?.serial;
    if (index === 0) return true;
    if (own === undefined || before === undefined) return own === before;
    return own.namespace === before.namespace && BigInt(own.start) === BigInt(before.end) + 1n;
  });
}

function countSerials({ start, end }: Serial): bigint {
  return BigInt(end) - BigInt(start) + 1n;
}

/** A day of the calendar: the database takes no other. */
function isDay(value: string): boolean {
  if (!DAY.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === value && value >= '0001';
}
