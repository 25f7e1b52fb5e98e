// Owns reading the contract's events out of an outcome's logs; leaves whether the logs are true to check-outcomes.ts.
import * as z from 'zod';
import { EVENT_PREFIX } from '../credit/event-types.ts';
import { type ActName, hex64 } from './bundle-schema.ts';

const serial = z.object({ namespace: z.string(), start: z.string(), end: z.string() }).optional();
const attested_by = z.enum(['registry', 'registry_agent']);

// What is checked of each event; a credit_retire is compared whole and so kept whole.
const EVENTS = {
  credit_issue: z.object({
    token_id: hex64,
    registry: z.string(),
    project_id: z.string(),
    methodology: z.string(),
    tonnage: z.string(),
    unit: z.string(),
    serial,
    vintage_year: z.int(),
    issued_on: z.string(),
    minter_id: z.string(),
    consent_ref: z.string(),
  }),
  credit_split: z.object({
    token_id: hex64,
    origin: hex64,
    children: z.array(z.object({ token_id: hex64, tonnage: z.string(), serial })),
  }),
  credit_merge: z.object({
    token_id: hex64,
    origin: hex64,
    parents: z.array(hex64),
    tonnage: z.string(),
    serial,
  }),
  credit_retire: z.looseObject({ token_id: hex64, origin: hex64 }),
  retirement_confirm: z.object({
    token_id: hex64,
    registry: z.string(),
    registry_retirement_id: z.string(),
    registry_retired_on: z.string(),
    evidence_sha256: hex64,
    amendment: z.int().min(0),
    account_id: z.string(),
    attested_by,
  }),
  retirement_refuse: z.object({
    token_id: hex64,
    registry: z.string(),
    reason: z.string(),
    account_id: z.string(),
    attested_by,
  }),
  beneficiary_reveal: z.object({
    token_id: hex64,
    beneficiary: z.string(),
    salt: hex64,
    account_id: z.string(),
  }),
} as const;

type EventName = keyof typeof EVENTS;

export const EVENT_OF = {
  mint: 'credit_issue',
  split: 'credit_split',
  merge: 'credit_merge',
  retire: 'credit_retire',
  confirm: 'retirement_confirm',
  refuse: 'retirement_refuse',
  reveal: 'beneficiary_reveal',
} as const satisfies Record<ActName, EventName>;

type DataOf<A extends ActName> = z.infer<(typeof EVENTS)[(typeof EVENT_OF)[A]]>;

/** Something that was told, with the place at which it was. */
export type Told = {
  [A in ActName]: { act: A; receipt_id: string; log_index: number; item_index: number; data: DataOf<A> };
}[ActName];
export type ToldOf<A extends ActName> = Extract<Told, { act: A }>;

const envelopeSchema = z.object({
  standard: z.literal('dmrv'),
  event: z.string(),
  data: z.array(z.unknown()),
});
const burnSchema = z.object({
  standard: z.literal('nep171'),
  event: z.literal('nft_burn'),
  data: z.array(z.object({ token_ids: z.array(z.string()) })),
});
const ACT_OF: ReadonlyMap<string, ActName> = new Map(
  (Object.keys(EVENT_OF) as ActName[]).map((act) => [EVENT_OF[act], act]),
);

/** All acts that the logs tell, in their order. What is no event of these is passed by. */
export function readActs(about: { receipt_id: string; logs: readonly string[] }): Told[] {
  const { receipt_id, logs } = about;
  return logs.flatMap((log, log_index) => {
    const envelope = envelopeSchema.safeParse(parseEvent(log));
    if (!envelope.success) return [];
    const act = ACT_OF.get(envelope.data.event);
    if (act === undefined) return [];
    return envelope.data.data.flatMap((item, item_index) => {
      const data = EVENTS[EVENT_OF[act]].safeParse(item);
      return data.success ? [{ act, receipt_id, log_index, item_index, data: data.data } as Told] : [];
    });
  });
}

/** Tokens that the receipt burnt, as NEP-171 tells it. */
export function readBurnt(logs: readonly string[]): Set<string> {
  const burnt = new Set<string>();
  for (const log of logs) {
    const read = burnSchema.safeParse(parseEvent(log));
    if (!read.success) continue;
    for (const { token_ids } of read.data.data) for (const token_id of token_ids) burnt.add(token_id);
  }
  return burnt;
}

function parseEvent(log: string): unknown {
  if (!log.startsWith(EVENT_PREFIX)) return undefined;
  try {
    return JSON.parse(log.slice(EVENT_PREFIX.length));
  } catch {
    // No event: any contract may log what it likes.
    return undefined;
  }
}
