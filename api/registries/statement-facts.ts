// Owns what a file's sender must say of it, because the file does not; leaves reading the file to import-statement.ts.

import { z } from 'zod';
import { day, id, registryName, registryType, timestamp } from '../schemas/shared.ts';
import { dayIn, endOfDay, zoneOf } from './registry-days.ts';
import { STATEMENT_KINDS, type StatementKind } from './statement-layout.ts';

const MAX_ACCOUNT = 255;

const account = z
  .string()
  .trim()
  .min(1)
  .max(MAX_ACCOUNT)
  .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), 'control characters')
  .refine((value) => !/[@＠﹫]/u.test(value), 'an e-mail address: give the number or name of the account');

/** The fields that are the same in a query and in a file of facts. */
export const factFields = {
  registry_type: registryType,
  registry_name: registryName.optional(),
  account: account.meta({ description: 'The account at the registry of which the file speaks' }),
  period_start_on: day.optional().meta({ description: 'Absent, from the beginning' }),
  period_end_on: day.optional().meta({ description: 'Absent, up to as_of' }),
  as_of: z.union([timestamp, day]).meta({
    description: "When the registry made the file; of a day its end in the registry's zone is meant",
    examples: ['2026-04-14T09:30:00Z', '2026-04-14'],
  }),
  replaces_statement_id: id.optional().meta({ description: 'The statement that this one corrects' }),
};

/** A file of facts beside a file of rows. */
export const statementFacts = z.strictObject({
  ...factFields,
  kinds: z.array(z.enum(STATEMENT_KINDS)).min(1).max(STATEMENT_KINDS.length),
  is_complete: z.boolean(),
});

export type StatementFacts = z.output<typeof statementFacts>;

/** As the statement's row has them. */
export type Facts = {
  registry_type: string;
  registry_name: string | null;
  account: string;
  kinds: StatementKind[];
  period_start_on: string | null;
  period_end_on: string | null;
  as_of: Date;
  is_complete: boolean;
  replaces_statement_id: string | null;
};

export function settleFacts(given: StatementFacts): Facts {
  const { registry_type } = given;
  return {
    registry_type,
    registry_name: given.registry_name ?? null,
    account: given.account,
    kinds: STATEMENT_KINDS.filter((kind) => given.kinds.includes(kind)),
    period_start_on: given.period_start_on ?? null,
    period_end_on: given.period_end_on ?? null,
    as_of: readAsOf(registry_type, given.as_of),
    is_complete: given.is_complete,
    replaces_statement_id: given.replaces_statement_id ?? null,
  };
}

const DAY_LENGTH = 'YYYY-MM-DD'.length;

function readAsOf(registry: string, text: string): Date {
  return text.length === DAY_LENGTH ? endOfDay(zoneOf(registry), text) : new Date(text);
}

/** What is wrong with facts among themselves; undefined where they fit. */
export function judgeFacts(given: StatementFacts, now: Date): { rule: string; field: string } | undefined {
  const { registry_type, registry_name, period_start_on: from, period_end_on: to } = given;
  if ((registry_type === 'other') !== (registry_name !== undefined)) {
    return { rule: 'registry_name goes with "other", and with no other', field: 'registry_name' };
  }
  if (from !== undefined && to !== undefined && to < from) {
    return { rule: 'the period ends before it begins', field: 'period_end_on' };
  }
  return isAhead(given, now) ? { rule: 'as_of lies in the future', field: 'as_of' } : undefined;
}

const CLOCK_SLACK_MS = 5 * 60 * 1000;

/** Nothing proves by its absence what has not been yet. Of today its end is meant, which may still come. */
function isAhead({ registry_type, as_of }: StatementFacts, now: Date): boolean {
  const at = readAsOf(registry_type, as_of).getTime();
  const latest = now.getTime() + CLOCK_SLACK_MS;
  if (as_of.length !== DAY_LENGTH) return at > latest;
  const today = endOfDay(zoneOf(registry_type), dayIn(zoneOf(registry_type), new Date(latest))).getTime();
  return at > today;
}
